//! The FAT and the DIFAT of the generation that a commit makes.
//!
//! Invariant: no page of the old tables is written over. A changed page of the FAT gets a new
//! sector; so does every DIFAT sector up to the last one that names such a page, because each
//! names the next. Giving a page a new sector changes the FAT again, so pages are placed until
//! nothing is left to place; each is placed once, which bounds it. [MS-CFB] 2.3, 2.5.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::extents::Run;
use crate::generation::Generation;
use crate::header::{HEADER_DIFAT_COUNT, Header};
use crate::rule::Rule;
use crate::sector::{DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR, FREE_SECTOR, SectorId, SectorSize};
use crate::transaction::content::Content;
use crate::transaction::space::Space;

#[derive(Debug)]
pub(crate) struct FatEditor<'g> {
    base: &'g Generation,
    size: SectorSize,
    /// Changed pages, by index.
    pages: BTreeMap<u32, Vec<u8>>,
    /// Where each page lies, in the old table or, once placed, in the new one.
    fat_sectors: Vec<u32>,
    difat_sectors: Vec<u32>,
    /// Pages below this index, and DIFAT sectors below that one, have their new sectors.
    placed_pages: std::collections::BTreeSet<u32>,
    placed_difat_count: usize,
    /// DIFAT sectors below this index are to be moved, whether or not they change.
    moved_difat_count: usize,
    /// Sectors that the old generation used and the new one does not.
    pub(crate) freed: Vec<Range<u32>>,
    /// Sectors taken for the tables themselves.
    pub(crate) taken: Vec<Range<u32>>,
}

impl<'g> FatEditor<'g> {
    pub(crate) fn new(base: &'g Generation) -> Result<Self> {
        let (fat_sectors, difat_sectors) = if base.is_blank() {
            (Vec::new(), Vec::new())
        } else {
            base.difat.all(&base.medium)?
        };
        Ok(Self {
            base,
            size: base.medium.sector_size,
            pages: BTreeMap::new(),
            fat_sectors,
            difat_sectors,
            placed_pages: std::collections::BTreeSet::new(),
            placed_difat_count: 0,
            moved_difat_count: 0,
            freed: Vec::new(),
            taken: Vec::new(),
        })
    }

    /// The page of that index as it will be.
    fn page(&mut self, index: u32) -> Result<&mut Vec<u8>> {
        if !self.pages.contains_key(&index) {
            let old = match self.fat_sectors.get(index as usize) {
                Some(_) => self.base.fat_page(index)?,
                None => None,
            };
            let page = old.map_or_else(|| vec![0xFF; self.size.len()], |(page, _)| page.to_vec());
            self.pages.insert(index, page);
        }
        self.pages.get_mut(&index).ok_or_else(|| Error::corrupt(Rule::FatMissing, 0))
    }

    /// Sets one entry.
    pub(crate) fn set(&mut self, sector: u32, value: u32) -> Result<()> {
        let per_page = self.size.fat_entries();
        let page = self.page(sector / per_page)?;
        let at = 4 * (sector % per_page) as usize;
        if let Some(entry) = page.get_mut(at..at + 4) {
            entry.copy_from_slice(&value.to_le_bytes());
        }
        Ok(())
    }

    /// Links a run of neighbours, its last sector to `next`.
    fn link(&mut self, run: Run, next: u32) -> Result<()> {
        let per_page = self.size.fat_entries();
        let end = run.first + run.count;
        let mut sector = run.first;
        while sector < end {
            let first = sector % per_page;
            let count = (per_page - first).min(end - sector);
            let page = self.page(sector / per_page)?;
            let entries = page.get_mut(4 * first as usize..4 * (first + count) as usize);
            for (entry, following) in
                entries.unwrap_or_default().chunks_exact_mut(4).zip(sector + 1..)
            {
                let value = if following == end { next } else { following };
                entry.copy_from_slice(&value.to_le_bytes());
            }
            sector += count;
        }
        Ok(())
    }

    /// Frees sectors that the old generation used.
    pub(crate) fn free(&mut self, run: Run) -> Result<()> {
        for sector in run.range() {
            self.set(sector, FREE_SECTOR)?;
        }
        self.freed.push(run.range());
        Ok(())
    }

