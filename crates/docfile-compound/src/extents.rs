//! Where the parts of a chain lie: logical sector number to sector, kept compressed.
//!
//! Invariant: the segments cover the logical numbers `0..sector_count` in order and without
//! gaps. Eight or more neighbouring sectors are one run; what is more scattered is a plain list
//! of at most [`SCATTERED_MAX`] numbers, so that a contiguous stream costs a few bytes and a fully
//! permuted one four bytes a sector. Finding a sector is a binary search.

/// A run is worth a segment of its own from this length on.
const RUN_MIN: u32 = 8;
/// The longest list of scattered sectors in one segment.
const SCATTERED_MAX: usize = 1024;

/// `sector_count` neighbouring sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Run {
    /// The sectors as a range of numbers.
    pub(crate) const fn range(self) -> core::ops::Range<u32> {
        self.first..self.first + self.count
    }
}

impl From<core::ops::Range<u32>> for Run {
    fn from(range: core::ops::Range<u32>) -> Self {
        Self { first: range.start, count: range.end - range.start }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Extents {
    segments: Vec<Segment>,
    sector_count: u32,
    /// How many entries at the end of the last scattered segment are neighbours.
    tail_count: u32,
}

#[derive(Debug)]
struct Segment {
    /// Logical number of the first sector.
    logical: u32,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Run(Run),
    Scattered(Vec<u32>),
}

impl Extents {
    /// How many sectors are known.
    pub(crate) fn sector_count(&self) -> u32 {
        self.sector_count
    }

    /// The last known sector.
    pub(crate) fn last(&self) -> Option<u32> {
        match &self.segments.last()?.body {
            Body::Run(run) => Some(run.first + (run.count - 1)),
            Body::Scattered(sectors) => sectors.last().copied(),
        }
    }

    /// Appends a run of neighbouring sectors.
    pub(crate) fn push(&mut self, run: Run) {
        if run.count == 0 {
            return;
        }
        let logical = self.sector_count;
        self.sector_count += run.count;
        match self.segments.last_mut().map(|segment| &mut segment.body) {
            Some(Body::Run(last)) if last.first + last.count == run.first => {
                last.count += run.count;
            }
            Some(Body::Run(last)) if last.count < RUN_MIN && run.count < RUN_MIN => {
                self.scatter_last();
                self.push_scattered(run);
            }
            Some(Body::Scattered(_)) if run.count < RUN_MIN => self.push_scattered(run),
            _ => self.segments.push(Segment { logical, body: Body::Run(run) }),
        }
    }

    /// Turns the short run at the end into scattered sectors, joining the segment before it.
    fn scatter_last(&mut self) {
        let Some(Segment { logical, body: Body::Run(run) }) = self.segments.pop() else { return };
        let sectors = run.first..run.first + run.count;
        match self.segments.last_mut().map(|segment| &mut segment.body) {
            Some(Body::Scattered(list)) if list.len() + RUN_MIN as usize <= SCATTERED_MAX => {
                list.extend(sectors);
            }
            _ => self.segments.push(Segment { logical, body: Body::Scattered(sectors.collect()) }),
        }
        self.tail_count = run.count;
    }

    fn push_scattered(&mut self, run: Run) {
        for sector in run.first..run.first + run.count {
            self.push_one_scattered(sector);
        }
    }

    /// Appends to the list at the end, or begins one; a tail that has grown into a run becomes one.
    fn push_one_scattered(&mut self, sector: u32) {
        let end = self.segments.last().map_or(0, Segment::end);
        let list = match self.segments.last_mut().map(|segment| &mut segment.body) {
            Some(Body::Scattered(list)) if list.len() < SCATTERED_MAX => list,
            _ => {
                self.tail_count = 1;
                let body = Body::Scattered(vec![sector]);
                self.segments.push(Segment { logical: end, body });
                return;
            }
        };
        let follows = list.last().is_some_and(|last| last.checked_add(1) == Some(sector));
        self.tail_count = if follows { self.tail_count + 1 } else { 1 };
        list.push(sector);
        if list.len() == SCATTERED_MAX {
            list.shrink_to_fit();
        }
        if self.tail_count == RUN_MIN {
            list.truncate(list.len() - RUN_MIN as usize);
            list.shrink_to_fit();
            if list.is_empty() {
                self.segments.pop();
            }
            let run = Run { first: sector - (RUN_MIN - 1), count: RUN_MIN };
            self.segments.push(Segment { logical: end + 1 - RUN_MIN, body: Body::Run(run) });
        }
    }

    /// The runs that hold the logical sectors from `logical` on, the first cut to start there.
    pub(crate) fn runs_from(&self, logical: u32) -> Runs<'_> {
        let index = self.segments.partition_point(|segment| segment.logical <= logical);
        Runs { rest: self.segments.get(index.saturating_sub(1)..).unwrap_or_default(), logical }
    }
}

impl Segment {
    fn end(&self) -> u32 {
        self.logical
            + match &self.body {
                Body::Run(run) => run.count,
                Body::Scattered(list) => u32::try_from(list.len()).unwrap_or(u32::MAX),
            }
    }
}

/// Iterator over the runs of a chain, from some logical sector on.
#[derive(Debug)]
pub(crate) struct Runs<'e> {
    rest: &'e [Segment],
    logical: u32,
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        loop {
            let (segment, after) = self.rest.split_first()?;
            let skip = self.logical.checked_sub(segment.logical)?;
            let run = match &segment.body {
                Body::Run(run) if skip < run.count => {
                    Some(Run { first: run.first + skip, count: run.count - skip })
                }
                Body::Run(_) => None,
                Body::Scattered(list) => neighbours(list.get(skip as usize..).unwrap_or_default()),
            };
            if let Some(run) = run {
                self.logical += run.count;
                return Some(run);
            }
            self.rest = after;
        }
    }
}

