//! What precedes the arguments and the results of every call of an object ([MS-DCOM] 2.2.13.3 and
//! 2.2.13.4).

use crate::Guid;
use crate::ndr::ndr_struct;

use super::{ComVersion, Extensions};

ndr_struct! {
    /// `ORPCTHIS`: precedes the arguments.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct OrpcThis {
        /// The client's version.
        pub version: ComVersion,
        /// [`LOCAL`](Self::LOCAL) or none.
        pub flags: u32,
        /// Zero.
        pub reserved: u32,
        /// The id of the cause: the same in a call and in the calls back that it brings about.
        pub causality_id: Guid,
        /// Data beside the arguments.
        pub extensions: Option<Extensions>,
    }
}

impl OrpcThis {
    /// The flag that activation calls bear (`ORPCF_LOCAL`).
    pub const LOCAL: u32 = 1;

    /// The header of a call with this cause.
    #[must_use]
    pub fn new(causality_id: Guid) -> Self {
        Self { causality_id, ..Self::default() }
    }
}

ndr_struct! {
    /// `ORPCTHAT`: precedes the results.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct OrpcThat {
        /// None is defined for what is remote.
        pub flags: u32,
        /// Data beside the results.
        pub extensions: Option<Extensions>,
    }
}
