//! The elements of the file that is laid out anew, as its newest generation has them.
//!
//! Elements stand in natural order: that of the directory, storages before what is in them. A
//! file of which anything cannot be found is refused, because laying it out would lose that.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::directory::entry::{DirectoryEntry, EntryKind};
use crate::error::{Error, ErrorKind, Result};
use crate::file::CompoundFile;
use crate::generation::Generation;
use crate::layout::script::ElementPath;
use crate::rule::Rule;
use crate::sector::{EntryId, SectorSize};
use crate::stored_stream::StoredStream;

/// The position of an element in natural order; 0 is the root.
pub(super) type ElementIndex = usize;

#[derive(Debug)]
pub(super) struct Element {
    pub(super) id: EntryId,
    pub(super) entry: DirectoryEntry,
    pub(super) parent: ElementIndex,
    /// In the order of their names.
    pub(super) children: Vec<ElementIndex>,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) generation: Arc<Generation>,
    pub(super) elements: Vec<Element>,
}

impl Source {
    /// Reads the whole directory.
    pub(super) fn read(file: &CompoundFile) -> Result<Self> {
        let generation = file.shared.lock().current.clone();
        let root = generation.root_entry()?;
        let mut source = Self {
            elements: vec![Element {
                id: EntryId::ROOT,
                entry: root,
                parent: 0,
                children: Vec::new(),
            }],
            generation,
        };
        let mut seen = BTreeSet::from([EntryId::ROOT]);
        // Storages on the way, with those of their elements that are still to come.
        let mut open = vec![(0, source.below(0, &mut seen)?)];
        while let Some((parent, waiting)) = open.last_mut() {
            let parent = *parent;
            let Some((id, entry)) = waiting.pop() else {
                open.pop();
                continue;
            };
            let is_storage = entry.is_storage();
            let index = source.elements.len();
            source.elements.push(Element { id, entry, parent, children: Vec::new() });
            if let Some(storage) = source.elements.get_mut(parent) {
                storage.children.push(index);
            }
            if is_storage {
                if open.len() >= source.generation.medium.limits.storage_depth {
                    return Err(Error::new(ErrorKind::LimitReached, "storages nest too deep"));
                }
                open.push((index, source.below(index, &mut seen)?));
            }
        }
        Ok(source)
    }

    /// Refuses streams that claim more bytes, all together, than the file has: what a file claims
    /// justifies no plan.
    pub(super) fn check_lens(&self) -> Result<()> {
        let file_len = self.generation.medium.bytes.len().ok_or_else(|| {
            Error::new(ErrorKind::InvalidParameter, "the length of the file is not known yet")
        })?;
        let mut left = file_len;
        for (element, len) in self.streams() {
            left = left.checked_sub(len).ok_or_else(|| {
                let id = self.elements.get(element).map_or(EntryId::ROOT, |element| element.id);
                self.damage(Rule::EntrySize, id).with_element(self.path(element).to_string())
            })?;
        }
        Ok(())
    }

    /// What is directly in a storage, the last name first.
    fn below(
        &self,
        storage: ElementIndex,
        seen: &mut BTreeSet<EntryId>,
    ) -> Result<Vec<(EntryId, DirectoryEntry)>> {
        let Some(storage) = self.elements.get(storage) else { return Ok(Vec::new()) };
        let siblings = self.generation.siblings(storage.entry.child)?;
        if let Some(damage) = siblings.damage.into_iter().next() {
            return Err(damage);
        }
        let mut found = siblings.found;
        found.sort_by(|(_, a), (_, b)| b.name.compare(&a.name));
        for (id, _) in &found {
            if !seen.insert(*id) {
                return Err(self.damage(Rule::TreeCycle, *id));
            }
        }
        let same = found.windows(2).find_map(|pair| match pair {
            [(_, a), (id, b)] if a.name.compare(&b.name).is_eq() => Some(*id),
            _ => None,
        });
        same.map_or(Ok(found), |id| Err(self.damage(Rule::TreeDuplicate, id)))
    }

    fn damage(&self, rule: Rule, id: EntryId) -> Error {
        Error::corrupt(rule, self.generation.entry_offset(id).unwrap_or_default())
    }

    pub(super) fn size(&self) -> SectorSize {
        self.generation.medium.sector_size
    }

    /// The element that a path leads to.
    pub(super) fn find(&self, path: &ElementPath) -> Result<ElementIndex> {
        let mut at = 0;
        for name in path.names() {
            let children = self.elements.get(at).map(|e| e.children.as_slice()).unwrap_or_default();
            let found = children.binary_search_by(|child| {
                self.elements
                    .get(*child)
                    .map_or(core::cmp::Ordering::Less, |child| child.entry.name.compare(name))
            });
            let found = found.ok().and_then(|found| children.get(found));
            at = *found.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "the script names what does not exist")
                    .with_element(path.to_string())
            })?;
        }
        Ok(at)
    }

    /// The way from the root to an element.
    pub(super) fn path(&self, element: ElementIndex) -> ElementPath {
        let mut names = Vec::new();
        let mut at = element;
        // Parents stand before their children, so this ends.
        while let Some(element) = self.elements.get(at).filter(|_| at > 0) {
            names.push(element.entry.name);
            at = element.parent;
        }
        names.reverse();
        ElementPath::new(names)
    }

    /// The length of a stream, `None` for a storage.
    pub(super) fn stream_len(&self, element: ElementIndex) -> Option<u64> {
        let entry = &self.elements.get(element)?.entry;
        (entry.kind == EntryKind::Stream).then_some(entry.len)
    }

    /// Every stream, in natural order.
    pub(super) fn streams(&self) -> impl Iterator<Item = (ElementIndex, u64)> + '_ {
        (0..self.elements.len()).filter_map(|index| Some((index, self.stream_len(index)?)))
    }

    /// The bytes of a stream.
    pub(super) fn open(&self, element: ElementIndex) -> Result<StoredStream> {
        let element = self
            .elements
            .get(element)
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "the file has no such element"))?;
        let offset = self.generation.entry_offset(element.id)?;
        Ok(StoredStream::new(self.generation.clone(), &element.entry, offset))
    }
}
