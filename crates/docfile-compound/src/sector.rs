//! Sector numbers, entry numbers, and the arithmetic between them and byte offsets.
//!
//! Source: [MS-CFB] 2.1 (sector numbers and special values), 2.8 (the range lock sector).

use core::ops::Range;

/// The number of a sector: sector 0 follows the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SectorId(pub(crate) u32);

/// The number of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(crate) u32);

/// The highest number a sector can have.
pub(crate) const MAX_REGULAR_SECTOR: u32 = 0xFFFF_FFFA;
/// Marks a sector of the DIFAT.
pub(crate) const DIFAT_SECTOR: u32 = 0xFFFF_FFFC;
/// Marks a sector of the FAT.
pub(crate) const FAT_SECTOR: u32 = 0xFFFF_FFFD;
/// The end of a chain.
pub(crate) const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// A free sector.
pub(crate) const FREE_SECTOR: u32 = 0xFFFF_FFFF;
/// No entry.
pub(crate) const NO_STREAM: u32 = 0xFFFF_FFFF;
/// The length of a directory entry.
pub(crate) const ENTRY_LEN: usize = 128;
/// The length of a mini sector.
pub(crate) const MINI_SECTOR_LEN: u64 = 64;
/// Streams shorter than this live in the mini stream.
pub(crate) const MINI_CUTOFF: u32 = 4096;
/// The bytes that must stay free for locks between processes.
pub(crate) const RANGE_LOCK: Range<u32> = 0x7FFF_FF00..0x8000_0000;

impl EntryId {
    /// The root storage.
    pub const ROOT: Self = Self(0);

    /// The position in the directory, counted from zero.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The entry that a stored sibling or child field names, if any.
    pub(crate) const fn from_raw(raw: u32) -> Option<Self> {
        if raw == NO_STREAM { None } else { Some(Self(raw)) }
    }
}

impl SectorId {
    /// The sector that a stored field names, if it is a number that a sector can have.
    pub(crate) const fn from_raw(raw: u32) -> Option<Self> {
        if raw <= MAX_REGULAR_SECTOR { Some(Self(raw)) } else { None }
    }
}

/// The length of a sector, as a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SectorSize {
    shift: u8,
}

impl SectorSize {
    /// 512 bytes, of version 3.
    pub(crate) const V3: Self = Self { shift: 9 };
    /// 4096 bytes, of version 4.
    pub(crate) const V4: Self = Self { shift: 12 };

    pub(crate) const fn shift(self) -> u8 {
        self.shift
    }

    /// Length in bytes.
    pub(crate) const fn len(self) -> usize {
        1 << self.shift
    }

    /// Length in bytes, as a file offset.
    pub(crate) const fn len_u64(self) -> u64 {
        1 << self.shift
    }

    /// FAT or DIFAT entries (four bytes each) in a sector.
    pub(crate) const fn fat_entries(self) -> u32 {
        1 << (self.shift - 2)
    }

    /// Directory entries in a sector.
    pub(crate) const fn directory_entries(self) -> u32 {
        1 << (self.shift - 7)
    }

    /// Where a sector starts in the file.
    pub(crate) const fn offset(self, sector: SectorId) -> u64 {
        (sector.0 as u64 + 1) << self.shift
    }

    /// The bytes of a sector.
    pub(crate) const fn range(self, sector: SectorId) -> Range<u64> {
        let start = self.offset(sector);
        start..start + self.len_u64()
    }

    /// How many sectors `len` bytes fill, the last perhaps in part.
    pub(crate) const fn sectors_for(self, len: u64) -> u64 {
        len.div_ceil(self.len_u64())
    }

    /// How many bytes `sector_count` sectors hold.
    pub(crate) const fn room(self, sector_count: u64) -> u64 {
        sector_count.saturating_mul(self.len_u64())
    }

    /// How many sectors a file of `len` bytes holds behind its header, the last perhaps in part.
    pub(crate) const fn sectors_in_file(self, len: u64) -> u64 {
        self.sectors_for(len).saturating_sub(1)
    }

    /// The sector that must stay free for locks between processes.
    pub(crate) const fn range_lock_sector(self) -> u32 {
        (RANGE_LOCK.start >> self.shift) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_lock_sector_covers_the_last_bytes_below_two_gibibytes() {
        assert_eq!(SectorSize::V4.range_lock_sector(), 0x7FFFE);
        for size in [SectorSize::V3, SectorSize::V4] {
            let range = size.range(SectorId(size.range_lock_sector()));
            assert!(range.start <= u64::from(RANGE_LOCK.start));
            assert_eq!(range.end, u64::from(RANGE_LOCK.end));
        }
    }

    #[test]
    fn sector_zero_follows_the_header() {
        assert_eq!(SectorSize::V3.range(SectorId(0)), 512..1024);
        assert_eq!(SectorSize::V4.range(SectorId(0)), 4096..8192);
        assert_eq!(SectorSize::V3.sectors_in_file(1025), 2);
    }
}
