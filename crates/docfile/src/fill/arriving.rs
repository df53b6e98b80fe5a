//! The reader's face of a byte array that is filling (`ILockBytes`).
//!
//! Invariant: all bytes that one reader ever gets are of one epoch, that is of one version of the
//! resource; after the array forgot its bytes a reader that has read any gets an error for ever.
//! It never waits. Contract: the trait [`LockBytes`].

use std::sync::atomic::{AtomicU64, Ordering};

use docfile_compound::{Error, ErrorKind, LockBytes, ReadRequest, Result};

use super::lock_bytes::FillLockBytes;

/// No byte was read yet: any epoch will do.
const UNBOUND: u64 = u64::MAX;

/// The reader's face of a [`FillLockBytes`]: reads what is here, answers pending for the rest.
/// Writing is refused.
#[derive(Debug)]
pub struct ArrivingBytes {
    fill: FillLockBytes,
    epoch: AtomicU64,
}

impl ArrivingBytes {
    pub(super) const fn new(fill: FillLockBytes) -> Self {
        Self { fill, epoch: AtomicU64::new(UNBOUND) }
    }

    /// The filler's face of the same array.
    #[must_use]
    pub const fn fill(&self) -> &FillLockBytes {
        &self.fill
    }

    /// Holds the reader to the epoch in which it reads.
    fn bind(&self, epoch: u64) -> Result<()> {
        let bound =
            self.epoch.compare_exchange(UNBOUND, epoch, Ordering::AcqRel, Ordering::Acquire);
        match bound {
            Err(other) if other != epoch => Err(changed()),
            _ => Ok(()),
        }
    }
}

fn changed() -> Error {
    Error::new(ErrorKind::ReadFault, "the resource changed while it was read; open it anew")
}

impl LockBytes for ArrivingBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let state = self.fill.state();
        let bound = self.epoch.load(Ordering::Acquire);
        if bound != UNBOUND && bound != state.epoch {
            return Err(changed());
        }
        state.fill.try_read_many(requests.iter().map(ReadRequest::range))?;
        let epoch = state.epoch;
        // Without a known length no request that passed ends past what has arrived.
        let end = state.fill.len().unwrap_or(u64::MAX);
        drop(state);
        self.bind(epoch)?;
        let read = self.fill.read_stored(requests);
        // The bytes may have been forgotten in between: then what was read is not to be believed.
        if self.fill.state().epoch != epoch {
            return Err(changed());
        }
        read?;
        for request in requests {
            let before_end = end.saturating_sub(request.offset);
            request.filled = request.filled.min(usize::try_from(before_end).unwrap_or(usize::MAX));
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        self.fill.len()
    }

    fn write_at(&self, _offset: u64, _data: &[u8]) -> Result<()> {
        Err(read_only())
    }

    fn flush(&self) -> Result<()> {
        Err(read_only())
    }

    fn set_size(&self, _len: u64) -> Result<()> {
        Err(read_only())
    }
}

fn read_only() -> Error {
    Error::new(ErrorKind::AccessDenied, "what is still arriving cannot be changed")
}
