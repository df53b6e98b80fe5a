//! An open stream: positioned reads and writes, and a byte array in its own right
//! (`contract/storage.md` 9).
//!
//! Reads of a stream that nobody changed take no lock that others could hold for long: any number
//! of readers go on in parallel. What is missing is told in ranges of the outermost byte array,
//! also when the stream's file lies within another stream.

use std::sync::{Arc, MutexGuard};

use crate::cursor::StreamCursor;
use crate::error::{Error, ErrorKind, Result};
use crate::lock_bytes::{LockBytes, ReadRequest};
use crate::medium::Piece;
use crate::missing::Missing;
use crate::open_mode::OpenMode;
use crate::stat::Stat;
use crate::storage::StorageCore;
use crate::stored_stream::StoredStream;
use crate::transaction::handle::HandleLink;
use crate::transaction::node::{Node, NodeKey, StreamData, StreamNode};
use crate::transaction::opening::{Opening, OpeningState};

/// An open stream. Copies are the same handle.
#[derive(Debug, Clone)]
pub struct Stream {
    core: Arc<StreamCore>,
}

#[derive(Debug)]
struct StreamCore {
    /// Keeps the storage that the stream was opened from, and with it the opening.
    storage: Arc<StorageCore>,
    link: Arc<HandleLink>,
    mode: OpenMode,
}

impl Stream {
    pub(crate) fn new(storage: Arc<StorageCore>, link: Arc<HandleLink>, mode: OpenMode) -> Self {
        Self { core: Arc::new(StreamCore { storage, link, mode }) }
    }

