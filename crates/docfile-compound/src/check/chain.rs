//! Chains, of sectors and of mini sectors: each is followed to its end, and each unit that it
//! visits becomes its own ([MS-CFB] 2.3, 2.4).
//!
//! A chain that comes upon a unit of another, or of itself, ends there, so that all chains
//! together visit each unit once. A breach behind what the stream needs is forgiven: reading does
//! not go there. Who has chains, and which rules these can break, is told in `owner`.

use std::collections::BTreeMap;

use crate::check::links::{End, LinkTable, Marks, Walk, follow, link_name};
use crate::check::owner::{Chain, Names, Owner};
use crate::check::report::{Findings, Severity};
use crate::rule::Rule;
use crate::sector::{DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR};

/// The units of one table, and which of them are taken.
#[derive(Debug)]
pub(super) struct Units<'t> {
    pub(super) table: &'t LinkTable,
    pub(super) kind: UnitKind,
    pub(super) taken: Marks,
    /// Chains that have what their owners need and go on behind it.
    tails: Vec<(Chain, Walk)>,
    shared: Vec<Shared>,
    /// The highest unit that somebody needs.
    pub(super) highest: Option<u32>,
    /// Whether a chain needed a link that the table does not have.
    pub(super) lacks_links: bool,
    /// Whether a chain needed bytes that are not in the file.
    pub(super) lacks_bytes: bool,
}

/// What units are, and how many there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnitKind {
    /// `sector` or `mini sector`.
    pub(super) word: &'static str,
    pub(super) len: u64,
    /// Units from here on are said not to exist.
    pub(super) end: u64,
    /// How many bytes of units there are, all together.
    pub(super) byte_len: u64,
    /// The unit that no stream may use.
    pub(super) reserved: Option<u32>,
}

impl UnitKind {
    /// How many bytes of a unit there are.
    pub(super) fn bytes_of(&self, unit: u32) -> u64 {
        let offset = u64::from(unit).saturating_mul(self.len);
        self.byte_len.saturating_sub(offset).min(self.len)
    }
}

/// A unit to which two chains lead.
#[derive(Debug)]
struct Shared {
    unit: u32,
    chain: Chain,
    severity: Severity,
    offset: u64,
}

/// What following a chain showed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claimed {
    /// How many units the chain has.
    pub(super) count: u64,
    /// Whether it ended as it must.
    pub(super) is_whole: bool,
}

/// What a walk met on the way, beside its end.
#[derive(Debug, Default)]
struct Met {
    /// The first unit that is said not to exist.
    past_end: Option<u32>,
    /// The first unit that lacks bytes which the stream needs, and how many it has of how many.
    cut: Option<(u32, u64, u64)>,
    is_reserved: bool,
}

/// Whose a unit is that a chain leads to though it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    /// There is no such unit.
    None,
    /// It holds part of the FAT or the DIFAT.
    Table,
    /// The chain's own.
    Own,
    /// Another chain's.
    Other,
}

/// A breach of the chain at hand.
struct Breach {
    rule: Rule,
    severity: Severity,
    offset: u64,
    text: String,
}

impl<'t> Units<'t> {
    pub(super) fn new(table: &'t LinkTable, kind: UnitKind) -> Self {
        let taken = table.marks();
        Self {
            table,
            kind,
            taken,
            tails: Vec::new(),
            shared: Vec::new(),
            highest: None,
            lacks_links: false,
            lacks_bytes: false,
        }
    }

    /// Takes a unit for a table that lists it; answers whether it was free.
    pub(super) fn take(&mut self, unit: u32) -> bool {
        self.taken.mark(self.table, unit)
    }

    /// Follows a chain as far as its owner needs it, takes those units and reports what is wrong
    /// with them. What comes behind is for [`finish`](Self::finish).
    pub(super) fn claim(
        &mut self,
        chain: &Chain,
        names: &Names<'_>,
        findings: &mut Findings,
    ) -> Claimed {
        if !chain.is_followed() {
            if chain.start != END_OF_CHAIN {
                tell(start_of_nothing(chain, names), chain, names, findings);
            }
            return Claimed { count: 0, is_whole: true };
        }
        let mut met = Met::default();
        let needed = chain.needed(self.kind.len);
        let mut walk = Walk::from(chain.start);
        self.go_on(&mut walk, chain, needed.unwrap_or(u64::MAX), &mut met);
        self.lacks_bytes |= met.cut.is_some();
        for breach in self.met_breaches(chain, &met, names) {
            tell(breach, chain, names, findings);
        }
        if walk.end == End::Enough {
            self.tails.push((*chain, walk));
        } else {
            self.tell_end(chain, &walk, names, findings);
        }
        Claimed { count: walk.count, is_whole: walk.end == End::Chain }
    }

