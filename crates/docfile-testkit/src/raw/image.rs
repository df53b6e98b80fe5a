//! A built file, with a map of where everything in it stands.
//!
//! An image is plain bytes; the `put` methods change any of them, which is how faults are made.
//! The map keeps describing the file as it was drawn. Source: [MS-CFB] 2.2 to 2.6.

use docfile_compound::Name;

use super::builder::Version;
use super::directory::PlannedEntry;
use super::entry::{ENTRY_LEN, RawEntry, kind};
use super::placement::{Chain, Placement};
use crate::sparse::SparseMemory;

/// The end of a chain.
pub const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// A free sector.
pub const FREE_SECTOR: u32 = 0xFFFF_FFFF;
/// A sector that holds part of the FAT.
pub const FAT_SECTOR: u32 = 0xFFFF_FFFD;
/// A sector that holds part of the DIFAT.
pub const DIFAT_SECTOR: u32 = 0xFFFF_FFFC;

/// Where the fields of the header start, in bytes from the start of the file.
pub mod header {
    /// Class id.
    pub const CLASS_ID: u64 = 8;
    /// Minor version.
    pub const MINOR_VERSION: u64 = 24;
    /// Major version.
    pub const MAJOR_VERSION: u64 = 26;
    /// Byte order mark.
    pub const BYTE_ORDER: u64 = 28;
    /// Sector length as a power of two.
    pub const SECTOR_SHIFT: u64 = 30;
    /// Mini sector length as a power of two.
    pub const MINI_SECTOR_SHIFT: u64 = 32;
    /// Six bytes of zeros.
    pub const RESERVED: u64 = 34;
    /// Count of directory sectors.
    pub const DIRECTORY_COUNT: u64 = 40;
    /// Count of FAT sectors.
    pub const FAT_COUNT: u64 = 44;
    /// First directory sector.
    pub const DIRECTORY_START: u64 = 48;
    /// Transaction signature.
    pub const TRANSACTION: u64 = 52;
    /// Length below which streams lie in the mini stream.
    pub const MINI_CUTOFF: u64 = 56;
    /// First mini FAT sector.
    pub const MINI_FAT_START: u64 = 60;
    /// Count of mini FAT sectors.
    pub const MINI_FAT_COUNT: u64 = 64;
    /// First DIFAT sector.
    pub const DIFAT_START: u64 = 68;
    /// Count of DIFAT sectors.
    pub const DIFAT_COUNT: u64 = 72;
    /// The first 109 numbers of FAT sectors.
    pub const DIFAT: u64 = 76;
}

/// A built compound file.
#[derive(Debug, Clone)]
pub struct Image {
    pub(super) version: Version,
    pub(super) bytes: SparseMemory,
    pub(super) placement: Placement,
    pub(super) entries: Vec<PlannedEntry>,
}

impl Image {
    /// The file's major version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// All bytes.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// The bytes as an array, which keeps holes as holes.
    #[must_use]
    pub fn to_sparse(&self) -> SparseMemory {
        self.bytes.clone()
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        docfile_compound::LockBytes::len(&self.bytes).unwrap_or(0)
    }

    /// Whether there are no bytes, which never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cuts or extends the file.
    pub fn set_len(&mut self, len: u64) {
        let resized = docfile_compound::LockBytes::set_size(&self.bytes, len);
        assert!(resized.is_ok(), "memory can be resized");
    }

    /// Writes bytes anywhere.
    pub fn put(&mut self, offset: u64, bytes: &[u8]) {
        self.bytes.put(offset, bytes);
    }

    /// Writes a number of two bytes.
    pub fn put_u16(&mut self, offset: u64, value: u16) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Writes a number of four bytes.
    pub fn put_u32(&mut self, offset: u64, value: u32) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Writes a number of eight bytes.
    pub fn put_u64(&mut self, offset: u64, value: u64) {
        self.put(offset, &value.to_le_bytes());
    }

