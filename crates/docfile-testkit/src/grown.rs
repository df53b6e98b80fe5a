//! A large compound file as programs leave it that grow it: each FAT sector stands in front of the
//! sectors that it describes, each DIFAT sector behind the first FAT sector that it lists.
//!
//! Invariant: the file keeps every rule of [MS-CFB]; its content follows from the settings. 200
//! streams in 20 storages, and one small stream in the middle, `Storage10/Target`. With sectors of
//! 512 bytes the FAT is strewn over the whole file, which is what makes reading by need hard.
//! Source: [MS-CFB] 2.2 to 2.6.

use crate::random::Random;

const STORAGE_COUNT: usize = 20;
const STREAMS_PER_STORAGE: usize = 10;
/// Where the target stands among the streams.
const TARGET_STORAGE: usize = 10;
/// The length of the stream `Storage10/Target`.
pub const TARGET_LEN: usize = 40_960;

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const FAT: u32 = 0xFFFF_FFFD;
const DIFAT: u32 = 0xFFFF_FFFC;
const HEADER_DIFAT_COUNT: usize = 109;

/// What to grow.
#[derive(Debug, Clone, Copy)]
pub struct Grown {
    /// Whether sectors have 4096 bytes, else 512.
    pub large_sectors: bool,
    /// Whether the directory stands behind everything, else in front.
    pub directory_last: bool,
    /// The length of each of the 200 streams, at least 4096.
    pub stream_len: usize,
}

/// One directory entry.
struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    content: Vec<u8>,
    start: u32,
}

impl Grown {
    /// The bytes of the target stream.
    #[must_use]
    pub fn target() -> Vec<u8> {
        Random::seeded(4711).bytes(TARGET_LEN)
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let sector_len = if self.large_sectors { 4096 } else { 512 };
        let mut entries = self.entries();
        let directory_len = (entries.len() * 128).div_ceil(sector_len) * sector_len;
        let mut fat = Fat::new(sector_len / 4);
        let mut places: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut directory = Vec::new();
        if !self.directory_last {
            directory = fat.chain(directory_len / sector_len);
        }
        for (id, entry) in entries.iter_mut().enumerate() {
            if !entry.content.is_empty() {
                let sectors = fat.chain(entry.content.len().div_ceil(sector_len));
                entry.start = sectors[0];
                places.push((u32::try_from(id).unwrap_or(0), sectors));
            }
        }
        if self.directory_last {
            directory = fat.chain(directory_len / sector_len);
        }
        let mut file = vec![0; sector_len * (fat.links.len() + 1)];
        self.put_header(&mut file, &fat, directory[0], directory.len());
        fat.put(&mut file, sector_len);
        for (id, sectors) in &places {
            put_chain(&mut file, sector_len, sectors, &entries[*id as usize].content);
        }
        let mut listing: Vec<u8> = entries.iter().flat_map(Entry::emit).collect();
        listing.resize(directory_len, 0);
        put_chain(&mut file, sector_len, &directory, &listing);
        file
    }

    /// The root, the storages, then the streams of each in order.
    fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::new("Root Entry", 5, Vec::new())];
        entries.extend(
            (0..STORAGE_COUNT).map(|n| Entry::new(&format!("Storage{n:02}"), 1, Vec::new())),
        );
        let storages = (1..=STORAGE_COUNT).collect::<Vec<_>>();
        entries[0].child = hang(&mut entries, &storages);
        let mut random = Random::seeded(1);
        for storage in 0..STORAGE_COUNT {
            let mut ids = Vec::new();
            if storage == TARGET_STORAGE {
                ids.push(entries.len());
                entries.push(Entry::new("Target", 2, Self::target()));
            }
            for stream in 0..STREAMS_PER_STORAGE {
                ids.push(entries.len());
                let content = random.bytes(self.stream_len);
                entries.push(Entry::new(&format!("Stream{stream:02}"), 2, content));
            }
            entries[storage + 1].child = hang(&mut entries, &ids);
        }
        entries
    }

    fn put_header(&self, file: &mut [u8], fat: &Fat, directory: u32, directory_count: usize) {
        let mut put = |offset: usize, bytes: &[u8]| {
            file[offset..offset + bytes.len()].copy_from_slice(bytes);
        };
        put(0, &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        let (major, shift) = if self.large_sectors { (4u16, 12u16) } else { (3, 9) };
        let counted = if self.large_sectors { directory_count } else { 0 };
        for (offset, value) in [(24, 0x3E), (26, major), (28, 0xFFFE), (30, shift), (32, 6)] {
            put(offset, &value.to_le_bytes());
        }
        let difat_first = fat.difat.first().copied().unwrap_or(END_OF_CHAIN);
        let numbers = [
            (40, number(counted)),
            (44, number(fat.tables.len())),
            (48, directory),
            (56, 4096),
            (60, END_OF_CHAIN),
            (68, difat_first),
            (72, number(fat.difat.len())),
        ];
        for (offset, value) in numbers {
            put(offset, &value.to_le_bytes());
        }
        for index in 0..HEADER_DIFAT_COUNT {
            let sector = fat.tables.get(index).copied().unwrap_or(FREE);
            put(76 + 4 * index, &sector.to_le_bytes());
        }
    }
}

