//! Hosting documents: from a display name to a document that shows itself while it arrives.
//!
//! | type | what it is |
//! |---|---|
//! | [`Host`] | opens documents; knows the classes of objects |
//! | [`DocumentSite`] | who hosts: it is told of every step and shows the pages |
//! | [`HostedObject`], [`DocumentView`] | what an object offers to be hosted |
//! | [`Hosted`] | a hosted document |
//! | [`ArrivingObject`] | an object of the pure document objects, which loads from a moniker |
//!
//! The way is that of `contract/binding.md` 1 and 12, told with its order in `docs/host.md`.

mod arriving;
mod callback;
mod classes;
mod failure;
mod hosted;
mod object;
mod open;
mod site;

pub use arriving::ArrivingObject;
pub use classes::{ANY_DOCUMENT, instance_of};
pub use hosted::Hosted;
pub use object::{DocumentView, Hostable, HostedObject};
pub use open::Host;
pub use site::{DocumentSite, HostStep};
