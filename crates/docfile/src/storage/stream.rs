//! A stream that can wait.
//!
//! Invariant: as with storages, every verb is the engine's `try_` verb, repeated until it is not
//! pending. A buffer is written only by the try that succeeds.

use std::sync::Arc;

use docfile_binding::progress::{AdviseError, Cookie};
use docfile_compound as engine;
use docfile_compound::Result;

use super::arrival::{Arrival, ProgressNotify};
use super::reader::StreamReader;
use crate::fill::FillLockBytes;

/// A stream, perhaps of a file that is still arriving.
#[derive(Debug, Clone)]
pub struct Stream {
    engine: engine::Stream,
    arrival: Arrival,
}

impl Stream {
    pub(super) const fn new(engine: engine::Stream, arrival: Arrival) -> Self {
        Self { engine, arrival }
    }

    /// The engine's handle, which never waits.
    #[must_use]
    pub const fn engine(&self) -> &engine::Stream {
        &self.engine
    }

    /// Where the bytes come from, unless all are here.
    #[must_use]
    pub fn fill(&self) -> Option<&FillLockBytes> {
        self.arrival.fill()
    }

    pub(super) const fn arrival(&self) -> &Arrival {
        &self.arrival
    }

    /// Adds a progress sink to this stream.
    ///
    /// # Errors
    ///
    /// [`AdviseError::AdviseLimit`].
    pub fn advise(
        &self,
        sink: Arc<dyn ProgressNotify>,
    ) -> core::result::Result<Cookie, AdviseError> {
        self.arrival.advise(sink)
    }

    /// Removes a progress sink.
    ///
    /// # Errors
    ///
    /// [`AdviseError::NoConnection`] when no sink has this cookie.
    pub fn unadvise(&self, cookie: Cookie) -> core::result::Result<(), AdviseError> {
        self.arrival.unadvise(cookie)
    }

    /// Its length in bytes; never waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Stream::try_len`].
    pub fn try_len(&self) -> Result<u64> {
        self.engine.try_len()
    }

    /// Its length in bytes; waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Stream::try_len`], pending only when a sink decided so.
    pub fn len(&self) -> Result<u64> {
        self.arrival.until(|| self.engine.try_len())
    }

    /// Whether it holds no bytes; waits.
    ///
    /// # Errors
    ///
    /// As [`len`](Self::len).
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Reads at `offset` as much as fits the buffer or the stream has; never waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Stream::try_read_at`].
    pub fn try_read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.engine.try_read_at(offset, buffer)
    }

    /// Reads at `offset` as much as fits the buffer or the stream has; waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Stream::try_read_at`], pending only when a sink decided so.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.arrival.until(|| self.engine.try_read_at(offset, buffer))
    }

    /// The future of [`read_at`](Self::read_at). Dropping it leaves the stream as if it had never
    /// been called.
    ///
    /// # Errors
    ///
    /// As [`read_at`](Self::read_at).
    pub async fn read_at_async(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.arrival.until_async(|| self.engine.try_read_at(offset, buffer)).await
    }

    /// A reader with a position of its own, for code that knows [`std::io`] or tokio.
    #[must_use]
    pub fn reader(&self) -> StreamReader {
        StreamReader::new(self.clone())
    }
}
