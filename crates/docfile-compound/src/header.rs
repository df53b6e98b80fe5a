//! The header: the first 512 bytes, from which everything else is found ([MS-CFB] 2.2).
//!
//! Parsing checks what later arithmetic rests on (signature, byte order, sector sizes) and leaves
//! the counts as claims: no allocation and no loop trusts them. Drawing: `docs/format.md`.

use crate::error::{Error, ErrorKind, Result};
use crate::guid::Guid;
use crate::limits::Validation;
use crate::rule::Rule;
use crate::sector::{FREE_SECTOR, MINI_CUTOFF, SectorSize};

/// The length of the header proper; version 4 pads it to a whole sector.
pub(crate) const HEADER_LEN: usize = 512;
/// How many FAT sectors the header itself lists.
pub(crate) const HEADER_DIFAT_COUNT: usize = 109;
/// The first eight bytes of every compound file.
pub(crate) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

// Where each field stands; each offset is the one before plus that field's length.
const CLASS_ID: usize = SIGNATURE.len();
const MINOR_VERSION: usize = CLASS_ID + 16;
const MAJOR_VERSION: usize = MINOR_VERSION + 2;
const BYTE_ORDER: usize = MAJOR_VERSION + 2;
const SECTOR_SHIFT: usize = BYTE_ORDER + 2;
const MINI_SECTOR_SHIFT: usize = SECTOR_SHIFT + 2;
const RESERVED: usize = MINI_SECTOR_SHIFT + 2;
pub(crate) const DIRECTORY_COUNT: usize = RESERVED + 6;
pub(crate) const FAT_COUNT: usize = DIRECTORY_COUNT + 4;
pub(crate) const DIRECTORY_START: usize = FAT_COUNT + 4;
const TRANSACTION: usize = DIRECTORY_START + 4;
const CUTOFF: usize = TRANSACTION + 4;
pub(crate) const MINI_FAT_START: usize = CUTOFF + 4;
pub(crate) const MINI_FAT_COUNT: usize = MINI_FAT_START + 4;
pub(crate) const DIFAT_START: usize = MINI_FAT_COUNT + 4;
pub(crate) const DIFAT_COUNT: usize = DIFAT_START + 4;
pub(crate) const DIFAT: usize = DIFAT_COUNT + 4;
const _: () = assert!(DIFAT + 4 * HEADER_DIFAT_COUNT == HEADER_LEN);

/// The parsed header. Sector numbers and counts are claims of the file, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) class_id: Guid,
    pub(crate) minor_version: u16,
    /// 3 or 4.
    pub(crate) major_version: u16,
    pub(crate) sector_size: SectorSize,
    pub(crate) directory_count: u32,
    pub(crate) fat_count: u32,
    pub(crate) directory_start: u32,
    pub(crate) transaction: u32,
    pub(crate) mini_cutoff: u32,
    pub(crate) mini_fat_start: u32,
    pub(crate) mini_fat_count: u32,
    pub(crate) difat_start: u32,
    pub(crate) difat_count: u32,
    pub(crate) difat: [u32; HEADER_DIFAT_COUNT],
}

impl Header {
    /// The header of a file of `sector_size` that holds nothing yet.
    pub(crate) fn blank(sector_size: SectorSize) -> Self {
        Self {
            class_id: Guid::NULL,
            minor_version: 0x3E,
            major_version: if sector_size == SectorSize::V4 { 4 } else { 3 },
            sector_size,
            directory_count: 0,
            fat_count: 0,
            directory_start: crate::sector::END_OF_CHAIN,
            transaction: 0,
            mini_cutoff: MINI_CUTOFF,
            mini_fat_start: crate::sector::END_OF_CHAIN,
            mini_fat_count: 0,
            difat_start: crate::sector::END_OF_CHAIN,
            difat_count: 0,
            difat: [FREE_SECTOR; HEADER_DIFAT_COUNT],
        }
    }

