//! Who hosts a document (`IOleClientSite` and `IOleDocumentSite`, `contract/binding.md` 12).
//!
//! Invariant: methods are called one at a time, with no lock held; a page is told again only when
//! it has changed. Every method has a default, so that a site says only what it cares for.

use docfile_compound::Guid;
use docfile_objects::View;

use crate::bind::{BindProgress, Binding};

/// A step on the way from a name to a document that is shown, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostStep {
    /// The display name was read into a moniker, which is asynchronous or not.
    NameRead {
        /// Whether it is (`IsAsyncMoniker`).
        is_async: bool,
    },
    /// A bind context was made.
    ContextMade,
    /// The status callback was registered in it; not for a moniker that is not asynchronous.
    CallbackRegistered,
    /// The bind to the object began.
    BindStarted,
    /// The class of the object is known.
    ClassChosen(Guid),
    /// The object was handed over: it has enough to show.
    ObjectAvailable,
    /// The bind is over; the transfer goes on behind the object.
    BindStopped,
    /// The object knows its site.
    SiteSet,
    /// The object made a view.
    ViewMade,
    /// The view was told to show itself.
    ViewShown,
    /// The first page is there.
    FirstViewReady,
    /// More arrived, and this page is there now.
    Refreshed {
        /// Which, from 0.
        page_index: usize,
    },
    /// The view and the object were let go.
    Closed,
}

impl HostStep {
    /// Its name in traces.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NameRead { .. } => "name_read",
            Self::ContextMade => "context_made",
            Self::CallbackRegistered => "callback_registered",
            Self::BindStarted => "bind_started",
            Self::ClassChosen(_) => "class_chosen",
            Self::ObjectAvailable => "object_available",
            Self::BindStopped => "bind_stopped",
            Self::SiteSet => "site_set",
            Self::ViewMade => "view_made",
            Self::ViewShown => "view_shown",
            Self::FirstViewReady => "first_view_ready",
            Self::Refreshed { .. } => "refreshed",
            Self::Closed => "closed",
        }
    }
}

/// Hosts a document: shows its pages, and hears of every step.
pub trait DocumentSite: Send + Sync {
    /// A step was made.
    fn on_step(&self, step: &HostStep) {
        let _ = step;
    }

    /// The bind has begun; keep `binding` to stop it. Not called where nothing has to arrive.
    fn on_binding(&self, binding: &Binding) {
        let _ = binding;
    }

    /// The bind is that far.
    fn on_progress(&self, progress: &BindProgress) {
        let _ = progress;
    }

    /// Page `page_index`, from 0, can be shown.
    fn on_page(&self, page_index: usize, page: &View);
}
