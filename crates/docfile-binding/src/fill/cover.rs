//! How often each byte is wanted, kept so that one wish more or less costs little.
//!
//! Invariant: at each boundary stands by how much the number of wishes changes there, never zero;
//! the sums from the left are never negative, because only what was added is removed. A hundred
//! thousand wishes for the same range are two entries.

use core::ops::Range;
use std::collections::BTreeMap;

use docfile_compound::ByteRanges;

/// A multiset of ranges that gives its union.
#[derive(Debug, Default)]
pub(super) struct Cover {
    changes: BTreeMap<u64, i64>,
}

impl Cover {
    /// Adds one wish.
    pub(super) fn add(&mut self, range: &Range<u64>) {
        self.change(range.start, 1);
        self.change(range.end, -1);
    }

    /// Removes a wish that was added.
    pub(super) fn remove(&mut self, range: &Range<u64>) {
        self.change(range.start, -1);
        self.change(range.end, 1);
    }

    /// Every byte that is wished for at least once.
    pub(super) fn union(&self) -> ByteRanges {
        let mut ranges = Vec::new();
        let mut depth = 0i64;
        let mut start = 0;
        for (offset, change) in &self.changes {
            if depth == 0 {
                start = *offset;
            }
            depth = depth.saturating_add(*change);
            if depth == 0 {
                ranges.push(start..*offset);
            }
        }
        ranges.into_iter().collect()
    }

    fn change(&mut self, offset: u64, by: i64) {
        let change = self.changes.entry(offset).or_default();
        *change = change.saturating_add(by);
        if *change == 0 {
            self.changes.remove(&offset);
        }
    }
}
