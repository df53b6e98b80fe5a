//! The place of every sector of the file that is laid out anew.
//!
//! Sectors are given out in ascending order, so the order of placing is the order of arriving.
//! A FAT sector stands at the head of the sectors that it maps, the DIFAT sector that names it
//! just before it, a mini FAT sector just before the first mini sectors that it maps. Streams of
//! which a later part comes first would need the links of sectors that are not placed yet: with
//! those, all FAT sectors stand in front. [MS-CFB] 2.3 to 2.5.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::header::{HEADER_DIFAT_COUNT, Header};
use crate::layout::directory::NewDirectory;
use crate::layout::plan::Step;
use crate::layout::source::{ElementIndex, Source};
use crate::missing::ByteRanges;
use crate::sector::{END_OF_CHAIN, MAX_REGULAR_SECTOR, MINI_CUTOFF, MINI_SECTOR_LEN, SectorSize};

/// What sectors hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    Fat,
    Difat,
    /// Nothing: the sector that stays free for locks.
    RangeLock,
    Directory,
    MiniFat,
    MiniStream,
    Stream(ElementIndex),
}

/// Sectors side by side that hold consecutive parts of one thing.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) first: u32,
    pub(super) count: u32,
    /// Which part of the thing the first one holds, counted in sectors.
    pub(super) logical: u32,
    pub(super) holds: Holds,
    /// Where the thing goes on.
    pub(super) next: u32,
}

/// A stream within the mini stream.
#[derive(Debug, Clone)]
pub(super) struct MiniPiece {
    /// Its first mini sector.
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) element: ElementIndex,
}

#[derive(Debug)]
pub(super) struct Arrangement {
    pub(super) size: SectorSize,
    pub(super) header: Header,
    pub(super) directory: NewDirectory,
    /// In the order of the file, without gaps.
    pub(super) pieces: Vec<Piece>,
    /// In the order of the mini stream, without gaps.
    pub(super) mini: Vec<MiniPiece>,
    pub(super) fat_sectors: Vec<u32>,
    pub(super) difat_sectors: Vec<u32>,
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        "the file would be longer than its version of the format allows",
    )
}

/// What is needed to know how many FAT sectors stand in front.
fn fat_count_in_front(size: SectorSize, other_count: u64) -> u64 {
    let per_page = u64::from(size.fat_entries());
    let mut fat_count = 0;
    loop {
        // The sector for locks is one more, if the file is that long.
        let all = other_count + 1 + fat_count + difat_count(size, fat_count);
        let wanted = all.div_ceil(per_page);
        if wanted <= fat_count {
            return fat_count;
        }
        fat_count = wanted;
    }
}

/// How many DIFAT sectors name so many FAT sectors.
fn difat_count(size: SectorSize, fat_count: u64) -> u64 {
    fat_count.saturating_sub(HEADER_DIFAT_COUNT as u64).div_ceil(u64::from(size.fat_entries()) - 1)
}

struct Placer<'s> {
    source: &'s Source,
    size: SectorSize,
    cursor: u32,
    pieces: Vec<Piece>,
    fat_sectors: Vec<u32>,
    difat_sectors: Vec<u32>,
    is_fat_in_front: bool,
    directory_placed: u32,
    mini_fat_placed: u32,
    mini_stream_placed: u32,
    mini: Vec<MiniPiece>,
    is_mini_placed: Vec<bool>,
    /// Which sectors of long streams are placed, for those that are not done.
    placed: BTreeMap<ElementIndex, ByteRanges>,
    /// Whether a part of a stream came before an earlier one.
    is_out_of_order: bool,
}

impl Arrangement {
    pub(super) fn new(source: &Source, steps: &[Step]) -> Result<Self> {
        let directory = NewDirectory::new(source, steps)?;
        let mut placer = Placer::new(source);
        placer.place_all(&directory, steps)?;
        if placer.is_out_of_order {
            let tables = placer.fat_sectors.len() + placer.difat_sectors.len();
            let others = u64::from(placer.cursor).saturating_sub(tables as u64);
            placer = Placer::new(source);
            placer.put_fat_in_front(others)?;
            placer.place_all(&directory, steps)?;
        }
        Ok(placer.finish(directory))
    }

    /// The length of the file, in bytes.
    pub(super) fn len(&self) -> u64 {
        let end = self.pieces.last().map_or(0, |piece| u64::from(piece.first + piece.count));
        (end + 1) << self.size.shift()
    }

