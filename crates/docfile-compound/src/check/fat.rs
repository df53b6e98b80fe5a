//! The FAT as a table: what it marks, what its entries say by themselves, which sectors it
//! describes and which it leaves over ([MS-CFB] 2.1, 2.3, 2.8).
//!
//! Neighbouring sectors with the same breach are one finding.

use core::ops::Range;

use crate::check::chain::Units;
use crate::check::links::{LinkTable, link_name};
use crate::check::report::{Findings, Severity};
use crate::check::tables::Tables;
use crate::rule::Rule;
use crate::sector::{DIFAT_SECTOR, FAT_SECTOR, MAX_REGULAR_SECTOR, SectorId};

/// Takes the sectors of the DIFAT and the FAT, and reports those that are not marked as such.
pub(super) fn claim_tables(tables: &Tables, sectors: &mut Units<'_>, findings: &mut Findings) {
    let in_file = |sector: &u32| u64::from(*sector) < tables.sector_end;
    let difat = tables.fat_list.chain.iter().copied().map(|sector| (sector, false));
    let mut fat: Vec<u32> = tables.fat_list.sectors().filter(in_file).collect();
    // What is listed twice is told of by the list.
    fat.sort_unstable();
    fat.dedup();
    let fat = fat.into_iter().map(|sector| (sector, true));
    for (sector, is_fat) in difat.chain(fat) {
        let (rule, mark) =
            if is_fat { (Rule::FatMark, FAT_SECTOR) } else { (Rule::DifatMark, DIFAT_SECTOR) };
        if !sectors.take(sector) {
            let offset = tables.size.offset(SectorId(sector));
            findings.add_table(Rule::ChainShared, Severity::Error, offset, || {
                format!("Sector {sector} is listed as one of the DIFAT and as one of the FAT.")
            });
        }
        let Some(link) = tables.fat.link(sector).filter(|link| *link != mark) else { continue };
        let offset = tables.fat.offset_of(sector).unwrap_or_default();
        findings.add_table(rule, Severity::Forgiven, offset, || {
            let (link, mark) = (link_name(link), link_name(mark));
            format!("Sector {sector} is marked {link} instead of {mark}.")
        });
    }
}

/// Reports entries that are wrong whatever leads to them.
pub(super) fn check_entries(tables: &Tables, findings: &mut Findings) {
    let mut beyond = Stretch::default();
    for (sector, link) in tables.fat.used_links() {
        if u64::from(sector) >= tables.sector_end {
            beyond.extend(sector, |run| report_beyond(tables, run, findings));
        } else if is_no_link(link, tables.sector_end) {
            let offset = tables.fat.offset_of(sector).unwrap_or_default();
            findings.add_table(Rule::FatEntry, Severity::Forgiven, offset, || {
                let (link, count) = (link_name(link), tables.sector_end);
                format!("The entry of sector {sector} is {link}; the file has {count} sectors.")
            });
        }
    }
    beyond.finish(|run| report_beyond(tables, run, findings));
}

fn report_beyond(tables: &Tables, run: Range<u32>, findings: &mut Findings) {
    let offset = tables.fat.offset_of(run.start).unwrap_or_default();
    findings.add_table(Rule::FatBeyondEnd, Severity::Forgiven, offset, || {
        let count = tables.sector_end;
        format!("{} not free; the file has {count} sectors.", sectors_are(&run))
    });
}

/// Reports sectors that the FAT does not describe, and what follows the last that it does.
pub(super) fn check_coverage(tables: &Tables, sectors: &Units<'_>, findings: &mut Findings) {
    let Tables { size, len, sector_end, .. } = *tables;
    let described = tables.fat.described();
    let cost = if sectors.lacks_links { Severity::Error } else { Severity::Forgiven };
    let mut missing = |run: Range<u64>| {
        let offset = size.len_u64() * (run.start + 1);
        findings.add_table(Rule::FatMissing, cost, offset, || {
            format!("The FAT says nothing of sectors {} to {}.", run.start, run.end - 1)
        });
    };
    let per_page = u64::from(size.fat_entries());
    for page in tables.fat.absent_pages() {
        let first = u64::from(page) * per_page;
        if first < sector_end {
            missing(first..(first + per_page).min(sector_end));
        }
    }
    if described < sector_end {
        missing(described..sector_end);
    }
    let end = size.len_u64() * (described + 1);
    // Where the list of FAT sectors broke off, there is no telling what follows the last.
    if len > end && tables.fat_list.is_whole() {
        findings.add_table(Rule::TrailingData, Severity::Forgiven, end, || {
            format!("{} bytes follow the {described} sectors that the FAT describes.", len - end)
        });
    }
    if len % size.len_u64() != 0 {
        let over = len % size.len_u64();
        findings.add_table(Rule::SectorShort, Severity::Forgiven, len - over, || {
            format!("The last sector has {over} bytes of {}.", size.len())
        });
    }
}

/// Reports sectors that are not free and belong to nothing.
pub(super) fn check_orphans(tables: &Tables, sectors: &Units<'_>, findings: &mut Findings) {
    let lock = tables.size.range_lock_sector();
    let end = tables.sector_end;
    let mut orphans = Stretch::default();
    for (sector, _) in tables.fat.used_links() {
        let is_for_chains = u64::from(sector) < end && sector != lock;
        if is_for_chains && !sectors.taken.is_marked(&tables.fat, sector) {
            orphans.extend(sector, |run| report_orphans(&tables.fat, run, findings));
        }
    }
    orphans.finish(|run| report_orphans(&tables.fat, run, findings));
}

fn report_orphans(fat: &LinkTable, run: Range<u32>, findings: &mut Findings) {
    let offset = fat.offset_of(run.start).unwrap_or_default();
    findings.add_table(Rule::SectorOrphan, Severity::Forgiven, offset, || {
        format!("{} not free, and nothing leads there.", sectors_are(&run))
    });
}

/// Whether an entry is neither the number of a unit below `end` nor a special value.
pub(super) fn is_no_link(link: u32, end: u64) -> bool {
    if link <= MAX_REGULAR_SECTOR { u64::from(link) >= end } else { link < DIFAT_SECTOR }
}

fn sectors_are(run: &Range<u32>) -> String {
    match run.end - run.start {
        1 => format!("Sector {} is", run.start),
        _ => format!("Sectors {} to {} are", run.start, run.end - 1),
    }
}

/// Neighbours with the same breach, told of as one.
#[derive(Debug, Default)]
pub(super) struct Stretch(Option<Range<u32>>);

impl Stretch {
    /// Adds a unit behind all others; what it does not join is told.
    pub(super) fn extend(&mut self, unit: u32, tell: impl FnOnce(Range<u32>)) {
        match &mut self.0 {
            Some(run) if run.end == unit => run.end += 1,
            _ => {
                if let Some(run) = self.0.replace(unit..unit + 1) {
                    tell(run);
                }
            }
        }
    }

    pub(super) fn finish(self, tell: impl FnOnce(Range<u32>)) {
        if let Some(run) = self.0 {
            tell(run);
        }
    }
}
