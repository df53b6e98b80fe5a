//! A filling array as `Read + Seek`, for readers that know nothing of it.
//!
//! Invariant: a read waits until its bytes are here, or the transfer is over. A seek from the end
//! waits for the length.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use docfile_compound::{LockBytes as _, Missing};

use super::arriving::ArrivingBytes;
use super::lock_bytes::FillLockBytes;

/// Reads an array that is filling from the front, waiting for what has not arrived.
#[derive(Debug)]
pub struct ArrivingReader {
    bytes: Arc<ArrivingBytes>,
    position: u64,
}

impl ArrivingReader {
    /// A reader at the start of `fill`.
    #[must_use]
    pub fn new(fill: &FillLockBytes) -> Self {
        Self { bytes: fill.lock_bytes(), position: 0 }
    }

    fn wait(&self, missing: &Missing) -> io::Result<()> {
        self.bytes.fill().wait(missing).map_err(io::Error::other)
    }

    /// The length, which is known at the latest when a byte past every end is waited for.
    fn len(&self) -> io::Result<u64> {
        loop {
            match self.bytes.len() {
                Some(len) => return Ok(len),
                None if self.bytes.fill().termination().is_some() => {
                    return Err(io::Error::other("the transfer broke off before the length came"));
                }
                None => self.wait(&Missing::required(u64::MAX - 1..u64::MAX))?,
            }
        }
    }
}

impl Read for ArrivingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.bytes.try_read_at(self.position, buffer) {
                Ok(count) => {
                    self.position = self.position.saturating_add(count as u64);
                    return Ok(count);
                }
                Err(error) => match error.missing() {
                    Some(missing) => self.wait(missing)?,
                    None => return Err(io::Error::other(error)),
                },
            }
        }
    }
}

impl Seek for ArrivingReader {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let (base, delta) = match target {
            SeekFrom::Start(position) => (position, 0),
            SeekFrom::Current(delta) => (self.position, delta),
            SeekFrom::End(delta) => (self.len()?, delta),
        };
        self.position = base.checked_add_signed(delta).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a position before the start")
        })?;
        Ok(self.position)
    }
}
