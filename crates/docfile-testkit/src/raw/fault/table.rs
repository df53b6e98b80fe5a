//! Faults of the DIFAT and of the FAT as tables ([MS-CFB] 2.3, 2.5), and of the file's end (2.1).

use docfile_compound::Rule;

use super::super::builder::{FileBuilder, Layout, Version};
use super::super::image::{DIFAT_SECTOR, END_OF_CHAIN, FREE_SECTOR, Image, header};
use super::{Fault, ROOMY, forgivable, sample, v3, with_difat};

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::DifatEntry, "a FAT sector past the end of the file", || {
        let mut image = v3();
        list_another_fat_sector(&mut image, 0x00FF_FFF0);
        image
    }),
    forgivable(Rule::DifatOrder, "a free entry before a FAT sector that describes nothing", || {
        let layout = Layout { spare_fat_count: 1, ..ROOMY };
        let mut image = FileBuilder::new(Version::V3, sample()).layout(layout).build();
        let spare = image.fat_sectors()[1];
        image.put_u32(header::DIFAT + 4, FREE_SECTOR);
        image.put_u32(header::DIFAT + 8, spare);
        image
    }),
    forgivable(Rule::DifatChain, "the DIFAT sector is its own successor", || {
        let mut image = with_difat();
        let sector = image.difat_sectors()[0];
        image.put_u32(image.sector_offset(sector) + 508, sector);
        image
    }),
    forgivable(Rule::DifatChain, "the DIFAT ends with the mark for free", || {
        let mut image = with_difat();
        let sector = image.difat_sectors()[0];
        image.put_u32(image.sector_offset(sector) + 508, FREE_SECTOR);
        image
    }),
    forgivable(Rule::DifatMark, "a DIFAT sector marked as the end of a chain", || {
        let mut image = with_difat();
        let sector = image.difat_sectors()[0];
        image.put_u32(image.fat_entry_offset(sector), END_OF_CHAIN);
        image
    })
    .with(&[Rule::SectorOrphan]),
    forgivable(Rule::FatMark, "a FAT sector marked as the end of a chain", || {
        let mut image = v3();
        let sector = image.fat_sectors()[0];
        image.put_u32(image.fat_entry_offset(sector), END_OF_CHAIN);
        image
    })
    .with(&[Rule::SectorOrphan]),
    forgivable(Rule::FatDuplicate, "the first FAT sector listed twice", || {
        let mut image = v3();
        let sector = image.fat_sectors()[0];
        list_another_fat_sector(&mut image, sector);
        image
    })
    // Read a second time, its entries speak of sectors that the file does not have.
    .with(&[Rule::FatBeyondEnd]),
    forgivable(Rule::FatMissing, "a sector more than the FAT describes", || {
        let mut image = full();
        image.set_len(image.len() + 512);
        image
    })
    .with(&[Rule::TrailingData]),
    forgivable(Rule::FatBeyondEnd, "a mark for a sector past the end", || {
        let mut image = v3();
        let sector = image.sector_count();
        image.put_u32(image.fat_entry_offset(sector), END_OF_CHAIN);
        image
    }),
    forgivable(Rule::FatEntry, "a free sector leads out of the file", || {
        let mut image = v3();
        let sector = image.free_sectors()[0];
        image.put_u32(image.fat_entry_offset(sector), 0x00FF_FFF0);
        image
    })
    .with(&[Rule::SectorOrphan]),
    forgivable(Rule::SectorOrphan, "a free sector marked as the end of a chain", || {
        let mut image = v3();
        let sector = image.free_sectors()[0];
        image.put_u32(image.fat_entry_offset(sector), END_OF_CHAIN);
        image
    }),
    forgivable(Rule::SectorOrphan, "a free sector marked as a DIFAT sector", || {
        let mut image = v3();
        let sector = image.free_sectors()[0];
        image.put_u32(image.fat_entry_offset(sector), DIFAT_SECTOR);
        image
    })
    .with(&[Rule::DifatMark]),
    forgivable(Rule::SectorPastEnd, "the last sector cut off", || {
        let mut image = v3();
        image.set_len(image.len() - 512);
        image
    })
    .with(&[Rule::FatBeyondEnd, Rule::ChainBroken, Rule::FatEntry])
    .losing(&["Second"]),
    forgivable(Rule::SectorShort, "the unused end of the last sector cut off", || {
        let mut image = v3();
        image.set_len(image.len() - 100);
        image
    }),
    forgivable(
        Rule::TrailingData,
        "bytes behind the last sector that the FAT can describe",
        || {
            let mut image = full();
            let end = image.len();
            image.put(end, &[7; 100]);
            image
        },
    )
    .with(&[Rule::SectorShort, Rule::FatMissing]),
    forgivable(Rule::RangeLockSector, "a stream's last sector where the locks are", || {
        let layout = Layout { hole_sector_count: 0x8_0000, ..ROOMY };
        let mut image = FileBuilder::new(Version::V4, sample()).layout(layout).build();
        let second = image.stream_sectors(image.find("Second")).to_vec();
        let (last, before) = (second[second.len() - 1], second[second.len() - 2]);
        image.put_u32(image.fat_entry_offset(before), 0x7_FFFE);
        image.put_u32(image.fat_entry_offset(last), FREE_SECTOR);
        let content = image.to_sparse().get(image.sector_offset(last), 4096);
        image.put(image.sector_offset(0x7_FFFE), &content);
        image
    }),
];

/// Lists `sector` behind the FAT sectors, and counts it.
fn list_another_fat_sector(image: &mut Image, sector: u32) {
    let count = image.fat_sectors().len() as u64;
    image.put_u32(header::DIFAT + 4 * count, sector);
    image.put_u32(header::FAT_COUNT, image.u32_at(header::FAT_COUNT) + 1);
}

/// A file with exactly as many sectors as its FAT describes.
fn full() -> Image {
    let sectors = v3().sector_count();
    let capacity = v3().fat_capacity();
    let layout =
        Layout { free_sector_count: ROOMY.free_sector_count + capacity - sectors - 1, ..ROOMY };
    let mut image = FileBuilder::new(Version::V3, sample()).layout(layout).build();
    // The builder leaves room for a range lock sector; the last sector is free.
    let end = image.len();
    image.put(end, &[0; 512]);
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_has_a_fat_entry_for_each_sector_and_no_more() {
        let image = full();
        assert_eq!(image.len() / 512 - 1, u64::from(image.fat_capacity()));
    }

    #[test]
    fn a_file_beyond_two_gibibytes_leaves_the_locks_their_sector() {
        let layout = Layout { hole_sector_count: 0x8_0000, ..ROOMY };
        let image = FileBuilder::new(Version::V4, sample()).layout(layout).build();
        assert!(image.len() > 1 << 31);
        assert!(image.to_sparse().kept_len() < 4 << 20);
        assert_eq!(image.u32_at(image.fat_entry_offset(0x7_FFFE)), END_OF_CHAIN);
    }
}