    /// Follows the chains that go on behind what their owners need. They come after all others, so
    /// that none of them takes what somebody needs.
    pub(super) fn finish(&mut self, names: &Names<'_>, findings: &mut Findings) {
        for (chain, mut walk) in core::mem::take(&mut self.tails) {
            self.go_on(&mut walk, &chain, u64::MAX, &mut Met::default());
            self.tell_end(&chain, &walk, names, findings);
        }
    }

    fn go_on(&mut self, walk: &mut Walk, chain: &Chain, count_max: u64, met: &mut Met) {
        let Self { table, kind, taken, highest, .. } = self;
        let mut index = walk.count;
        walk.go_on(table, kind.end, count_max, |unit| {
            if !taken.mark(table, unit) {
                return false;
            }
            let has = kind.bytes_of(unit);
            let needs = chain.bytes_at(index, kind.len);
            if has < needs {
                met.cut.get_or_insert((unit, has, needs));
            } else if u64::from(unit) >= kind.end {
                met.past_end.get_or_insert(unit);
            }
            if needs > 0 {
                *highest = (*highest).max(Some(unit));
            }
            met.is_reserved |= kind.reserved == Some(unit);
            index += 1;
            true
        });
    }

    fn met_breaches(
        &self,
        chain: &Chain,
        met: &Met,
        names: &Names<'_>,
    ) -> impl Iterator<Item = Breach> + use<> {
        let UnitKind { word, end, .. } = self.kind;
        let offset = chain.start_offset;
        let title = || names.title(chain.owner);
        let cut = met.cut.map(|(unit, has, needs)| Breach {
            rule: chain.kind.rules().past_end,
            severity: chain.lack_cost,
            offset,
            text: match has {
                0 => format!("The file does not have {word} {unit} of {}.", title()),
                _ => {
                    format!("Of {word} {unit} of {} {has} bytes are here, {needs} needed.", title())
                }
            },
        });
        let past_end = met.past_end.filter(|_| met.cut.is_none()).map(|unit| Breach {
            rule: chain.kind.rules().past_end,
            severity: Severity::Forgiven,
            offset,
            text: format!("The chain of {} has {word} {unit}, of which there are {end}.", title()),
        });
        let reserved = self.kind.reserved.filter(|_| met.is_reserved).map(|unit| Breach {
            rule: Rule::RangeLockSector,
            severity: Severity::Forgiven,
            offset,
            text: format!("The chain of {} has {word} {unit}, where the locks are.", title()),
        });
        cut.into_iter().chain(past_end).chain(reserved)
    }

    fn tell_end(&mut self, chain: &Chain, walk: &Walk, names: &Names<'_>, findings: &mut Findings) {
        let is_short = chain.is_short(walk.count, self.kind.len);
        let meeting = self.meeting(chain, walk);
        if let Some(breach) = self.end_breach(chain, walk, meeting, is_short, names) {
            tell(breach, chain, names, findings);
        }
        if let Some(breach) = self.count_breach(chain, walk, meeting, names) {
            tell(breach, chain, names, findings);
        }
    }

    /// Whose the unit is that a walk came upon.
    fn meeting(&self, chain: &Chain, walk: &Walk) -> Meeting {
        if walk.end != End::Seen {
            return Meeting::None;
        }
        if matches!(self.table.link(walk.next), Some(FAT_SECTOR | DIFAT_SECTOR)) {
            return Meeting::Table;
        }
        let mut left = walk.count;
        let mut is_own = false;
        follow(self.table, chain.start, self.kind.end, |unit| {
            if is_own || left == 0 {
                return false;
            }
            left -= 1;
            is_own = unit == walk.next;
            true
        });
        if is_own { Meeting::Own } else { Meeting::Other }
    }

    /// What is wrong with how the chain ended.
    fn end_breach(
        &mut self,
        chain: &Chain,
        walk: &Walk,
        meeting: Meeting,
        is_short: bool,
        names: &Names<'_>,
    ) -> Option<Breach> {
        let word = self.kind.word;
        let rules = chain.kind.rules();
        let title = || names.title(chain.owner);
        let next = || link_name(walk.next);
        let last = walk.last.unwrap_or_default();
        let severity = if is_short { Severity::Error } else { Severity::Forgiven };
        let offset = self.end_offset(chain, walk);
        let (rule, text) = match (walk.end, meeting) {
            (End::Chain | End::Enough, _) => return None,
            (End::Nowhere, _) if walk.last.is_none() => {
                (rules.start, format!("The start of {} is {}.", title(), next()))
            }
            (End::Nowhere, _) => {
                let text = format!("From {word} {last} {} leads to {}.", title(), next());
                (rules.broken, text)
            }
            (End::Undescribed, _) if !is_short => return None,
            (End::Undescribed, _) => {
                self.lacks_links = true;
                let text = format!("No table tells what follows {word} {last} of {}.", title());
                (rules.broken, text)
            }
            (End::Seen, Meeting::Table) => {
                let mark = link_name(self.table.link(walk.next).unwrap_or_default());
                let text =
                    format!("The chain of {} leads to {word} {}, a {mark}.", title(), next());
                (rules.broken, text)
            }
            (End::Seen, Meeting::Own) => {
                let text = format!("The chain of {} comes back to {word} {}.", title(), next());
                (rules.cycle, text)
            }
            (End::Seen, Meeting::Other | Meeting::None) => {
                self.shared.push(Shared { unit: walk.next, chain: *chain, severity, offset });
                return None;
            }
        };
        Some(Breach { rule, severity, offset, text })
    }

