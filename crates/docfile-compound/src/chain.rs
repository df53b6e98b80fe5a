//! A chain of sectors, known as far as somebody needed it.
//!
//! Invariant: the extents are a verified prefix of the chain. They grow on demand, stop where
//! bytes are missing, and stay as they are for the retry; a complete chain is published once and
//! then read without a lock. The first sector is known without any table. Cycles are found by
//! keeping one earlier sector to compare with (Brent), so that no memory beyond the extents is
//! needed. Where links come from is the caller's [`Links`].

mod ahead;
mod recent;

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::{Error, Result};
use crate::extents::{Extents, Run};
use crate::medium::Page;
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, MAX_REGULAR_SECTOR};

use ahead::PagesAhead;
use recent::RecentPages;

/// A table of links: the FAT, or the mini FAT.
pub(crate) trait Links {
    /// How many links a page holds.
    fn links_per_page(&self) -> u32;
    /// The page that holds the links of sectors from `index * links_per_page()` on.
    fn page(&self, index: u32) -> Result<Page>;
    /// Reads `count` pages from `first` on in one step, for [`page`](Self::page) to find, as far as
    /// they are here. What goes wrong is for the step that needs the page to say.
    fn read_ahead(&self, first: u32, count: u32) {
        let _ = (first, count);
    }
    /// Where the link of `sector` stands in the file, for errors.
    fn offset_of(&self, sector: u32) -> u64;
    /// One past the highest sector that exists, when that is known.
    fn sector_end(&self) -> Option<u64>;
    /// The rules that chains over this table break.
    fn rules(&self) -> LinkRules;
}

/// The rules that a chain can break, in the words of its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkRules {
    pub(crate) start: Rule,
    pub(crate) short: Rule,
    pub(crate) cycle: Rule,
    pub(crate) broken: Rule,
    pub(crate) past_end: Rule,
}

#[derive(Debug)]
pub(crate) struct Chain {
    /// No more sectors than this are ever needed.
    sector_limit: u32,
    progress: Mutex<Progress>,
    complete: OnceLock<Extents>,
}

#[derive(Debug)]
struct Progress {
    extents: Extents,
    /// The first sector, until it stands in the extents, and where the file says so.
    start: u32,
    start_offset: u64,
    /// An earlier sector of the chain, and when to choose the next.
    tortoise: u32,
    tortoise_until: u64,
    steps: u64,
    recent: RecentPages,
    ahead: PagesAhead,
}

impl Chain {
    /// A chain that starts at the value `start`, stored at `start_offset` of the file, and of
    /// which at most `sector_limit` sectors are needed.
    pub(crate) fn new(start: u32, start_offset: u64, sector_limit: u64) -> Self {
        Self {
            sector_limit: u32::try_from(sector_limit).unwrap_or(u32::MAX),
            progress: Mutex::new(Progress {
                extents: Extents::default(),
                start,
                start_offset,
                tortoise: END_OF_CHAIN,
                tortoise_until: 1,
                steps: 0,
                recent: RecentPages::default(),
                ahead: PagesAhead::default(),
            }),
            complete: OnceLock::new(),
        }
    }

    /// Grows the prefix to `sector_count` sectors if the chain has as many, then calls `read`
    /// with it. Where growing fails, `read` still sees what is known, beside the error.
    pub(crate) fn with<R>(
        &self,
        links: &impl Links,
        sector_count: u64,
        read: impl FnOnce(&Extents, Option<Error>) -> R,
    ) -> R {
        if let Some(extents) = self.complete.get() {
            return read(extents, None);
        }
        let want = u32::try_from(sector_count).unwrap_or(u32::MAX).min(self.sector_limit);
        let mut progress = self.lock();
        let outcome = progress.grow(links, want);
        let ended =
            matches!(outcome, Ok(true)) || progress.extents.sector_count() == self.sector_limit;
        if !ended {
            return read(&progress.extents, outcome.err());
        }
        let extents = core::mem::take(&mut progress.extents);
        progress.recent = RecentPages::default();
        // Another thread cannot have been first: the lock was held all along.
        let _ = self.complete.set(extents);
        drop(progress);
        let nothing = Extents::default();
        read(self.complete.get().unwrap_or(&nothing), None)
    }

    /// The sector with the given logical number, `None` when the chain ends before it.
    pub(crate) fn sector_at(&self, links: &impl Links, logical: u32) -> Result<Option<u32>> {
        self.with(links, u64::from(logical) + 1, |extents, error| {
            match (extents.runs_from(logical).next(), error) {
                (Some(run), _) => Ok(Some(run.first)),
                (None, Some(error)) => Err(error),
                (None, None) => Ok(None),
            }
        })
    }

    /// How many sectors are known so far.
    pub(crate) fn known_count(&self) -> u32 {
        self.known(Extents::sector_count)
    }

