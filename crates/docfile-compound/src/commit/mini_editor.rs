//! The mini stream and the mini FAT of the generation that a commit makes ([MS-CFB] 2.4, 2.6.2).
//!
//! A changed short stream gets mini sectors that the old generation does not use: a mini sector
//! shares its sector with others, and the sector as a whole is replaced, never written over.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::chain::{Chain, link_at};
use crate::error::{Error, ErrorKind, Result};
use crate::generation::Generation;
use crate::sector::{END_OF_CHAIN, FREE_SECTOR, MAX_REGULAR_SECTOR, MINI_SECTOR_LEN, SectorSize};
use crate::sector_set::SectorSet;
use crate::transaction::content::Content;
use crate::transaction::space::Space;

#[derive(Debug)]
pub(crate) struct MiniEditor<'g> {
    base: &'g Generation,
    size: SectorSize,
    pub(crate) stream: Content,
    pub(crate) fat: Content,
    /// Changed pages of the mini FAT.
    pages: BTreeMap<u32, Vec<u8>>,
    base_page_count: u32,
    /// Mini sectors there are.
    count: u32,
    unused: SectorSet,
    looked_for_unused: bool,
    /// Bytes on their way into the mini stream, and where they begin.
    batch: Vec<u8>,
    batch_offset: u64,
}

/// How much of the mini stream is written at once, in bytes.
const BATCH_LEN: usize = 256 << 10;

impl<'g> MiniEditor<'g> {
    pub(crate) fn new(base: &'g Generation) -> Result<Self> {
        let size = base.medium.sector_size;
        let (mut stream, mut fat) = (Content::empty(), Content::empty());
        let mut base_page_count = 0;
        let mut count = 0;
        if !base.is_blank() {
            let root = base.root_entry()?;
            count = u32::try_from(root.len.div_ceil(MINI_SECTOR_LEN)).map_err(|_| full())?;
            if root.len > 0 {
                let sectors = u32::try_from(size.sectors_for(root.len)).map_err(|_| full())?;
                let chain = Arc::new(Chain::new(root.start, 0, u64::from(sectors)));
                stream = Content::stored(chain, sectors, u64::from(count) * MINI_SECTOR_LEN);
            }
            let (pages, error) = base
                .mini_fat
                .with(&base.fat(), u64::MAX, |extents, error| (extents.sector_count(), error));
            if let Some(error) = error {
                return Err(error);
            }
            base_page_count = pages;
            if pages > 0 {
                let start = base.header.mini_fat_start;
                let chain = Arc::new(Chain::new(start, 0, u64::from(pages)));
                fat = Content::stored(chain, pages, u64::from(pages) << size.shift());
            }
        }
        Ok(Self {
            base,
            size,
            stream,
            fat,
            pages: BTreeMap::new(),
            base_page_count,
            count,
            unused: SectorSet::new(),
            looked_for_unused: false,
            batch: Vec::new(),
            batch_offset: 0,
        })
    }

    /// Length of the mini stream in bytes.
    pub(crate) fn len(&self) -> u64 {
        u64::from(self.count) * MINI_SECTOR_LEN
    }

    /// Puts a short stream into the mini stream; answers its first mini sector.
    pub(crate) fn put(&mut self, space: &Space<'_>, bytes: &[u8]) -> Result<u32> {
        let wanted = u32::try_from(bytes.len().div_ceil(MINI_LEN)).map_err(|_| full())?;
        if wanted == 0 {
            return Ok(END_OF_CHAIN);
        }
        let sectors = self.take(wanted)?;
        for (at, sector) in sectors.iter().enumerate() {
            let next = sectors.get(at + 1).copied().unwrap_or(END_OF_CHAIN);
            self.set(*sector, next)?;
            let mut piece = [0; MINI_LEN];
            let from = bytes.get(at * MINI_LEN..).unwrap_or_default();
            piece.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            self.write_piece(space, *sector, &piece)?;
        }
        Ok(sectors.first().copied().unwrap_or(END_OF_CHAIN))
    }

