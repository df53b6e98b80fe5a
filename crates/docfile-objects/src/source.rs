//! Streams of a document, read by offset, and a record of what was read of them.
//!
//! Invariant: a read gives as many bytes as there are up to what was asked, or names what is
//! missing; the room that it takes is justified by places that the file has shown. It is written
//! down in the order of reading, so that the order of a first view is observed and not claimed.

use core::fmt::Debug;
use core::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docfile_compound::{ErrorKind, Result, Storage, Stream};

use crate::document::Touch;
use crate::elements::{Elements, owned};
use crate::fields::to_u64;

/// What is read without looking for the places of all of it first.
const STEP_LEN: usize = 64 << 10;
/// The last piece of a damaged stream that is looked for, in bytes.
const DAMAGED_STEP_LEN: usize = 512;

/// Bytes that are read by offset: a stream, or what it is once decrypted.
pub(crate) trait Content: Debug + Send + Sync {
    /// How many there are, in bytes.
    fn len(&self) -> u64;

    /// Up to `len` bytes from `offset`, fewer only at the end.
    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>>;
}

impl Content for Vec<u8> {
    fn len(&self) -> u64 {
        to_u64(self.as_slice().len())
    }

    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(len).min(self.as_slice().len());
        Ok(self.get(start..end).unwrap_or_default().to_vec())
    }
}

/// A document's root and what was read below it.
#[derive(Debug)]
pub(crate) struct Source {
    elements: Arc<Elements>,
    touches: Arc<Mutex<Vec<Touch>>>,
    read_len: usize,
}

impl Source {
    /// The source of the document with this root, of which one read gives up to `read_len` bytes.
    pub(crate) fn new(root: Storage, read_len: usize) -> Self {
        Self { elements: Arc::new(Elements::new(root)), touches: Arc::default(), read_len }
    }

    /// The elements, shared with whoever else reads the document.
    pub(crate) const fn elements(&self) -> &Arc<Elements> {
        &self.elements
    }

    /// What was read so far.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        lock(&self.touches).clone()
    }

    /// The stream at this path; `None` when there is none.
    pub(crate) fn try_stream(&self, path: &[&str]) -> Result<Option<StreamContent>> {
        let Some(stream) = self.elements.try_stream(path)? else { return Ok(None) };
        Ok(Some(StreamContent {
            len: stream.try_len()?,
            stream,
            path: owned(path).into(),
            touches: self.touches.clone(),
            read_len: self.read_len,
        }))
    }
}

/// A stream of the document.
#[derive(Debug, Clone)]
pub(crate) struct StreamContent {
    stream: Stream,
    len: u64,
    path: Arc<[String]>,
    touches: Arc<Mutex<Vec<Touch>>>,
    read_len: usize,
}

impl StreamContent {
    /// The stream itself, for what reads it on its own account.
    pub(crate) fn stream(&self) -> &Stream {
        self.touch(0..self.len);
        &self.stream
    }

    fn touch(&self, range: Range<u64>) {
        let mut touches = lock(&self.touches);
        match touches.last_mut() {
            Some(last)
                if *last.path == *self.path
                    && last.range.start <= range.start
                    && range.start <= last.range.end =>
            {
                last.range.end = last.range.end.max(range.end);
            }
            _ => touches.push(Touch { path: self.path.to_vec(), range }),
        }
    }

    /// What can be read of a damaged part, up to where the damage begins.
    fn try_undamaged(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < len {
            let start = bytes.len();
            bytes.resize(len.min(start.saturating_add(DAMAGED_STEP_LEN)), 0);
            let buffer = bytes.get_mut(start..).unwrap_or_default();
            match self.stream.try_read_at(offset.saturating_add(to_u64(start)), buffer) {
                Ok(0) => {
                    bytes.truncate(start);
                    break;
                }
                Ok(read) => bytes.truncate(start.saturating_add(read)),
                Err(error) if error.kind() == ErrorKind::Corrupt && start > 0 => {
                    bytes.truncate(start);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(bytes)
    }
}

impl Content for StreamContent {
    fn len(&self) -> u64 {
        self.len
    }

    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = len.min(left).min(self.read_len);
        if len == 0 {
            return Ok(Vec::new());
        }
        let found = match len > STEP_LEN {
            true => self.stream.try_ranges(offset, to_u64(len)).map(drop),
            false => Ok(()),
        };
        let mut bytes = Vec::new();
        let read = found.and_then(|()| {
            bytes.resize(len, 0);
            self.stream.try_read_at(offset, &mut bytes)
        });
        match read {
            Ok(read) => bytes.truncate(read),
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                bytes = self.try_undamaged(offset, len)?;
            }
            Err(error) => return Err(error),
        }
        self.touch(offset..offset.saturating_add(to_u64(bytes.len())));
        Ok(bytes)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
