//! An array that cannot be written, as a file opened for reading or a download is.
//!
//! Invariant: every `write_at` and `set_size` answers `AccessDenied` and changes nothing. Reading
//! and flushing pass through.

use core::ops::Range;

use docfile_compound::{Error, ErrorKind, LockBytes, LockType, ReadRequest, Result};

/// An array that cannot be written.
#[derive(Debug)]
pub struct ReadOnly<B> {
    inner: B,
}

impl<B: LockBytes> ReadOnly<B> {
    /// The bytes of `inner`, for reading.
    pub const fn new(inner: B) -> Self {
        Self { inner }
    }
}

fn denied() -> Error {
    Error::new(ErrorKind::AccessDenied, "this byte array is read-only")
}

impl<B: LockBytes> LockBytes for ReadOnly<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        self.inner.try_read_many(requests)
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, _offset: u64, _data: &[u8]) -> Result<()> {
        Err(denied())
    }

    fn flush(&self) -> Result<()> {
        self.inner.flush()
    }

    fn set_size(&self, _len: u64) -> Result<()> {
        Err(denied())
    }

    fn lock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.lock_region(range, kind)
    }

    fn unlock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.unlock_region(range, kind)
    }
}
