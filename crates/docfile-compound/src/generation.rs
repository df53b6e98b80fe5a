//! One committed state of a compound file, read as far as it was asked for.
//!
//! A generation is the header and what can be found from it: DIFAT, FAT, directory, mini FAT and
//! mini stream. It never changes; each commit makes a new one. Everything here is lazy: a step
//! that meets missing bytes names them and leaves what it verified for the retry. Trees of
//! siblings are walked in `directory`, bytes of streams are found in `stored_stream`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::chain::{Chain, LinkRules, Links};
use crate::difat::Difat;
use crate::directory::entry::DirectoryEntry;
use crate::directory::entry_rules::EntryContext;
use crate::error::{Error, ErrorKind, Result};
use crate::header::Header;
use crate::medium::{Medium, Pad, Page};
use crate::missing::Missing;
use crate::rule::Rule;
use crate::sector::{ENTRY_LEN, EntryId, MINI_SECTOR_LEN, SectorId};

#[derive(Debug)]
pub(crate) struct Generation {
    /// Counts the commits seen by this process; 0 is the state that was opened.
    pub(crate) number: u64,
    pub(crate) header: Header,
    pub(crate) medium: Arc<Medium>,
    pub(crate) difat: Difat,
    pub(crate) directory: Chain,
    pub(crate) mini_fat: Chain,
    /// The chain of the stream that holds all short streams ([MS-CFB] 2.6.2).
    mini_stream: OnceLock<Chain>,
    /// Roots of sibling trees that were seen whole and in order, so that a name that is not
    /// found there need not be looked for elsewhere.
    pub(crate) ordered_trees: Mutex<BTreeSet<u32>>,
}

// Where the header's fields for the starts of chains stand.
const DIRECTORY_START_OFFSET: u64 = 48;
const MINI_FAT_START_OFFSET: u64 = 60;
/// Where an entry's starting sector stands within it.
const ENTRY_START_OFFSET: u64 = 116;

impl Generation {
    pub(crate) fn new(number: u64, header: Header, medium: Arc<Medium>) -> Self {
        let difat = Difat::new(&header);
        Self::with_difat(number, header, medium, difat)
    }

    pub(crate) fn with_difat(
        number: u64,
        header: Header,
        medium: Arc<Medium>,
        difat: Difat,
    ) -> Self {
        Self {
            number,
            difat,
            directory: Chain::new(header.directory_start, DIRECTORY_START_OFFSET, u64::MAX),
            mini_fat: Chain::new(header.mini_fat_start, MINI_FAT_START_OFFSET, u64::MAX),
            mini_stream: OnceLock::new(),
            ordered_trees: Mutex::default(),
            header,
            medium,
        }
    }

    /// Whether nothing was ever committed: the file exists only as what is being written.
    pub(crate) fn is_blank(&self) -> bool {
        self.header.fat_count == 0 && self.header.directory_start == crate::sector::END_OF_CHAIN
    }

