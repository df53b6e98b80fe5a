//! Which entry stands where in the directory, and what each stream's bytes are ([MS-CFB] 2.6).
//!
//! Invariant: entry 0 is the root; every other element has one entry; the rest of the directory's
//! sectors is unallocated entries. Starts are not filled in here: sectors are placed later.

use docfile_compound::Name;

use super::builder::{Layout, Version};
use super::entry::{ENTRY_LEN, NO_STREAM, RawEntry, kind};
use super::sibling::{SiblingShape, link};
use crate::model::{Node, Tree};
use crate::random::Random;

/// Streams shorter than this lie in the mini stream ([MS-CFB] 2.2).
pub(super) const MINI_CUTOFF: u64 = 4096;

/// In which order the entries stand in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntryOrder {
    /// Parents before children, siblings in their order.
    #[default]
    DepthFirst,
    /// Any order, as the seed decides; the root stays first.
    Shuffled(u64),
}

/// The planned directory.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    pub(super) entries: Vec<PlannedEntry>,
}

/// An entry, what leads to it, and what its stream holds.
#[derive(Debug, Clone)]
pub(super) struct PlannedEntry {
    pub(super) raw: RawEntry,
    pub(super) path: Vec<Name>,
    pub(super) content: Vec<u8>,
}

impl Directory {
    pub(super) fn plan(tree: &Tree, version: Version, layout: &Layout) -> Self {
        let numbers = number(element_count(tree), version, layout);
        let blank =
            PlannedEntry { raw: RawEntry::unallocated(), path: Vec::new(), content: Vec::new() };
        let mut directory = Self { entries: vec![blank; numbers.slot_count] };
        let root_name = "Root Entry".encode_utf16().collect();
        let root = RawEntry { kind: kind::ROOT, black: true, ..storage_entry(tree, root_name) };
        directory.entries[0].raw = root;
        directory.hang(0, tree, &mut numbers.of_element.into_iter(), layout.sibling_shape);
        directory
    }

    /// Gives each child of one storage, and so on down, the next of `ids`, and links them.
    fn hang(
        &mut self,
        parent_id: usize,
        tree: &Tree,
        ids: &mut std::vec::IntoIter<usize>,
        shape: SiblingShape,
    ) {
        let mut children = Vec::new();
        for element in tree.children() {
            let id = ids.next().expect("every element has a number");
            children.push(id);
            let mut path = self.entries[parent_id].path.clone();
            path.push(element.name);
            self.entries[id].path = path;
            let name = element.name.units().to_vec();
            match &element.node {
                Node::Storage(tree) => {
                    self.entries[id].raw = storage_entry(tree, name);
                    self.hang(id, tree, ids, shape);
                }
                Node::Stream(bytes) => {
                    self.entries[id].content.clone_from(bytes);
                    self.entries[id].raw = stream_entry(bytes, name);
                }
            }
        }
        let (root, links) = link(children.len(), shape);
        let raw_id = |index: Option<usize>| {
            index.map_or(NO_STREAM, |index| u32::try_from(children[index]).unwrap_or(NO_STREAM))
        };
        self.entries[parent_id].raw.child = raw_id(root);
        for (id, link) in children.iter().zip(&links) {
            let raw = &mut self.entries[*id].raw;
            (raw.left, raw.right, raw.black) = (raw_id(link.left), raw_id(link.right), link.black);
        }
    }
}

fn element_count(tree: &Tree) -> usize {
    tree.children().map(|element| 1 + element.node.storage().map_or(0, element_count)).sum()
}

fn stream_entry(bytes: &[u8], name: Vec<u16>) -> RawEntry {
    let len = bytes.len() as u64;
    RawEntry { name, kind: kind::STREAM, len, ..RawEntry::unallocated() }
}

fn storage_entry(tree: &Tree, name: Vec<u16>) -> RawEntry {
    RawEntry {
        name,
        kind: kind::STORAGE,
        class_id: tree.class_id.to_bytes(),
        state_bits: tree.state_bits,
        created: tree.created.0,
        modified: tree.modified.0,
        ..RawEntry::unallocated()
    }
}

/// The entry number of every element, and how many entries the directory has.
struct Numbers {
    of_element: Vec<usize>,
    slot_count: usize,
}

fn number(element_count: usize, version: Version, layout: &Layout) -> Numbers {
    let per_sector = usize::try_from(version.sector_len() / ENTRY_LEN).unwrap_or(1);
    let used = 1 + element_count + layout.free_entry_count as usize;
    let slot_count = used.next_multiple_of(per_sector);
    // Slots 1.. in file order; which of them stay unallocated follows from the order's seed.
    let mut slots: Vec<usize> = (1..used).collect();
    match layout.entry_order {
        EntryOrder::DepthFirst => {
            let mut random = Random::seeded(u64::from(layout.free_entry_count));
            for _ in 0..layout.free_entry_count {
                slots.remove(random.index(slots.len()));
            }
        }
        EntryOrder::Shuffled(seed) => {
            Random::seeded(seed).shuffle(&mut slots);
            slots.truncate(element_count);
        }
    }
    Numbers { of_element: slots, slot_count }
}
