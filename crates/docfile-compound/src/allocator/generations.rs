//! Which generations are still seen, and which freed sectors they hold back.
//!
//! Each commit makes a generation. A sector is used by those from the commit that adopted it up
//! to, and without, the commit that freed it; it is held back while a reader sees one of them.
//! Readers of other generations do not hold it, so that a file which is edited while an old
//! reader looks on does not grow with every commit.

use core::ops::Range;
use std::collections::BTreeMap;

use crate::sector_set::SectorSet;

/// The number of a commit, counted since the file was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Generation(pub(crate) u64);

impl Generation {
    /// What the file held when it was opened.
    pub(crate) const OPENED: Self = Self(0);
}

#[derive(Debug)]
pub(super) struct Generations {
    newest: Generation,
    /// How many readers see each generation.
    readers: BTreeMap<Generation, usize>,
    /// Freed runs, under the oldest reader of those that hold them. Only its end can free them.
    held: BTreeMap<Generation, Vec<Held>>,
    held_sectors: SectorSet,
    /// Since when the sectors are used that the oldest reader does not see, under the first
    /// generation with readers that sees them: which one exactly makes no difference.
    born: BTreeMap<Generation, SectorSet>,
}

/// A freed run, and the generations that used it: from `born` up to and without `freed`.
#[derive(Debug)]
struct Held {
    run: Range<u32>,
    born: Generation,
    freed: Generation,
}

impl Generations {
    pub(super) const fn new() -> Self {
        Self {
            newest: Generation::OPENED,
            readers: BTreeMap::new(),
            held: BTreeMap::new(),
            held_sectors: SectorSet::new(),
            born: BTreeMap::new(),
        }
    }

    /// Begins `generation`, which uses `adopted` beside what the one before used.
    pub(super) fn begin(&mut self, generation: Generation, adopted: SectorSet) {
        debug_assert!(generation >= self.newest, "{generation:?} is older than {:?}", self.newest);
        self.newest = generation;
        self.add_born(generation, adopted);
        self.join_births();
    }

    /// Ends the use of `run` with the newest generation; answers what nobody holds. What was
    /// retired before and is held still is left as it is.
    pub(super) fn retire(&mut self, run: Range<u32>) -> Vec<Range<u32>> {
        let used = self.held_sectors.gaps(run);
        used.into_iter().flat_map(|run| self.retire_used(run)).collect()
    }

    fn retire_used(&mut self, run: Range<u32>) -> Vec<Range<u32>> {
        let freed = self.newest;
        let mut retired = Vec::new();
        for (born, sectors) in &mut self.born {
            let parts: Vec<_> = sectors.parts(run.clone()).collect();
            for run in parts {
                sectors.remove(&run);
                retired.push(Held { run, born: *born, freed });
            }
        }
        let young: SectorSet = retired.iter().map(|held| held.run.clone()).collect();
        let old = young.gaps(run).into_iter();
        retired.extend(old.map(|run| Held { run, born: Generation::OPENED, freed }));
        retired.into_iter().filter_map(|held| self.hold(held)).collect()
    }

    pub(super) fn open(&mut self, generation: Generation) {
        debug_assert!(generation == self.newest || self.readers.contains_key(&generation));
        *self.readers.entry(generation).or_default() += 1;
    }

    /// Ends a reader of `generation`; answers the runs that nobody holds any more.
    pub(super) fn close(&mut self, generation: Generation) -> Vec<Range<u32>> {
        debug_assert!(self.readers.contains_key(&generation), "{generation:?} has no reader");
        match self.readers.get_mut(&generation) {
            Some(1) => {}
            Some(count) => {
                *count -= 1;
                return Vec::new();
            }
            None => return Vec::new(),
        }
        self.readers.remove(&generation);
        self.join_births();
        let held = self.held.remove(&generation).unwrap_or_default();
        for held in &held {
            self.held_sectors.remove(&held.run);
        }
        held.into_iter().filter_map(|held| self.hold(held)).collect()
    }

    /// Files a retired run under a reader that holds it, or answers the run.
    fn hold(&mut self, held: Held) -> Option<Range<u32>> {
        let reader = self.readers.range(held.born..).next().map(|(reader, _)| *reader);
        match reader.filter(|reader| *reader < held.freed) {
            Some(reader) => {
                self.held_sectors.insert(held.run.clone());
                self.held.entry(reader).or_default().push(held);
                None
            }
            None => Some(held.run),
        }
    }

    /// Joins the births between which no reader tells, and forgets those that all readers see.
    fn join_births(&mut self) {
        let oldest = self.readers.keys().next().copied().unwrap_or(self.newest);
        for (born, sectors) in core::mem::take(&mut self.born) {
            let seen = self.readers.range(born..).next().map_or(self.newest, |(reader, _)| *reader);
            if seen > oldest {
                self.add_born(seen, sectors);
            }
        }
    }

    fn add_born(&mut self, born: Generation, mut sectors: SectorSet) {
        let known = self.born.entry(born).or_default();
        if known.run_count() < sectors.run_count() {
            core::mem::swap(known, &mut sectors);
        }
        for run in sectors.iter() {
            known.insert(run);
        }
    }
}