impl Entry {
    fn new(name: &str, kind: u8, content: Vec<u8>) -> Self {
        let start = if kind == 1 { 0 } else { END_OF_CHAIN };
        Self { name: name.to_owned(), kind, left: FREE, right: FREE, child: FREE, content, start }
    }

    fn emit(&self) -> [u8; 128] {
        let mut bytes = [0; 128];
        for (index, unit) in self.name.encode_utf16().enumerate() {
            bytes[2 * index..2 * index + 2].copy_from_slice(&unit.to_le_bytes());
        }
        let name_len = u16::try_from(2 * self.name.len() + 2).unwrap_or(64);
        bytes[64..66].copy_from_slice(&name_len.to_le_bytes());
        bytes[66] = self.kind;
        bytes[67] = 1;
        for (offset, value) in
            [(68, self.left), (72, self.right), (76, self.child), (116, self.start)]
        {
            bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes[120..128].copy_from_slice(&(self.content.len() as u64).to_le_bytes());
        bytes
    }
}

/// The sectors so far.
struct Fat {
    links: Vec<u32>,
    /// The sectors that hold the FAT, in its order.
    tables: Vec<u32>,
    difat: Vec<u32>,
    per_sector: usize,
}

impl Fat {
    const fn new(per_sector: usize) -> Self {
        Self { links: Vec::new(), tables: Vec::new(), difat: Vec::new(), per_sector }
    }

    /// Appends `count` sectors as one chain, and tables where they become due.
    fn chain(&mut self, count: usize) -> Vec<u32> {
        let sectors: Vec<u32> = (0..count).map(|_| self.append()).collect();
        for pair in sectors.windows(2) {
            self.links[pair[0] as usize] = pair[1];
        }
        sectors
    }

    fn append(&mut self) -> u32 {
        if self.links.len().is_multiple_of(self.per_sector) {
            let listed_elsewhere = self.tables.len().checked_sub(HEADER_DIFAT_COUNT);
            self.tables.push(number(self.links.len()));
            self.links.push(FAT);
            if listed_elsewhere.is_some_and(|index| index.is_multiple_of(self.per_sector - 1)) {
                self.difat.push(number(self.links.len()));
                self.links.push(DIFAT);
            }
        }
        self.links.push(END_OF_CHAIN);
        number(self.links.len() - 1)
    }

    fn put(&self, file: &mut [u8], sector_len: usize) {
        let emit = |numbers: &mut dyn Iterator<Item = u32>| -> Vec<u8> {
            numbers.flat_map(u32::to_le_bytes).collect()
        };
        let padded = self.links.iter().copied().chain(core::iter::repeat(FREE));
        let table = emit(&mut padded.take(self.tables.len() * self.per_sector));
        put_chain(file, sector_len, &self.tables, &table);
        let mut listed = self.tables.iter().copied().skip(HEADER_DIFAT_COUNT);
        for (index, sector) in self.difat.iter().enumerate() {
            let mut numbers: Vec<u32> = listed.by_ref().take(self.per_sector - 1).collect();
            numbers.resize(self.per_sector - 1, FREE);
            numbers.push(self.difat.get(index + 1).copied().unwrap_or(END_OF_CHAIN));
            put_chain(file, sector_len, &[*sector], &emit(&mut numbers.into_iter()));
        }
    }
}

/// Hangs entries, which are in order, into a balanced tree; its top.
fn hang(entries: &mut [Entry], ids: &[usize]) -> u32 {
    let Some(top) = ids.get(ids.len() / 2) else { return FREE };
    let (left, right) = ids.split_at(ids.len() / 2);
    entries[*top].left = hang(entries, left);
    entries[*top].right = hang(entries, &right[1..]);
    number(*top)
}

fn put_chain(file: &mut [u8], sector_len: usize, sectors: &[u32], bytes: &[u8]) {
    for (sector, piece) in sectors.iter().zip(bytes.chunks(sector_len)) {
        let offset = (*sector as usize + 1) * sector_len;
        file[offset..offset + piece.len()].copy_from_slice(piece);
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a file has less than 2^32 sectors")
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::{MemoryBytes, Name, OpenMode, Storage};
    use std::sync::Arc;

    #[test]
    fn the_engine_reads_it() {
        for (large_sectors, directory_last) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            // Long enough for two DIFAT sectors where there are any.
            let grown = Grown { large_sectors, directory_last, stream_len: 90_000 };
            let bytes = grown.bytes();
            let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes))).unwrap();
            let walk = root.try_walk().unwrap();
            assert_eq!((walk.elements.len(), walk.damage.len()), (221, 0));
            let name = |text: &str| Name::new(text).unwrap();
            let storage =
                root.try_open_storage(&name("Storage10"), OpenMode::child_read()).unwrap();
            let stream = storage.try_open_stream(&name("Target"), OpenMode::child_read()).unwrap();
            let mut found = vec![0; TARGET_LEN];
            assert_eq!(stream.try_read_at(0, &mut found).unwrap(), TARGET_LEN);
            assert!(found == Grown::target());
        }
    }
}
