//! An array whose bytes arrive when, and in what order, the test says.
//!
//! Invariant: a read is answered only from bytes that have arrived, and a pending one names every
//! missing byte of every piece, no more. While the length has not been told, everything past what
//! has arrived is missing, even past the true end (`LockBytes`, clauses 1 and 3). Every request is
//! written down. It never arrives by itself; for that, see [`Busy`](super::Busy).

use core::ops::Range;
use std::sync::Mutex;

use docfile_compound::{
    ByteRanges, Error, ErrorKind, LockBytes, LockType, Missing, ReadRequest, Result,
};

use super::lock;

/// An array that holds everything and shows only what has arrived.
#[derive(Debug)]
pub struct Arriving<B> {
    inner: B,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    arrived: ByteRanges,
    len_told: bool,
    /// One element per read call: the ranges of its pieces.
    requests: Vec<Vec<Range<u64>>>,
}

impl<B: LockBytes> Arriving<B> {
    /// Nothing has arrived, but the length is known, as after a response's headers. `inner` has
    /// all its bytes and knows its length.
    pub fn new(inner: B) -> Self {
        let state = State { len_told: true, ..State::default() };
        Self { inner, state: Mutex::new(state) }
    }

    /// Nothing has arrived and the length is unknown.
    pub fn of_unknown_len(inner: B) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// Everything has arrived but `range`.
    pub fn all_but(inner: B, range: Range<u64>) -> Self {
        let bytes = Self::new(inner);
        bytes.arrive_all();
        lock(&bytes.state).arrived.remove(range);
        bytes
    }

    /// Lets `range` arrive, as far as it lies in the array.
    pub fn arrive(&self, range: Range<u64>) {
        let end = range.end.min(self.inner_len());
        lock(&self.state).arrived.insert(range.start.min(end)..end);
    }

    /// Lets everything arrive, and tells the length.
    pub fn arrive_all(&self) {
        self.arrive(0..self.inner_len());
        self.tell_len();
    }

    /// Lets arrive exactly what a pending operation requires. Where that reaches past the true
    /// end, the length is told as well: a source that is asked for such bytes answers that there
    /// are none.
    pub fn arrive_required(&self, missing: &Missing) {
        for range in missing.required.iter() {
            if range.end > self.inner_len() {
                self.tell_len();
            }
            self.arrive(range);
        }
    }

    /// Makes the length known.
    pub fn tell_len(&self) {
        lock(&self.state).len_told = true;
    }

    /// Takes back what has arrived in `range`, which the contract forbids once it was read: for
    /// setting up a case before the first read only.
    pub fn withhold(&self, range: Range<u64>) {
        lock(&self.state).arrived.remove(range);
    }

    /// What has arrived.
    pub fn arrived(&self) -> ByteRanges {
        lock(&self.state).arrived.clone()
    }

    /// The read calls so far, each as the ranges of its pieces; the record starts again.
    pub fn take_requests(&self) -> Vec<Vec<Range<u64>>> {
        core::mem::take(&mut lock(&self.state).requests)
    }

    /// The array inside.
    pub const fn inner(&self) -> &B {
        &self.inner
    }

    fn inner_len(&self) -> u64 {
        self.inner.len().expect("the array inside an arriving one knows its length")
    }
}

impl<B: LockBytes> LockBytes for Arriving<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let len = self.inner_len();
        let mut state = lock(&self.state);
        state.requests.push(requests.iter().map(ReadRequest::range).collect());
        let mut required = ByteRanges::new();
        for request in requests.iter() {
            let mut range = request.range();
            if state.len_told {
                range.end = range.end.min(len);
            }
            required.extend(&state.arrived.gaps(range));
        }
        if required.is_empty() {
            // Still under the lock: what was found to be here stays here while it is copied.
            return self.inner.try_read_many(requests);
        }
        Err(Error::pending(Missing { required, helpful: ByteRanges::new() }))
    }

    fn len(&self) -> Option<u64> {
        lock(&self.state).len_told.then(|| self.inner_len())
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut state = lock(&self.state);
        let old_len = self.inner_len();
        self.inner.write_at(offset, data)?;
        // What was written is here, and so are the zeros of a gap that the write opened.
        state.arrived.insert(old_len..offset);
        state.arrived.insert(offset..offset.saturating_add(data.len() as u64));
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        let mut state = lock(&self.state);
        let old_len = self.inner_len();
        self.inner.set_size(len)?;
        state.arrived.insert(old_len..len);
        state.arrived.remove(len..u64::MAX);
        state.len_told = true;
        Ok(())
    }

    fn lock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.lock_region(range, kind)
    }

    fn unlock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.unlock_region(range, kind)
    }
}

