//! Streams of a document at any depth, read whole or by their first bytes, and a record of what
//! was read.
//!
//! Invariant: what is read is written down in the order of reading. Room is made only for bytes
//! whose places the file has shown.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docfile_compound::{ErrorKind, Listing, Result, Stat, Stream};

use crate::document::Touch;
use crate::elements::{Elements, owned};
use crate::fields::to_u64;

/// What is read of a stream without looking for the rest of it first, in bytes.
const STEP_LEN: usize = 64 << 10;

/// What is read below a document's root.
#[derive(Debug)]
pub(crate) struct Parts {
    elements: Arc<Elements>,
    read_len: usize,
    touches: Mutex<Vec<Touch>>,
}

impl Parts {
    /// The parts among these elements, of each of which up to `read_len` bytes are read.
    pub(crate) fn new(elements: Arc<Elements>, read_len: usize) -> Self {
        Self { elements, read_len, touches: Mutex::default() }
    }

    /// What was read so far, each stream once, in that order.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        self.lock().clone()
    }

    /// The elements of the storage at this path; none where there is no such storage.
    pub(crate) fn try_list(&self, path: &[&str]) -> Result<Listing> {
        self.elements.try_list(path)
    }

    /// What is known of the element at this path, as [`Elements::try_stat`].
    pub(crate) fn try_stat(&self, path: &[&str]) -> Result<Option<Stat>> {
        self.elements.try_stat(path)
    }

    /// All bytes of the stream at this path, up to the bound of one read; `None` where there is
    /// no such stream.
    pub(crate) fn try_bytes(&self, path: &[&str]) -> Result<Option<Vec<u8>>> {
        self.try_prefix(path, usize::MAX)
    }

    /// The first bytes of the stream at this path, `max_len` at most.
    pub(crate) fn try_prefix(&self, path: &[&str], max_len: usize) -> Result<Option<Vec<u8>>> {
        let Some(stream) = self.elements.try_stream(path)? else { return Ok(None) };
        let len = usize::try_from(stream.try_len()?).unwrap_or(usize::MAX);
        let bytes = try_read(&stream, len.min(max_len).min(self.read_len))?;
        self.touch(path, to_u64(bytes.len()));
        Ok(Some(bytes))
    }

    /// The stream at this path, for what reads it on its own account.
    pub(crate) fn try_stream(&self, path: &[&str]) -> Result<Option<Stream>> {
        let Some(stream) = self.elements.try_stream(path)? else { return Ok(None) };
        self.touch(path, stream.try_len()?);
        Ok(Some(stream))
    }

    fn touch(&self, path: &[&str], len: u64) {
        let path = owned(path);
        let mut touches = self.lock();
        match touches.iter_mut().rev().find(|touch| touch.path == path) {
            Some(touch) => touch.range.end = touch.range.end.max(len),
            None => touches.push(Touch { path, range: 0..len }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Touch>> {
        self.touches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first `len` bytes, or those before where the stream is damaged.
fn try_read(stream: &Stream, len: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_found = len <= STEP_LEN
        || match stream.try_ranges(0, to_u64(len)) {
            Err(error) if error.kind() == ErrorKind::Corrupt => false,
            found => found.map(|_| true)?,
        };
    while bytes.len() < len {
        let start = bytes.len();
        // In a damaged stream, no more room than a few times what was really there.
        let step = if is_found { len } else { STEP_LEN.max(start.saturating_mul(3)) };
        bytes.resize(len.min(start.saturating_add(step)), 0);
        let buffer = bytes.get_mut(start..).unwrap_or_default();
        let read = match stream.try_read_at(to_u64(start), buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Corrupt && start > 0 => 0,
            Err(error) => return Err(error),
        };
        bytes.truncate(start.saturating_add(read));
        if read == 0 {
            break;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use docfile_compound::{CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Settings};

    use super::*;

    #[test]
    fn several_streams_of_one_storage_are_read_and_written_down() {
        let bytes = Arc::new(MemoryBytes::default());
        let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
        let root = file.root(OpenMode::edit()).unwrap();
        let name = |name| Name::new(name).unwrap();
        let below = root.try_create_storage(&name("A"), OpenMode::child_edit()).unwrap();
        for (stream, data) in [("b", "one"), ("c", "three")] {
            let stream = below.try_create_stream(&name(stream), OpenMode::child_edit()).unwrap();
            stream.try_write_at(0, data.as_bytes()).unwrap();
        }
        drop(below);
        let parts = Parts::new(Arc::new(Elements::new(root)), 4);
        assert_eq!(parts.try_bytes(&["A", "b"]).unwrap().unwrap(), b"one");
        assert_eq!(parts.try_bytes(&["A", "c"]).unwrap().unwrap(), b"thre");
        assert_eq!(parts.try_prefix(&["A", "b"], 2).unwrap().unwrap(), b"on");
        assert_eq!(parts.try_list(&["A"]).unwrap().len(), 2);
        assert_eq!(parts.try_bytes(&["A"]).unwrap(), None);
        assert_eq!(parts.try_bytes(&["B", "c"]).unwrap(), None);
        let lens: Vec<u64> = parts.touches().iter().map(|touch| touch.range.end).collect();
        assert_eq!(lens, [3, 4]);
    }
}