    /// Gives new sectors also to pages and DIFAT sectors that did not change but lie from `limit`
    /// on.
    pub(crate) fn move_below(&mut self, limit: u32) -> Result<()> {
        for index in 0..self.fat_sectors.len() {
            if self.fat_sectors.get(index).is_some_and(|sector| *sector >= limit) {
                self.page(u32::try_from(index).unwrap_or(u32::MAX))?;
            }
        }
        let last = self.difat_sectors.iter().rposition(|sector| *sector >= limit);
        self.moved_difat_count = last.map_or(0, |last| last + 1);
        Ok(())
    }

    /// Makes the chain of a stream, and answers where it starts. Links of sectors that stay as
    /// they were are not touched.
    pub(crate) fn link_content(&mut self, content: &Content) -> Result<u32> {
        self.free_replaced(content)?;
        let count = content.sector_count();
        if count == 0 {
            return Ok(END_OF_CHAIN);
        }
        let patches: Vec<_> = content.patches().collect();
        for patch in &patches {
            let after = patch.logical + patch.run.count;
            let next = match after < count {
                true => content.sector_at(self.base, after)?,
                false => END_OF_CHAIN,
            };
            self.link(patch.run, next)?;
            let follows_patch = patches
                .iter()
                .take_while(|other| other.logical < patch.logical)
                .last()
                .is_some_and(|other| other.logical + other.run.count == patch.logical);
            if patch.logical > 0 && !follows_patch {
                let before = content.sector_at(self.base, patch.logical - 1)?;
                self.set(before, patch.run.first)?;
            }
        }
        let ends_in_base = patches.last().is_none_or(|last| last.logical + last.run.count < count);
        if ends_in_base && content.base().is_some_and(|(_, kept, total)| kept < total) {
            self.set(content.sector_at(self.base, count - 1)?, END_OF_CHAIN)?;
        }
        content.sector_at(self.base, 0)
    }

    /// Frees what of the stored chain the new form of a stream no longer has.
    fn free_replaced(&mut self, content: &Content) -> Result<()> {
        let Some((chain, kept, total)) = content.base() else { return Ok(()) };
        let mut gone: Vec<Range<u32>> = content
            .patches()
            .map(|patch| patch.logical..(patch.logical + patch.run.count).min(kept))
            .filter(|range| !range.is_empty())
            .collect();
        gone.push(kept..total);
        for range in gone.into_iter().filter(|range| !range.is_empty()) {
            for run in stored_runs(self.base, chain, &range)? {
                self.free(run)?;
            }
        }
        Ok(())
    }

    /// Frees every sector of a stored chain, as far as the chain can be followed.
    pub(crate) fn free_chain(&mut self, chain: &crate::chain::Chain) -> Result<()> {
        for run in stored_runs(self.base, chain, &(0..u32::MAX))? {
            self.free(run)?;
        }
        Ok(())
    }

    /// Gives every changed page, and what names it, a sector. `end` answers one past the last
    /// sector of the file, which grows while sectors are taken.
    pub(crate) fn place(&mut self, space: &Space<'_>, end: impl Fn() -> u32) -> Result<()> {
        let per_page = self.size.fat_entries();
        loop {
            let lock = self.size.range_lock_sector();
            if end() > lock {
                self.set(lock, END_OF_CHAIN)?;
            }
            // Every sector of the file is described, also those that nobody uses.
            let page_count = end().div_ceil(per_page);
            for index in u32::try_from(self.fat_sectors.len()).unwrap_or(u32::MAX)..page_count {
                self.page(index)?;
            }
            let waiting: Vec<u32> = self
                .pages
                .keys()
                .copied()
                .filter(|page| !self.placed_pages.contains(page))
                .collect();
            if waiting.is_empty() && self.difat_is_placed() {
                return Ok(());
            }
            self.place_pages(space, &waiting)?;
            self.place_difat(space)?;
        }
    }

    fn place_pages(&mut self, space: &Space<'_>, waiting: &[u32]) -> Result<()> {
        if waiting.is_empty() {
            return Ok(());
        }
        let mut sectors = self.take(space, waiting.len())?.into_iter();
        for (index, sector) in waiting.iter().zip(&mut sectors) {
            let at = *index as usize;
            if self.fat_sectors.len() <= at {
                self.fat_sectors.resize(at + 1, FREE_SECTOR);
            }
            let old = self.fat_sectors.get_mut(at).map(|old| core::mem::replace(old, sector));
            self.placed_pages.insert(*index);
            self.set(sector, FAT_SECTOR)?;
            if let Some(old) = old.and_then(SectorId::from_raw) {
                self.free(Run { first: old.0, count: 1 })?;
            }
        }
        Ok(())
    }

