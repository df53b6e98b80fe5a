//! The elements of a document, opened once each at any depth, and a record of what was read.
//!
//! Invariant: an element stays open once it was opened, storages on the way to it too, since each
//! may be open only once; what is read is written down in the order of reading. Room is made only
//! for bytes whose places the file has shown.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use docfile_compound::{
    ElementKind, ErrorKind, Listing, Name, OpenMode, Result, Stat, Storage, Stream,
};

use crate::document::Touch;
use crate::fields::to_u64;

/// What is read of a stream without looking for the rest of it first, in bytes.
const STEP_LEN: usize = 64 << 10;

/// A document's root and what was opened below it.
#[derive(Debug)]
pub(crate) struct Parts {
    root: Storage,
    read_len: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    storages: BTreeMap<Vec<String>, Storage>,
    streams: BTreeMap<Vec<String>, Stream>,
    touches: Vec<Touch>,
}

impl Parts {
    /// The parts below this root, of each of which up to `read_len` bytes are read.
    pub(crate) fn new(root: Storage, read_len: usize) -> Self {
        Self { root, read_len, state: Mutex::default() }
    }

    /// What was read so far, each stream once, in that order.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        self.lock().touches.clone()
    }

    /// The elements of the storage at this path; none where there is no such storage.
    pub(crate) fn try_list(&self, path: &[&str]) -> Result<Listing> {
        match self.lock().try_storage(&self.root, path)? {
            Some(storage) => storage.try_list(),
            None => Ok(Listing::default()),
        }
    }

    /// What is known of the element at this path; `None` where there is none. Unlike a list this
    /// needs only the directory's pages on the way to it.
    pub(crate) fn try_stat(&self, path: &[&str]) -> Result<Option<Stat>> {
        let Some((last, above)) = path.split_last() else { return Ok(None) };
        let parent = self.lock().try_storage(&self.root, above)?;
        let Some(parent) = parent else { return Ok(None) };
        match name_of(last) {
            Some(name) => parent.try_find(&name),
            None => Ok(None),
        }
    }

    /// All bytes of the stream at this path, up to the bound of one read; `None` where there is
    /// no such stream.
    pub(crate) fn try_bytes(&self, path: &[&str]) -> Result<Option<Vec<u8>>> {
        self.try_prefix(path, usize::MAX)
    }

    /// The first bytes of the stream at this path, `max_len` at most.
    pub(crate) fn try_prefix(&self, path: &[&str], max_len: usize) -> Result<Option<Vec<u8>>> {
        let Some(stream) = self.lock().try_stream(&self.root, path)? else { return Ok(None) };
        let len = usize::try_from(stream.try_len()?).unwrap_or(usize::MAX);
        let bytes = try_read(&stream, len.min(max_len).min(self.read_len))?;
        self.lock().touch(path, to_u64(bytes.len()));
        Ok(Some(bytes))
    }

    /// The stream at this path, for what reads it on its own account.
    pub(crate) fn try_stream(&self, path: &[&str]) -> Result<Option<Stream>> {
        let mut state = self.lock();
        let Some(stream) = state.try_stream(&self.root, path)? else { return Ok(None) };
        state.touch(path, stream.try_len()?);
        Ok(Some(stream))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn try_storage(&mut self, root: &Storage, path: &[&str]) -> Result<Option<Storage>> {
        let Some((last, above)) = path.split_last() else { return Ok(Some(root.clone())) };
        let key = owned(path);
        if let Some(storage) = self.storages.get(&key) {
            return Ok(Some(storage.clone()));
        }
        let Some(parent) = self.try_storage(root, above)? else { return Ok(None) };
        let Some(name) = try_named(&parent, last, ElementKind::Storage)? else { return Ok(None) };
        let storage = parent.try_open_storage(&name, OpenMode::child_read())?;
        self.storages.insert(key, storage.clone());
        Ok(Some(storage))
    }

    fn try_stream(&mut self, root: &Storage, path: &[&str]) -> Result<Option<Stream>> {
        let Some((last, above)) = path.split_last() else { return Ok(None) };
        let key = owned(path);
        if let Some(stream) = self.streams.get(&key) {
            return Ok(Some(stream.clone()));
        }
        let Some(parent) = self.try_storage(root, above)? else { return Ok(None) };
        let Some(name) = try_named(&parent, last, ElementKind::Stream)? else { return Ok(None) };
        let stream = parent.try_open_stream(&name, OpenMode::child_read())?;
        self.streams.insert(key, stream.clone());
        Ok(Some(stream))
    }

    fn touch(&mut self, path: &[&str], len: u64) {
        let path = owned(path);
        match self.touches.iter_mut().rev().find(|touch| touch.path == path) {
            Some(touch) => touch.range.end = touch.range.end.max(len),
            None => self.touches.push(Touch { path, range: 0..len }),
        }
    }
}

/// The name of the element, if it is there and of this kind.
fn try_named(storage: &Storage, name: &str, kind: ElementKind) -> Result<Option<Name>> {
    let Some(name) = name_of(name) else { return Ok(None) };
    let found = storage.try_find(&name)?;
    Ok(found.filter(|stat| stat.kind == kind).map(|stat| stat.name))
}

/// The name as a file may store it; `None` when it is too long for any.
fn name_of(name: &str) -> Option<Name> {
    Name::stored(&name.encode_utf16().collect::<Vec<_>>()).ok()
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
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
    use std::sync::Arc;

    use docfile_compound::{CompoundFile, FormatVersion, MemoryBytes, Settings};

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
        let parts = Parts::new(root, 4);
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