    /// The link of a sector.
    pub(super) fn link_of(&self, sector: u32) -> Option<u32> {
        let after = self.pieces.partition_point(|piece| piece.first <= sector);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        let end = piece.first.checked_add(piece.count)?;
        match piece.holds {
            _ if sector >= end => None,
            Holds::Fat => Some(crate::sector::FAT_SECTOR),
            Holds::Difat => Some(crate::sector::DIFAT_SECTOR),
            Holds::RangeLock => Some(END_OF_CHAIN),
            _ if sector + 1 < end => Some(sector + 1),
            _ => Some(piece.next),
        }
    }
}

impl<'s> Placer<'s> {
    fn new(source: &'s Source) -> Self {
        Self {
            source,
            size: source.size(),
            cursor: 0,
            pieces: Vec::new(),
            fat_sectors: Vec::new(),
            difat_sectors: Vec::new(),
            is_fat_in_front: false,
            directory_placed: 0,
            mini_fat_placed: 0,
            mini_stream_placed: 0,
            mini: Vec::new(),
            is_mini_placed: vec![false; source.elements.len()],
            placed: BTreeMap::new(),
            is_out_of_order: false,
        }
    }

    fn place_all(&mut self, directory: &NewDirectory, steps: &[Step]) -> Result<()> {
        for step in steps {
            self.place_directory(directory.pages_to(self.source, step))?;
            if let Step::Bytes { element, range } = step {
                self.place_bytes(*element, range)?;
            }
        }
        self.place_directory(directory.page_count())?;
        for (element, len) in self.source.streams() {
            self.place_bytes(element, &(0..len))?;
        }
        Ok(())
    }

    fn place_directory(&mut self, page_count: u32) -> Result<()> {
        let missing = page_count.saturating_sub(self.directory_placed);
        self.put(Holds::Directory, self.directory_placed, missing)?;
        self.directory_placed += missing;
        Ok(())
    }

    fn place_bytes(&mut self, element: ElementIndex, range: &Range<u64>) -> Result<()> {
        let len = self.source.stream_len(element).unwrap_or(0);
        if range.is_empty() {
            return Ok(());
        }
        if len < u64::from(MINI_CUTOFF) {
            return self.place_short(element, len);
        }
        let shift = self.size.shift();
        let end = range.end.min(len);
        let sectors = (range.start >> shift)..self.size.sectors_for(end);
        let placed = self.placed.entry(element).or_default();
        let gaps: Vec<Range<u64>> = placed.gaps(sectors.clone()).iter().collect();
        placed.insert(sectors.clone());
        let is_from_start = placed.contains(&(0..sectors.start));
        self.is_out_of_order |= !gaps.is_empty() && !is_from_start;
        for gap in gaps {
            let logical = u32::try_from(gap.start).map_err(|_| too_large())?;
            let count = u32::try_from(gap.end - gap.start).map_err(|_| too_large())?;
            self.put(Holds::Stream(element), logical, count)?;
        }
        Ok(())
    }

    /// Puts a short stream into the mini stream: its links before its bytes.
    fn place_short(&mut self, element: ElementIndex, len: u64) -> Result<()> {
        match self.is_mini_placed.get_mut(element) {
            Some(is_placed) if !*is_placed => *is_placed = true,
            _ => return Ok(()),
        }
        let first = self.mini.last().map_or(0, |piece| piece.first + piece.count);
        let count = u32::try_from(len.div_ceil(MINI_SECTOR_LEN)).map_err(|_| too_large())?;
        let end = first.checked_add(count).ok_or_else(too_large)?;
        self.mini.push(MiniPiece { first, count, element });
        let fat_end = end.div_ceil(self.size.fat_entries());
        let missing = fat_end.saturating_sub(self.mini_fat_placed);
        self.put(Holds::MiniFat, self.mini_fat_placed, missing)?;
        self.mini_fat_placed += missing;
        let stream_end = self.size.sectors_for(u64::from(end) * MINI_SECTOR_LEN);
        let stream_end = u32::try_from(stream_end).map_err(|_| too_large())?;
        let missing = stream_end.saturating_sub(self.mini_stream_placed);
        self.put(Holds::MiniStream, self.mini_stream_placed, missing)?;
        self.mini_stream_placed += missing;
        Ok(())
    }

    /// Gives the next sectors to parts of a thing, with the tables that must stand before them.
    fn put(&mut self, holds: Holds, mut logical: u32, mut count: u32) -> Result<()> {
        while count > 0 {
            self.put_tables()?;
            let mut room = count.min(MAX_REGULAR_SECTOR - self.cursor);
            if !self.is_fat_in_front {
                let per_page = self.size.fat_entries();
                room = room.min(per_page - self.cursor % per_page);
            }
            let lock = self.size.range_lock_sector();
            if self.cursor < lock {
                room = room.min(lock - self.cursor);
            }
            self.push(holds, logical, room)?;
            logical += room;
            count -= room;
        }
        Ok(())
    }