    /// Parses the first bytes of a file, as many as there are.
    pub(crate) fn parse(bytes: &[u8], validation: Validation) -> Result<Self> {
        let not_compound =
            || Error::new(ErrorKind::NotCompound, "not a compound file: the signature is missing");
        if bytes.get(..SIGNATURE.len()) != Some(&SIGNATURE) {
            return Err(not_compound());
        }
        let Some(bytes) = bytes.first_chunk::<HEADER_LEN>() else {
            return Err(Error::corrupt(Rule::HeaderShort, bytes.len() as u64));
        };
        let header = Self {
            class_id: Guid::from_bytes(array_at(bytes, CLASS_ID)),
            minor_version: u16_at(bytes, MINOR_VERSION),
            major_version: u16_at(bytes, MAJOR_VERSION),
            sector_size: sector_size(bytes)?,
            directory_count: u32_at(bytes, DIRECTORY_COUNT),
            fat_count: u32_at(bytes, FAT_COUNT),
            directory_start: u32_at(bytes, DIRECTORY_START),
            transaction: u32_at(bytes, TRANSACTION),
            // No writer is known that means another value; a wrong one is damage.
            mini_cutoff: MINI_CUTOFF,
            mini_fat_start: u32_at(bytes, MINI_FAT_START),
            mini_fat_count: u32_at(bytes, MINI_FAT_COUNT),
            difat_start: u32_at(bytes, DIFAT_START),
            difat_count: u32_at(bytes, DIFAT_COUNT),
            difat: core::array::from_fn(|index| u32_at(bytes, DIFAT + 4 * index)),
        };
        for breach in breaches(bytes) {
            validation.forgive(breach.rule, breach.offset)?;
        }
        Ok(header)
    }

    /// The 512 bytes of the header.
    pub(crate) fn emit(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut put = |offset: usize, field: &[u8]| {
            if let Some(to) = bytes.get_mut(offset..offset + field.len()) {
                to.copy_from_slice(field);
            }
        };
        put(0, &SIGNATURE);
        put(CLASS_ID, &self.class_id.to_bytes());
        put(MINOR_VERSION, &self.minor_version.to_le_bytes());
        put(MAJOR_VERSION, &self.major_version.to_le_bytes());
        put(BYTE_ORDER, &0xFFFE_u16.to_le_bytes());
        put(SECTOR_SHIFT, &u16::from(self.sector_size.shift()).to_le_bytes());
        put(MINI_SECTOR_SHIFT, &6_u16.to_le_bytes());
        put(DIRECTORY_COUNT, &self.directory_count.to_le_bytes());
        put(FAT_COUNT, &self.fat_count.to_le_bytes());
        put(DIRECTORY_START, &self.directory_start.to_le_bytes());
        put(TRANSACTION, &self.transaction.to_le_bytes());
        put(CUTOFF, &self.mini_cutoff.to_le_bytes());
        put(MINI_FAT_START, &self.mini_fat_start.to_le_bytes());
        put(MINI_FAT_COUNT, &self.mini_fat_count.to_le_bytes());
        put(DIFAT_START, &self.difat_start.to_le_bytes());
        put(DIFAT_COUNT, &self.difat_count.to_le_bytes());
        for (index, sector) in self.difat.iter().enumerate() {
            put(DIFAT + 4 * index, &sector.to_le_bytes());
        }
        bytes
    }
}

/// The sector size, which every offset is computed from.
fn sector_size(bytes: &[u8; HEADER_LEN]) -> Result<SectorSize> {
    match u16_at(bytes, SECTOR_SHIFT) {
        9 => Ok(SectorSize::V3),
        12 => Ok(SectorSize::V4),
        _ => Err(Error::corrupt(Rule::HeaderSectorShift, SECTOR_SHIFT as u64)),
    }
}

/// A rule that the fields of the header break by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) rule: Rule,
    /// Where the field stands.
    pub(crate) offset: u64,
    /// The first bytes of the field, as a number.
    pub(crate) found: u32,
}

