//! Moves every sector of a compound file to a random place, tables included.
//!
//! The invariant: the result holds the same elements with the same bytes, and only sector numbers
//! differ ([MS-CFB] 2.2 to 2.6: header, DIFAT, FAT, directory entries). The permutation comes
//! from a fixed seed, so the file is the same everywhere. Beside it goes a list of the places of
//! the large stream's sectors, for the bare loop that reads them without any format.
//! Not for hostile files: it reads what the crate `cfb` has just written.

use std::fs;
use std::io;
use std::path::Path;

use super::content::mix;

const HEADER_DIFAT: std::ops::Range<usize> = 76..512;
const DIRECTORY_START: usize = 48;
const MINI_FAT_START: usize = 60;
const DIFAT_START: usize = 68;
const ENTRY_LEN: usize = 128;
const ENTRY_KIND: usize = 66;
const ENTRY_START: usize = 116;
const ENTRY_SIZE: usize = 120;
const MINI_CUTOFF: u64 = 4096;
/// Values above this are marks, not sector numbers.
const LAST_REGULAR: u32 = 0xFFFF_FFFA;

/// Reads `from`, writes the permuted file to `to` and the places of its longest stream to
/// `places` (file offsets in stream order, eight bytes each).
pub(crate) fn permute(from: &Path, to: &Path, places: &Path) -> io::Result<()> {
    let mut file = SectorFile::parse(fs::read(from)?)?;
    let new_places = shuffled(file.sector_count());
    let (start, chain) = file.longest_stream()?;
    debug_assert_eq!(chain.first(), Some(&start));

    file.renumber(&new_places)?;
    let moved = file.moved(&new_places)?;
    let offsets: Vec<u8> = chain
        .iter()
        .filter_map(|sector| new_places.get(*sector as usize))
        .flat_map(|sector| ((u64::from(*sector) + 1) * file.sector_len as u64).to_le_bytes())
        .collect();
    fs::write(to, moved)?;
    fs::write(places, offsets)
}

/// A random order of `count` sectors (Fisher and Yates).
fn shuffled(count: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for index in (1..count).rev() {
        let other = mix(index as u64) % (index as u64 + 1);
        order.swap(index, other as usize);
    }
    order
}

struct SectorFile {
    bytes: Vec<u8>,
    sector_len: usize,
    fat: Vec<u32>,
    fat_sectors: Vec<u32>,
    difat_sectors: Vec<u32>,
}

impl SectorFile {
    fn parse(mut bytes: Vec<u8>) -> io::Result<Self> {
        let shift = bytes.get(30).copied().ok_or_else(bad)?;
        let sector_len = 1_usize << shift;
        // The last sector may be short; a moved one must be whole.
        bytes.resize(bytes.len().next_multiple_of(sector_len), 0);
        let mut file = Self {
            bytes,
            sector_len,
            fat: Vec::new(),
            fat_sectors: Vec::new(),
            difat_sectors: Vec::new(),
        };
        file.read_difat()?;
        for sector in file.fat_sectors.clone() {
            let table = file.sector(sector)?;
            file.fat.extend(words(table));
        }
        Ok(file)
    }

    fn read_difat(&mut self) -> io::Result<()> {
        let header = self.bytes.get(HEADER_DIFAT).ok_or_else(bad)?;
        let mut listed = words(header);
        let mut next = self.word(DIFAT_START)?;
        while next <= LAST_REGULAR {
            self.difat_sectors.push(next);
            let mut table = words(self.sector(next)?);
            next = table.pop().ok_or_else(bad)?;
            listed.extend(table);
        }
        listed.retain(|sector| *sector <= LAST_REGULAR);
        self.fat_sectors = listed;
        Ok(())
    }

    fn sector_count(&self) -> usize {
        self.bytes.len() / self.sector_len - 1
    }

    fn offset(&self, sector: u32) -> usize {
        (sector as usize + 1) * self.sector_len
    }

    fn sector(&self, sector: u32) -> io::Result<&[u8]> {
        let start = self.offset(sector);
        self.bytes.get(start..start + self.sector_len).ok_or_else(bad)
    }

    fn word(&self, offset: usize) -> io::Result<u32> {
        let bytes = self.bytes.get(offset..).and_then(<[u8]>::first_chunk).ok_or_else(bad)?;
        Ok(u32::from_le_bytes(*bytes))
    }

    fn set_word(&mut self, offset: usize, word: u32) -> io::Result<()> {
        let to = self.bytes.get_mut(offset..offset + 4).ok_or_else(bad)?;
        to.copy_from_slice(&word.to_le_bytes());
        Ok(())
    }

    fn chain(&self, start: u32) -> io::Result<Vec<u32>> {
        let mut chain = Vec::new();
        let mut sector = start;
        while sector <= LAST_REGULAR {
            chain.push(sector);
            if chain.len() > self.fat.len() {
                return Err(bad());
            }
            sector = self.fat.get(sector as usize).copied().ok_or_else(bad)?;
        }
        Ok(chain)
    }

