//! An array that ends early: a cut file to its readers, a full disk to its writers.
//!
//! Invariant: no byte at or past the cut is ever seen, and none is written; a write or resize
//! that would reach past the cut answers `MediumFull` and changes nothing.

use core::ops::Range;

use docfile_compound::{Error, ErrorKind, LockBytes, LockType, ReadRequest, Result};

/// The first bytes of an array.
#[derive(Debug)]
pub struct Short<B> {
    inner: B,
    cut: u64,
}

impl<B: LockBytes> Short<B> {
    /// The first `cut` bytes of `inner`.
    pub const fn new(inner: B, cut: u64) -> Self {
        Self { inner, cut }
    }

    fn check_end(&self, end: Option<u64>) -> Result<()> {
        match end {
            Some(end) if end <= self.cut => Ok(()),
            _ => Err(Error::new(ErrorKind::MediumFull, "this byte array cannot grow further")),
        }
    }
}

impl<B: LockBytes> LockBytes for Short<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let mut cut_requests: Vec<ReadRequest<'_>> = requests
            .iter_mut()
            .map(|request| {
                let left = self.cut.saturating_sub(request.offset);
                let len = request.buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                ReadRequest::new(request.offset, &mut request.buffer[..len])
            })
            .collect();
        self.inner.try_read_many(&mut cut_requests)?;
        let filled: Vec<usize> = cut_requests.iter().map(|request| request.filled).collect();
        for (request, filled) in requests.iter_mut().zip(filled) {
            request.filled = filled;
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        self.inner.len().map(|len| len.min(self.cut))
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.check_end(offset.checked_add(data.len() as u64))?;
        self.inner.write_at(offset, data)
    }

    fn flush(&self) -> Result<()> {
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.check_end(Some(len))?;
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
    fn nothing_lies_past_the_cut() {
        let bytes = Short::new(MemoryBytes::new((0..10).collect()), 6);
        assert_eq!(bytes.len(), Some(6));
        let mut buffer = [0xFF; 4];
        assert_eq!(bytes.try_read_at(4, &mut buffer).unwrap(), 2);
        assert_eq!(buffer, [4, 5, 0xFF, 0xFF]);
        assert_eq!(bytes.try_read_at(9, &mut buffer).unwrap(), 0);
    }

    #[test]
    fn a_write_past_the_cut_finds_the_medium_full() {
        let bytes = Short::new(MemoryBytes::new(vec![0; 4]), 6);
        bytes.write_at(4, b"ab").unwrap();
        assert_eq!(bytes.write_at(5, b"ab").unwrap_err().kind(), ErrorKind::MediumFull);
        assert_eq!(bytes.set_size(7).unwrap_err().kind(), ErrorKind::MediumFull);
        assert_eq!(bytes.inner.to_vec(), b"\0\0\0\0ab");
    }
}
