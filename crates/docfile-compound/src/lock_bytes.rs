//! The seam: the one way by which the engine reaches bytes.
//!
//! [`LockBytes`] is a byte array of which some bytes may not have arrived. The engine asks for
//! everything that a step needs in one call, so that an implementation over a network can turn a
//! step into few requests. The contract is written at the trait; `docfile-testkit` has the suite
//! that holds every implementation to it. Source: `contract/storage.md` 2.

use core::fmt;
use std::sync::RwLock;

use crate::error::{Error, ErrorKind, Result};

/// One piece of a read: where from, and the buffer it goes to.
pub struct ReadRequest<'b> {
    /// Where the piece starts, in bytes from the start of the array.
    pub offset: u64,
    /// Filled from its start.
    pub buffer: &'b mut [u8],
    /// How many bytes of `buffer` were filled. Less than its length only at the end of the array.
    pub filled: usize,
}

impl<'b> ReadRequest<'b> {
    /// A request for `buffer.len()` bytes at `offset`.
    #[must_use]
    pub fn new(offset: u64, buffer: &'b mut [u8]) -> Self {
        Self { offset, buffer, filled: 0 }
    }

    /// The range asked for.
    #[must_use]
    pub fn range(&self) -> core::ops::Range<u64> {
        self.offset..self.offset.saturating_add(self.buffer.len() as u64)
    }
}

impl fmt::Debug for ReadRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadRequest({:?}, filled {})", self.range(), self.filled)
    }
}

/// Region locks: which kinds an array supports (`contract/storage.md` 0.3, LOCKTYPE).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockType {
    /// Others may read the region but not write it.
    Write,
    /// Nobody else may read or write the region.
    Exclusive,
    /// Nobody else may lock the region with this type; reading and writing stay free.
    OnlyOnce,
}

/// A byte array that may still be filling.
///
/// # Contract
///
/// 1. **All or pending.** `try_read_many` fills every request, or changes nothing that a caller
///    may rely on and answers [`ErrorKind::Pending`] naming *every* missing part of *every*
///    request, in offsets of the outermost array. It never waits.
/// 2. **Once readable, always readable.** A range that was read can be read again until the array
///    is dropped or latched, and gives the same bytes unless somebody wrote there in between.
/// 3. **Short only at the end.** A request is filled short only where the array is known to end;
///    at or past the end it is filled with zero bytes, which is success. Where the length is
///    still unknown, bytes past what has arrived are missing, not absent.
/// 4. **Length.** `len` is `None` until the length is known; then it changes only by writing.
/// 5. **Writes.** `write_at` writes all or fails; past the end it extends the array, and bytes in
///    a gap read as zero. What was written is read back at once by everybody who shares the
///    array. `flush` returns when everything written before is durable.
/// 6. **Shared.** All methods take `&self` and may be called from many threads at once.
/// 7. **Locks** are advisory and optional; an array without them says so by
///    [`ErrorKind::InvalidFunction`].
pub trait LockBytes: Send + Sync + fmt::Debug {
    /// Reads several pieces in one step.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] when bytes have not arrived, [`ErrorKind::ReadFault`] when they
    /// cannot be had.
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()>;

    /// The length in bytes, once it is known.
    fn len(&self) -> Option<u64>;

