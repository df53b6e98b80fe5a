//! Finding free sectors in the FAT of a file that is being edited, little by little.
//!
//! Looking through a whole FAT before the first write would cost an edit of a large file more
//! than the edit itself. Pages are looked at from the end of the file backwards, where earlier
//! edits left what they freed, and only as far as room is needed: a bounded number of pages for
//! each request, so that many requests see all of it and one small edit sees little.

use crate::allocator::Allocator;
use crate::chain::link_at;
use crate::error::{Error, Result};
use crate::extents::Run;
use crate::generation::Generation;
use crate::rule::Rule;
use crate::sector::{FREE_SECTOR, SectorSize};

#[derive(Debug)]
pub(crate) struct FreeScan {
    /// Pages from here on were looked at.
    next_page: u32,
    /// Sectors behind this did not exist when the file was opened.
    sector_end: u32,
    /// Sectors of the FAT and the DIFAT themselves, which some writers leave marked as free.
    tables: Option<Vec<u32>>,
}

/// A table that claims more than so many times the file there is says nothing that an edit could
/// respect.
const CLAIM_MAX: u32 = 3;

/// How many pages one request looks at.
const PAGES_A_REQUEST: u32 = 64;

impl FreeScan {
    pub(crate) fn new(sector_count: u64, size: SectorSize) -> Self {
        let sector_end = u32::try_from(sector_count).unwrap_or(u32::MAX);
        Self { next_page: sector_end.div_ceil(size.fat_entries()), sector_end, tables: None }
    }

    /// Looks for free sectors until a run of `count` is known or the request's share is done.
    pub(crate) fn look_for(
        &mut self,
        generation: &Generation,
        allocator: &mut Allocator,
        count: u32,
    ) -> Result<()> {
        self.find_end(generation, allocator)?;
        for _ in 0..PAGES_A_REQUEST {
            if self.next_page == 0 || allocator.free().has_run_of(count) {
                return Ok(());
            }
            let page_index = self.next_page - 1;
            self.look_at(generation, allocator, page_index)?;
            self.next_page = page_index;
        }
        Ok(())
    }

    /// Looks for every free sector of the file.
    pub(crate) fn look_for_all(
        &mut self,
        generation: &Generation,
        allocator: &mut Allocator,
    ) -> Result<()> {
        self.find_end(generation, allocator)?;
        while let Some(page_index) = self.next_page.checked_sub(1) {
            self.look_at(generation, allocator, page_index)?;
            self.next_page = page_index;
        }
        Ok(())
    }

    /// Once: finds where the FAT's last entry in use stands. In a file that was cut short that is
    /// behind the end; what lies between belongs to streams, and is never handed out.
    fn find_end(&mut self, generation: &Generation, allocator: &mut Allocator) -> Result<()> {
        if self.tables.is_some() {
            return Ok(());
        }
        if self.sector_end == 0 {
            // A file that was made here claims nothing that the allocator does not know.
            self.tables = Some(Vec::new());
            return Ok(());
        }
        let (fat_sectors, difat_sectors) = generation.difat.all(&generation.medium)?;
        let per_page = generation.medium.sector_size.fat_entries();
        let page_count = u32::try_from(fat_sectors.len()).unwrap_or(u32::MAX);
        for page_index in (self.sector_end / per_page..page_count).rev() {
            let page = match generation.fat_page(page_index) {
                Ok(Some((page, _))) => page,
                Err(error) if error.is_pending() => return Err(error),
                // A page that cannot be read says nothing.
                Ok(None) | Err(_) => continue,
            };
            let last = (0..per_page).rev().find(|index| link_at(&page, *index) != FREE_SECTOR);
            if let Some(last) = last {
                let behind = page_index * per_page + last + 1;
                if behind > self.sector_end.saturating_mul(CLAIM_MAX).saturating_add(per_page) {
                    return Err(Error::corrupt(Rule::FatBeyondEnd, 0));
                }
                allocator.start_behind(behind);
                break;
            }
        }
        let mut tables = fat_sectors;
        tables.extend(difat_sectors);
        tables.sort_unstable();
        self.tables = Some(tables);
        Ok(())
    }

    fn look_at(
        &mut self,
        generation: &Generation,
        allocator: &mut Allocator,
        page_index: u32,
    ) -> Result<()> {
        let Some((page, _)) = generation.fat_page(page_index)? else { return Ok(()) };
        let per_page = generation.medium.sector_size.fat_entries();
        let lock = generation.medium.sector_size.range_lock_sector();
        let tables = self.tables.as_deref().unwrap_or_default();
        let first = page_index * per_page;
        let mut free: Option<Run> = None;
        for index in 0..per_page.min(self.sector_end.saturating_sub(first)) {
            let sector = first + index;
            let usable = link_at(&page, index) == FREE_SECTOR
                && sector != lock
                && tables.binary_search(&sector).is_err();
            match &mut free {
                Some(run) if usable => run.count += 1,
                None if usable => free = Some(Run { first: sector, count: 1 }),
                _ => free.take().into_iter().for_each(|run| allocator.learn_free(run.range())),
            }
        }
        free.into_iter().for_each(|run| allocator.learn_free(run.range()));
        Ok(())
    }
}
