//! Where the FAT's own sectors lie: 109 of them in the header, the rest in the DIFAT's chain
//! ([MS-CFB] 2.5).
//!
//! Invariant: the known DIFAT sectors are a prefix of the chain, kept across a pending step. A
//! sector that is passed over on the way to a later one gives no more than its link, so that
//! reaching the end of a large file costs few bytes. The counts in the header are claims and
//! bound nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chain::link_at;
use crate::error::{Error, Result};
use crate::header::{HEADER_DIFAT_COUNT, Header};
use crate::medium::{Medium, Pad};
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, FREE_SECTOR, MAX_REGULAR_SECTOR, SectorId};

/// How many DIFAT sectors a pending answer suggests to fetch along: as many as a file of 2 GiB with
/// sectors of 512 bytes has.
const DIFAT_AHEAD_MAX: u32 = 256;

/// Where the header's field for the first DIFAT sector stands.
const HEADER_DIFAT_START_OFFSET: u64 = 68;

#[derive(Debug)]
pub(crate) struct Difat {
    /// The numbers that are known without the chain: the header's, or all of them.
    listed: Vec<u32>,
    chain: Mutex<DifatChain>,
}

/// The DIFAT sectors found so far.
#[derive(Debug)]
struct DifatChain {
    sectors: Vec<u32>,
    /// What the header says of the first, until it is found.
    start: u32,
}

impl Difat {
    pub(crate) fn new(header: &Header) -> Self {
        let start = if header.difat_count == 0 { END_OF_CHAIN } else { header.difat_start };
        Self::known(header.difat.to_vec(), Vec::new(), start)
    }

    /// A list that is known whole, as a commit has just written it.
    pub(crate) fn complete(fat_sectors: Vec<u32>, difat_sectors: Vec<u32>) -> Self {
        Self::known(fat_sectors, difat_sectors, END_OF_CHAIN)
    }

    fn known(listed: Vec<u32>, sectors: Vec<u32>, start: u32) -> Self {
        Self { listed, chain: Mutex::new(DifatChain { sectors, start }) }
    }

    /// The sector that holds FAT page `index`, `None` when the list ends before it.
    pub(crate) fn fat_sector(&self, medium: &Medium, index: u32) -> Result<Option<SectorId>> {
        if let Some(sector) = self.listed.get(index as usize) {
            return Ok(SectorId::from_raw(*sector));
        }
        let per_sector = medium.sector_size.fat_entries() - 1;
        let Some(behind) = (index as usize).checked_sub(HEADER_DIFAT_COUNT) else {
            return Ok(None);
        };
        let at = behind / per_sector as usize;
        let found = self.lock().sector_at(medium, at);
        let Some(sector) = found.map_err(|error| self.with_guess(medium, index, error))? else {
            return Ok(None);
        };
        let page = medium.page(SectorId(sector), Pad::Free);
        let page = page.map_err(|error| self.with_guess(medium, index, error))?;
        let place = u32::try_from(behind % per_sector as usize).unwrap_or(u32::MAX);
        Ok(SectorId::from_raw(link_at(&page, place)))
    }

    /// Every FAT sector's number (free entries at the end left out) and every DIFAT sector's.
    pub(crate) fn all(&self, medium: &Medium) -> Result<(Vec<u32>, Vec<u32>)> {
        let mut chain = self.lock();
        chain.sector_at(medium, usize::MAX)?;
        let mut fat_sectors = self.listed.clone();
        if fat_sectors.len() == HEADER_DIFAT_COUNT {
            let per_sector = medium.sector_size.fat_entries() - 1;
            for sector in &chain.sectors {
                let page = medium.page(SectorId(*sector), Pad::Free)?;
                fat_sectors.extend((0..per_sector).map(|place| link_at(&page, place)));
            }
        }
        let used = fat_sectors.iter().rposition(|sector| *sector != FREE_SECTOR);
        fat_sectors.truncate(used.map_or(0, |last| last + 1));
        Ok((fat_sectors, chain.sectors.clone()))
    }