    /// The last sector known so far.
    pub(crate) fn last_known(&self) -> Option<u32> {
        self.known(Extents::last)
    }

    fn known<R>(&self, read: impl FnOnce(&Extents) -> R) -> R {
        match self.complete.get() {
            Some(extents) => read(extents),
            None => read(&self.lock().extents),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    /// Grows the prefix to `want` sectors; answers whether the chain's end was reached.
    fn grow(&mut self, links: &impl Links, want: u32) -> Result<bool> {
        if self.extents.sector_count() == 0 && want > 0 {
            if self.start == END_OF_CHAIN {
                return Ok(true);
            }
            self.append(links, self.start, None)?;
        }
        while self.extents.sector_count() < want {
            let Some(last) = self.extents.last() else { return Ok(true) };
            let per_page = links.links_per_page();
            let pages_left = (want - self.extents.sector_count()) / per_page;
            if let Some((first, count)) = self.ahead.next_group(last / per_page, pages_left) {
                links.read_ahead(first, count);
            }
            let page = self.recent.page(last / per_page, |index| links.page(index))?;
            if self.follow(links, &page, last, want)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Follows links within one page; answers whether the chain's end was reached.
    fn follow(&mut self, links: &impl Links, page: &[u8], last: u32, want: u32) -> Result<bool> {
        let per_page = links.links_per_page();
        let page_first = last - last % per_page;
        let mut at = last;
        while self.extents.sector_count() < want {
            let Some(index) = at.checked_sub(page_first).filter(|index| *index < per_page) else {
                return Ok(false);
            };
            let link = link_at(page, index);
            if link == END_OF_CHAIN {
                return Ok(true);
            }
            let run = if link == at + 1 {
                self.neighbours(page, page_first, per_page, at, want)
            } else {
                Run { first: link, count: 1 }
            };
            if run.count > 1 {
                self.append_run(links, run, at)?;
            } else {
                self.append(links, link, Some(at))?;
            }
            at = run.first + (run.count - 1);
        }
        Ok(false)
    }

    /// The run of neighbours that follows `at`, as far as this page and `want` tell.
    fn neighbours(&self, page: &[u8], page_first: u32, per_page: u32, at: u32, want: u32) -> Run {
        let first = at + 1;
        let room = want - self.extents.sector_count();
        let index = at - page_first;
        let links = page.get(4 * index as usize..4 * per_page as usize).unwrap_or_default();
        let same = links
            .chunks_exact(4)
            .zip(first..)
            .take_while(|(bytes, expected)| *bytes == expected.to_le_bytes())
            .count();
        Run { first, count: u32::try_from(same).unwrap_or(u32::MAX).min(room) }
    }

    /// Appends a run of neighbours, of which only the ends need checking against the file.
    fn append_run(&mut self, links: &impl Links, run: Run, from: u32) -> Result<()> {
        let past_end =
            links.sector_end().is_some_and(|end| u64::from(run.first) + u64::from(run.count) > end);
        let crosses_tortoise = (run.first..run.first + run.count).contains(&self.tortoise);
        let turns = self.steps + u64::from(run.count) >= self.tortoise_until;
        if !past_end && !crosses_tortoise && !turns {
            self.steps += u64::from(run.count);
            self.extents.push(run);
            return Ok(());
        }
        let mut before = from;
        for sector in run.first..run.first + run.count {
            self.append(links, sector, Some(before))?;
            before = sector;
        }
        Ok(())
    }

    /// Appends one sector that the link of `from` names, or the start when there is none.
    fn append(&mut self, links: &impl Links, sector: u32, from: Option<u32>) -> Result<()> {
        let rules = links.rules();
        let broken = |rule| {
            Error::corrupt(rule, from.map_or(self.start_offset, |from| links.offset_of(from)))
        };
        if sector > MAX_REGULAR_SECTOR {
            return Err(broken(from.map_or(rules.start, |_| rules.broken)));
        }
        if links.sector_end().is_some_and(|end| u64::from(sector) >= end) {
            return Err(broken(rules.past_end));
        }
        if sector == self.tortoise {
            return Err(broken(rules.cycle));
        }
        self.steps += 1;
        if self.steps >= self.tortoise_until {
            self.tortoise = sector;
            self.tortoise_until = self.tortoise_until.saturating_mul(2);
        }
        self.extents.push(Run { first: sector, count: 1 });
        Ok(())
    }
}

/// The link at a position of a page; pages are whole, so that a position always exists.
pub(crate) fn link_at(page: &[u8], index: u32) -> u32 {
    page.get(4 * index as usize..)
        .and_then(<[u8]>::first_chunk)
        .map_or(crate::sector::FREE_SECTOR, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests;
