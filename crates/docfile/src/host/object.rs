//! What an object offers to be hosted (`IOleObject`, `IOleDocument`, `IOleDocumentView`).
//!
//! Third parties implement these for classes of their own and register them with
//! [`Host::with_class`](super::Host::with_class).

use std::sync::Arc;

use docfile_compound::Result;
use docfile_objects::{Info, View};

use super::site::DocumentSite;
use crate::fill::FillLockBytes;

/// An object that can be hosted as a document.
pub trait HostedObject: Send + Sync {
    /// Who hosts it, or nobody any more. Called first, and last.
    fn set_site(&self, site: Option<Arc<dyn DocumentSite>>);

    /// Makes the view of the document.
    ///
    /// # Errors
    ///
    /// Any: the document is not hosted.
    fn create_view(&self) -> Result<Arc<dyn DocumentView>>;
}

/// A view of a hosted document. Its `try_` verbs never wait where the object knows of
/// asynchrony; those of an object that loads from a blocking storage may.
pub trait DocumentView: Send + Sync {
    /// It is shown from now on, or not any more.
    fn show(&self, is_visible: bool);

    /// The facts about the document.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming the bytes that are missing; any.
    fn try_info(&self) -> Result<Info>;

    /// Page `page_index`, from 0; `None` past the last one.
    ///
    /// # Errors
    ///
    /// As [`try_info`](Self::try_info).
    fn try_page(&self, page_index: usize) -> Result<Option<View>>;

    /// What brings the bytes that a pending answer names; nothing where all are here.
    fn fill(&self) -> Option<FillLockBytes> {
        None
    }
}

/// How a [`HostedObject`] travels through a bind: the object that an
/// [`Instance`](crate::bind::Instance) of its class holds.
#[derive(Clone)]
pub struct Hostable(pub Arc<dyn HostedObject>);

impl std::fmt::Debug for Hostable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hostable").finish_non_exhaustive()
    }
}
