//! A hosted document.
//!
//! Invariant: pages are told to the site in their order, each once; closing lets the view go before
//! the object, and with the object its transfer.

use std::sync::Arc;

use docfile_compound::Result;
use docfile_objects::{Info, View};

use super::object::{DocumentView, HostedObject};
use super::site::{DocumentSite, HostStep};
use crate::apartment;
use crate::fill::{FillLockBytes, until};

/// A hosted document, whose first page is shown. Dropping it closes it.
pub struct Hosted {
    site: Arc<dyn DocumentSite>,
    object: Arc<dyn HostedObject>,
    view: Arc<dyn DocumentView>,
    page_count: usize,
}

impl Hosted {
    /// Hosts `object` in `site`: site set, view made, view shown, first view ready.
    pub(super) fn host(object: Arc<dyn HostedObject>, site: Arc<dyn DocumentSite>) -> Result<Self> {
        object.set_site(Some(site.clone()));
        site.on_step(&HostStep::SiteSet);
        let view = object.create_view()?;
        site.on_step(&HostStep::ViewMade);
        view.show(true);
        site.on_step(&HostStep::ViewShown);
        let mut hosted = Self { site, object, view, page_count: 0 };
        let first = hosted.page(0)?.unwrap_or_default();
        hosted.page_count = 1;
        hosted.site.on_page(0, &first);
        hosted.site.on_step(&HostStep::FirstViewReady);
        Ok(hosted)
    }

    /// The facts about the document; waits for them.
    ///
    /// # Errors
    ///
    /// What the object answers, never pending; why the bytes did not come.
    pub fn info(&self) -> Result<Info> {
        self.until(|| self.view.try_info())
    }

    /// Page `page_index`, from 0; waits for it. `None` past the last one.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info).
    pub fn page(&self, page_index: usize) -> Result<Option<View>> {
        self.until(|| self.view.try_page(page_index))
    }

    /// Waits for the page after those that the site has, and tells the site. Answers whether there
    /// was one.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info).
    pub fn refresh(&mut self) -> Result<bool> {
        let page_index = self.page_count;
        let Some(page) = self.page(page_index)? else { return Ok(false) };
        self.page_count = page_index.saturating_add(1);
        self.site.on_page(page_index, &page);
        self.site.on_step(&HostStep::Refreshed { page_index });
        Ok(true)
    }

    /// The view, which never waits.
    #[must_use]
    pub fn view(&self) -> &Arc<dyn DocumentView> {
        &self.view
    }

    /// What brings the bytes; nothing where all are here.
    #[must_use]
    pub fn fill(&self) -> Option<FillLockBytes> {
        self.view.fill()
    }

    fn until<T>(&self, step: impl FnMut() -> Result<T>) -> Result<T> {
        let fill = self.view.fill();
        apartment::block_on(until(fill.as_ref(), step))?
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        self.view.show(false);
        self.object.set_site(None);
        self.site.on_step(&HostStep::Closed);
    }
}

impl std::fmt::Debug for Hosted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hosted").field("page_count", &self.page_count).finish_non_exhaustive()
    }
}