/// Every rule that the fields of the header break by themselves, in the order of the fields.
pub(crate) fn breaches(bytes: &[u8; HEADER_LEN]) -> impl Iterator<Item = Breach> + '_ {
    let short = |offset| u32::from(u16_at(bytes, offset));
    let version = u16_at(bytes, MAJOR_VERSION);
    let shift = u16_at(bytes, SECTOR_SHIFT);
    // A version that is unknown says nothing of the sector size.
    let shift_of_version = match version {
        3 => shift == 9,
        4 => shift == 12,
        _ => shift == 9 || shift == 12,
    };
    let fields = [
        (array_at(bytes, CLASS_ID) == [0; 16], Rule::HeaderClassId, CLASS_ID),
        (short(MINOR_VERSION) == 0x3E, Rule::HeaderMinorVersion, MINOR_VERSION),
        (version == 3 || version == 4, Rule::HeaderVersion, MAJOR_VERSION),
        (short(BYTE_ORDER) == 0xFFFE, Rule::HeaderByteOrder, BYTE_ORDER),
        // BlockSize4096.zvi and files by pyaaf2 pair the version with the other sector size.
        (shift_of_version, Rule::HeaderSectorShift, SECTOR_SHIFT),
        (short(MINI_SECTOR_SHIFT) == 6, Rule::HeaderMiniSectorShift, MINI_SECTOR_SHIFT),
        (array_at(bytes, RESERVED) == [0; 6], Rule::HeaderReserved, RESERVED),
        (
            version != 3 || u32_at(bytes, DIRECTORY_COUNT) == 0,
            Rule::HeaderDirectoryCount,
            DIRECTORY_COUNT,
        ),
        (u32_at(bytes, CUTOFF) == MINI_CUTOFF, Rule::HeaderMiniCutoff, CUTOFF),
    ];
    fields.into_iter().filter(|(kept, ..)| !kept).map(move |(_, rule, offset)| {
        let is_long = matches!(rule, Rule::HeaderDirectoryCount | Rule::HeaderMiniCutoff);
        let found = if is_long { u32_at(bytes, offset) } else { short(offset) };
        Breach { rule, offset: offset as u64, found }
    })
}

fn array_at<const N: usize>(bytes: &[u8; HEADER_LEN], offset: usize) -> [u8; N] {
    bytes.get(offset..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
}

fn u16_at(bytes: &[u8; HEADER_LEN], offset: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, offset))
}

fn u32_at(bytes: &[u8; HEADER_LEN], offset: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emit_then_parse_is_the_same_header() {
        for size in [SectorSize::V3, SectorSize::V4] {
            let mut header = Header::blank(size);
            header.fat_count = 3;
            header.difat[2] = 77;
            header.class_id = Guid::from_u128(7);
            assert_eq!(Header::parse(&header.emit(), Validation::Permissive).unwrap(), header);
        }
    }

    #[test]
    fn other_files_are_not_compound_rather_than_corrupt() {
        let error = Header::parse(b"PK\x03\x04", Validation::Permissive).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotCompound);
        assert_eq!(error.hresult(), 0x8003_0050);
    }

    #[test]
    fn a_cut_header_is_corrupt() {
        let bytes = Header::blank(SectorSize::V3).emit();
        let error = Header::parse(&bytes[..511], Validation::Permissive).unwrap_err();
        assert_eq!(error.rule(), Some(Rule::HeaderShort));
        assert_eq!(error.hresult(), 0x8003_00FB);
    }

    #[test]
    fn an_unknown_sector_size_is_never_forgiven() {
        let mut bytes = Header::blank(SectorSize::V3).emit();
        bytes[SECTOR_SHIFT] = 31;
        let error = Header::parse(&bytes, Validation::Permissive).unwrap_err();
        assert_eq!(error.rule(), Some(Rule::HeaderSectorShift));
    }
}