    /// Reads a number of four bytes.
    #[must_use]
    pub fn u32_at(&self, offset: u64) -> u32 {
        let bytes = self.bytes.get(offset, 4);
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    /// Reads a number of eight bytes.
    #[must_use]
    pub fn u64_at(&self, offset: u64) -> u64 {
        u64::from(self.u32_at(offset)) | u64::from(self.u32_at(offset + 4)) << 32
    }

    /// Where a sector starts.
    #[must_use]
    pub const fn sector_offset(&self, sector: u32) -> u64 {
        (sector as u64 + 1) * self.version.sector_len()
    }

    /// How many sectors the file was drawn with.
    #[must_use]
    pub const fn sector_count(&self) -> u32 {
        self.placement.sector_count
    }

    /// How many sectors the FAT describes.
    #[must_use]
    pub fn fat_capacity(&self) -> u32 {
        let sectors = u32::try_from(self.placement.fat.len()).unwrap_or(u32::MAX);
        sectors * self.version.numbers_per_sector()
    }

    /// The sectors of the FAT, in its order.
    #[must_use]
    pub fn fat_sectors(&self) -> &[u32] {
        &self.placement.fat
    }

    /// The sectors of the DIFAT, in its order.
    #[must_use]
    pub fn difat_sectors(&self) -> &[u32] {
        &self.placement.difat
    }

    /// The sectors of the directory, in its order.
    #[must_use]
    pub fn directory_sectors(&self) -> &[u32] {
        self.placement.chain(Chain::Directory)
    }

    /// The sectors of the mini FAT, in its order.
    #[must_use]
    pub fn mini_fat_sectors(&self) -> &[u32] {
        self.placement.chain(Chain::MiniFat)
    }

    /// The sectors of the mini stream, in its order.
    #[must_use]
    pub fn mini_stream_sectors(&self) -> &[u32] {
        self.placement.chain(Chain::MiniStream)
    }

    /// The sectors that are free, the hole not counted.
    #[must_use]
    pub fn free_sectors(&self) -> &[u32] {
        &self.placement.free
    }

    /// The mini sectors that are free.
    #[must_use]
    pub fn free_mini_sectors(&self) -> &[u32] {
        &self.placement.free_minis
    }

    /// The sectors of a stream that lies in sectors, else its mini sectors; none when it is empty.
    #[must_use]
    pub fn stream_sectors(&self, id: u32) -> &[u32] {
        let id = id as usize;
        let minis = self.placement.minis.iter().find(|(other, _)| *other == id);
        minis.map_or_else(|| self.placement.chain(Chain::Stream(id)), |(_, minis)| minis)
    }

    /// The entry as it was drawn.
    #[must_use]
    pub fn entry(&self, id: u32) -> &RawEntry {
        &self.entries[id as usize].raw
    }

    /// The number of the element that `path` leads to, in display form (`Pool/Chart`); the empty
    /// path is the root.
    ///
    /// # Panics
    ///
    /// When there is no such element.
    #[must_use]
    pub fn find(&self, path: &str) -> u32 {
        let wanted: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let is_wanted = |entry: &PlannedEntry| {
            entry.raw.kind != kind::UNALLOCATED
                && entry.path.iter().map(Name::to_string).eq(wanted.iter().cloned())
        };
        let id = self.entries.iter().position(is_wanted);
        let id = id.unwrap_or_else(|| panic!("the file has no element {path}"));
        u32::try_from(id).unwrap_or(u32::MAX)
    }

    /// The number of the first unallocated entry.
    ///
    /// # Panics
    ///
    /// When every entry is in use.
    #[must_use]
    pub fn free_entry(&self) -> u32 {
        let id = self.entries.iter().position(|entry| entry.raw.kind == kind::UNALLOCATED);
        u32::try_from(id.expect("the directory has an unallocated entry")).unwrap_or(u32::MAX)
    }

    /// Where the FAT entry of a sector stands.
    #[must_use]
    pub fn fat_entry_offset(&self, sector: u32) -> u64 {
        self.number_offset(&self.placement.fat, sector)
    }

    /// Where the mini FAT entry of a mini sector stands.
    #[must_use]
    pub fn mini_fat_entry_offset(&self, mini: u32) -> u64 {
        self.number_offset(self.mini_fat_sectors(), mini)
    }

    /// Where a directory entry starts.
    #[must_use]
    pub fn entry_offset(&self, id: u32) -> u64 {
        let at = u64::from(id) * ENTRY_LEN;
        self.offset_in(self.directory_sectors(), at)
    }

    /// Where a field (see [`entry::field`](super::entry::field)) of a directory entry starts.
    #[must_use]
    pub fn entry_field_offset(&self, id: u32, field: u64) -> u64 {
        self.entry_offset(id) + field
    }

    fn number_offset(&self, table: &[u32], index: u32) -> u64 {
        self.offset_in(table, u64::from(index) * 4)
    }

    /// Where byte `at` of what lies in `sectors` stands in the file.
    pub(super) fn offset_in(&self, sectors: &[u32], at: u64) -> u64 {
        let sector_len = self.version.sector_len();
        let sector = sectors[usize::try_from(at / sector_len).unwrap_or(usize::MAX)];
        self.sector_offset(sector) + at % sector_len
    }
}
