//! A position in a stream: `Read + Seek`, and tokio's `AsyncRead + AsyncSeek`.
//!
//! Invariant: the position moves by what was read, and only when something was. As `Read` it
//! waits, unless a sink decided that the read be pending: then it is `WouldBlock`.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use docfile_compound::{Error, ErrorKind, Result};
use futures_core::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use super::stream::Stream;

/// Bytes that one asynchronous read wants at most: what waits for them is kept beside it.
const PIECE_LEN: usize = 64 << 10;

/// Reads a stream from a position of its own.
pub struct StreamReader {
    stream: Stream,
    position: u64,
    /// A read that waits, at the position.
    reading: Option<BoxFuture<'static, Result<Vec<u8>>>>,
}

impl StreamReader {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, position: 0, reading: None }
    }

    fn position_of(&self, target: SeekFrom, len: impl FnOnce() -> Result<u64>) -> io::Result<u64> {
        let (base, delta) = match target {
            SeekFrom::Start(position) => return Ok(position),
            SeekFrom::Current(delta) => (self.position, delta),
            SeekFrom::End(delta) => (len().map_err(io_error)?, delta),
        };
        base.checked_add_signed(delta).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "a position before the start of the stream")
        })
    }
}

impl fmt::Debug for StreamReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader")
            .field("stream", &self.stream)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Read for StreamReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read_at(self.position, buffer).map_err(io_error)?;
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

impl Seek for StreamReader {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        self.position = self.position_of(target, || self.stream.len())?;
        self.reading = None;
        Ok(self.position)
    }
}

impl AsyncRead for StreamReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let len = buffer.remaining().min(PIECE_LEN);
        if len == 0 {
            return Poll::Ready(Ok(()));
        }
        let (stream, position) = (self.stream.clone(), self.position);
        let reading = self.reading.get_or_insert_with(|| {
            Box::pin(async move {
                let mut piece = vec![0; len];
                let count = stream.read_at_async(position, &mut piece).await?;
                piece.truncate(count);
                Ok(piece)
            })
        });
        let Poll::Ready(read) = reading.as_mut().poll(context) else { return Poll::Pending };
        self.reading = None;
        let piece = read.map_err(io_error)?;
        // The buffer may be a smaller one than that of the poll that began the read.
        let piece = piece.get(..piece.len().min(buffer.remaining())).unwrap_or_default();
        buffer.put_slice(piece);
        self.position = self.position.saturating_add(piece.len() as u64);
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for StreamReader {
    fn start_seek(mut self: Pin<&mut Self>, target: SeekFrom) -> io::Result<()> {
        // The length stands in the entry by which the stream was opened.
        let position = self.position_of(target, || self.stream.try_len())?;
        self.position = position;
        self.reading = None;
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.position))
    }
}

fn io_error(error: Error) -> io::Error {
    let kind = match error.kind() {
        ErrorKind::Pending => io::ErrorKind::WouldBlock,
        ErrorKind::Corrupt | ErrorKind::NotCompound => io::ErrorKind::InvalidData,
        ErrorKind::Incomplete => io::ErrorKind::UnexpectedEof,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
