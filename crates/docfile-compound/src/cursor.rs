//! A stream through the standard reading and writing traits, with a position of its own.
//!
//! A read gives what is there: where bytes are missing it gives those before them, and
//! [`io::ErrorKind::WouldBlock`] when there are none; the position moves by what was given.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::error::Error;
use crate::stream::Stream;

/// A stream with a position, for code that knows [`std::io`].
#[derive(Debug, Clone)]
pub struct StreamCursor {
    stream: Stream,
    position: u64,
}

impl StreamCursor {
    pub(crate) const fn new(stream: Stream) -> Self {
        Self { stream, position: 0 }
    }

    /// The stream itself.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Reads the part before the first missing byte, found by halving: a read of missing bytes
    /// costs no transfer, and what lies before them is a prefix.
    fn read_available(&self, buffer: &mut [u8], pending: Error) -> io::Result<usize> {
        let mut present = 0;
        let mut missing = buffer.len();
        while missing - present > 1 {
            let middle = present + (missing - present) / 2;
            let (part, _) = buffer.split_at_mut(middle);
            match self.stream.try_read_at(self.position, part) {
                Ok(_) => present = middle,
                Err(error) if error.is_pending() => missing = middle,
                Err(error) => return Err(error.into()),
            }
        }
        if present == 0 { Err(pending.into()) } else { Ok(present) }
    }
}

impl Read for StreamCursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.stream.try_read_at(self.position, buffer) {
            Err(error) if error.is_pending() => self.read_available(buffer, error)?,
            outcome => outcome?,
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Write for StreamCursor {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = self.stream.try_write_at(self.position, data)?;
        self.position += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for StreamCursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, delta) = match to {
            SeekFrom::Start(offset) => (offset, 0),
            SeekFrom::Current(delta) => (self.position, delta),
            SeekFrom::End(delta) => (self.stream.try_len()?, delta),
        };
        self.position = base.checked_add_signed(delta).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a position before the start")
        })?;
        Ok(self.position)
    }
}
