//! The directory of the generation that a commit makes.
//!
//! Entries keep their numbers from generation to generation; new elements take the places of
//! destroyed ones, then places that the old directory leaves unused, then places behind its end.
//! Only directory sectors with changed entries are written, each to a sector that was free.

use std::collections::{BTreeMap, BTreeSet};

use crate::directory::entry::{DirectoryEntry, EntryKind};
use crate::directory::tree::{Node, NodeStore};
use crate::error::{Error, ErrorKind, Result};
use crate::generation::Generation;
use crate::sector::{ENTRY_LEN, EntryId, SectorSize};
use crate::transaction::content::Content;
use crate::transaction::space::Space;

#[derive(Debug)]
pub(crate) struct DirectoryEditor<'g> {
    base: &'g Generation,
    size: SectorSize,
    edits: BTreeMap<u32, DirectoryEntry>,
    /// Places in the old directory.
    base_count: u32,
    /// Places in the new one.
    entry_count: u32,
    /// Places that nothing uses, lowest last.
    unused: Vec<u32>,
    /// Places at the end that were never used.
    next: u32,
    looked_for_unused: bool,
    freed: BTreeSet<u32>,
}

impl<'g> DirectoryEditor<'g> {
    pub(crate) fn new(base: &'g Generation) -> Result<Self> {
        let size = base.medium.sector_size;
        let mut edits = BTreeMap::new();
        let mut base_count = 0;
        if base.is_blank() {
            edits.insert(0, DirectoryEntry::blank_root());
        } else {
            let (page_count, error) =
                base.directory
                    .with(&base.fat(), u64::MAX, |extents, error| (extents.sector_count(), error));
            if let Some(error) = error {
                return Err(error);
            }
            base_count = page_count.saturating_mul(size.directory_entries());
        }
        Ok(Self {
            base,
            size,
            edits,
            base_count,
            entry_count: base_count,
            unused: Vec::new(),
            next: base_count.max(1),
            looked_for_unused: false,
            freed: BTreeSet::new(),
        })
    }

    /// How many places the old directory has.
    pub(crate) fn base_count(&self) -> u32 {
        self.base_count
    }

    /// The entry of that number, as it will be.
    pub(crate) fn entry(&self, id: EntryId) -> Result<DirectoryEntry> {
        match self.edits.get(&id.0) {
            Some(entry) => Ok(entry.clone()),
            None => self.base.entry(id),
        }
    }

    /// Changes an entry.
    pub(crate) fn change(
        &mut self,
        id: EntryId,
        change: impl FnOnce(&mut DirectoryEntry),
    ) -> Result<()> {
        if !self.edits.contains_key(&id.0) {
            let entry = self.base.entry(id)?;
            self.edits.insert(id.0, entry);
        }
        if let Some(entry) = self.edits.get_mut(&id.0) {
            change(entry);
        }
        Ok(())
    }

    /// Makes a place unused.
    pub(crate) fn free(&mut self, id: EntryId) {
        self.edits.insert(id.0, DirectoryEntry::unallocated());
        self.freed.insert(id.0);
    }

    /// Finds a place for a new element.
    pub(crate) fn add(&mut self, entry: DirectoryEntry) -> Result<EntryId> {
        let id = match self.freed.pop_first() {
            Some(id) => id,
            None => self.unused_place()?,
        };
        self.edits.insert(id, entry);
        Ok(EntryId(id))
    }

    fn unused_place(&mut self) -> Result<u32> {
        if !self.looked_for_unused {
            self.looked_for_unused = true;
            self.unused = self.find_unused()?;
        }
        if let Some(id) = self.unused.pop() {
            return Ok(id);
        }
        if self.next > crate::sector::MAX_REGULAR_SECTOR {
            return Err(Error::new(ErrorKind::TooLarge, "the directory is full"));
        }
        let id = self.next;
        self.next += 1;
        let per_page = self.size.directory_entries();
        self.entry_count = self.entry_count.max((id / per_page + 1) * per_page);
        Ok(id)
    }

    /// Places that the old directory leaves unused.
    fn find_unused(&self) -> Result<Vec<u32>> {
        let per_page = self.size.directory_entries();
        let mut unused = Vec::new();
        for page_index in 0..self.base_count / per_page {
            if page_index % READ_AHEAD == 0 {
                self.base.read_ahead(page_index, READ_AHEAD)?;
            }
            for id in (page_index * per_page..(page_index + 1) * per_page).map(EntryId) {
                if id != EntryId::ROOT
                    && !self.edits.contains_key(&id.0)
                    && self.base.entry(id)?.kind == EntryKind::Unallocated
                {
                    unused.push(id.0);
                }
            }
        }
        unused.reverse();
        Ok(unused)
    }

    /// Writes the changed entries into the directory's own stream; answers how long it is now.
    pub(crate) fn write(&self, space: &Space<'_>, content: &mut Content) -> Result<u32> {
        let per_page = self.size.directory_entries();
        let mut changed: BTreeSet<u32> = self.edits.keys().map(|id| id / per_page).collect();
        // Whole new sectors are written also where no element stands.
        changed.extend(self.base_count / per_page..self.entry_count.div_ceil(per_page));
        let mut batch: Vec<u8> = Vec::new();
        let mut batch_first = 0;
        for page_index in changed {
            let batch_len = u32::try_from(batch.len() / self.size.len()).unwrap_or(u32::MAX);
            if batch_first + batch_len != page_index || batch.len() >= BATCH_LEN {
                self.write_batch(space, content, batch_first, &batch)?;
                batch.clear();
                batch_first = page_index;
            }
            self.emit_page(page_index, &mut batch)?;
        }
        self.write_batch(space, content, batch_first, &batch)?;
        Ok(content.sector_count())
    }

    fn write_batch(
        &self,
        space: &Space<'_>,
        content: &mut Content,
        first_page: u32,
        batch: &[u8],
    ) -> Result<()> {
        content.write(space, u64::from(first_page) << self.size.shift(), batch)
    }

    /// The bytes of one directory sector, unchanged entries exactly as they were.
    fn emit_page(&self, page_index: u32, batch: &mut Vec<u8>) -> Result<()> {
        let per_page = self.size.directory_entries();
        for id in page_index * per_page..(page_index + 1) * per_page {
            if let Some(entry) = self.edits.get(&id) {
                batch.extend_from_slice(&entry.emit());
            } else if id < self.base_count {
                batch.extend_from_slice(&self.base.entry_bytes(EntryId(id))?);
            } else {
                batch.extend_from_slice(&DirectoryEntry::unallocated().emit());
            }
        }
        debug_assert_eq!(batch.len() % ENTRY_LEN, 0);
        Ok(())
    }
}

/// How many directory sectors are looked at in one step.
const READ_AHEAD: u32 = 256;
/// How much of the directory is written at once, in bytes.
const BATCH_LEN: usize = 256 << 10;

impl NodeStore for DirectoryEditor<'_> {
    fn node(&mut self, id: u32) -> Result<Node> {
        let entry = self.entry(EntryId(id))?;
        Ok(Node { left: entry.left, right: entry.right, color: entry.color })
    }

    fn set_node(&mut self, id: u32, node: Node) -> Result<()> {
        self.change(EntryId(id), |entry| {
            entry.left = node.left;
            entry.right = node.right;
            entry.color = node.color;
        })
    }

    fn entry_offset(&self, id: u32) -> u64 {
        self.base.entry_offset(EntryId(id)).unwrap_or_default()
    }
}
