//! The directory at hand: entries by number, what they say, and where they stand
//! ([MS-CFB] 2.6).

use crate::check::reader::{Page, Reader};
use crate::directory::entry::{Color, DirectoryEntry, EntryKind};
use crate::directory::entry_rules::EntryContext;
use crate::directory::tree::{Node, NodeStore};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Validation;
use crate::medium::Pad;
use crate::sector::{ENTRY_LEN, MAX_REGULAR_SECTOR, NO_STREAM, SectorId, SectorSize};

#[derive(Debug)]
pub(super) struct Directory {
    size: SectorSize,
    version: u16,
    /// The sectors of the directory in order, and the content of those that are in the file.
    pages: Vec<(u32, Option<Page>)>,
}

impl Directory {
    pub(super) fn read(reader: &mut Reader<'_>, sectors: Vec<u32>, version: u16) -> Result<Self> {
        let read = reader.pages(&sectors, Pad::Zero)?;
        let mut pages: Vec<(u32, Option<Page>)> =
            sectors.into_iter().map(|sector| (sector, None)).collect();
        for (index, page) in read {
            if let Some(place) = pages.get_mut(index as usize) {
                place.1 = Some(page);
            }
        }
        Ok(Self { size: reader.size, version, pages })
    }

    /// How many entries there are.
    pub(super) fn entry_count(&self) -> u32 {
        let count = self.pages.len() as u64 * u64::from(self.size.directory_entries());
        u32::try_from(count).unwrap_or(MAX_REGULAR_SECTOR)
    }

    /// An entry as it is stored; none when it is not in the file.
    pub(super) fn bytes(&self, id: u32) -> Option<&[u8; ENTRY_LEN]> {
        let (_, page) = self.pages.get((id / self.size.directory_entries()) as usize)?;
        let at = (id % self.size.directory_entries()) as usize * ENTRY_LEN;
        page.as_ref()?.get(at..)?.first_chunk()
    }

    /// An entry as permissive reading takes it; none when it is not in the file.
    pub(super) fn entry(&self, id: u32) -> Option<DirectoryEntry> {
        let context = EntryContext { is_first: id == 0, version: self.version, room: None };
        DirectoryEntry::parse(self.bytes(id)?, context, 0, Validation::Permissive).ok()
    }

    pub(super) fn is_allocated(&self, id: u32) -> bool {
        self.entry(id).is_some_and(|entry| entry.kind != EntryKind::Unallocated)
    }

    /// Where an entry stands in the file.
    pub(super) fn offset_of(&self, id: u32) -> u64 {
        let page = self.pages.get((id / self.size.directory_entries()) as usize);
        let index = u64::from(id % self.size.directory_entries());
        page.map_or(0, |(sector, _)| self.size.offset(SectorId(*sector)) + index * ENTRY_LEN as u64)
    }
}

/// Trees of siblings are verified over entries as they stand; one that is not in the file is a
/// leaf.
impl NodeStore for &Directory {
    fn node(&mut self, id: u32) -> Result<Node> {
        let leaf = Node { left: NO_STREAM, right: NO_STREAM, color: Color::Black };
        Ok(self.entry(id).map_or(leaf, |entry| Node {
            left: entry.left,
            right: entry.right,
            color: entry.color,
        }))
    }

    fn set_node(&mut self, _: u32, _: Node) -> Result<()> {
        Err(Error::new(ErrorKind::AccessDenied, "a check changes nothing"))
    }

    fn entry_offset(&self, id: u32) -> u64 {
        self.offset_of(id)
    }
}
