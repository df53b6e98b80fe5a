//! Everything that a check reads: header, DIFAT, FAT, directory and mini FAT, all of it or what
//! is missing of it.
//!
//! Each round goes as far as what has arrived leads and then names all that it found lacking: the
//! next DIFAT sector, every FAT sector that is listed, and what the FAT at hand tells of the
//! directory and the mini FAT. So a file costs one round for the header, one for each DIFAT
//! sector, one for the FAT and one for the directory and the mini FAT. Stream data is never read.

use crate::check::difat::FatList;
use crate::check::directory::Directory;
use crate::check::links::{LinkTable, follow};
use crate::check::reader::Reader;
use crate::error::{Error, ErrorKind, Result};
use crate::header::{HEADER_LEN, Header};
use crate::lock_bytes::LockBytes;
use crate::medium::Pad;
use crate::sector::{MAX_REGULAR_SECTOR, SectorSize};

#[derive(Debug)]
pub(super) struct Tables {
    pub(super) header: Header,
    pub(super) size: SectorSize,
    /// Length of the file in bytes.
    pub(super) len: u64,
    /// How many sectors the file has, the last perhaps in part.
    pub(super) sector_end: u64,
    /// What follows the header in its own sector.
    pub(super) padding: Vec<u8>,
    pub(super) fat_list: FatList,
    pub(super) fat: LinkTable,
    pub(super) directory: Directory,
    pub(super) mini_fat: LinkTable,
}

impl Tables {
    /// Reads all tables.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] naming everything that is known to be needed and has not arrived.
    pub(super) fn read(bytes: &dyn LockBytes, header: Header) -> Result<Self> {
        let len = bytes.len();
        let tables = Self::read_as_long(bytes, header, len)?;
        match len {
            Some(_) => Ok(tables),
            // Without a length, sectors were taken to be there that are not in the file.
            None => Self::read_as_long(bytes, tables.header, Some(tables.len)),
        }
    }

    /// Reads all tables of a file of `len` bytes, as far as that is known.
    fn read_as_long(bytes: &dyn LockBytes, header: Header, len: Option<u64>) -> Result<Self> {
        let size = header.sector_size;
        let mut reader = Reader::new(bytes, size);
        let sector_limit = u64::from(MAX_REGULAR_SECTOR) + 1;
        let sector_end =
            len.map_or(sector_limit, |len| size.sectors_in_file(len).min(sector_limit));
        let padding = reader.stretch(HEADER_LEN as u64..size.len_u64())?;
        let fat_list = FatList::read(&mut reader, &header, sector_end)?;
        let fat = read_fat(&mut reader, &fat_list, sector_end)?;
        let directory = chain(&fat, header.directory_start, sector_end);
        let directory = Directory::read(&mut reader, directory, header.major_version)?;
        let mini_fat = chain(&fat, header.mini_fat_start, sector_end);
        let mini_fat = read_mini_fat(&mut reader, &mini_fat)?;
        let len = match len {
            Some(len) => len,
            None => find_end(&mut reader, fat.described())?,
        };
        if !reader.missing.required.is_empty() {
            return Err(Error::pending(reader.missing));
        }
        let padding = padding.unwrap_or_default();
        Ok(Self { header, size, len, sector_end, padding, fat_list, fat, directory, mini_fat })
    }
}

/// Makes an array that does not know its length find it, by asking for the byte behind the last
/// sector that the FAT describes, and for others ever further on as long as there are any.
fn find_end(reader: &mut Reader<'_>, described: u64) -> Result<u64> {
    let mut at = reader.size.len_u64().saturating_mul(described + 1);
    while let Some(byte) = reader.stretch(at..at.saturating_add(1))? {
        if let Some(len) = reader.len() {
            return Ok(len);
        }
        if byte.is_empty() || at >= u64::MAX / 2 {
            return Err(Error::new(ErrorKind::ReadFault, "the byte array ended without a length"));
        }
        at *= 2;
    }
    Ok(at)
}

fn read_fat(reader: &mut Reader<'_>, list: &FatList, sector_end: u64) -> Result<LinkTable> {
    let listed = list.pages();
    let mut order: Vec<u32> = (0..).take(listed.len()).collect();
    let sector_of = |index: u32| listed.get(index as usize).copied().unwrap_or(u32::MAX);
    // A stable sort: of a sector that is listed twice the first stays.
    order.sort_by_key(|index| sector_of(*index));
    order.dedup_by_key(|index| sector_of(*index));
    order.retain(|index| u64::from(sector_of(*index)) < sector_end);
    let sectors: Vec<u32> = order.iter().map(|index| sector_of(*index)).collect();
    let pages = reader.pages(&sectors, Pad::Free)?.into_iter().filter_map(|(at, page)| {
        let index = *order.get(at as usize)?;
        Some((index, sector_of(index), page))
    });
    Ok(LinkTable::new(reader.size, listed.len(), pages))
}

fn read_mini_fat(reader: &mut Reader<'_>, sectors: &[u32]) -> Result<LinkTable> {
    let pages = reader.pages(sectors, Pad::Free)?.into_iter();
    let pages =
        pages.filter_map(|(index, page)| Some((index, *sectors.get(index as usize)?, page)));
    Ok(LinkTable::new(reader.size, sectors.len(), pages))
}

/// The sectors of a chain, as far as the FAT at hand leads.
fn chain(fat: &LinkTable, start: u32, sector_end: u64) -> Vec<u32> {
    let mut marks = fat.marks();
    let mut sectors = Vec::new();
    follow(fat, start, sector_end, |sector| {
        let is_new = marks.mark(fat, sector);
        if is_new {
            sectors.push(sector);
        }
        is_new
    });
    sectors
}
