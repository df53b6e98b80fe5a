//! What a step lacks: byte ranges of the outermost byte array.
//!
//! [`ByteRanges`] is a sorted set of disjoint, non-touching, non-empty ranges; that is its one
//! invariant, and every operation keeps it. [`Missing`] pairs two of them: what the step
//! *requires* before repeating it can succeed, and what would *help* the steps after it.
//! Nothing here knows whether or when the bytes will come.

use core::ops::Range;

/// A sorted set of byte offsets, kept as disjoint ranges that do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ByteRanges {
    ranges: Vec<Range<u64>>,
}

impl ByteRanges {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Adds `range`, joining it with what it overlaps or touches. An empty range adds nothing.
    pub fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let first = self.ranges.partition_point(|r| r.end < range.start);
        let last = self.ranges.partition_point(|r| r.start <= range.end);
        let touched = self.ranges.get(first..last).unwrap_or_default();
        let start = touched.first().map_or(range.start, |r| r.start.min(range.start));
        let end = touched.last().map_or(range.end, |r| r.end.max(range.end));
        self.ranges.splice(first..last, core::iter::once(start..end));
    }

    /// Adds every range of `other`.
    pub fn extend(&mut self, other: &Self) {
        for range in &other.ranges {
            self.insert(range.clone());
        }
    }

    /// Removes `range`, cutting what it overlaps.
    pub fn remove(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let first = self.ranges.partition_point(|r| r.end <= range.start);
        let last = self.ranges.partition_point(|r| r.start < range.end);
        let cut = self.ranges.get(first..last).unwrap_or_default();
        let head = cut.first().map(|r| r.start..range.start).filter(|r| !r.is_empty());
        let tail = cut.last().map(|r| range.end..r.end).filter(|r| !r.is_empty());
        self.ranges.splice(first..last, head.into_iter().chain(tail));
    }

    /// Whether every byte of `range` is in the set. The empty range always is.
    #[must_use]
    pub fn contains(&self, range: &Range<u64>) -> bool {
        range.is_empty() || {
            let after = self.ranges.partition_point(|r| r.start <= range.start);
            after
                .checked_sub(1)
                .and_then(|index| self.ranges.get(index))
                .is_some_and(|r| r.end >= range.end)
        }
    }

    /// Whether any byte of `range` is in the set.
    #[must_use]
    pub fn intersects(&self, range: &Range<u64>) -> bool {
        let first = self.ranges.partition_point(|r| r.end <= range.start);
        !range.is_empty() && self.ranges.get(first).is_some_and(|r| r.start < range.end)
    }

    /// The parts of `range` that are not in the set, in ascending order.
    #[must_use]
    pub fn gaps(&self, range: Range<u64>) -> Self {
        let mut gaps = Self { ranges: Vec::new() };
        if range.is_empty() {
            return gaps;
        }
        gaps.ranges.push(range.clone());
        let first = self.ranges.partition_point(|r| r.end <= range.start);
        for known in self.ranges.iter().skip(first).take_while(|r| r.start < range.end) {
            gaps.remove(known.clone());
        }
        gaps
    }

    /// The ranges, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.ranges.iter().cloned()
    }

    /// Number of disjoint ranges.
    #[must_use]
    pub fn range_count(&self) -> usize {
        self.ranges.len()
    }

    /// Number of bytes in the set.
    #[must_use]
    pub fn byte_count(&self) -> u64 {
        self.ranges.iter().map(|r| r.end - r.start).sum()
    }

    /// Whether the set holds no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

impl FromIterator<Range<u64>> for ByteRanges {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(iter: I) -> Self {
        let mut set = Self::new();
        for range in iter {
            set.insert(range);
        }
        set
    }
}

/// The bytes that a step lacks, as ranges of the outermost byte array.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Missing {
    /// Repeating the step can succeed only once all of these have arrived.
    pub required: ByteRanges,
    /// These are likely to be asked for next; fetching them along saves round trips. Never
    /// needed for the step itself, and possibly never needed at all.
    pub helpful: ByteRanges,
}

impl Missing {
    /// One required range and nothing helpful.
    #[must_use]
    pub fn required(range: Range<u64>) -> Self {
        Self { required: ByteRanges::from_iter([range]), helpful: ByteRanges::new() }
    }

    /// Adds to what is helpful, as far as it is not required anyway.
    pub(crate) fn help(&mut self, range: Range<u64>) {
        for gap in self.required.gaps(range).iter() {
            self.helpful.insert(gap);
        }
    }

    /// Adds what `other` requires and finds helpful.
    pub fn merge(&mut self, other: &Self) {
        self.required.extend(&other.required);
        self.helpful.extend(&other.helpful);
    }
}

#[cfg(test)]
#[expect(
    clippy::single_range_in_vec_init,
    clippy::cast_possible_truncation,
    reason = "one range is meant, and the model is a hundred offsets long"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(ranges: &[Range<u64>]) -> ByteRanges {
        ranges.iter().cloned().collect()
    }

    #[test]
    fn touching_ranges_join() {
        assert_eq!(set(&[0..4, 8..12, 4..8]).iter().collect::<Vec<_>>(), [0..12]);
    }

    #[test]
    fn removing_the_middle_leaves_both_ends() {
        let mut ranges = set(&[0..10]);
        ranges.remove(3..5);
        assert_eq!(ranges.iter().collect::<Vec<_>>(), [0..3, 5..10]);
    }

    proptest! {
        #[test]
        fn behaves_as_a_set_of_offsets(ops in prop::collection::vec((any::<bool>(), 0u64..64, 0u64..16), 0..40)) {
            let mut ranges = ByteRanges::new();
            let mut model = [false; 96];
            for (add, start, len) in ops {
                let range = start..start + len;
                if add { ranges.insert(range.clone()) } else { ranges.remove(range.clone()) }
                for offset in range { model[offset as usize] = add; }
            }
            let ours: Vec<u64> = ranges.iter().flatten().collect();
            let theirs: Vec<u64> = (0..96).filter(|o| model[*o as usize]).collect();
            prop_assert_eq!(ours, theirs);
            prop_assert!(ranges.iter().zip(ranges.iter().skip(1)).all(|(a, b)| a.end < b.start));
            for start in 0..80u64 {
                let range = start..start + 7;
                prop_assert_eq!(ranges.contains(&range), range.clone().all(|o| model[o as usize]));
                prop_assert_eq!(ranges.intersects(&range), range.clone().any(|o| model[o as usize]));
                let gaps: Vec<u64> = ranges.gaps(range.clone()).iter().flatten().collect();
                prop_assert_eq!(gaps, range.filter(|o| !model[*o as usize]).collect::<Vec<_>>());
            }
        }
    }
}
