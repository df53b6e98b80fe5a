//! The elements of a document, opened once each at any depth.
//!
//! Invariant: an element stays open once it was opened, storages on the way to it too, since each
//! may be open only once; whoever reads the same document shares one of these. That there is no
//! such element is not kept: it may be that its kind was asked for wrongly.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use docfile_compound::{ElementKind, Listing, Name, OpenMode, Result, Stat, Storage, Stream};

/// A document's root and what was opened below it.
#[derive(Debug)]
pub(crate) struct Elements {
    root: Storage,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    storages: BTreeMap<Vec<String>, Storage>,
    streams: BTreeMap<Vec<String>, Stream>,
}

impl Elements {
    /// The elements below this root.
    pub(crate) fn new(root: Storage) -> Self {
        Self { root, state: Mutex::default() }
    }

    /// The stream at this path; `None` where there is none.
    pub(crate) fn try_stream(&self, path: &[&str]) -> Result<Option<Stream>> {
        self.lock().try_stream(&self.root, path)
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

/// A path that is kept.
pub(crate) fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use docfile_compound::{CompoundFile, FormatVersion, MemoryBytes, Settings};

    use super::*;

    fn with_two_streams_below() -> Storage {
        let bytes = Arc::new(MemoryBytes::default());
        let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
        let root = file.root(OpenMode::edit()).unwrap();
        let name = |name| Name::new(name).unwrap();
        let below = root.try_create_storage(&name("A"), OpenMode::child_edit()).unwrap();
        for stream in ["b", "c"] {
            below.try_create_stream(&name(stream), OpenMode::child_edit()).unwrap();
        }
        root
    }

    #[test]
    fn streams_of_one_storage_and_its_list_are_had_side_by_side() {
        let elements = Elements::new(with_two_streams_below());
        let first = elements.try_stream(&["A", "b"]).unwrap();
        let second = elements.try_stream(&["A", "c"]).unwrap();
        let again = elements.try_stream(&["A", "b"]).unwrap();
        assert!(first.is_some() && second.is_some() && again.is_some());
        assert_eq!(elements.try_list(&["A"]).unwrap().len(), 2);
        assert!(elements.try_stat(&["A", "c"]).unwrap().is_some());
        assert!(elements.try_stream(&["A"]).unwrap().is_none());
    }
}
