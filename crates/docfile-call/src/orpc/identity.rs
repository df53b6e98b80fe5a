//! Who is who in a network of objects: exporters, objects, interfaces of objects, ping sets
//! ([MS-DCOM] 2.2.7 to 2.2.10).

use core::fmt;

use crate::Guid;
use crate::ndr::{ndr_newtype, ndr_struct};

macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        ndr_newtype!($name => $inner);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:#x?})"), self.0)
            }
        }
    )*};
}

identity! {
    /// An object exporter.
    Oxid(u64);
    /// An object of an exporter.
    Oid(u64);
    /// An interface of an object of an exporter: what a call is addressed to.
    Ipid(Guid);
    /// A ping set. Zero asks for a new one.
    SetId(u64);
}

ndr_struct! {
    /// `REMINTERFACEREF`: references to be added or released ([MS-DCOM] 2.2.24).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct InterfaceReferences {
        /// The interface.
        pub ipid: Ipid,
        /// References that a client may pass on to others.
        pub public_count: u32,
        /// References that belong to the client alone.
        pub private_count: u32,
    }
}
