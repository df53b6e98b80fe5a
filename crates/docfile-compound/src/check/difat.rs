//! The list of FAT sectors: reading all of it, and its rules ([MS-CFB] 2.5).
//!
//! An entry stands for the page of the FAT at its own place in the list; where a free one has others
//! behind it, that page is absent.

use std::collections::BTreeSet;

use crate::chain::link_at;
use crate::check::links::link_name;
use crate::check::reader::Reader;
use crate::check::report::{Findings, Severity};
use crate::error::Result;
use crate::header::{self, HEADER_DIFAT_COUNT, Header};
use crate::medium::Pad;
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, FREE_SECTOR, MAX_REGULAR_SECTOR, SectorId, SectorSize};

/// The list as far as it could be read.
#[derive(Debug)]
pub(super) struct FatList {
    size: SectorSize,
    /// Every entry, free ones included.
    entries: Vec<u32>,
    /// The sectors of the DIFAT's chain.
    pub(super) chain: Vec<u32>,
    /// The link behind the last of them.
    last_link: u32,
}

impl FatList {
    /// Reads the list until it ends, breaks or is missing.
    pub(super) fn read(reader: &mut Reader<'_>, header: &Header, sector_end: u64) -> Result<Self> {
        let mut list = Self {
            size: reader.size,
            entries: header.difat.to_vec(),
            chain: Vec::new(),
            last_link: if header.difat_count == 0 { END_OF_CHAIN } else { header.difat_start },
        };
        let mut seen = BTreeSet::new();
        let listed = reader.size.fat_entries() - 1;
        while u64::from(list.last_link) < sector_end
            && list.last_link <= MAX_REGULAR_SECTOR
            && seen.insert(list.last_link)
        {
            let Some(page) = reader.page(list.last_link, Pad::Free)? else { break };
            list.chain.push(list.last_link);
            list.entries.extend((0..listed).map(|index| link_at(&page, index)));
            list.last_link = link_at(&page, listed);
        }
        Ok(list)
    }

    /// The entries up to the last that is not free, one for each page of the FAT.
    pub(super) fn pages(&self) -> &[u32] {
        let last = self.entries.iter().rposition(|entry| *entry != FREE_SECTOR);
        self.entries.get(..last.map_or(0, |last| last + 1)).unwrap_or_default()
    }

    /// The FAT sectors in order.
    pub(super) fn sectors(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().copied().filter(|entry| *entry != FREE_SECTOR)
    }

    /// Whether the chain of the list ended as it must.
    pub(super) fn is_whole(&self) -> bool {
        self.last_link == END_OF_CHAIN
    }

    /// Where an entry stands in the file.
    fn offset_of(&self, index: usize) -> u64 {
        let Some(behind) = index.checked_sub(HEADER_DIFAT_COUNT) else {
            return (header::DIFAT + 4 * index) as u64;
        };
        let listed = self.size.fat_entries() as usize - 1;
        let sector = self.chain.get(behind / listed).copied().unwrap_or_default();
        self.size.offset(SectorId(sector)) + 4 * (behind % listed) as u64
    }

    /// Where the link behind the last sector stands.
    fn last_link_offset(&self) -> u64 {
        match self.chain.last() {
            Some(last) => self.size.offset(SectorId(*last)) + self.size.len_u64() - 4,
            None => header::DIFAT_START as u64,
        }
    }

    /// Reports what is wrong with the list. `sector_end` is the number of sectors in the file.
    pub(super) fn check(&self, header: &Header, sector_end: u64, findings: &mut Findings) {
        let needed = sector_end.div_ceil(u64::from(self.size.fat_entries()));
        let listed = self.sectors().count();
        let page_count = self.pages().len() as u64;
        let cost = |lost: bool| if lost { Severity::Error } else { Severity::Forgiven };
        self.check_entries(sector_end, findings);
        self.check_order(needed, findings);
        self.check_chain(header, cost(page_count < needed), findings);
        if self.is_whole() && listed != header.fat_count as usize {
            findings.add_table(
                Rule::HeaderFatCount,
                Severity::Forgiven,
                header::FAT_COUNT as u64,
                || {
                    format!(
                        "The header counts {} FAT sectors, {listed} are listed.",
                        header.fat_count
                    )
                },
            );
        }
    }

    fn check_chain(&self, header: &Header, cost: Severity, findings: &mut Findings) {
        let count = self.chain.len();
        if self.is_whole() {
            let is_left_out = header.difat_count == 0 && header.difat_start <= MAX_REGULAR_SECTOR;
            if u64::from(header.difat_count) != count as u64 || is_left_out {
                let offset = header::DIFAT_COUNT as u64;
                let start = link_name(header.difat_start);
                findings.add_table(Rule::HeaderDifatCount, cost, offset, || {
                    format!(
                        "The header counts {} DIFAT sectors and names {start} as the first; \
                         the chain has {count}.",
                        header.difat_count
                    )
                });
            }
            return;
        }
        findings.add_table(Rule::DifatChain, cost, self.last_link_offset(), || {
            let link = link_name(self.last_link);
            format!("The chain of the DIFAT leads to {link} after {count} sectors.")
        });
    }

    fn check_entries(&self, sector_end: u64, findings: &mut Findings) {
        let mut seen = BTreeSet::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if *entry == FREE_SECTOR {
                continue;
            }
            let first = index as u64 * u64::from(self.size.fat_entries());
            let cost = if first < sector_end { Severity::Error } else { Severity::Forgiven };
            if *entry > MAX_REGULAR_SECTOR || u64::from(*entry) >= sector_end {
                findings.add_table(Rule::DifatEntry, cost, self.offset_of(index), || {
                    let entry = link_name(*entry);
                    format!(
                        "Entry {index} of the DIFAT is {entry}; the file has {sector_end} sectors."
                    )
                });
            } else if !seen.insert(*entry) {
                findings.add_table(Rule::FatDuplicate, cost, self.offset_of(index), || {
                    format!(
                        "Entry {index} of the DIFAT names sector {entry}, which is listed before."
                    )
                });
            }
        }
    }

    /// Reports each stretch of free entries with something behind it. The file needs the first
    /// `needed` pages.
    fn check_order(&self, needed: u64, findings: &mut Findings) {
        let mut first_free = None;
        for (index, entry) in self.entries.iter().enumerate() {
            if *entry == FREE_SECTOR {
                first_free.get_or_insert(index);
            } else if let Some(free) = first_free.take() {
                let is_lost = (free as u64) < needed;
                let cost = if is_lost { Severity::Error } else { Severity::Forgiven };
                findings.add_table(Rule::DifatOrder, cost, self.offset_of(free), || {
                    let last = index - 1;
                    format!("Entries {free} to {last} of the DIFAT are free, entry {index} is not.")
                });
            }
        }
    }
}