    /// Whether the chain has as many units as it should, where its end does not say it all.
    fn count_breach(
        &self,
        chain: &Chain,
        walk: &Walk,
        meeting: Meeting,
        names: &Names<'_>,
    ) -> Option<Breach> {
        let needed = chain.needed(self.kind.len)?;
        let is_told = walk.end == End::Undescribed
            || walk.end == End::Nowhere && walk.last.is_none()
            || meeting == Meeting::Other;
        let (rule, severity) = match walk.count {
            count if count < needed && !is_told => (chain.kind.rules().short, chain.lack_cost),
            count if count > needed => (chain.kind.rules().long, Severity::Forgiven),
            _ => return None,
        };
        let (title, word) = (names.title(chain.owner), self.kind.word);
        let text = format!("The chain of {title} has {} {word}s, it needs {needed}.", walk.count);
        Some(Breach { rule, severity, offset: self.end_offset(chain, walk), text })
    }

    /// Where the link stands at which a walk ended.
    fn end_offset(&self, chain: &Chain, walk: &Walk) -> u64 {
        let link = walk.last.and_then(|last| self.table.offset_of(last));
        link.unwrap_or(chain.start_offset)
    }

    /// Reports the units to which two chains lead. `tables` is what was taken before all chains,
    /// and `chains` are those that were claimed, in the same order.
    pub(super) fn report_shared(
        &mut self,
        tables: impl Iterator<Item = (u32, Owner)>,
        chains: impl Iterator<Item = Chain> + Clone,
        names: &Names<'_>,
        findings: &mut Findings,
    ) {
        if self.shared.is_empty() {
            return;
        }
        let mut owners: BTreeMap<u32, Option<Owner>> =
            self.shared.iter().map(|shared| (shared.unit, None)).collect();
        let mut taken = self.table.marks();
        let mut take = |unit, owner| {
            let is_new = taken.mark(self.table, unit);
            if is_new && let Some(first) = owners.get_mut(&unit) {
                first.get_or_insert(owner);
            }
            is_new
        };
        for (unit, owner) in tables {
            take(unit, owner);
        }
        let chains = chains.filter(Chain::is_followed);
        let mut tails = Vec::new();
        for chain in chains {
            let mut walk = Walk::from(chain.start);
            let needed = chain.needed(self.kind.len).unwrap_or(u64::MAX);
            walk.go_on(self.table, self.kind.end, needed, |unit| take(unit, chain.owner));
            if walk.end == End::Enough {
                tails.push((chain.owner, walk));
            }
        }
        for (owner, mut walk) in tails {
            walk.go_on(self.table, self.kind.end, u64::MAX, |unit| take(unit, owner));
        }
        for Shared { unit, chain, severity, offset } in core::mem::take(&mut self.shared) {
            let owner = owners.get(&unit).copied().flatten();
            let other = || owner.map_or_else(|| "another chain".to_owned(), |o| names.title(o));
            let title = || names.title(chain.owner);
            let word = self.kind.word;
            let text = || format!("Both {} and {} lead to {word} {unit}.", other(), title());
            let element = || names.element(chain.owner);
            findings.add(chain.kind.rules().shared, severity, offset, element, text);
        }
    }
}

fn start_of_nothing(chain: &Chain, names: &Names<'_>) -> Breach {
    let (title, start) = (names.title(chain.owner), link_name(chain.start));
    Breach {
        rule: chain.kind.rules().start,
        severity: Severity::Forgiven,
        offset: chain.start_offset,
        text: format!("The start of {title}, which is empty, is {start}."),
    }
}

fn tell(breach: Breach, chain: &Chain, names: &Names<'_>, findings: &mut Findings) {
    let Breach { rule, severity, offset, text } = breach;
    findings.add(rule, severity, offset, || names.element(chain.owner), || text);
}