    /// Adds to a pending answer where the FAT page probably lies, and the DIFAT sectors on the way
    /// to its number: writers that interleave the tables with the data place them at a fixed
    /// stride, others side by side, and the header's entries show which.
    fn with_guess(&self, medium: &Medium, wanted_index: u32, error: Error) -> Error {
        error.with_more_missing(|missing| {
            let sectors = self.guess(medium, wanted_index).unwrap_or_default();
            for range in sectors.into_iter().filter_map(|sector| medium.existing_range(sector)) {
                missing.help(range);
            }
        })
    }

    fn guess(&self, medium: &Medium, wanted_index: u32) -> Option<Vec<SectorId>> {
        let last = *self.listed.get(HEADER_DIFAT_COUNT - 1)?;
        let before = *self.listed.get(HEADER_DIFAT_COUNT - 2)?;
        let stride = last.checked_sub(before).filter(|stride| *stride > 0)?;
        let behind = wanted_index.checked_sub(u32::try_from(HEADER_DIFAT_COUNT).ok()?)?;
        let per_sector = medium.sector_size.fat_entries() - 1;
        let fat_sector = nth(last, stride, behind.checked_add(1)?);

        let chain = self.lock();
        let known_count = u32::try_from(chain.sectors.len()).ok()?;
        let difat_last = chain.sectors.last().copied().unwrap_or(chain.start);
        let difat_stride = match chain.sectors.as_slice() {
            [.., a, b] => b.checked_sub(*a),
            // Tables side by side, or a DIFAT sector with the first FAT sector that it lists.
            _ if stride == 1 => Some(1),
            _ => stride.checked_mul(per_sector),
        };
        drop(chain);
        let wanted_count = (behind / per_sector).saturating_add(1).saturating_sub(known_count);
        let ahead = (1..=wanted_count.min(DIFAT_AHEAD_MAX))
            .map_while(|steps| nth(difat_last, difat_stride?, steps));
        Some(ahead.chain(fat_sector).collect())
    }

    fn lock(&self) -> MutexGuard<'_, DifatChain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DifatChain {
    /// The DIFAT sector of that index, `None` when the chain ends before it.
    fn sector_at(&mut self, medium: &Medium, index: usize) -> Result<Option<u32>> {
        while self.sectors.len() <= index {
            let (next, offset) = match self.sectors.last() {
                Some(last) => next_of(medium, SectorId(*last))?,
                None => (self.start, HEADER_DIFAT_START_OFFSET),
            };
            if next > MAX_REGULAR_SECTOR {
                return Ok(None);
            }
            // A repeated sector is a cycle. The chain is short (one sector for 7 MiB of file), so
            // looking through it costs little.
            let exists = medium.sector_count().is_none_or(|count| u64::from(next) < count);
            if !exists || self.sectors.contains(&next) {
                return Err(Error::corrupt(Rule::DifatChain, offset));
            }
            self.sectors.push(next);
        }
        Ok(self.sectors.get(index).copied())
    }
}

/// The sector that many strides behind `from`, if there can be one.
fn nth(from: u32, stride: u32, steps: u32) -> Option<SectorId> {
    SectorId::from_raw(stride.checked_mul(steps)?.checked_add(from)?)
}

/// The link at the end of a DIFAT sector, and where it stands. What is missing of the sector is
/// asked for as a whole.
fn next_of(medium: &Medium, sector: SectorId) -> Result<(u32, u64)> {
    let per_sector = medium.sector_size.fat_entries() - 1;
    let offset = medium.sector_size.offset(sector) + 4 * u64::from(per_sector);
    if !medium.is_cached(sector) {
        let mut link = [0; 4];
        if let Ok(4) = medium.bytes.try_read_at(offset, &mut link) {
            return Ok((u32::from_le_bytes(link), offset));
        }
    }
    Ok((link_at(&medium.page(sector, Pad::Free)?, per_sector), offset))
}
