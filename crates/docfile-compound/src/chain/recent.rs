//! Table pages that a chain which jumps about has at hand.
//!
//! A chain that runs on needs each page of its table once, and the cache serves it. One whose
//! sectors are scattered needs a page for every link; asking the cache for each would cost more
//! than reading the sector. So after some jumps the pages met are kept here, a bounded number of
//! bytes of them, each in the one place that its index gives it.

use crate::error::Result;
use crate::medium::Page;

#[derive(Debug, Default)]
pub(super) struct RecentPages {
    slots: Vec<Option<(u32, Page)>>,
    jump_count: u32,
}

/// A chain that has changed pages this often is scattered.
const JUMPS_MIN: u32 = 256;
/// How many bytes of pages are kept.
const KEPT_LEN: usize = 2 << 20;

impl RecentPages {
    /// The page of that index, from here or by `read`.
    pub(super) fn page(
        &mut self,
        index: u32,
        read: impl FnOnce(u32) -> Result<Page>,
    ) -> Result<Page> {
        self.jump_count = self.jump_count.saturating_add(1);
        if self.jump_count < JUMPS_MIN {
            return read(index);
        }
        let slot_count = self.slots.len().max(1);
        if let Some(Some((held, page))) = self.slots.get(index as usize % slot_count)
            && *held == index
        {
            return Ok(page.clone());
        }
        let page = read(index)?;
        if self.slots.is_empty() {
            self.slots.resize(KEPT_LEN / page.len().max(1), None);
        }
        let slot_count = self.slots.len().max(1);
        if let Some(slot) = self.slots.get_mut(index as usize % slot_count) {
            *slot = Some((index, page.clone()));
        }
        Ok(page)
    }
}