    /// File offsets of the directory entries that are in use.
    fn entries(&self) -> io::Result<Vec<usize>> {
        let mut entries = Vec::new();
        for sector in self.chain(self.word(DIRECTORY_START)?)? {
            let start = self.offset(sector);
            entries.extend((start..start + self.sector_len).step_by(ENTRY_LEN));
        }
        entries.retain(|entry| self.bytes.get(entry + ENTRY_KIND).is_some_and(|kind| *kind != 0));
        Ok(entries)
    }

    fn entry_size(&self, entry: usize) -> io::Result<u64> {
        let low = self.word(entry + ENTRY_SIZE)?;
        let high = self.word(entry + ENTRY_SIZE + 4)?;
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    fn longest_stream(&self) -> io::Result<(u32, Vec<u32>)> {
        let mut longest = (0, 0);
        for entry in self.entries()? {
            let stream = self.bytes.get(entry + ENTRY_KIND) == Some(&2);
            if stream && self.entry_size(entry)? > longest.0 {
                longest = (self.entry_size(entry)?, self.word(entry + ENTRY_START)?);
            }
        }
        Ok((longest.1, self.chain(longest.1)?))
    }

    /// Replaces every sector number in the file; the sectors themselves stay for now.
    fn renumber(&mut self, new_places: &[u32]) -> io::Result<()> {
        let new = |old: u32| match old {
            0..=LAST_REGULAR => new_places.get(old as usize).copied().ok_or_else(bad),
            mark => Ok(mark),
        };
        for entry in self.entries()? {
            let root_or_long = self.bytes.get(entry + ENTRY_KIND) == Some(&5)
                || self.entry_size(entry)? >= MINI_CUTOFF;
            if root_or_long {
                let start = self.word(entry + ENTRY_START)?;
                self.set_word(entry + ENTRY_START, new(start)?)?;
            }
        }
        for field in [DIRECTORY_START, MINI_FAT_START, DIFAT_START] {
            let start = self.word(field)?;
            self.set_word(field, new(start)?)?;
        }
        for offset in HEADER_DIFAT.step_by(4) {
            let listed = self.word(offset)?;
            self.set_word(offset, new(listed)?)?;
        }
        for sector in self.difat_sectors.clone() {
            let start = self.offset(sector);
            for offset in (start..start + self.sector_len).step_by(4) {
                let listed = self.word(offset)?;
                self.set_word(offset, new(listed)?)?;
            }
        }
        let mut fat = vec![u32::MAX; self.fat.len()];
        for (old, next) in self.fat.iter().enumerate().take(new_places.len()) {
            let place = fat.get_mut(new(old as u32)? as usize).ok_or_else(bad)?;
            *place = new(*next)?;
        }
        for (index, sector) in self.fat_sectors.clone().into_iter().enumerate() {
            let start = self.offset(sector);
            for slot in 0..self.sector_len / 4 {
                let next = fat.get(index * self.sector_len / 4 + slot).copied().ok_or_else(bad)?;
                self.set_word(start + 4 * slot, next)?;
            }
        }
        Ok(())
    }

    /// The file with every sector at its new place.
    fn moved(&self, new_places: &[u32]) -> io::Result<Vec<u8>> {
        let mut moved = self.bytes.clone();
        for (old, new) in new_places.iter().enumerate() {
            let start = self.offset(*new);
            let to = moved.get_mut(start..start + self.sector_len).ok_or_else(bad)?;
            to.copy_from_slice(self.sector(old as u32)?);
        }
        Ok(moved)
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn bad() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a compound file that the permuter knows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Scale, Version, compound, content};
    use std::io::Read;

    #[test]
    fn a_permuted_file_holds_the_same_streams_and_the_places_tell_where() {
        for version in Version::BOTH {
            let folder = std::env::temp_dir().join(format!("bench-permute-{version}"));
            fs::create_dir_all(&folder).unwrap();
            // Enough sectors of 512 bytes for a DIFAT sector.
            let scale = Scale(40);
            let path = compound::Workload::Scattered.path(&folder, version, scale).unwrap();

            let mut file = cfb::OpenOptions::new().strict().open(&path).unwrap();
            for ((name, seed), len) in [
                (compound::LARGE, scale.quarter_len()),
                (compound::SMALL, compound::SMALL_LEN),
                (compound::PAGE, content::PAGE_LEN),
            ] {
                let (mut data, mut right) = (Vec::new(), vec![0; len as usize]);
                file.open_stream(name).unwrap().read_to_end(&mut data).unwrap();
                content::fill(seed, 0, &mut right);
                assert_eq!(data, right, "{name}");
            }

            let (bytes, sector_len) = (fs::read(&path).unwrap(), version.sector_len());
            let places = fs::read(compound::places_path(&path)).unwrap();
            for (index, place) in places.chunks(8).map(content::first_word).enumerate() {
                let offset = index as u64 * sector_len;
                let word = content::first_word(&bytes[place as usize..]);
                assert_eq!(word, content::word_at(compound::LARGE.1, offset));
            }
            assert_eq!(places.len() as u64 / 8, scale.quarter_len() / sector_len);
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
