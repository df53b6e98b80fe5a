//! The mini FAT as a table, beside the mini stream whose mini sectors it links
//! ([MS-CFB] 2.4, 2.6.2).

use core::ops::Range;

use crate::check::chain::Units;
use crate::check::fat::Stretch;
use crate::check::links::link_name;
use crate::check::report::{Findings, Severity};
use crate::check::tables::Tables;
use crate::directory::entry;
use crate::header;
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, MINI_SECTOR_LEN};

/// How many mini sectors the root says there are.
pub(super) fn mini_count(tables: &Tables) -> u64 {
    tables.directory.entry(0).map_or(0, |root| root.len.div_ceil(MINI_SECTOR_LEN))
}

/// Reports what is wrong with the mini FAT's entries and with the length of the mini stream.
/// `minis` have been claimed; by all who have any, when the whole directory is known.
pub(super) fn check(tables: &Tables, minis: &Units<'_>, knows_all: bool, findings: &mut Findings) {
    let count = mini_count(tables);
    let root = tables.directory.entry(0).map_or(0, |root| root.len);
    if !root.is_multiple_of(MINI_SECTOR_LEN) {
        let offset = tables.directory.offset_of(0) + entry::LEN as u64;
        findings.add_table(Rule::MiniStreamLength, Severity::Forgiven, offset, || {
            format!("The mini stream is {root} bytes long.")
        });
    }
    let described = tables.mini_fat.described();
    if described < count {
        let cost = if minis.lacks_links { Severity::Error } else { Severity::Forgiven };
        findings.add_table(Rule::MiniFatShort, cost, header::MINI_FAT_START as u64, || {
            format!("The mini FAT describes {described} of {count} mini sectors.")
        });
    }
    check_entries(tables, minis, count, knows_all, findings);
}

/// Reports entries that are wrong by themselves, and mini sectors in use that belong to nothing.
fn check_entries(
    tables: &Tables,
    minis: &Units<'_>,
    count: u64,
    knows_all: bool,
    findings: &mut Findings,
) {
    let mut orphans = Stretch::default();
    let mut past_end = Stretch::default();
    for (mini, link) in tables.mini_fat.used_links() {
        let is_past_end = u64::from(mini) >= count;
        if !is_past_end && link != END_OF_CHAIN && u64::from(link) >= count {
            let offset = tables.mini_fat.offset_of(mini).unwrap_or_default();
            findings.add_table(Rule::MiniFatEntry, Severity::Forgiven, offset, || {
                let link = link_name(link);
                format!(
                    "The entry of mini sector {mini} is {link}; there are {count} mini sectors."
                )
            });
        }
        if !knows_all || minis.taken.is_marked(&tables.mini_fat, mini) {
            continue;
        }
        if is_past_end {
            past_end.extend(mini, |run| report_past_end(tables, run, count, findings));
        } else {
            orphans.extend(mini, |run| report_orphans(tables, run, findings));
        }
    }
    past_end.finish(|run| report_past_end(tables, run, count, findings));
    orphans.finish(|run| report_orphans(tables, run, findings));
}

fn report_past_end(tables: &Tables, run: Range<u32>, count: u64, findings: &mut Findings) {
    let offset = tables.mini_fat.offset_of(run.start).unwrap_or_default();
    findings.add_table(Rule::MiniSectorPastEnd, Severity::Forgiven, offset, || {
        format!("{} not free; there are {count} mini sectors.", mini_sectors_are(&run))
    });
}

fn report_orphans(tables: &Tables, run: Range<u32>, findings: &mut Findings) {
    let offset = tables.mini_fat.offset_of(run.start).unwrap_or_default();
    findings.add_table(Rule::MiniSectorOrphan, Severity::Forgiven, offset, || {
        format!("{} not free, and nothing leads there.", mini_sectors_are(&run))
    });
}

fn mini_sectors_are(run: &Range<u32>) -> String {
    match run.end - run.start {
        1 => format!("Mini sector {} is", run.start),
        _ => format!("Mini sectors {} to {} are", run.start, run.end - 1),
    }
}