    /// Puts what must stand at the cursor, whatever comes next.
    fn put_tables(&mut self) -> Result<()> {
        let per_page = self.size.fat_entries();
        if !self.is_fat_in_front && self.cursor.is_multiple_of(per_page) {
            self.put_fat_sector()?;
        }
        if self.cursor == self.size.range_lock_sector() {
            self.push(Holds::RangeLock, 0, 1)?;
            return self.put_tables();
        }
        Ok(())
    }

    fn put_fat_sector(&mut self) -> Result<()> {
        let index = self.fat_sectors.len();
        let named = u64::from(self.size.fat_entries() - 1);
        let further = (index as u64).checked_sub(HEADER_DIFAT_COUNT as u64);
        if further.is_some_and(|further| further.is_multiple_of(named)) {
            self.difat_sectors.push(self.cursor);
            self.push(Holds::Difat, counted(self.difat_sectors.len()), 1)?;
        }
        self.fat_sectors.push(self.cursor);
        self.push(Holds::Fat, counted(index + 1), 1)
    }

    fn put_fat_in_front(&mut self, other_count: u64) -> Result<()> {
        self.is_fat_in_front = true;
        for _ in 0..fat_count_in_front(self.size, other_count) {
            self.put_fat_sector()?;
        }
        Ok(())
    }

    fn push(&mut self, holds: Holds, logical: u32, count: u32) -> Result<()> {
        let is_v3 = self.size == SectorSize::V3;
        let end = self.cursor.checked_add(count).filter(|end| *end <= MAX_REGULAR_SECTOR);
        let end = end.filter(|end| !is_v3 || *end <= self.size.range_lock_sector());
        let end = end.filter(|_| count > 0).ok_or_else(too_large)?;
        match self.pieces.last_mut() {
            Some(last) if last.holds == holds && last.logical + last.count == logical => {
                last.count += count;
            }
            _ => {
                let first = self.cursor;
                self.pieces.push(Piece { first, count, logical, holds, next: END_OF_CHAIN });
            }
        }
        self.cursor = end;
        Ok(())
    }

    fn finish(mut self, mut directory: NewDirectory) -> Arrangement {
        let mut header = Header::blank(self.size);
        for piece in &self.mini {
            directory.set_start(piece.element, piece.first);
        }
        for (holds, first) in link_pieces(&mut self.pieces) {
            match holds {
                Holds::Directory => header.directory_start = first,
                Holds::MiniFat => header.mini_fat_start = first,
                Holds::MiniStream => {
                    let end = self.mini.last().map_or(0, |piece| piece.first + piece.count);
                    directory.set_mini_stream(first, u64::from(end) * MINI_SECTOR_LEN);
                }
                Holds::Stream(element) => directory.set_start(element, first),
                Holds::Fat | Holds::Difat | Holds::RangeLock => {}
            }
        }
        if self.mini.is_empty() {
            directory.set_mini_stream(END_OF_CHAIN, 0);
        }
        if self.size == SectorSize::V4 {
            header.directory_count = directory.page_count();
        }
        header.mini_fat_count = self.mini_fat_placed;
        header.fat_count = counted(self.fat_sectors.len());
        header.difat_count = counted(self.difat_sectors.len());
        header.difat_start = self.difat_sectors.first().copied().unwrap_or(END_OF_CHAIN);
        for (to, sector) in header.difat.iter_mut().zip(&self.fat_sectors) {
            *to = *sector;
        }
        Arrangement {
            size: self.size,
            header,
            directory,
            pieces: self.pieces,
            mini: self.mini,
            fat_sectors: self.fat_sectors,
            difat_sectors: self.difat_sectors,
        }
    }
}

/// Sectors are counted in 32 bits, which placing them has ensured.
fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Links the pieces of each thing in its own order; answers where each thing begins.
fn link_pieces(pieces: &mut [Piece]) -> Vec<(Holds, u32)> {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    let key = |index: &usize| pieces.get(*index).map(|piece| (piece.holds, piece.logical));
    order.sort_by_key(key);
    let mut starts: Vec<(Holds, u32)> = Vec::new();
    let mut previous: Option<usize> = None;
    for index in order {
        let Some((holds, first)) = pieces.get(index).map(|piece| (piece.holds, piece.first)) else {
            continue;
        };
        match previous.and_then(|previous| pieces.get_mut(previous)) {
            Some(previous) if previous.holds == holds => previous.next = first,
            _ => starts.push((holds, first)),
        }
        previous = Some(index);
    }
    starts
}
