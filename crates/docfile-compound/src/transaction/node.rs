//! What an opening has changed: the storages and streams that differ from the generation below.
//!
//! A node stands for one element as one transaction sees it. Elements that nobody changed have no
//! node; they are read from the generation. A changed storage keeps the difference to its stored
//! tree of siblings, not a copy of it, so that adding one element to a storage of a hundred
//! thousand costs one entry here.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::directory::entry::DirectoryEntry;
use crate::file_time::FileTime;
use crate::guid::Guid;
use crate::name::Name;
use crate::sector::{EntryId, NO_STREAM};
use crate::transaction::content::Content;

/// Identifies an element within one opening, for as long as that opening lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum NodeKey {
    /// An element that the generation below has.
    Stored(EntryId),
    /// An element made since, by a counter of the opening.
    New(u32),
}

impl NodeKey {
    pub(crate) const ROOT: Self = Self::Stored(EntryId::ROOT);

    /// The number that a caller sees as the element's id: new elements count down from the top.
    pub(crate) const fn id(self) -> EntryId {
        match self {
            Self::Stored(id) => id,
            Self::New(number) => EntryId(NO_STREAM - 1 - number),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Storage(StorageNode),
    Stream(StreamNode),
}

impl Node {
    /// Bytes that the node keeps in memory for a short stream.
    pub(crate) fn short_len(&self) -> usize {
        match self {
            Self::Stream(StreamNode { data: StreamData::Short(bytes), .. }) => bytes.len(),
            _ => 0,
        }
    }

    pub(crate) fn attributes_mut(&mut self) -> &mut Attributes {
        match self {
            Self::Storage(storage) => &mut storage.attributes,
            Self::Stream(stream) => &mut stream.attributes,
        }
    }
}

/// What the format stores about an element beside its links and bytes.
#[derive(Debug, Clone)]
pub(crate) struct Attributes {
    pub(crate) name: Name,
    pub(crate) class_id: Guid,
    pub(crate) state_bits: u32,
    pub(crate) created: FileTime,
    pub(crate) modified: FileTime,
}

impl Attributes {
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            class_id: Guid::NULL,
            state_bits: 0,
            created: FileTime::NONE,
            modified: FileTime::NONE,
        }
    }

    pub(crate) fn stored(entry: &DirectoryEntry) -> Self {
        Self {
            name: entry.name,
            class_id: entry.class_id,
            state_bits: entry.state_bits,
            created: entry.created,
            modified: entry.modified,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct StorageNode {
    pub(crate) attributes: Attributes,
    pub(crate) children: Children,
}

/// The elements of a storage: a stored tree of siblings, and how it differs from that.
#[derive(Debug, Clone)]
pub(crate) struct Children {
    /// Root of the stored tree, or `NO_STREAM`.
    pub(crate) tree_root: u32,
    /// Elements that are not in the stored tree, or no longer under their stored name.
    pub(crate) added: BTreeMap<NameKey, NodeKey>,
    /// Elements of the stored tree that are gone or have another name.
    pub(crate) removed: BTreeSet<EntryId>,
}

impl Children {
    pub(crate) fn stored(tree_root: u32) -> Self {
        Self { tree_root, added: BTreeMap::new(), removed: BTreeSet::new() }
    }

    pub(crate) fn is_changed(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty()
    }

    /// Adds an element. One that comes back under its stored name is no difference.
    pub(crate) fn insert(&mut self, name: Name, key: NodeKey) {
        self.added.insert(NameKey(name), key);
    }

    /// Removes the element `key` that bears `name`.
    pub(crate) fn remove(&mut self, name: &Name, key: NodeKey) {
        if self.added.remove(&NameKey(*name)).is_none()
            && let NodeKey::Stored(id) = key
        {
            self.removed.insert(id);
        }
    }
}

/// A name in the order of siblings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameKey(pub(crate) Name);

impl PartialEq for NameKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for NameKey {}

impl PartialOrd for NameKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NameKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.compare(&other.0)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct StreamNode {
    pub(crate) attributes: Attributes,
    pub(crate) data: StreamData,
}

/// The bytes of a stream that has a node.
#[derive(Debug, Clone)]
pub(crate) enum StreamData {
    /// As the generation stores them.
    Stored,
    /// Changed and short: in memory until the commit puts them into the mini stream.
    Short(Vec<u8>),
    /// Changed: in sectors, partly perhaps those that the generation stores.
    Long(Content),
}
