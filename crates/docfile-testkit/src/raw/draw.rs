//! Drawing: places become a header, tables and sectors ([MS-CFB] 2.2 to 2.6).
//!
//! Every byte of every sector is drawn; what nothing refers to is drawn as garbage.

use super::builder::Version;
use super::directory::{Directory, MINI_CUTOFF};
use super::entry::kind;
use super::image::{DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR, FREE_SECTOR, Image, header};
use super::placement::{Chain, HEADER_DIFAT_COUNT, MINI_SECTOR_LEN, Placement, range_lock_sector};
use crate::sparse::SparseMemory;

/// What fills bytes that nothing refers to: the rest of last sectors, and free sectors.
const GARBAGE: u8 = 0xDB;

impl Image {
    pub(super) fn draw(version: Version, directory: Directory, placement: Placement) -> Self {
        let Directory { entries } = directory;
        let mut image = Self { version, bytes: SparseMemory::default(), placement, entries };
        image.fill_with_garbage();
        image.draw_streams();
        image.draw_directory();
        image.draw_mini_fat();
        image.draw_fat();
        image.draw_difat();
        image.draw_header();
        image
    }

    fn fill_with_garbage(&mut self) {
        let sector = vec![GARBAGE; usize::try_from(self.version.sector_len()).unwrap_or(0)];
        let chains = self.placement.chains.iter().flat_map(|(_, sectors)| sectors);
        let used: Vec<u32> = chains.chain(&self.placement.free).copied().collect();
        for used in used {
            self.put(self.sector_offset(used), &sector);
        }
        self.set_len(self.sector_offset(self.placement.sector_count));
    }

    fn draw_streams(&mut self) {
        let placement = self.placement.clone();
        let sector_len = self.version.sector_len();
        for (chain, sectors) in &placement.chains {
            let Chain::Stream(id) = chain else { continue };
            self.entries[*id].raw.start = sectors[0];
            let content = core::mem::take(&mut self.entries[*id].content);
            let parts = content.chunks(usize::try_from(sector_len).unwrap_or(usize::MAX));
            for (sector, part) in sectors.iter().zip(parts) {
                self.put(self.sector_offset(*sector), part);
            }
        }
        for (id, minis) in &placement.minis {
            self.entries[*id].raw.start = minis[0];
            let content = core::mem::take(&mut self.entries[*id].content);
            for (mini, part) in minis.iter().zip(content.chunks(64)) {
                let at = u64::from(*mini) * MINI_SECTOR_LEN;
                let offset = self.offset_in(placement.chain(Chain::MiniStream), at);
                self.put(offset, part);
            }
        }
        for entry in &mut self.entries {
            if entry.raw.kind == kind::STREAM && entry.raw.len == 0 {
                entry.raw.start = END_OF_CHAIN;
            }
        }
    }

    fn draw_directory(&mut self) {
        let root = &mut self.entries[0].raw;
        root.start = first(self.placement.chain(Chain::MiniStream));
        root.len = u64::from(self.placement.mini_count) * MINI_SECTOR_LEN;
        let emitted: Vec<Vec<u8>> = self.entries.iter().map(|entry| entry.raw.emit()).collect();
        for (id, bytes) in (0..).zip(emitted) {
            self.put(self.entry_offset(id), &bytes);
        }
    }

    fn draw_mini_fat(&mut self) {
        let sectors = self.placement.chain(Chain::MiniFat).to_vec();
        self.fill_with_free(&sectors);
        for (_, minis) in self.placement.minis.clone() {
            for (mini, next) in links(&minis) {
                self.put_u32(self.mini_fat_entry_offset(mini), next);
            }
        }
    }

    fn draw_fat(&mut self) {
        let placement = self.placement.clone();
        self.fill_with_free(&placement.fat);
        for (_, sectors) in &placement.chains {
            for (sector, next) in links(sectors) {
                self.put_u32(self.fat_entry_offset(sector), next);
            }
        }
        for (sectors, mark) in [(&placement.fat, FAT_SECTOR), (&placement.difat, DIFAT_SECTOR)] {
            for sector in sectors {
                self.put_u32(self.fat_entry_offset(*sector), mark);
            }
        }
        let range_lock = range_lock_sector(self.version);
        if placement.sector_count > range_lock {
            self.put_u32(self.fat_entry_offset(range_lock), END_OF_CHAIN);
        }
    }

    fn draw_difat(&mut self) {
        let Placement { fat, difat, .. } = self.placement.clone();
        self.fill_with_free(&difat);
        let in_header = fat.len().min(HEADER_DIFAT_COUNT as usize);
        let listed = self.version.numbers_per_sector() as usize - 1;
        for (index, (sector, part)) in difat.iter().zip(fat[in_header..].chunks(listed)).enumerate()
        {
            let offset = self.sector_offset(*sector);
            for (at, fat_sector) in (0..).zip(part) {
                self.put_u32(offset + 4 * at, *fat_sector);
            }
            let next = difat.get(index + 1).copied().unwrap_or(END_OF_CHAIN);
            self.put_u32(offset + 4 * listed as u64, next);
        }
    }

    fn draw_header(&mut self) {
        let count = |sectors: &[u32]| u32::try_from(sectors.len()).unwrap_or(u32::MAX);
        let (major, shift) = match self.version {
            Version::V3 => (3, 9),
            Version::V4 => (4, 12),
        };
        self.put(0, &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        for (offset, value) in [
            (header::MINOR_VERSION, 0x3E),
            (header::MAJOR_VERSION, major),
            (header::BYTE_ORDER, 0xFFFE),
            (header::SECTOR_SHIFT, shift),
            (header::MINI_SECTOR_SHIFT, 6),
        ] {
            self.put_u16(offset, value);
        }
        let placement = self.placement.clone();
        let directory = placement.chain(Chain::Directory);
        let mini_fat = placement.chain(Chain::MiniFat);
        let directory_count = if self.version == Version::V3 { 0 } else { count(directory) };
        for (offset, value) in [
            (header::DIRECTORY_COUNT, directory_count),
            (header::FAT_COUNT, count(&placement.fat)),
            (header::DIRECTORY_START, first(directory)),
            (header::MINI_CUTOFF, u32::try_from(MINI_CUTOFF).unwrap_or(0)),
            (header::MINI_FAT_START, first(mini_fat)),
            (header::MINI_FAT_COUNT, count(mini_fat)),
            (header::DIFAT_START, first(&placement.difat)),
            (header::DIFAT_COUNT, count(&placement.difat)),
        ] {
            self.put_u32(offset, value);
        }
        for index in 0..HEADER_DIFAT_COUNT {
            let sector = placement.fat.get(index as usize).copied().unwrap_or(FREE_SECTOR);
            self.put_u32(header::DIFAT + 4 * u64::from(index), sector);
        }
    }

    /// Fills sectors of a table with the number that says free.
    fn fill_with_free(&mut self, sectors: &[u32]) {
        let free = vec![0xFF; usize::try_from(self.version.sector_len()).unwrap_or(0)];
        for sector in sectors {
            self.put(self.sector_offset(*sector), &free);
        }
    }
}

fn first(sectors: &[u32]) -> u32 {
    sectors.first().copied().unwrap_or(END_OF_CHAIN)
}

/// Each sector of a chain with its successor.
fn links(sectors: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let next = sectors.iter().skip(1).copied().chain([END_OF_CHAIN]);
    sectors.iter().copied().zip(next)
}
