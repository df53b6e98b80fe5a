//! An array whose n-th read or write fails, as a bad sector or a lost connection makes it.
//!
//! Invariant: calls are counted from zero, reads (`try_read_many`) apart from changes (`write_at`,
//! `flush`, `set_size`); the chosen call fails and no other, unless the fault was asked to last.
//! A failing `write_at` has written the first half of its data: the worst that a medium does
//! while still saying so.

use core::ops::Range;
use std::sync::Mutex;

use docfile_compound::{Error, ErrorKind, LockBytes, LockType, ReadRequest, Result};

use super::lock;

/// An array with one fault at a chosen read, one at a chosen change, or both.
#[derive(Debug)]
pub struct Failing<B> {
    inner: B,
    read_fault_at: Option<u64>,
    write_fault_at: Option<u64>,
    lasting: bool,
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    read_count: u64,
    write_count: u64,
}

impl<B: LockBytes> Failing<B> {
    /// An array without a fault so far.
    pub fn new(inner: B) -> Self {
        Self {
            inner,
            read_fault_at: None,
            write_fault_at: None,
            lasting: false,
            calls: Mutex::default(),
        }
    }

    /// The read numbered `index` from zero fails with `ReadFault`.
    #[must_use]
    pub fn read_fault_at(mut self, index: u64) -> Self {
        self.read_fault_at = Some(index);
        self
    }

    /// The change (write, flush or resize) numbered `index` from zero fails with `WriteFault`.
    #[must_use]
    pub fn write_fault_at(mut self, index: u64) -> Self {
        self.write_fault_at = Some(index);
        self
    }

    /// A fault, once met, stays.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// How many changes were asked for so far: the bound of `write_fault_at` in a second run.
    pub fn change_count(&self) -> u64 {
        lock(&self.calls).write_count
    }

    /// How many reads were asked for so far: the bound of `read_fault_at` in a second run.
    pub fn read_count(&self) -> u64 {
        lock(&self.calls).read_count
    }

    /// The array inside.
    pub const fn inner(&self) -> &B {
        &self.inner
    }

    fn fails(&self, fault_at: Option<u64>, index: u64) -> bool {
        fault_at.is_some_and(|at| index == at || (self.lasting && index > at))
    }

    /// Counts a change and says whether it is the one that fails.
    fn next_change_fails(&self) -> bool {
        let mut calls = lock(&self.calls);
        calls.write_count += 1;
        self.fails(self.write_fault_at, calls.write_count - 1)
    }
}

fn write_fault() -> Error {
    Error::new(ErrorKind::WriteFault, "the medium failed to write")
}

impl<B: LockBytes> LockBytes for Failing<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let index = {
            let mut calls = lock(&self.calls);
            calls.read_count += 1;
            calls.read_count - 1
        };
        if self.fails(self.read_fault_at, index) {
            return Err(Error::new(ErrorKind::ReadFault, "the medium failed to read"));
        }
        self.inner.try_read_many(requests)
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        if self.next_change_fails() {
            self.inner.write_at(offset, &data[..data.len() / 2])?;
            return Err(write_fault());
        }
        self.inner.write_at(offset, data)
    }

    fn flush(&self) -> Result<()> {
        if self.next_change_fails() {
            return Err(write_fault());
        }
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        if self.next_change_fails() {
            return Err(write_fault());
        }
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
    use docfile_compound::MemoryBytes;

    #[test]
    fn only_the_chosen_read_fails() {
        let bytes = Failing::new(MemoryBytes::new(vec![1; 4])).read_fault_at(1);
        let outcomes: Vec<bool> =
            (0..3).map(|_| bytes.try_read_at(0, &mut [0; 4]).is_ok()).collect();
        assert_eq!(outcomes, [true, false, true]);
    }

    #[test]
    fn a_failed_write_may_have_written_a_part() {
        let bytes = Failing::new(MemoryBytes::new(vec![0; 4])).write_fault_at(1);
        bytes.flush().unwrap();
        assert_eq!(bytes.write_at(0, b"abcd").unwrap_err().kind(), ErrorKind::WriteFault);
        assert_eq!(bytes.inner().to_vec(), b"ab\0\0");
        bytes.write_at(0, b"abcd").unwrap();
        assert_eq!(bytes.change_count(), 3);
    }

    #[test]
    fn a_lasting_fault_stays() {
        let bytes = Failing::new(MemoryBytes::default()).write_fault_at(1).lasting();
        let outcomes: Vec<bool> = (0..4).map(|_| bytes.flush().is_ok()).collect();
        assert_eq!(outcomes, [true, false, false, false]);
    }
}
