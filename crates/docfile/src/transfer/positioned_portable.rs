//! Reading and writing a file at an offset where the system is not Unix: by moving the file's one
//! position under a lock. Right everywhere, and as slow as one reader at a time.

use std::fs::File;
use std::io::{self, IoSliceMut, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file that is read and written at offsets.
#[derive(Debug)]
pub(super) struct Positioned(Mutex<File>);

impl Positioned {
    pub(super) fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.at(offset)?.read(buffer)
    }

    /// Fills the pieces one after the other.
    pub(super) fn read_vectored_at(
        &self,
        pieces: &mut [IoSliceMut<'_>],
        offset: u64,
    ) -> io::Result<usize> {
        self.at(offset)?.read_vectored(pieces)
    }

    pub(super) fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.at(offset)?.write_all(data)
    }

    pub(super) fn set_len(&self, len: u64) -> io::Result<()> {
        self.file().set_len(len)
    }

    pub(super) fn sync_data(&self) -> io::Result<()> {
        self.file().sync_data()
    }

    fn at(&self, offset: u64) -> io::Result<MutexGuard<'_, File>> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        Ok(file)
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There are no advisory locks here; two editors of one file are not kept apart.
pub(super) fn lock_among_editors(_file: &File) -> io::Result<()> {
    Ok(())
}
