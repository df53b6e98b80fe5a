//! What can be told about an element without reading its bytes (`contract/storage.md`, STATSTG).

use crate::directory::entry::DirectoryEntry;
use crate::error::Error;
use crate::file_time::FileTime;
use crate::guid::Guid;
use crate::name::Name;
use crate::open_mode::OpenMode;
use crate::sector::EntryId;
use crate::transaction::node::{Attributes, NodeKey};

/// Whether an element is a storage or a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// Holds further elements.
    Storage,
    /// Holds bytes.
    Stream,
}

/// What is known of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// Where the element stands in the directory; new elements get theirs by a commit.
    pub id: EntryId,
    /// As stored.
    pub name: Name,
    /// Storage or stream.
    pub kind: ElementKind,
    /// Length of a stream in bytes; zero for a storage.
    pub len: u64,
    /// Class id of a storage.
    pub class_id: Guid,
    /// State bits of a storage.
    pub state_bits: u32,
    /// Creation time of a storage.
    pub created: FileTime,
    /// Modification time of a storage.
    pub modified: FileTime,
    /// The mode an open element was opened with; [`OpenMode::read`] in listings.
    pub mode: OpenMode,
}

/// The elements of a storage, in the order of the directory, and the damage met on the way.
///
/// Dereferences to the slice of elements.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// What could be read.
    pub elements: Vec<Stat>,
    /// What was broken, and kept elements from being found. Empty when reading strictly.
    pub damage: Vec<Error>,
}

/// An element met on a walk through a whole subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// How many storages lie between the element and where the walk began: 0 for its children.
    pub depth: usize,
    /// The element.
    pub stat: Stat,
}

/// Everything below a storage, parents before their children, and the damage met on the way.
///
/// Dereferences to the slice of elements.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// What could be read.
    pub elements: Vec<Walked>,
    /// What was broken, and kept elements from being found. Empty when reading strictly.
    pub damage: Vec<Error>,
}

macro_rules! as_slice {
    ($list:ident of $element:ident) => {
        impl core::ops::Deref for $list {
            type Target = [$element];
            fn deref(&self) -> &[$element] {
                &self.elements
            }
        }
        impl IntoIterator for $list {
            type Item = $element;
            type IntoIter = std::vec::IntoIter<$element>;
            fn into_iter(self) -> Self::IntoIter {
                self.elements.into_iter()
            }
        }
        impl<'l> IntoIterator for &'l $list {
            type Item = &'l $element;
            type IntoIter = core::slice::Iter<'l, $element>;
            fn into_iter(self) -> Self::IntoIter {
                self.elements.iter()
            }
        }
    };
}

as_slice!(Listing of Stat);
as_slice!(Walk of Walked);

/// An element as a transaction sees it.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) key: NodeKey,
    pub(crate) kind: ElementKind,
    pub(crate) attributes: Attributes,
    pub(crate) len: u64,
}

impl View {
    pub(crate) fn stored(id: EntryId, entry: &DirectoryEntry) -> Self {
        let is_storage = entry.is_storage();
        Self {
            key: NodeKey::Stored(id),
            kind: if is_storage { ElementKind::Storage } else { ElementKind::Stream },
            attributes: Attributes::stored(entry),
            len: if is_storage { 0 } else { entry.len },
        }
    }

    pub(crate) fn stat(&self, mode: OpenMode) -> Stat {
        Stat {
            id: self.key.id(),
            name: self.attributes.name,
            kind: self.kind,
            len: self.len,
            class_id: self.attributes.class_id,
            state_bits: self.attributes.state_bits,
            created: self.attributes.created,
            modified: self.attributes.modified,
            mode,
        }
    }
}
