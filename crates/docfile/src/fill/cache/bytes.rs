//! The bytes of an array that is filling, in a file of the cache.
//!
//! Invariant: `kept` are the bytes that are in the file; all others that arrived are in a temporary
//! file, because they came before the resource was known, or because another transfer writes the
//! file, or because it could not be written. What was written is vouched for a few megabytes or a
//! second later, and at the end. Forgetting everything removes the file; whoever reads it keeps it.

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use docfile_binding::planner::{Resume, Validator};
use docfile_compound::{ByteRanges, Error, ErrorKind, LockBytes, ReadRequest, Result};

use super::header::Header;
use super::journal::CacheFile;
use super::{Cache, FILE_EXTENSION, NEW_EXTENSION, private_file, room};
use crate::FileBytes;

/// So much may be lost by a kill.
const UNVOUCHED_MAX: u64 = 8 << 20;
/// So long, while bytes come.
const UNVOUCHED_TIME: Duration = Duration::from_secs(1);

/// The bytes of one resource.
#[derive(Debug)]
pub(crate) struct CacheBytes {
    cache: Cache,
    key: String,
    /// The right to write.
    lock: Option<FileBytes>,
    state: Mutex<State>,
    /// Held by who vouches, so that nobody who waits for the end of it goes on before.
    vouching: Mutex<()>,
}

#[derive(Debug)]
struct State {
    file: Option<Arc<CacheFile>>,
    is_writable: bool,
    kept: ByteRanges,
    unvouched: ByteRanges,
    vouched_at: Instant,
    journal_len: u64,
    beside: Option<Arc<FileBytes>>,
}

/// A stretch of a read, and where it is.
struct Piece {
    offset: u64,
    len: u64,
    is_kept: bool,
}

impl CacheBytes {
    /// What is kept under `key`, if anything.
    pub(super) fn open(cache: Cache, key: &str) -> Self {
        let lock = cache.lock(key);
        let mut state = State {
            file: None,
            is_writable: lock.is_some(),
            kept: ByteRanges::new(),
            unvouched: ByteRanges::new(),
            vouched_at: Instant::now(),
            journal_len: 0,
            beside: None,
        };
        let path = cache.path(key, FILE_EXTENSION);
        let opened = if lock.is_some() {
            private_open(&path).and_then(CacheFile::open)
        } else {
            FileBytes::open(&path).and_then(CacheFile::open)
        };
        if let Ok(Some((file, kept, journal_len))) = opened {
            // What a kill left half written would be taken for records of a later run.
            if lock.is_none() || file.cut_behind(journal_len).is_ok() {
                (state.file, state.kept) = (Some(Arc::new(file)), kept);
                state.journal_len = journal_len;
            }
        }
        if state.file.is_none() && lock.is_some() {
            // Not there, or of a version that is not understood.
            let _ = fs::remove_file(&path);
        }
        let state = Mutex::new(state);
        Self { cache, key: key.to_owned(), lock, state, vouching: Mutex::new(()) }
    }

    /// What is here, for the planner.
    pub(super) fn resume(&self) -> Option<Resume> {
        let state = self.state();
        let header = state.file.as_ref()?.header();
        (!state.kept.is_empty()).then(|| Resume {
            validator: header.validator.clone(),
            total_len: header.total_len,
            arrived: state.kept.clone(),
        })
    }

    /// Which resource it is that is filled in: from now on what comes is kept, where it can be.
    pub(crate) fn note_entity(&self, validator: &Validator, total_len: u64) {
        let header = Header { validator: validator.clone(), total_len };
        let mut state = self.state();
        let is_known = state.file.as_ref().is_some_and(|file| *file.header() == header);
        // Without a byte in it, it may be of anything.
        let is_wanted = state.file.is_none() || (!is_known && state.kept.is_empty());
        if self.lock.is_none() || !is_wanted || !room::make(&self.cache, &self.key, total_len) {
            return;
        }
        let file = self.create(header).ok().flatten();
        state.is_writable = file.is_some();
        state.file = file.map(Arc::new);
        state.journal_len = 0;
    }

    /// Makes an empty file, whole before it has its name.
    fn create(&self, header: Header) -> Result<Option<CacheFile>> {
        let path = self.cache.path(&self.key, NEW_EXTENSION);
        let file = private_file(&path, true).map_err(|error| {
            Error::new(ErrorKind::WriteFault, "the cache cannot be written").with_source(error)
        })?;
        let created = CacheFile::create(FileBytes::from_file(file, true)?, header)?;
        let name = self.cache.path(&self.key, FILE_EXTENSION);
        let is_named = created.is_some() && fs::rename(&path, name).is_ok();
        if !is_named {
            let _ = fs::remove_file(&path);
        }
        Ok(created.filter(|_| is_named))
    }