    /// Whether the array is known to hold no bytes.
    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Writes all of `data` at `offset`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`] on a read-only array, [`ErrorKind::MediumFull`] when it cannot
    /// grow, [`ErrorKind::WriteFault`] otherwise.
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()>;

    /// Makes everything written so far durable.
    ///
    /// # Errors
    ///
    /// As [`write_at`](Self::write_at).
    fn flush(&self) -> Result<()>;

    /// Cuts the array to `len` bytes, or extends it with zeros.
    ///
    /// # Errors
    ///
    /// As [`write_at`](Self::write_at).
    fn set_size(&self, len: u64) -> Result<()>;

    /// Locks a region against other openers of the same bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when locks of this type are not supported,
    /// [`ErrorKind::AccessDenied`] when another opener holds a conflicting one.
    fn lock_region(&self, range: core::ops::Range<u64>, kind: LockType) -> Result<()> {
        let _ = (range, kind);
        Err(Error::new(ErrorKind::InvalidFunction, "this byte array has no region locks"))
    }

    /// Releases a lock taken with the very same range and type.
    ///
    /// # Errors
    ///
    /// As [`lock_region`](Self::lock_region).
    fn unlock_region(&self, range: core::ops::Range<u64>, kind: LockType) -> Result<()> {
        let _ = (range, kind);
        Err(Error::new(ErrorKind::InvalidFunction, "this byte array has no region locks"))
    }

    /// How many compound files this array lies in, one inside the other: 0 for a file on disk, 1
    /// for a stream of such a file.
    fn nesting_depth(&self) -> usize {
        0
    }

    /// Reads one piece; answers the number of bytes filled.
    ///
    /// # Errors
    ///
    /// As [`try_read_many`](Self::try_read_many).
    fn try_read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut request = [ReadRequest::new(offset, buffer)];
        self.try_read_many(&mut request)?;
        let [request] = request;
        Ok(request.filled)
    }
}

impl<T: LockBytes + ?Sized> LockBytes for std::sync::Arc<T> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        (**self).try_read_many(requests)
    }
    fn len(&self) -> Option<u64> {
        (**self).len()
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        (**self).write_at(offset, data)
    }
    fn flush(&self) -> Result<()> {
        (**self).flush()
    }
    fn set_size(&self, len: u64) -> Result<()> {
        (**self).set_size(len)
    }
    fn lock_region(&self, range: core::ops::Range<u64>, kind: LockType) -> Result<()> {
        (**self).lock_region(range, kind)
    }
    fn unlock_region(&self, range: core::ops::Range<u64>, kind: LockType) -> Result<()> {
        (**self).unlock_region(range, kind)
    }
    fn nesting_depth(&self) -> usize {
        (**self).nesting_depth()
    }
}

/// A byte array in memory: everything is here, writes extend it, flushing does nothing.
///
/// # Example
///
/// ```
/// use docfile_compound::{LockBytes, MemoryBytes};
///
/// let bytes = MemoryBytes::new(b"compound".to_vec());
/// bytes.write_at(8, b" file")?;
/// let mut buffer = [0; 4];
/// assert_eq!(bytes.try_read_at(9, &mut buffer)?, 4);
/// assert_eq!(&buffer, b"file");
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryBytes {
    bytes: RwLock<Vec<u8>>,
}

impl MemoryBytes {
    /// An array that holds `bytes`.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes: RwLock::new(bytes) }
    }

    /// A copy of everything in the array.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.read().clone()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Vec<u8>> {
        self.bytes.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Vec<u8>> {
        self.bytes.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// An offset as an index into memory, or the error that the array cannot be that long.
fn memory_index(offset: u64) -> Result<usize> {
    usize::try_from(offset).map_err(|_| {
        Error::new(ErrorKind::MediumFull, "memory cannot hold an array of that length")
    })
}

impl LockBytes for MemoryBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let bytes = self.read();
        for request in requests {
            let rest = usize::try_from(request.offset)
                .ok()
                .and_then(|start| bytes.get(start..))
                .unwrap_or_default();
            let count = rest.len().min(request.buffer.len());
            if let (Some(to), Some(from)) = (request.buffer.get_mut(..count), rest.get(..count)) {
                to.copy_from_slice(from);
            }
            request.filled = count;
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        Some(self.read().len() as u64)
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        let start = memory_index(offset)?;
        let end = start.checked_add(data.len()).ok_or_else(|| {
            Error::new(ErrorKind::MediumFull, "memory cannot hold an array of that length")
        })?;
        let mut bytes = self.write();
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        if let Some(to) = bytes.get_mut(start..end) {
            to.copy_from_slice(data);
        }
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn set_size(&self, len: u64) -> Result<()> {
        let len = memory_index(len)?;
        self.write().resize(len, 0);
        Ok(())
    }
}
