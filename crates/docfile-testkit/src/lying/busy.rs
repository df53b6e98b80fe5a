//! An array whose bytes are here only at the second or third asking.
//!
//! Invariant: it keeps the whole contract. Bytes that were never delivered may be pending, as the
//! seed decides; once delivered, they always are again; whoever keeps asking gets an answer after
//! at most [`PATIENCE`] pending ones in a row. Not for exact counts: see [`Arriving`](super::Arriving).

use core::ops::Range;
use std::sync::Mutex;

use docfile_compound::{ByteRanges, Error, LockBytes, LockType, Missing, ReadRequest, Result};

use super::lock;
use crate::random::Random;

/// The most pending answers in a row.
pub const PATIENCE: u32 = 4;

/// An array that inserts pending answers as a seed decides.
#[derive(Debug)]
pub struct Busy<B> {
    inner: B,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    random: Random,
    here: ByteRanges,
    pending_in_a_row: u32,
}

impl<B: LockBytes> Busy<B> {
    /// All of `inner`, sooner or later. The length is known from the start if `inner` knows it.
    pub fn seeded(inner: B, seed: u64) -> Self {
        let state =
            State { random: Random::seeded(seed), here: ByteRanges::new(), pending_in_a_row: 0 };
        Self { inner, state: Mutex::new(state) }
    }

    /// Ends the waiting for what a pending operation requires.
    pub fn arrive_required(&self, missing: &Missing) {
        lock(&self.state).here.extend(&missing.required);
    }
}

impl State {
    /// Lets some of `gaps` arrive, and answers what is still missing of them.
    fn let_some_arrive(&mut self, gaps: &ByteRanges) -> ByteRanges {
        if self.pending_in_a_row >= PATIENCE || self.random.chance(1, 3) {
            self.here.extend(gaps);
            return ByteRanges::new();
        }
        let mut still_missing = ByteRanges::new();
        for gap in gaps.iter() {
            // Cut anywhere, so that what arrives is no neat number of sectors.
            let cut = self.random.within(gap.start..gap.end + 1);
            let (here, missing) = if self.random.chance(1, 2) {
                (gap.start..cut, cut..gap.end)
            } else {
                (cut..gap.end, gap.start..cut)
            };
            self.here.insert(here);
            still_missing.insert(missing);
        }
        still_missing
    }
}

impl<B: LockBytes> LockBytes for Busy<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let end = self.inner.len().unwrap_or(u64::MAX);
        let mut state = lock(&self.state);
        let mut gaps = ByteRanges::new();
        for request in requests.iter() {
            let range = request.range();
            gaps.extend(&state.here.gaps(range.start..range.end.min(end)));
        }
        let required = state.let_some_arrive(&gaps);
        if required.is_empty() {
            state.pending_in_a_row = 0;
            return self.inner.try_read_many(requests);
        }
        state.pending_in_a_row += 1;
        Err(Error::pending(Missing { required, helpful: ByteRanges::new() }))
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        let old_len = self.inner.len();
        self.inner.write_at(offset, data)?;
        let mut state = lock(&self.state);
        state.here.insert(old_len.unwrap_or(offset)..offset);
        state.here.insert(offset..offset.saturating_add(data.len() as u64));
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        let old_len = self.inner.len();
        self.inner.set_size(len)?;
        lock(&self.state).here.insert(old_len.unwrap_or(len)..len);
        Ok(())
    }

    fn lock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.lock_region(range, kind)
    }

    fn unlock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.unlock_region(range, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::MemoryBytes;

    #[test]
    fn asking_again_is_enough_and_never_needed_twice_for_the_same_bytes() {
        let mut pending_count = 0;
        for seed in 0..50 {
            let bytes = Busy::seeded(MemoryBytes::new((0..100).collect()), seed);
            let mut buffer = [0; 60];
            let mut asked = 0;
            while let Err(error) = bytes.try_read_at(20, &mut buffer) {
                assert!(error.is_pending());
                asked += 1;
                assert!(asked <= PATIENCE, "seed {seed}");
            }
            pending_count += asked;
            assert_eq!(bytes.try_read_at(20, &mut buffer).unwrap(), 60, "seed {seed}");
            assert!(buffer.iter().copied().eq(20..80));
        }
        assert!(pending_count > 50, "an array that is never busy tests nothing");
    }
}