    /// How many DIFAT sectors must be new: all up to the last that names a new page.
    fn changed_difat_count(&self) -> usize {
        let entries = self.size.fat_entries() as usize - 1;
        let needed = self.fat_sectors.len().saturating_sub(HEADER_DIFAT_COUNT).div_ceil(entries);
        let last_changed = self.placed_pages.last().map_or(0, |page| *page as usize + 1);
        let changed = last_changed.saturating_sub(HEADER_DIFAT_COUNT).div_ceil(entries);
        if needed > self.difat_sectors.len() { needed } else { changed.max(self.moved_difat_count) }
    }

    fn difat_is_placed(&self) -> bool {
        self.placed_difat_count >= self.changed_difat_count()
    }

    fn place_difat(&mut self, space: &Space<'_>) -> Result<()> {
        let changed = self.changed_difat_count();
        if changed <= self.placed_difat_count {
            return Ok(());
        }
        let sectors = self.take(space, changed - self.placed_difat_count)?;
        for (at, sector) in (self.placed_difat_count..changed).zip(sectors) {
            if self.difat_sectors.len() <= at {
                self.difat_sectors.push(sector);
            } else if let Some(old) = self.difat_sectors.get_mut(at) {
                let old = core::mem::replace(old, sector);
                self.free(Run { first: old, count: 1 })?;
            }
            self.set(sector, DIFAT_SECTOR)?;
        }
        self.placed_difat_count = changed;
        Ok(())
    }

    fn take(&mut self, space: &Space<'_>, count: usize) -> Result<Vec<u32>> {
        let near = self.taken.last().map(|run| run.end - 1);
        let runs = space.take(u32::try_from(count).unwrap_or(u32::MAX), near)?;
        self.taken.extend(runs.iter().map(|run| run.range()));
        Ok(runs.into_iter().flat_map(|run| run.range()).collect())
    }

    /// Writes the changed pages and the DIFAT to their new sectors, and says so in the header.
    pub(crate) fn write(&self, space: &Space<'_>, header: &mut Header) -> Result<()> {
        let mut writes: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for (index, page) in &self.pages {
            if let Some(sector) = self.fat_sectors.get(*index as usize) {
                writes.insert(*sector, page.clone());
            }
        }
        let entries = self.size.fat_entries() as usize - 1;
        let listed = self.fat_sectors.get(HEADER_DIFAT_COUNT..).unwrap_or_default();
        for (at, sector) in self.difat_sectors.iter().enumerate().take(self.placed_difat_count) {
            let names = listed.chunks(entries).nth(at).unwrap_or_default();
            let next = self.difat_sectors.get(at + 1).copied().unwrap_or(END_OF_CHAIN);
            let free = core::iter::repeat_n(&FREE_SECTOR, entries - names.len());
            let page = names.iter().chain(free).chain([&next]).flat_map(|name| name.to_le_bytes());
            writes.insert(*sector, page.collect());
        }
        super::write_sectors(space, self.size, writes)?;
        for (at, slot) in header.difat.iter_mut().enumerate() {
            *slot = self.fat_sectors.get(at).copied().unwrap_or(FREE_SECTOR);
        }
        header.fat_count = u32::try_from(self.fat_sectors.len()).unwrap_or(u32::MAX);
        header.difat_count = u32::try_from(self.difat_sectors.len()).unwrap_or(u32::MAX);
        header.difat_start = self.difat_sectors.first().copied().unwrap_or(END_OF_CHAIN);
        Ok(())
    }

    /// The finished table, for the generation that begins.
    pub(crate) fn into_difat(self) -> crate::difat::Difat {
        crate::difat::Difat::complete(self.fat_sectors, self.difat_sectors)
    }
}

/// The sectors of a stored chain with logical numbers in `range`. Damage ends the chain.
fn stored_runs(
    base: &Generation,
    chain: &crate::chain::Chain,
    range: &Range<u32>,
) -> Result<Vec<Run>> {
    chain.with(&base.fat(), u64::from(range.end), |extents, error| {
        if let Some(error) = error.filter(|error| error.rule().is_none()) {
            return Err(error);
        }
        let mut rest = range.end - range.start;
        let mut runs = Vec::new();
        for run in extents.runs_from(range.start) {
            let count = run.count.min(rest);
            runs.push(Run { first: run.first, count });
            rest -= count;
            if rest == 0 {
                break;
            }
        }
        Ok(runs)
    })
}