    /// Frees the mini sectors of a stored short stream, as far as its chain can be followed.
    pub(crate) fn free_chain(&mut self, chain: &Chain) -> Result<()> {
        let sectors: Vec<u32> =
            chain.with(&self.base.mini_links(), u64::MAX, |extents, error| {
                match error.filter(|error| error.rule().is_none()) {
                    Some(error) => Err(error),
                    None => Ok(extents.runs_from(0).flat_map(|run| run.range()).collect()),
                }
            })?;
        let count = self.count;
        for sector in sectors.into_iter().filter(|sector| *sector < count) {
            self.set(sector, FREE_SECTOR)?;
            self.unused.insert(sector..sector + 1);
        }
        Ok(())
    }

    fn take(&mut self, wanted: u32) -> Result<Vec<u32>> {
        if !self.looked_for_unused && self.unused.sector_count() < u64::from(wanted) {
            self.looked_for_unused = true;
            self.find_unused()?;
        }
        let mut taken = Vec::new();
        if let Some(run) = self.unused.take_from_shortest(wanted) {
            taken.extend(run);
            return Ok(taken);
        }
        let mut rest = wanted;
        while rest > 0
            && let Some(run) = self.unused.take_from_longest(rest)
        {
            rest -= run.end - run.start;
            taken.extend(run);
        }
        let end = self.count.checked_add(rest).filter(|end| *end <= MAX_REGULAR_SECTOR);
        let end = end.ok_or_else(full)?;
        taken.extend(self.count..end);
        self.count = end;
        Ok(taken)
    }

    /// Mini sectors that the old generation leaves unused.
    fn find_unused(&mut self) -> Result<()> {
        let per_page = self.size.fat_entries();
        for index in 0..self.base_page_count.min(self.count.div_ceil(per_page)) {
            let page = self.base_page(index)?;
            for at in 0..per_page.min(self.count - index * per_page) {
                if link_at(&page, at) == FREE_SECTOR {
                    let sector = index * per_page + at;
                    self.unused.insert(sector..sector + 1);
                }
            }
        }
        Ok(())
    }

    fn base_page(&self, index: u32) -> Result<Vec<u8>> {
        use crate::chain::Links;
        Ok(self.base.mini_links().page(index)?.to_vec())
    }

    fn set(&mut self, sector: u32, value: u32) -> Result<()> {
        let per_page = self.size.fat_entries();
        let index = sector / per_page;
        if !self.pages.contains_key(&index) {
            let page = if index < self.base_page_count {
                self.base_page(index)?
            } else {
                vec![0xFF; self.size.len()]
            };
            self.pages.insert(index, page);
        }
        let at = 4 * (sector % per_page) as usize;
        if let Some(entry) = self.pages.get_mut(&index).and_then(|page| page.get_mut(at..at + 4)) {
            entry.copy_from_slice(&value.to_le_bytes());
        }
        Ok(())
    }

    fn write_piece(&mut self, space: &Space<'_>, sector: u32, piece: &[u8]) -> Result<()> {
        let offset = u64::from(sector) * MINI_SECTOR_LEN;
        if self.batch_offset + self.batch.len() as u64 != offset || self.batch.len() >= BATCH_LEN {
            self.flush(space)?;
            self.batch_offset = offset;
        }
        self.batch.extend_from_slice(piece);
        Ok(())
    }

    fn flush(&mut self, space: &Space<'_>) -> Result<()> {
        let batch = core::mem::take(&mut self.batch);
        self.stream.write(space, self.batch_offset, &batch)
    }

    /// Writes what is left to write of the mini stream, and the changed pages of the mini FAT.
    pub(crate) fn write(&mut self, space: &Space<'_>) -> Result<()> {
        self.flush(space)?;
        self.stream.clear_slack(space)?;
        // The mini FAT describes every mini sector, also those that nobody uses.
        for index in self.base_page_count..self.count.div_ceil(self.size.fat_entries()) {
            self.pages.entry(index).or_insert_with(|| vec![0xFF; self.size.len()]);
        }
        for (index, page) in core::mem::take(&mut self.pages) {
            self.fat.write(space, u64::from(index) << self.size.shift(), &page)?;
        }
        Ok(())
    }
}

const MINI_LEN: usize = 64;
const _: () = assert!(MINI_LEN as u64 == MINI_SECTOR_LEN);

fn full() -> Error {
    Error::new(ErrorKind::TooLarge, "the mini stream would be longer than it can be")
}