    /// The links between sectors.
    pub(crate) fn fat(&self) -> FatLinks<'_> {
        FatLinks { generation: self }
    }

    /// The links between mini sectors.
    pub(crate) fn mini_links(&self) -> MiniLinks<'_> {
        MiniLinks { generation: self }
    }

    /// Reads a directory entry.
    pub(crate) fn entry(&self, id: EntryId) -> Result<DirectoryEntry> {
        let per_page = self.medium.sector_size.directory_entries();
        let (page, offset) = self.directory_page_at(id.0 / per_page)?;
        self.entry_in_page(&page, offset, id)
    }

    /// Parses the entry of that number in the directory sector that holds it, which stands at
    /// `page_offset`.
    pub(crate) fn entry_in_page(
        &self,
        page: &[u8],
        page_offset: u64,
        id: EntryId,
    ) -> Result<DirectoryEntry> {
        let at = (id.0 % self.medium.sector_size.directory_entries()) as usize * ENTRY_LEN;
        let offset = page_offset + at as u64;
        let bytes = page
            .get(at..)
            .and_then(<[u8]>::first_chunk)
            .ok_or_else(|| Error::corrupt(Rule::SectorShort, offset))?;
        let context = EntryContext {
            is_first: id == EntryId::ROOT,
            version: self.header.major_version,
            room: self.medium.sector_count().map(|count| self.medium.sector_size.room(count)),
        };
        DirectoryEntry::parse(bytes, context, offset, self.medium.validation)
    }

    /// A directory entry as it is stored.
    pub(crate) fn entry_bytes(&self, id: EntryId) -> Result<[u8; ENTRY_LEN]> {
        let per_page = self.medium.sector_size.directory_entries();
        let (page, offset) = self.directory_page_at(id.0 / per_page)?;
        page.get((id.0 % per_page) as usize * ENTRY_LEN..)
            .and_then(<[u8]>::first_chunk)
            .copied()
            .ok_or_else(|| Error::corrupt(Rule::SectorShort, offset))
    }

    /// Where a directory entry stands in the file.
    pub(crate) fn entry_offset(&self, id: EntryId) -> Result<u64> {
        let per_page = self.medium.sector_size.directory_entries();
        let sector = self.directory_sector(id.0 / per_page)?;
        let index = u64::from(id.0 % per_page);
        Ok(self.medium.sector_size.offset(sector) + index * ENTRY_LEN as u64)
    }

    /// A sector of the directory, and where it stands in the file.
    pub(crate) fn directory_page_at(&self, page_index: u32) -> Result<(Page, u64)> {
        let sector = self.directory_sector(page_index)?;
        Ok((self.medium.page(sector, Pad::Zero)?, self.medium.sector_size.offset(sector)))
    }

    /// The sector of that index in the directory's chain.
    pub(crate) fn directory_sector(&self, page_index: u32) -> Result<SectorId> {
        let sector = self.directory.sector_at(&self.fat(), page_index)?;
        sector
            .map(SectorId)
            .ok_or_else(|| Error::corrupt(Rule::EntrySibling, DIRECTORY_START_OFFSET))
    }

    /// Brings `count` directory sectors from `first` on into the cache, as far as they are here.
    pub(crate) fn read_ahead(&self, first: u32, count: u32) -> Result<()> {
        let end = u64::from(first) + u64::from(count);
        let pages =
            self.directory.with(&self.fat(), end, |extents, _| sectors(extents, first, count));
        self.medium.fetch(pages.into_iter(), Pad::Zero)
    }

    /// What is missing of the directory beside that of which `error` tells, as far as it is known
    /// to exist, and the table sector that must come before more of it is known.
    pub(crate) fn missing_directory(&self, error: &Error) -> Result<Missing> {
        let (mut pages, unknown) = self.directory.with(&self.fat(), u64::MAX, |extents, error| {
            (sectors(extents, 0, extents.sector_count()), error)
        });
        pages.retain(|sector| !self.medium.is_cached(*sector));
        let mut missing = self.medium.missing_sectors(&pages, error)?;
        // What is wrong with the chain is for the step that needs it to say.
        if let Some(Ok(more)) = unknown.map(Error::into_missing) {
            missing.merge(&more);
        }
        Ok(missing)
    }

    /// The root storage's entry, which must exist for anything to be found.
    pub(crate) fn root_entry(&self) -> Result<DirectoryEntry> {
        if self.is_blank() {
            return Ok(DirectoryEntry::blank_root());
        }
        self.entry(EntryId::ROOT).map_err(|error| match error.rule() {
            Some(Rule::EntrySibling) => {
                Error::corrupt(Rule::DirectoryStart, DIRECTORY_START_OFFSET)
            }
            _ => error,
        })
    }

    /// The mini stream.
    pub(crate) fn mini_stream(&self) -> Result<&Chain> {
        if let Some(stream) = self.mini_stream.get() {
            return Ok(stream);
        }
        let root = self.root_entry()?;
        let offset = if self.is_blank() { 0 } else { self.entry_offset(EntryId::ROOT)? };
        if root.len % MINI_SECTOR_LEN != 0 {
            self.medium.validation.forgive(Rule::MiniStreamLength, offset)?;
        }
        // A root that claims less than its mini FAT describes (BlockSize512.zvi) has the rest in
        // its chain all the same, so the chain and not the claim bounds what is read.
        let chain = Chain::new(root.start, offset + ENTRY_START_OFFSET, u64::MAX);
        Ok(self.mini_stream.get_or_init(|| chain))
    }

    /// Whether the tree of siblings with this root is known to be whole and in order.
    pub(crate) fn is_ordered(&self, tree_root: u32) -> bool {
        self.ordered_trees.lock().unwrap_or_else(PoisonError::into_inner).contains(&tree_root)
    }

    pub(crate) fn note_ordered(&self, tree_root: u32) {
        self.ordered_trees.lock().unwrap_or_else(PoisonError::into_inner).insert(tree_root);
    }

    /// The FAT page of that index, and where it stands.
    pub(crate) fn fat_page(&self, index: u32) -> Result<Option<(Page, SectorId)>> {
        let Some(sector) = self.difat.fat_sector(&self.medium, index)? else { return Ok(None) };
        Ok(Some((self.medium.page(sector, Pad::Free)?, sector)))
    }

    /// Speculation for a pending answer: the tables that would describe the next sectors of a
    /// chain that goes on as it began.
    pub(crate) fn tables_ahead(&self, page_index: u32, count: u32, missing: &mut Missing) {
        for index in page_index + 1..=page_index.saturating_add(count) {
            match self.difat.fat_sector(&self.medium, index) {
                Ok(Some(sector)) => {
                    let absent = !self.medium.is_cached(sector);
                    if let Some(range) = self.medium.existing_range(sector).filter(|_| absent) {
                        missing.help(range);
                    }
                }
                Ok(None) | Err(_) => return,
            }
        }
    }
}

