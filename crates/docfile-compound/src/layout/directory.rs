//! The directory of the file that is laid out anew.
//!
//! Trees of siblings are built balanced. Entries that lead to what comes first stand in the first
//! pages, so that a stream's price does not grow with the directory. What an entry says of its
//! element is kept as it was; only links, colours, starts and numbers are new. [MS-CFB] 2.6.

use std::collections::BTreeMap;

use crate::directory::entry::{Color, DirectoryEntry, EntryKind};
use crate::directory::tree::{self, NodeStore};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::plan::Step;
use crate::layout::source::{ElementIndex, Source};
use crate::name::Name;
use crate::sector::{END_OF_CHAIN, NO_STREAM, SectorSize};

#[derive(Debug)]
pub(super) struct NewDirectory {
    /// By their new numbers.
    pub(super) entries: Vec<DirectoryEntry>,
    /// New numbers, by element.
    numbers: Vec<u32>,
    /// How many pages lead to an element, for those that are named.
    pages_to: BTreeMap<ElementIndex, u32>,
    size: SectorSize,
}

/// Entries by element, linked by element.
struct Linked(Vec<DirectoryEntry>);

impl NodeStore for Linked {
    fn node(&mut self, id: u32) -> Result<tree::Node> {
        let entry = self.0.get(id as usize).ok_or_else(too_many)?;
        Ok(tree::Node { left: entry.left, right: entry.right, color: entry.color })
    }

    fn set_node(&mut self, id: u32, node: tree::Node) -> Result<()> {
        let entry = self.0.get_mut(id as usize).ok_or_else(too_many)?;
        (entry.left, entry.right, entry.color) = (node.left, node.right, node.color);
        Ok(())
    }

    fn entry_offset(&self, _id: u32) -> u64 {
        0
    }
}

fn too_many() -> Error {
    Error::new(ErrorKind::TooLarge, "more elements than a directory can number")
}

impl NewDirectory {
    /// The directory in which the entries that `steps` need come first, in that order.
    pub(super) fn new(source: &Source, steps: &[Step]) -> Result<Self> {
        let linked = link(source)?;
        let mut order = EntryOrder::new(linked.0.len());
        let mut pages_to = BTreeMap::new();
        let size = source.size();
        order.add(0);
        for step in steps {
            let element = match step {
                Step::Bytes { element, .. } => *element,
                Step::Entries { storage } => *storage,
                // Everything after this is found already.
                Step::Listing => break,
            };
            let key = match step {
                Step::Entries { storage } => entries_key(source, *storage),
                _ => element,
            };
            if pages_to.contains_key(&key) {
                continue;
            }
            let mut last = order.add_way(source, &linked, element);
            if let Step::Entries { storage } = step {
                for child in source.elements.get(*storage).iter().flat_map(|s| &s.children) {
                    last = last.max(order.add(*child));
                }
            }
            pages_to.insert(key, last / size.directory_entries() + 1);
        }
        for element in 0..linked.0.len() {
            order.add(element);
        }
        Ok(Self { entries: order.renumbered(linked), numbers: order.numbers, pages_to, size })
    }