    /// Reads into `buffer` from `offset` on; answers how many bytes. Fewer than asked for only at
    /// the end of the stream (zero there and behind it), or where the file is damaged behind what
    /// was read; then the next read says so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] naming all missing bytes, [`ErrorKind::Corrupt`],
    /// [`ErrorKind::AccessDenied`] without read access, [`ErrorKind::Reverted`].
    pub fn try_read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let filled = self.read(offset, buffer)?;
        let range = offset..offset.saturating_add(filled as u64);
        self.opening().monitor.note(self.key().id(), range);
        Ok(filled)
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.core.link.check()?;
        if !self.core.mode.can_read() {
            return Err(Error::new(
                ErrorKind::AccessDenied,
                "the stream was opened for writing only",
            ));
        }
        if let Some(outcome) =
            self.core.link.with_unchanged(|stored| stored.try_read_at(offset, buffer))
        {
            return outcome;
        }
        let state = self.lock()?;
        let (opening, scope) = (&self.core.storage.opening, self.core.storage.scope);
        let base = state.scopes.base.clone();
        let data = match state.scopes.find(scope, self.key()) {
            Some(Node::Stream(stream)) => &stream.data,
            _ => return state.scopes.stored_stream(self.key())?.try_read_at(offset, buffer),
        };
        // Long streams are looked up under the lock and read without it.
        if let StreamData::Long(content) = data {
            let available =
                usize::try_from(content.len().saturating_sub(offset)).unwrap_or(usize::MAX);
            let (buffer, _) = buffer.split_at_mut(available.min(buffer.len()));
            let mut pieces = Vec::new();
            let found = content.pieces(&base, offset, buffer.len() as u64, &mut pieces);
            let _reading = opening.reading();
            drop(state);
            if buffer.is_empty() {
                return Ok(0);
            }
            return base.medium.read_found(&pieces, found, buffer);
        }
        match data.read(&opening.space(&base, scope), offset, buffer) {
            Some(outcome) => outcome,
            None => state.scopes.stored_stream(self.key())?.try_read_at(offset, buffer),
        }
    }

    /// Writes all of `data` at `offset`, extending the stream where it ends behind its end; bytes
    /// in a gap are zeros. Answers how many bytes were written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`] without write access, [`ErrorKind::TooLarge`],
    /// [`ErrorKind::MediumFull`], [`ErrorKind::WriteFault`] (the file is latched then),
    /// [`ErrorKind::Reverted`].
    pub fn try_write_at(&self, offset: u64, data: &[u8]) -> Result<usize> {
        self.change(|stored, data_now, space, may_stay_short| {
            data_now.write(stored, space, offset, data, may_stay_short)
        })?;
        Ok(data.len())
    }

    /// Sets the length in bytes. What is cut off is gone; what is added reads as zeros.
    ///
    /// # Errors
    ///
    /// As [`try_write_at`](Self::try_write_at).
    pub fn try_set_len(&self, len: u64) -> Result<()> {
        self.change(|stored, data_now, space, may_stay_short| {
            data_now.set_len(stored, space, len, may_stay_short)
        })
    }

    fn change(
        &self,
        change: impl FnOnce(
            Option<&StoredStream>,
            &mut StreamData,
            &crate::transaction::space::Space<'_>,
            bool,
        ) -> Result<()>,
    ) -> Result<()> {
        let mut state = self.lock()?;
        if !self.core.mode.can_write() {
            return Err(Error::new(ErrorKind::AccessDenied, "the stream was opened for reading"));
        }
        let opening = &self.core.storage.opening;
        opening.file.check_latch()?;
        opening.await_readers();
        let scope = self.core.storage.scope;
        let base = state.scopes.base.clone();
        let stored = match self.key() {
            key @ NodeKey::Stored(_) => Some(state.scopes.stored_stream(key)?),
            NodeKey::New(_) => None,
        };
        let may_stay_short = opening.may_stay_short(&state);
        let node = state.scopes.stream_mut(scope, self.key())?;
        let before = short_len(node);
        let space = opening.space(&base, scope);
        let outcome = change(stored.as_ref(), &mut node.data, &space, may_stay_short);
        let after = short_len(node);
        state.short_len = state.short_len.saturating_sub(before) + after;
        self.core.link.set_unchanged(None);
        outcome
    }

    /// Length in bytes, as far as it is known without waiting: that of a stream whose directory
    /// entry was read when it was opened.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reverted`].
    pub fn try_len(&self) -> Result<u64> {
        self.core.link.check()?;
        match self.core.link.with_unchanged(|stored| stored.len) {
            Some(len) => Ok(len),
            None => Ok(self.try_stat()?.len),
        }
    }

    /// What is known of the stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`], [`ErrorKind::Reverted`].
    pub fn try_stat(&self) -> Result<Stat> {
        let state = self.lock()?;
        Ok(state.scopes.view(self.core.storage.scope, self.key())?.stat(self.core.mode.reported()))
    }

    /// Where the bytes `offset..offset + len` lie, as ranges of the byte array that the file was
    /// opened on, in the order of the stream.
    ///
    /// # Errors
    ///
    /// As [`try_read_at`](Self::try_read_at).
    pub fn try_ranges(&self, offset: u64, len: u64) -> Result<Vec<core::ops::Range<u64>>> {
        self.core.link.check()?;
        let mut pieces: Vec<Piece> = Vec::new();
        let unchanged = self.core.link.with_unchanged(|stored| {
            match len.min(stored.len.saturating_sub(offset)) {
                0 => Ok(()),
                len => stored.pieces(offset, len, &mut pieces),
            }
        });
        match unchanged {
            Some(found) => found?,
            None => {
                let state = self.lock()?;
                if let Some(Node::Stream(StreamNode { data: StreamData::Long(content), .. })) =
                    state.scopes.find(self.core.storage.scope, self.key())
                {
                    content.pieces(&state.scopes.base, offset, len, &mut pieces)?;
                }
            }
        }
        Ok(pieces.iter().map(|piece| piece.offset..piece.offset + piece.len).collect())
    }

    /// A reader and writer with a position of its own, for code that knows [`std::io`]. A pending
    /// read is [`std::io::ErrorKind::WouldBlock`].
    #[must_use]
    pub fn cursor(&self) -> StreamCursor {
        StreamCursor::new(self.clone())
    }

    /// Whether the stream may be written.
    #[must_use]
    pub fn mode(&self) -> OpenMode {
        self.core.mode
    }

    fn key(&self) -> NodeKey {
        self.core.link.key()
    }

    fn lock(&self) -> Result<MutexGuard<'_, OpeningState>> {
        let state = self.core.storage.opening.lock();
        self.core.link.check()?;
        Ok(state)
    }

    fn opening(&self) -> &Arc<Opening> {
        &self.core.storage.opening
    }
}

fn short_len(node: &StreamNode) -> usize {
    match &node.data {
        StreamData::Short(bytes) => bytes.len(),
        _ => 0,
    }
}

impl Drop for StreamCore {
    fn drop(&mut self) {
        self.storage.opening.lock().deregister(&self.link);
    }
}

/// A stream is a byte array: a compound file within it opens like any other. Flushing leaves
/// durability to the commit of the file that the stream is in.
impl LockBytes for Stream {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let mut missing: Option<Missing> = None;
        for request in requests {
            match self.try_read_at(request.offset, request.buffer) {
                Ok(filled) => request.filled = filled,
                Err(error) => {
                    let more = error.into_missing()?;
                    missing.get_or_insert_default().merge(&more);
                }
            }
        }
        missing.map_or(Ok(()), |missing| Err(Error::pending(missing)))
    }

    fn len(&self) -> Option<u64> {
        self.try_len().ok()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.try_write_at(offset, data).map(drop)
    }

    fn flush(&self) -> Result<()> {
        self.opening().file.check_latch()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.try_set_len(len)
    }

    fn nesting_depth(&self) -> usize {
        self.opening().file.medium.bytes.nesting_depth() + 1
    }
}
