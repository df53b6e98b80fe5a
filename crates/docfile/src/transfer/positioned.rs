//! Reading and writing a file at an offset, by the calls that Unix has for it.
//!
//! No call here moves a file position, so that many threads may share one file. Nothing is
//! retried here.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::os::unix::fs::FileExt;

use rustix::fs::FlockOperation;

/// A file that is read and written at offsets.
#[derive(Debug)]
pub(super) struct Positioned(File);

impl Positioned {
    pub(super) fn new(file: File) -> Self {
        Self(file)
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    /// Fills the pieces one after the other; they must be fewer than IOV_MAX.
    pub(super) fn read_vectored_at(
        &self,
        pieces: &mut [IoSliceMut<'_>],
        offset: u64,
    ) -> io::Result<usize> {
        Ok(rustix::io::preadv(&self.0, pieces, offset)?)
    }

    pub(super) fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(data, offset)
    }

    pub(super) fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    pub(super) fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

/// Keeps other editors out of the file while it is open. Where the file system has no locks the
/// file is taken as free: they are advice among editors, and nothing else rests on them.
pub(super) fn lock_among_editors(file: &File) -> io::Result<()> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Err(error.into()),
        _ => Ok(()),
    }
}
