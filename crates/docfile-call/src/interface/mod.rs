//! What an interface is: an id, a trait, a description; and how one asks an object for another.
//!
//! | type | what it is |
//! |---|---|
//! | [`Interface`] | a trait that has an id, and the interface that it derives from |
//! | [`Unknown`] | what every object can: answer for an id with one of its interfaces |
//! | [`InterfacePointer`] | an interface of an object whose trait is known only by its id |
//!
//! Objects are [`Arc`](std::sync::Arc)s; counting references is its work. Nothing here knows of
//! calls or bytes.

mod unknown;

pub(crate) use unknown::local_interface;
pub use unknown::{Interface, InterfacePointer, Unknown, is_same_object};
