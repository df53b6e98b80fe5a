//! Who waits for which bytes.
//!
//! Invariant: every live waiter is filed under exactly one byte that it requires and that has not
//! arrived, the last such byte. When that byte arrives the waiter is filed anew, or woken when
//! nothing is left; so an arrival looks only at waiters whose byte it brings, and a file that
//! fills from the front looks at each waiter about once. Nothing is woken here: the ids are
//! answered, and the driver calls the wakers outside its lock.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use docfile_compound::{ByteRanges, Missing};

use super::cover::Cover;

/// Somebody who waits. An id is never given twice by the same array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaiterId(u64);

#[derive(Debug)]
struct Waiter {
    /// What is required, then what is helpful: one allocation, for there may be many waiters.
    ranges: Box<[Range<u64>]>,
    required_count: usize,
    /// The key under which the waiter is filed.
    watched_offset: u64,
}

impl Waiter {
    fn required(&self) -> &[Range<u64>] {
        self.ranges.get(..self.required_count).unwrap_or_default()
    }

    fn helpful(&self) -> &[Range<u64>] {
        self.ranges.get(self.required_count..).unwrap_or_default()
    }
}

/// All waiters of one array.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    live: BTreeMap<WaiterId, Waiter>,
    watched: BTreeSet<(u64, WaiterId)>,
    required: Cover,
    helpful: Cover,
    next_id: u64,
    /// Grows whenever the union of what is wanted may have changed.
    change_count: u64,
}

impl Waiters {
    /// A waiter for `missing`; nothing when all that it requires below `end` is in `arrived`.
    pub(super) fn register(
        &mut self,
        missing: &Missing,
        arrived: &ByteRanges,
        end: u64,
    ) -> Option<WaiterId> {
        let ranges = missing.required.iter().chain(missing.helpful.iter()).collect();
        let required_count = missing.required.range_count();
        let mut waiter = Waiter { ranges, required_count, watched_offset: 0 };
        waiter.watched_offset = last_missing_offset(waiter.required(), arrived, end)?;
        waiter.required().iter().for_each(|range| self.required.add(range));
        waiter.helpful().iter().for_each(|range| self.helpful.add(range));
        let id = WaiterId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.change_count = self.change_count.wrapping_add(1);
        self.watched.insert((waiter.watched_offset, id));
        self.live.insert(id, waiter);
        Some(id)
    }

    /// Forgets a waiter and its wishes; whether it was live.
    pub(super) fn deregister(&mut self, id: WaiterId) -> bool {
        let Some(waiter) = self.live.remove(&id) else { return false };
        self.watched.remove(&(waiter.watched_offset, id));
        waiter.required().iter().for_each(|range| self.required.remove(range));
        waiter.helpful().iter().for_each(|range| self.helpful.remove(range));
        self.change_count = self.change_count.wrapping_add(1);
        true
    }

    /// Looks again at the waiters filed under a byte of `range`: those that lack nothing below
    /// `end` any more are forgotten and answered, in the order in which they came.
    pub(super) fn settle(
        &mut self,
        range: Range<u64>,
        arrived: &ByteRanges,
        end: u64,
    ) -> Vec<WaiterId> {
        let first = (range.start, WaiterId(0));
        let past = (range.end, WaiterId(0));
        if first >= past {
            return Vec::new();
        }
        let hit: Vec<(u64, WaiterId)> = self.watched.range(first..past).copied().collect();
        let mut woken = Vec::new();
        for (offset, id) in hit {
            let Some(waiter) = self.live.get_mut(&id) else { continue };
            match last_missing_offset(waiter.required(), arrived, end) {
                Some(next) => {
                    waiter.watched_offset = next;
                    self.watched.remove(&(offset, id));
                    self.watched.insert((next, id));
                }
                None => woken.push(id),
            }
        }
        woken.sort_unstable();
        for id in &woken {
            self.deregister(*id);
        }
        woken
    }

    /// Forgets and answers everybody.
    pub(super) fn take_all(&mut self) -> Vec<WaiterId> {
        let ids = self.live.keys().copied().collect();
        let (next_id, change_count) = (self.next_id, self.change_count.wrapping_add(1));
        *self = Self { next_id, change_count, ..Self::default() };
        ids
    }

    pub(super) fn count(&self) -> usize {
        self.live.len()
    }

    pub(super) const fn change_count(&self) -> u64 {
        self.change_count
    }

    /// What all waiters want together, here or not.
    pub(super) fn wanted(&self) -> Missing {
        Missing { required: self.required.union(), helpful: self.helpful.union() }
    }
}

/// The last byte of `required`, below `end`, that is not in `arrived`.
fn last_missing_offset(required: &[Range<u64>], arrived: &ByteRanges, end: u64) -> Option<u64> {
    required.iter().rev().find_map(|range| {
        let range = range.start.min(end)..range.end.min(end);
        if arrived.contains(&range) {
            return None;
        }
        arrived.gaps(range).iter().last().map(|gap| gap.end - 1)
    })
}
