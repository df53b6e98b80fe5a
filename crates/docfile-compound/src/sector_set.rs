//! An ordered set of sector numbers, kept as runs, from which runs can be taken.
//!
//! Invariant: the runs are disjoint, do not touch and are not empty, and each is listed twice, by
//! where it starts and by how long it is. Every operation costs the logarithm of the number of
//! runs, for each run that it changes. What membership means is the owner's business.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

/// A set of sector numbers (any `u32` but the last).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SectorSet {
    /// Start to end.
    runs: BTreeMap<u32, u32>,
    /// Length and start.
    by_len: BTreeSet<(u32, u32)>,
    count: u64,
}

impl SectorSet {
    pub(crate) const fn new() -> Self {
        Self { runs: BTreeMap::new(), by_len: BTreeSet::new(), count: 0 }
    }

    /// Adds `run`, joining it with what it overlaps or touches.
    pub(crate) fn insert(&mut self, run: Range<u32>) {
        if run.is_empty() {
            return;
        }
        let mut joined = run;
        while let Some(touched) = self.last_from_below(joined.end) {
            if touched.end < joined.start {
                break;
            }
            self.drop_run(&touched);
            joined = joined.start.min(touched.start)..joined.end.max(touched.end);
        }
        self.add_run(joined);
    }

    /// Removes `run`, cutting what it overlaps.
    pub(crate) fn remove(&mut self, run: &Range<u32>) {
        if run.is_empty() {
            return;
        }
        while let Some(cut) = self.last_from_below(run.end - 1) {
            if cut.end <= run.start {
                break;
            }
            self.drop_run(&cut);
            self.add_run(run.end..cut.end);
            self.add_run(cut.start..run.start.min(cut.end));
        }
    }

    /// Whether every sector of `run` is in the set. The empty run always is.
    pub(crate) fn contains(&self, run: &Range<u32>) -> bool {
        run.is_empty() || self.run_around(run.start).is_some_and(|known| known.end >= run.end)
    }

    /// What the set holds of `run`, in ascending order.
    pub(crate) fn parts(&self, run: Range<u32>) -> impl Iterator<Item = Range<u32>> + '_ {
        let first = self.run_around(run.start).map_or(run.start, |known| known.start);
        self.runs
            .range(first..run.end.max(first))
            .map(move |(start, end)| (*start).max(run.start)..(*end).min(run.end))
    }

    /// What the set does not hold of `run`, in ascending order.
    pub(crate) fn gaps(&self, run: Range<u32>) -> Vec<Range<u32>> {
        let mut gaps = Vec::new();
        let mut from = run.start;
        for part in self.parts(run.clone()) {
            gaps.push(from..part.start);
            from = part.end;
        }
        gaps.push(from..run.end);
        gaps.retain(|gap| !gap.is_empty());
        gaps
    }

    /// Takes up to `count` sectors from `start` on, if `start` is in the set.
    pub(crate) fn take_at(&mut self, start: u32, count: u32) -> Option<Range<u32>> {
        let around = self.run_around(start)?;
        let taken = start..around.end.min(start.saturating_add(count));
        self.remove(&taken);
        Some(taken).filter(|taken| !taken.is_empty())
    }

    /// Takes `count` sectors from the front of the shortest run that has so many, of equal ones
    /// the first.
    pub(crate) fn take_from_shortest(&mut self, count: u32) -> Option<Range<u32>> {
        let (_, start) = *self.by_len.range((count, 0)..).next()?;
        self.take_at(start, count)
    }

    /// Takes up to `count` sectors from the front of the longest run, of equal ones the last.
    pub(crate) fn take_from_longest(&mut self, count: u32) -> Option<Range<u32>> {
        let (_, start) = *self.by_len.last()?;
        self.take_at(start, count)
    }

    /// Whether some run has at least `count` sectors.
    pub(crate) fn has_run_of(&self, count: u32) -> bool {
        self.by_len.last().is_some_and(|(len, _)| *len >= count)
    }

    /// The run that `sector` lies in.
    pub(crate) fn run_around(&self, sector: u32) -> Option<Range<u32>> {
        self.last_from_below(sector).filter(|run| run.end > sector)
    }

    /// The runs, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        self.runs.iter().map(|(start, end)| *start..*end)
    }

    /// Number of runs.
    pub(crate) fn run_count(&self) -> usize {
        self.runs.len()
    }

    /// Number of sectors in the set.
    pub(crate) const fn sector_count(&self) -> u64 {
        self.count
    }

    /// The last run that starts at or below `sector`.
    fn last_from_below(&self, sector: u32) -> Option<Range<u32>> {
        self.runs.range(..=sector).next_back().map(|(start, end)| *start..*end)
    }

    fn add_run(&mut self, run: Range<u32>) {
        if !run.is_empty() {
            self.runs.insert(run.start, run.end);
            self.by_len.insert((run.end - run.start, run.start));
            self.count += u64::from(run.end - run.start);
        }
    }

    fn drop_run(&mut self, run: &Range<u32>) {
        self.runs.remove(&run.start);
        self.by_len.remove(&(run.end - run.start, run.start));
        self.count -= u64::from(run.end - run.start);
    }
}