/// The run that a list of sectors starts with.
fn neighbours(list: &[u32]) -> Option<Run> {
    let first = *list.first()?;
    let count = list.iter().zip(first..).take_while(|(have, want)| **have == *want).count();
    Some(Run { first, count: u32::try_from(count).unwrap_or(u32::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sectors(extents: &Extents, logical: u32) -> Vec<u32> {
        extents.runs_from(logical).flat_map(|run| run.first..run.first + run.count).collect()
    }

    #[test]
    fn a_contiguous_chain_is_one_segment() {
        let mut extents = Extents::default();
        for first in (0..1000).step_by(10) {
            extents.push(Run { first, count: 10 });
        }
        assert_eq!(extents.segments.len(), 1);
    }

    #[test]
    fn a_scattered_chain_costs_four_bytes_a_sector() {
        let mut extents = Extents::default();
        for index in 0..100_000u32 {
            extents.push(Run { first: index.wrapping_mul(7919) % 1_000_003, count: 1 });
        }
        let listed: usize = extents
            .segments
            .iter()
            .map(|segment| match &segment.body {
                Body::Run(_) => 0,
                Body::Scattered(list) => list.capacity() * 4,
            })
            .sum();
        let total = listed + extents.segments.capacity() * size_of::<Segment>();
        assert!(total < 100_000 * 5, "{total}");
    }

    proptest! {
        #[test]
        fn equals_a_plain_list(runs in prop::collection::vec((0u32..200, 1u32..20), 0..3000), from in 0u32..4000) {
            let mut extents = Extents::default();
            let mut model = Vec::new();
            for (first, count) in runs {
                extents.push(Run { first, count });
                model.extend(first..first + count);
            }
            prop_assert_eq!(extents.sector_count() as usize, model.len());
            prop_assert_eq!(extents.last(), model.last().copied());
            prop_assert_eq!(sectors(&extents, 0), &model[..]);
            prop_assert_eq!(sectors(&extents, from), model.get(from as usize..).unwrap_or_default());
        }

        #[test]
        fn single_sectors_equal_a_plain_list(list in prop::collection::vec(0u32..40, 0..4000)) {
            let mut extents = Extents::default();
            for sector in &list {
                extents.push(Run { first: *sector, count: 1 });
                prop_assert_eq!(extents.last(), Some(*sector));
            }
            prop_assert_eq!(sectors(&extents, 0), list);
        }
    }
}
