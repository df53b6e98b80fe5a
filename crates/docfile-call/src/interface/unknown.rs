//! Objects that are asked for their interfaces.
//!
//! Invariant: whatever interface of an object is asked, the answer for the id of IUnknown is always
//! the same address, and that is the identity of the object ([MS-DCOM] 1.1, "object identity").

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::Guid;

/// What every object can: answer for the id of an interface (IUnknown).
///
/// [`unknown!`](crate::unknown) writes it.
pub trait Unknown: Send + Sync + 'static {
    /// The object by the interface `iid`, if it has that (QueryInterface).
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer>;
}

/// A trait with an id, implemented for its `dyn` type. The attribute
/// [`interface`](macro@crate::interface) writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interface",
    label = "not an interface",
    note = "put `#[interface(uuid = \"...\")]` on the trait, and name it as `dyn Trait`"
)]
pub trait Interface: Unknown {
    /// The id (uuid).
    const ID: Guid;
    /// The name, as the trait has it.
    const NAME: &'static str;
    /// The interface from which it derives.
    type Base: Interface + ?Sized;

    /// The same object as what it derives from.
    fn into_base(this: Arc<Self>) -> Arc<Self::Base>;

    /// The same object as no more than an object.
    #[must_use]
    fn into_unknown(this: Arc<Self>) -> Arc<dyn Unknown> {
        Self::Base::into_unknown(Self::into_base(this))
    }

    /// The object by this interface or one of those that it derives from, when `iid` is theirs.
    fn answer(this: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        if iid == Self::ID {
            return Some(InterfacePointer::new(this));
        }
        Self::Base::answer(Self::into_base(this), iid)
    }
}

impl Interface for dyn Unknown {
    const ID: Guid = Guid::from_u128(0x00000000_0000_0000_C000_000000000046);
    const NAME: &'static str = "Unknown";
    type Base = Self;

    fn into_base(this: Arc<Self>) -> Arc<Self> {
        this
    }

    fn into_unknown(this: Arc<Self>) -> Arc<dyn Unknown> {
        this
    }

    fn answer(this: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        (iid == Self::ID).then(|| InterfacePointer::new(this))
    }
}

/// An interface of an object, known by its id only.
#[derive(Clone)]
pub struct InterfacePointer {
    iid: Guid,
    unknown: Arc<dyn Unknown>,
    /// An `Arc<I>`, where `iid` is the id of `I`.
    pointer: Arc<dyn Any + Send + Sync>,
}

impl InterfacePointer {
    /// The interface `I` of an object.
    #[must_use]
    pub fn new<I: Interface + ?Sized>(object: Arc<I>) -> Self {
        let unknown = I::into_unknown(object.clone());
        Self { iid: I::ID, unknown, pointer: Arc::new(object) }
    }

    /// The id of the interface.
    #[must_use]
    pub const fn iid(&self) -> Guid {
        self.iid
    }

    /// The object.
    #[must_use]
    pub const fn unknown(&self) -> &Arc<dyn Unknown> {
        &self.unknown
    }

    /// The interface itself, if it is `I`. It does not ask the object for another.
    #[must_use]
    pub fn get<I: Interface + ?Sized>(&self) -> Option<Arc<I>> {
        self.pointer.downcast_ref::<Arc<I>>().cloned()
    }
}

impl fmt::Debug for InterfacePointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InterfacePointer({})", self.iid)
    }
}

impl dyn Unknown {
    /// The object by the interface `I`, if it has that.
    #[must_use]
    pub fn query_for<I: Interface + ?Sized>(self: &Arc<Self>) -> Option<Arc<I>> {
        self.clone().query_interface(I::ID)?.get()
    }
}

/// Whether two references lead to one object: the answers for IUnknown are compared.
#[must_use]
pub fn is_same_object(one: &Arc<dyn Unknown>, other: &Arc<dyn Unknown>) -> bool {
    match (one.query_for::<dyn Unknown>(), other.query_for::<dyn Unknown>()) {
        (Some(one), Some(other)) => std::ptr::addr_eq(Arc::as_ptr(&one), Arc::as_ptr(&other)),
        _ => false,
    }
}

/// Lets an object be asked for the interfaces that are named, and for those that these derive from.
///
/// ```
/// use docfile_call::interface::Unknown;
/// use docfile_call::call::{Event, Synchronize};
/// use std::sync::Arc;
///
/// let event: Arc<dyn Unknown> = Arc::new(Event::manual_reset());
/// assert!(event.query_for::<dyn Synchronize>().is_some());
/// ```
#[macro_export]
macro_rules! unknown {
    ($object:ty: $($interface:ty),+ $(,)?) => {
        $crate::unknown!(impl [] $object: $($interface),+);
    };
    (impl [$($generics:tt)*] $object:ty: $($interface:ty),+ $(,)?) => {
        impl<$($generics)*> $crate::interface::Unknown for $object {
            fn query_interface(
                self: ::std::sync::Arc<Self>,
                iid: $crate::Guid,
            ) -> ::core::option::Option<$crate::interface::InterfacePointer> {
                $({
                    let this: ::std::sync::Arc<$interface> = self.clone();
                    let found = <$interface as $crate::interface::Interface>::answer(this, iid);
                    if found.is_some() {
                        return found;
                    }
                })+
                ::core::option::Option::None
            }
        }
    };
}

/// An interface that does not travel: it has an id, derives from IUnknown, and has no twin.
macro_rules! local_interface {
    ($name:ident = $id:literal) => {
        impl $crate::interface::Interface for dyn $name {
            const ID: $crate::Guid = $crate::Guid::from_u128($id);
            const NAME: &'static str = stringify!($name);
            type Base = dyn $crate::interface::Unknown;

            fn into_base(this: ::std::sync::Arc<Self>) -> ::std::sync::Arc<Self::Base> {
                this
            }
        }
    };
}
pub(crate) use local_interface;
