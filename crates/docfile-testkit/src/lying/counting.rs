//! An array that writes down what is asked of it.
//!
//! Invariant: the counts are exact. A call counts when it is made; bytes count when they were
//! delivered or written, so a pending or failed read adds a call and no byte. Nothing is changed
//! on the way through.

use core::ops::Range;
use std::sync::Mutex;

use docfile_compound::{ByteRanges, LockBytes, LockType, ReadRequest, Result};

use super::lock;

/// Counts what passes between a reader or writer and the array inside.
#[derive(Debug)]
pub struct Counting<B> {
    inner: B,
    counts: Mutex<Counts>,
}

/// What was asked of a [`Counting`] array since it was made or last reset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls to `try_read_many`.
    pub read_count: u64,
    /// Those of them that answered pending.
    pub pending_count: u64,
    /// Pieces of all read calls together.
    pub piece_count: u64,
    /// Bytes delivered, counted again when delivered again.
    pub read_len: u64,
    /// The bytes delivered, each once.
    pub read_ranges: ByteRanges,
    /// Calls to `write_at`.
    pub write_count: u64,
    /// Bytes written, counted again when written again.
    pub written_len: u64,
    /// The bytes written, each once.
    pub written_ranges: ByteRanges,
    /// Calls to `flush`.
    pub flush_count: u64,
    /// Calls to `set_size`.
    pub set_size_count: u64,
}

impl<B: LockBytes> Counting<B> {
    /// Counts what passes to and from `inner`.
    pub fn new(inner: B) -> Self {
        Self { inner, counts: Mutex::default() }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        lock(&self.counts).clone()
    }

    /// Answers what was counted so far and starts again from zero.
    pub fn reset(&self) -> Counts {
        core::mem::take(&mut *lock(&self.counts))
    }

    /// The array inside.
    pub const fn inner(&self) -> &B {
        &self.inner
    }
}

impl<B: LockBytes> LockBytes for Counting<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let result = self.inner.try_read_many(requests);
        let mut counts = lock(&self.counts);
        counts.read_count += 1;
        counts.piece_count += requests.len() as u64;
        match &result {
            Ok(()) => {
                for request in requests {
                    counts.read_len += request.filled as u64;
                    let end = request.offset.saturating_add(request.filled as u64);
                    counts.read_ranges.insert(request.offset..end);
                }
            }
            Err(error) if error.is_pending() => counts.pending_count += 1,
            Err(_) => {}
        }
        result
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        let result = self.inner.write_at(offset, data);
        let mut counts = lock(&self.counts);
        counts.write_count += 1;
        if result.is_ok() {
            counts.written_len += data.len() as u64;
            counts.written_ranges.insert(offset..offset.saturating_add(data.len() as u64));
        }
        result
    }

    fn flush(&self) -> Result<()> {
        lock(&self.counts).flush_count += 1;
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        lock(&self.counts).set_size_count += 1;
        self.inner.set_size(len)
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
    use crate::lying::Arriving;
    use docfile_compound::MemoryBytes;

    #[test]
    fn a_byte_read_twice_counts_twice_and_is_one_byte() {
        let bytes = Counting::new(MemoryBytes::new(vec![7; 10]));
        let (mut a, mut b) = ([0; 4], [0; 8]);
        let mut requests = [ReadRequest::new(0, &mut a), ReadRequest::new(2, &mut b)];
        bytes.try_read_many(&mut requests).unwrap();
        let counts = bytes.reset();
        assert_eq!((counts.read_count, counts.piece_count, counts.read_len), (1, 2, 12));
        assert_eq!(counts.read_ranges.byte_count(), 10);
        assert_eq!(bytes.counts(), Counts::default());
    }

    #[test]
    fn a_pending_read_delivers_no_byte() {
        let bytes = Counting::new(Arriving::new(MemoryBytes::new(vec![7; 10])));
        bytes.try_read_at(0, &mut [0; 4]).unwrap_err();
        let counts = bytes.counts();
        assert_eq!((counts.read_count, counts.pending_count, counts.read_len), (1, 1, 0));
    }

    #[test]
    fn writes_count_by_byte_and_flushes_by_call() {
        let bytes = Counting::new(MemoryBytes::default());
        bytes.write_at(0, b"four").unwrap();
        bytes.write_at(2, b"four").unwrap();
        bytes.flush().unwrap();
        let counts = bytes.counts();
        assert_eq!((counts.write_count, counts.written_len, counts.flush_count), (2, 8, 1));
        assert_eq!(counts.written_ranges.byte_count(), 6);
    }
}
