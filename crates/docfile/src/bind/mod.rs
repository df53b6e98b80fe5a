//! From a display name to what it names.
//!
//! | type | what it is |
//! |---|---|
//! | [`Open`] | how a document is opened: policy, limits, headers |
//! | [`Document`] | an open document, which goes on arriving |
//! | [`Target`] | a storage or a stream |
//! | [`Binder`] | binds monikers to storages and objects, with callbacks (`docs/bind.md`) |
//! | [`BindStatusCallback`], [`Binding`] | who watches a bind, and who controls it |
//! | [`PersistMoniker`], [`PersistStorage`], [`PersistStream`], [`PersistFile`] | how objects load themselves |
//! | [`Transports`], [`Network`] | which transport leads to which address |

mod binder;
mod binding;
mod callback;
mod deadline;
mod document;
mod drive;
mod existence;
mod feed;
mod loading;
mod medium;
mod open;
mod persist;
mod preparation;
mod resource;
mod transports;

pub use binder::{Binder, Bound};
pub use binding::Binding;
pub use callback::{BindStatusCallback, DataNotice};
pub use deadline::tick_count;
pub use docfile_binding::bind::{
    AbortOutcome, BindInfo, BindProgress, BindStatus, ClassTable, DataFlags, FilePattern,
    MediaTypes,
};
pub use document::{Document, Target};
pub use medium::{Form, Medium, ResourceBytes};
pub use open::Open;
#[cfg(feature = "objects")]
pub(crate) use open::invalid_name;
pub use persist::{
    Class, Instance, MonikerLoad, PersistFile, PersistMoniker, PersistStorage, PersistStream,
};
pub use transports::{Network, Transports};

/// Begins to open what `name` names: a path or a URL, and after each `!` a step inside
/// (`docs/names.md`).
///
/// Await it, or call [`Open::wait`].
///
/// ```no_run
/// # async fn example() -> docfile::Result<()> {
/// let document = docfile::open("https://example.org/mail.msg!__attach_version1.0_#00000000").await?;
/// for element in document.storage()?.list_async().await?.elements {
///     println!("{}", element.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn open(name: impl Into<String>) -> Open {
    Open::new(name)
}