    /// How many pages there are.
    pub(super) fn page_count(&self) -> u32 {
        let count = self.entries.len().div_ceil(self.size.directory_entries() as usize);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many pages lead to what a step is about: all, where that was not asked before.
    pub(super) fn pages_to(&self, source: &Source, step: &Step) -> u32 {
        let pages = match step {
            Step::Bytes { element, .. } => self.pages_to.get(element),
            Step::Entries { storage } => self.pages_to.get(&entries_key(source, *storage)),
            Step::Listing => None,
        };
        pages.copied().unwrap_or_else(|| self.page_count())
    }

    /// Says where the bytes of an element begin.
    pub(super) fn set_start(&mut self, element: ElementIndex, start: u32) {
        let number = self.numbers.get(element).map_or(usize::MAX, |number| *number as usize);
        if let Some(entry) = self.entries.get_mut(number) {
            entry.start = start;
        }
    }

    /// Says what the mini stream is.
    pub(super) fn set_mini_stream(&mut self, start: u32, len: u64) {
        if let Some(root) = self.entries.first_mut() {
            (root.start, root.len) = (start, len);
        }
    }

    /// Writes a page.
    pub(super) fn emit(&self, page_index: u32, page: &mut [u8]) {
        let per_page = self.size.directory_entries() as usize;
        let unallocated = DirectoryEntry::unallocated();
        let entries = self.entries.iter().skip(page_index as usize * per_page);
        let entries = entries.chain(std::iter::repeat(&unallocated));
        for (to, entry) in page.chunks_exact_mut(crate::sector::ENTRY_LEN).zip(entries) {
            to.copy_from_slice(&entry.emit());
        }
    }
}

/// The entries of what is in a storage are filed behind the elements.
fn entries_key(source: &Source, storage: ElementIndex) -> usize {
    source.elements.len() + storage
}

/// Entries that say what the old ones said, in balanced trees.
fn link(source: &Source) -> Result<Linked> {
    let count = u32::try_from(source.elements.len()).map_err(|_| too_many())?;
    if count == NO_STREAM {
        return Err(too_many());
    }
    let entries = source.elements.iter().enumerate().map(|(index, element)| {
        let old = &element.entry;
        let is_root = index == 0;
        let mut entry = DirectoryEntry {
            left: NO_STREAM,
            right: NO_STREAM,
            child: NO_STREAM,
            color: Color::Black,
            start: 0,
            ..old.clone()
        };
        if is_root {
            entry.kind = EntryKind::Root;
            entry.name = Name::new(Name::ROOT).unwrap_or(old.name);
        }
        match entry.kind {
            EntryKind::Storage => entry.len = 0,
            _ => entry.start = END_OF_CHAIN,
        }
        entry
    });
    let mut linked = Linked(entries.collect());
    for (index, element) in source.elements.iter().enumerate() {
        let ids: Vec<u32> = element
            .children
            .iter()
            .map(|child| u32::try_from(*child).unwrap_or(NO_STREAM))
            .collect();
        let root = tree::build(&mut linked, &ids)?;
        if let Some(entry) = linked.0.get_mut(index) {
            entry.child = root;
        }
    }
    Ok(linked)
}

/// The order that entries will stand in, as far as it is decided.
struct EntryOrder {
    elements: Vec<ElementIndex>,
    /// By element; `NO_STREAM` for those that have no number yet.
    numbers: Vec<u32>,
}

impl EntryOrder {
    fn new(count: usize) -> Self {
        Self { elements: Vec::with_capacity(count), numbers: vec![NO_STREAM; count] }
    }

    /// Gives an element a number, unless it has one; answers it.
    fn add(&mut self, element: ElementIndex) -> u32 {
        let next = u32::try_from(self.elements.len()).unwrap_or(NO_STREAM);
        match self.numbers.get_mut(element) {
            Some(number) if *number == NO_STREAM => {
                *number = next;
                self.elements.push(element);
                next
            }
            Some(number) => *number,
            None => 0,
        }
    }

    /// Adds every entry that a lookup of the element passes; answers the highest number.
    fn add_way(&mut self, source: &Source, linked: &Linked, element: ElementIndex) -> u32 {
        let mut ancestors = vec![element];
        let mut at = element;
        while let Some(parent) = source.elements.get(at).filter(|_| at > 0).map(|e| e.parent) {
            ancestors.push(parent);
            at = parent;
        }
        let mut last = 0;
        for pair in ancestors.windows(2).rev() {
            let [wanted, storage] = *pair else { continue };
            let Some(target) = linked.0.get(wanted) else { continue };
            let mut next = linked.0.get(storage).map_or(NO_STREAM, |entry| entry.child);
            while let Some(entry) = linked.0.get(next as usize) {
                last = last.max(self.add(next as usize));
                next = match target.name.compare(&entry.name) {
                    core::cmp::Ordering::Less => entry.left,
                    core::cmp::Ordering::Greater => entry.right,
                    core::cmp::Ordering::Equal => break,
                };
            }
        }
        last
    }

    /// The entries in their order, with links by number.
    fn renumbered(&self, linked: Linked) -> Vec<DirectoryEntry> {
        let number = |link: u32| self.numbers.get(link as usize).copied().unwrap_or(NO_STREAM);
        let entries = self.elements.iter().filter_map(|element| linked.0.get(*element));
        entries
            .map(|entry| DirectoryEntry {
                left: number(entry.left),
                right: number(entry.right),
                child: number(entry.child),
                ..entry.clone()
            })
            .collect()
    }
}