/// The most directory sectors that one listing reads ahead of its traversal.
pub(crate) const READ_AHEAD_MAX: u32 = 1024;

/// The sectors of a chain from a logical number on.
fn sectors(extents: &crate::extents::Extents, first: u32, count: u32) -> Vec<SectorId> {
    extents
        .runs_from(first)
        .flat_map(|run| run.first..run.first + run.count)
        .take(count as usize)
        .map(SectorId)
        .collect()
}

/// The FAT as a table of links.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FatLinks<'g> {
    generation: &'g Generation,
}

impl Links for FatLinks<'_> {
    fn links_per_page(&self) -> u32 {
        self.generation.medium.sector_size.fat_entries()
    }

    fn page(&self, index: u32) -> Result<Page> {
        match self.generation.fat_page(index)? {
            Some((page, _)) => Ok(page),
            None => Err(Error::corrupt(Rule::FatMissing, 0)),
        }
    }

    fn read_ahead(&self, first: u32, count: u32) {
        let Generation { difat, medium, .. } = self.generation;
        let sectors = (first..first.saturating_add(count))
            .map_while(|index| difat.fat_sector(medium, index).ok().flatten());
        // Whoever needs a page that could not be read will say why.
        let _ = medium.fetch(sectors, Pad::Free);
    }

    fn offset_of(&self, sector: u32) -> u64 {
        let per_page = self.links_per_page();
        let page = self.generation.difat.fat_sector(&self.generation.medium, sector / per_page);
        let page_offset = match page {
            Ok(Some(page)) => self.generation.medium.sector_size.offset(page),
            _ => 0,
        };
        page_offset + 4 * u64::from(sector % per_page)
    }

    fn sector_end(&self) -> Option<u64> {
        self.generation.medium.sector_count()
    }

    fn rules(&self) -> LinkRules {
        LinkRules {
            start: Rule::ChainStart,
            short: Rule::ChainShort,
            cycle: Rule::ChainCycle,
            broken: Rule::ChainBroken,
            past_end: Rule::SectorPastEnd,
        }
    }
}

/// The mini FAT as a table of links.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MiniLinks<'g> {
    generation: &'g Generation,
}

impl MiniLinks<'_> {
    fn page_sector(&self, index: u32) -> Result<SectorId> {
        let sector = self.generation.mini_fat.sector_at(&self.generation.fat(), index)?;
        sector
            .map(SectorId)
            .ok_or_else(|| Error::corrupt(Rule::MiniFatShort, MINI_FAT_START_OFFSET))
    }
}

impl Links for MiniLinks<'_> {
    fn links_per_page(&self) -> u32 {
        self.generation.medium.sector_size.fat_entries()
    }

    fn page(&self, index: u32) -> Result<Page> {
        let sector = self.page_sector(index)?;
        self.generation.medium.page(sector, Pad::Free)
    }

    fn offset_of(&self, sector: u32) -> u64 {
        let per_page = self.links_per_page();
        self.page_sector(sector / per_page).map_or(MINI_FAT_START_OFFSET, |page| {
            self.generation.medium.sector_size.offset(page) + 4 * u64::from(sector % per_page)
        })
    }

    fn sector_end(&self) -> Option<u64> {
        None
    }

    fn rules(&self) -> LinkRules {
        LinkRules {
            start: Rule::ChainStart,
            short: Rule::MiniChainShort,
            cycle: Rule::MiniChainCycle,
            broken: Rule::MiniChainBroken,
            past_end: Rule::MiniSectorPastEnd,
        }
    }
}

/// Reads the header of a byte array.
pub(crate) fn read_header(
    bytes: &dyn crate::lock_bytes::LockBytes,
    validation: crate::limits::Validation,
) -> Result<Header> {
    let mut buffer = [0; crate::header::HEADER_LEN];
    let filled = bytes.try_read_at(0, &mut buffer)?;
    let read = buffer.get(..filled).unwrap_or_default();
    if read.is_empty() {
        return Err(Error::new(ErrorKind::NotCompound, "not a compound file: it is empty"));
    }
    Header::parse(read, validation)
}