    /// Vouches for everything that was written. A failure costs the cache, not the reader.
    pub(crate) fn vouch(&self) {
        let _vouching = self.vouching.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state();
        state.vouched_at = Instant::now();
        let unvouched = core::mem::take(&mut state.unvouched);
        let (Some(file), journal_len) = (state.file.clone(), state.journal_len) else { return };
        if unvouched.is_empty() {
            return;
        }
        drop(state);
        let vouched = file.vouch(&unvouched, journal_len);
        let mut state = self.state();
        // Everything may have been forgotten in between.
        if state.file.as_ref().is_some_and(|now| Arc::ptr_eq(now, &file)) {
            match vouched {
                Ok(len) => state.journal_len = len,
                Err(_) => state.is_writable = false,
            }
        }
    }

    /// Writes into the file, if that is possible; whether it was.
    fn keep(&self, offset: u64, data: &[u8]) -> bool {
        let end = offset.saturating_add(data.len() as u64);
        let state = self.state();
        let file =
            state.file.clone().filter(|file| state.is_writable && end <= file.header().total_len);
        drop(state);
        let Some(file) = file else { return false };
        let written = file.write_at(offset, data);
        let mut state = self.state();
        if written.is_err() {
            state.is_writable = false;
            return false;
        }
        state.kept.insert(offset..end);
        state.unvouched.insert(offset..end);
        let is_due = state.unvouched.byte_count() >= UNVOUCHED_MAX
            || state.vouched_at.elapsed() >= UNVOUCHED_TIME;
        drop(state);
        if is_due {
            self.vouch();
        }
        true
    }

    /// The temporary file, made when it is first needed.
    fn beside(&self) -> Result<Arc<FileBytes>> {
        let mut state = self.state();
        if let Some(beside) = &state.beside {
            return Ok(beside.clone());
        }
        let file = tempfile::tempfile().map_err(|error| {
            Error::new(ErrorKind::WriteFault, "no temporary file can be made").with_source(error)
        })?;
        let beside = Arc::new(FileBytes::from_file(file, true)?);
        state.beside = Some(beside.clone());
        Ok(beside)
    }

    fn read(&self, request: &mut ReadRequest<'_>) -> Result<()> {
        let (file, beside, pieces) = {
            let state = self.state();
            let pieces = pieces_of(&state.kept, &request.range());
            (state.file.clone(), state.beside.clone(), pieces)
        };
        request.filled = 0;
        for piece in pieces {
            let index =
                |offset: u64| usize::try_from(offset - request.offset).unwrap_or(usize::MAX);
            let range = index(piece.offset)..index(piece.offset + piece.len);
            let Some(part) = request.buffer.get_mut(range) else { break };
            let count = match (&file, &beside) {
                (Some(file), _) if piece.is_kept => file.read_at(piece.offset, part)?,
                (_, Some(beside)) if !piece.is_kept => beside.try_read_at(piece.offset, part)?,
                _ => 0,
            };
            let is_short = count < part.len();
            request.filled += count;
            if is_short {
                break;
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn private_open(path: &std::path::Path) -> Result<FileBytes> {
    let none = |error| Error::new(ErrorKind::NotFound, "nothing is kept").with_source(error);
    let file = fs::OpenOptions::new().read(true).write(true).open(path).map_err(none)?;
    FileBytes::from_file(file, true)
}

/// Cuts a range into what is in the file and what is beside it, in order.
fn pieces_of(kept: &ByteRanges, range: &std::ops::Range<u64>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut offset = range.start;
    let mut push = |end: u64, is_kept: bool| {
        if end > offset {
            pieces.push(Piece { offset, len: end - offset, is_kept });
            offset = end;
        }
    };
    for gap in kept.gaps(range.clone()).iter() {
        push(gap.start, true);
        push(gap.end, false);
    }
    push(range.end, true);
    pieces
}

impl LockBytes for CacheBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        requests.iter_mut().try_for_each(|request| self.read(request))
    }

    fn len(&self) -> Option<u64> {
        let state = self.state();
        let beside = state.beside.as_ref().and_then(|beside| beside.len()).unwrap_or(0);
        Some(beside.max(state.kept.iter().last().map_or(0, |range| range.end)))
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        if self.keep(offset, data) {
            return Ok(());
        }
        self.beside()?.write_at(offset, data)
    }

    fn flush(&self) -> Result<()> {
        self.vouch();
        Ok(())
    }

    /// Only to nothing: everything is forgotten.
    fn set_size(&self, len: u64) -> Result<()> {
        if len > 0 {
            return Err(Error::new(
                ErrorKind::Unimplemented,
                "a cache forgets everything or nothing",
            ));
        }
        let mut state = self.state();
        if self.lock.is_some() && state.file.take().is_some() {
            let _ = fs::remove_file(self.cache.path(&self.key, FILE_EXTENSION));
        }
        (state.file, state.beside) = (None, None);
        state.is_writable = self.lock.is_some();
        (state.kept, state.unvouched) = (ByteRanges::new(), ByteRanges::new());
        Ok(())
    }
}

impl Drop for CacheBytes {
    fn drop(&mut self) {
        self.vouch();
    }
}