impl FromIterator<Range<u32>> for SectorSet {
    fn from_iter<I: IntoIterator<Item = Range<u32>>>(iter: I) -> Self {
        let mut set = Self::new();
        for run in iter {
            set.insert(run);
        }
        set
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of runs, some of them of one run")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(runs: &[Range<u32>]) -> SectorSet {
        runs.iter().cloned().collect()
    }

    #[test]
    fn taking_from_the_shortest_leaves_longer_runs_whole() {
        let mut runs = set(&[0..9, 20..24, 30..33, 40..43]);
        assert_eq!(runs.take_from_shortest(3), Some(30..33));
        assert_eq!(runs.take_from_shortest(3), Some(40..43));
        assert_eq!(runs.take_from_shortest(3), Some(20..23));
        assert_eq!(runs.take_from_shortest(10), None);
        assert_eq!(runs.take_from_longest(20), Some(0..9));
        assert_eq!(runs, set(&[23..24]));
    }

    #[test]
    fn taking_at_a_sector_goes_no_further_than_its_run() {
        let mut runs = set(&[5..10]);
        assert_eq!(runs.take_at(4, 1), None);
        assert_eq!(runs.take_at(7, 9), Some(7..10));
        assert_eq!(runs, set(&[5..7]));
        assert_eq!(runs.take_at(5, 0), None);
        assert_eq!(runs, set(&[5..7]));
    }

    #[test]
    fn the_highest_numbers_fit() {
        let mut runs = set(&[0..u32::MAX]);
        runs.remove(&(7..u32::MAX - 1));
        assert_eq!(runs.iter().collect::<Vec<_>>(), [0..7, u32::MAX - 1..u32::MAX]);
        assert_eq!(runs.take_at(u32::MAX - 1, 5), Some(u32::MAX - 1..u32::MAX));
    }

    proptest! {
        #[test]
        fn behaves_as_a_set_of_numbers(ops in prop::collection::vec((0u8..5, 0u32..64, 0u32..16), 0..60)) {
            let mut runs = SectorSet::new();
            let mut model = [false; 96];
            for (op, start, len) in ops {
                let range = start..start + len;
                let taken = match op {
                    0 | 1 => {
                        runs.insert(range.clone());
                        model[start as usize..range.end as usize].fill(true);
                        None
                    }
                    2 => {
                        runs.remove(&range);
                        Some(range)
                    }
                    3 => runs.take_at(start, len).inspect(|taken| assert_eq!(taken.start, start)),
                    _ => runs.take_from_shortest(len.max(1)).inspect(|taken| assert_eq!(taken.len(), len.max(1) as usize)),
                };
                for sector in taken.into_iter().flatten() {
                    prop_assert!(op == 2 || model[sector as usize]);
                    model[sector as usize] = false;
                }
                let ours: Vec<u32> = runs.iter().flatten().collect();
                let theirs: Vec<u32> = (0..96).filter(|sector| model[*sector as usize]).collect();
                prop_assert_eq!(runs.sector_count(), ours.len() as u64);
                prop_assert_eq!(runs.by_len.len(), runs.runs.len());
                prop_assert_eq!(ours, theirs);
                prop_assert!(runs.iter().zip(runs.iter().skip(1)).all(|(a, b)| a.end < b.start));
                for start in 0..80 {
                    let range = start..start + 7;
                    prop_assert_eq!(runs.contains(&range), range.clone().all(|s| model[s as usize]));
                    let parts: Vec<u32> = runs.parts(range.clone()).flatten().collect();
                    prop_assert_eq!(parts, range.clone().filter(|s| model[*s as usize]).collect::<Vec<_>>());
                    let gaps: Vec<u32> = runs.gaps(range.clone()).into_iter().flatten().collect();
                    prop_assert_eq!(gaps, range.filter(|s| !model[*s as usize]).collect::<Vec<_>>());
                }
            }
        }
    }
}
