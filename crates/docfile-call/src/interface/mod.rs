//! What an interface is: an id, a trait, a description; and how one asks an object for another.
//!
//! | type | what it is |
//! |---|---|
//! | [`Interface`] | a trait that has an id, and the interface that it derives from |
//! | [`Unknown`] | what every object can: answer for an id with one of its interfaces |
//! | [`InterfacePointer`] | an interface of an object whose trait is known only by its id |
//! | [`InterfaceMarshaler`] | turns references to objects into bytes and back |
//! | [`InterfaceDescription`] | what an interface is made of, for those who generate from it |
//!
//! Objects are [`Arc`](std::sync::Arc)s; counting references is its work. Nothing here knows of
//! calls or bytes.

mod description;
mod idl;
mod marshaler;
mod unknown;

pub use description::{Direction, InterfaceDescription, MethodDescription, ParameterDescription};
pub use idl::IdlError;
pub use marshaler::InterfaceMarshaler;
pub(crate) use unknown::local_interface;
pub use unknown::{Interface, InterfacePointer, Unknown, is_same_object};
