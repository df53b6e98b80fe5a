//! Where the FAT's own sectors lie: 109 of them in the header, the rest in the DIFAT's chain
//! ([MS-CFB] 2.5).
//!
//! Invariant: the known numbers are a prefix of the list, grown one DIFAT sector at a time and
//! kept across a pending step. The counts in the header are claims and bound nothing.

use std::sync::{Mutex, PoisonError};

use crate::chain::link_at;
use crate::error::{Error, Result};
use crate::header::{HEADER_DIFAT_COUNT, Header};
use crate::medium::{Medium, Pad};
use crate::missing::ByteRanges;
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, FREE_SECTOR, SectorId};

/// Where the header's field for the first DIFAT sector stands.
const HEADER_DIFAT_START_OFFSET: u64 = 68;

#[derive(Debug)]
pub(crate) struct Difat {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Numbers of FAT sectors, in order.
    fat_sectors: Vec<u32>,
    /// The DIFAT sectors they came from.
    difat_sectors: Vec<u32>,
    next: u32,
    next_offset: u64,
}

impl Difat {
    pub(crate) fn new(header: &Header) -> Self {
        Self {
            state: Mutex::new(State {
                fat_sectors: header.difat.to_vec(),
                difat_sectors: Vec::new(),
                next: if header.difat_count == 0 { END_OF_CHAIN } else { header.difat_start },
                next_offset: HEADER_DIFAT_START_OFFSET,
            }),
        }
    }

    /// A list that is known whole, as a commit has just written it.
    pub(crate) fn complete(fat_sectors: Vec<u32>, difat_sectors: Vec<u32>) -> Self {
        Self {
            state: Mutex::new(State {
                fat_sectors,
                difat_sectors,
                next: END_OF_CHAIN,
                next_offset: HEADER_DIFAT_START_OFFSET,
            }),
        }
    }

    /// The sector that holds FAT page `index`, `None` when the list ends before it.
    pub(crate) fn fat_sector(&self, medium: &Medium, index: u32) -> Result<Option<SectorId>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.fat_sectors.len() <= index as usize
            && state.next <= crate::sector::MAX_REGULAR_SECTOR
        {
            state.grow(medium, index)?;
        }
        Ok(state.fat_sectors.get(index as usize).copied().and_then(SectorId::from_raw))
    }

    /// Every FAT sector's number (free entries at the end left out) and every DIFAT sector's.
    pub(crate) fn all(&self, medium: &Medium) -> Result<(Vec<u32>, Vec<u32>)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.next <= crate::sector::MAX_REGULAR_SECTOR {
            state.grow(medium, u32::MAX)?;
        }
        let used = state.fat_sectors.iter().rposition(|sector| *sector != FREE_SECTOR);
        let fat_sectors = state.fat_sectors.iter().copied().take(used.map_or(0, |last| last + 1));
        Ok((fat_sectors.collect(), state.difat_sectors.clone()))
    }
}

impl State {
    /// Reads one more DIFAT sector.
    fn grow(&mut self, medium: &Medium, wanted_index: u32) -> Result<()> {
        let sector = self.next;
        // A list can only be as long as there are sectors; a repeated one is a cycle. The list
        // is short (one entry for 7 MiB of file), so looking through it costs little.
        if self.difat_sectors.contains(&sector) {
            return Err(Error::corrupt(Rule::DifatChain, self.next_offset));
        }
        if medium.sector_count().is_some_and(|count| u64::from(sector) >= count) {
            return Err(Error::corrupt(Rule::DifatChain, self.next_offset));
        }
        let page = match medium.page(SectorId(sector), Pad::Free) {
            Ok(page) => page,
            Err(error) => return Err(self.with_guess(medium, wanted_index, error)),
        };
        let entries = medium.sector_size.fat_entries() - 1;
        self.fat_sectors.extend((0..entries).map(|index| link_at(&page, index)));
        self.difat_sectors.push(sector);
        self.next = link_at(&page, entries);
        self.next_offset = medium.sector_size.offset(SectorId(sector)) + 4 * u64::from(entries);
        Ok(())
    }

    /// Adds to a pending answer where the FAT page probably lies: writers that interleave the
    /// FAT with the data place its sectors at a fixed stride, which the header's entries show.
    fn with_guess(&self, medium: &Medium, wanted_index: u32, error: Error) -> Error {
        let Some(missing) = error.missing() else { return error };
        let mut missing = missing.clone();
        missing.helpful.extend(&self.guess(medium, wanted_index).unwrap_or_default());
        Error::pending(missing)
    }

    fn guess(&self, medium: &Medium, wanted_index: u32) -> Option<ByteRanges> {
        let last = *self.fat_sectors.get(HEADER_DIFAT_COUNT - 1)?;
        let before = *self.fat_sectors.get(HEADER_DIFAT_COUNT - 2)?;
        let stride = last.checked_sub(before)?;
        let header_last = u32::try_from(HEADER_DIFAT_COUNT).ok()? - 1;
        let steps = wanted_index.checked_sub(header_last)?;
        let sector = SectorId::from_raw(stride.checked_mul(steps)?.checked_add(last)?)?;
        let exists = medium.sector_count().is_none_or(|count| u64::from(sector.0) < count);
        exists.then(|| ByteRanges::from_iter([medium.sector_size.range(sector)]))
    }
}