/// Repeats `step` and lets arrive exactly what it requires, until it answers something other than
/// pending. Answers that, and what was required in each round.
///
/// # Panics
///
/// When a pending answer names nothing or nothing new: such a step can never succeed.
pub fn arrive_until_ready<B: LockBytes, T>(
    bytes: &Arriving<B>,
    step: impl FnMut() -> Result<T>,
) -> (Result<T>, Vec<ByteRanges>) {
    let (ready, rounds) = rounds_until_ready(bytes, step, |_| ());
    (ready, rounds.into_iter().map(|missing| missing.required).collect())
}

/// As [`arrive_until_ready`], for a waiter that also brings what would help.
///
/// # Panics
///
/// As [`arrive_until_ready`], and when help lies past the end: nobody could bring it.
pub fn arrive_helpfully_until_ready<B: LockBytes, T>(
    bytes: &Arriving<B>,
    step: impl FnMut() -> Result<T>,
) -> (Result<T>, Vec<Missing>) {
    rounds_until_ready(bytes, step, |helpful| {
        for range in helpful.iter() {
            assert!(range.end <= bytes.inner_len(), "{range:?} is past the end");
            bytes.arrive(range);
        }
    })
}

fn rounds_until_ready<B: LockBytes, T>(
    bytes: &Arriving<B>,
    mut step: impl FnMut() -> Result<T>,
    mut help: impl FnMut(&ByteRanges),
) -> (Result<T>, Vec<Missing>) {
    let mut rounds = Vec::new();
    loop {
        let error = match step() {
            Err(error) if error.kind() == ErrorKind::Pending => error,
            ready => return (ready, rounds),
        };
        let missing = error.into_missing().expect("a pending error names what is missing");
        let before = (bytes.arrived(), bytes.len());
        bytes.arrive_required(&missing);
        assert!(
            before != (bytes.arrived(), bytes.len()),
            "a step is pending on bytes that are here: {:?}",
            missing.required
        );
        help(&missing.helpful);
        rounds.push(missing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::MemoryBytes;

    fn ten() -> MemoryBytes {
        MemoryBytes::new((0..10).collect())
    }

    fn required(error: Error) -> ByteRanges {
        error.into_missing().unwrap().required
    }

    #[test]
    fn every_missing_part_of_every_piece_is_named() {
        let bytes = Arriving::new(ten());
        bytes.arrive(2..4);
        let (mut a, mut b, mut c) = ([0; 6], [0; 2], [0; 9]);
        let mut requests =
            [ReadRequest::new(0, &mut a), ReadRequest::new(2, &mut b), ReadRequest::new(8, &mut c)];
        let error = bytes.try_read_many(&mut requests).unwrap_err();
        assert_eq!(required(error).iter().collect::<Vec<_>>(), [0..2, 4..6, 8..10]);
        assert_eq!(bytes.take_requests(), [[0..6, 2..4, 8..17]]);
    }

    #[test]
    fn an_unknown_length_makes_the_end_missing_rather_than_absent() {
        let bytes = Arriving::of_unknown_len(ten());
        bytes.arrive(0..10);
        assert_eq!(bytes.len(), None);
        let error = bytes.try_read_at(8, &mut [0; 4]).unwrap_err();
        assert_eq!(required(error), Missing::required(10..12).required);
        bytes.tell_len();
        assert_eq!(bytes.try_read_at(8, &mut [0; 4]).unwrap(), 2);
    }

    #[test]
    fn one_withheld_range_is_all_that_lacks() {
        let bytes = Arriving::all_but(ten(), 4..6);
        assert_eq!(bytes.try_read_at(0, &mut [0; 4]).unwrap(), 4);
        let error = bytes.try_read_at(0, &mut [0; 9]).unwrap_err();
        assert_eq!(required(error), Missing::required(4..6).required);
    }

    #[test]
    fn what_is_written_is_here() {
        let bytes = Arriving::new(ten());
        bytes.write_at(12, b"xy").unwrap();
        let mut buffer = [9; 4];
        assert_eq!(bytes.try_read_at(10, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"\0\0xy");
    }

    #[test]
    fn rounds_end_when_everything_required_has_come() {
        let bytes = Arriving::of_unknown_len(ten());
        let mut buffer = [0; 20];
        let (result, rounds) = arrive_until_ready(&bytes, || bytes.try_read_at(3, &mut buffer));
        assert_eq!((result.unwrap(), rounds.len()), (7, 1));
    }
}
