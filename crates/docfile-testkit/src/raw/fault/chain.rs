//! Faults of chains of sectors ([MS-CFB] 2.3) and of where they start (2.6.1).

use docfile_compound::Rule;

use super::super::entry::field;
use super::super::image::{END_OF_CHAIN, FREE_SECTOR, Image};
use super::{Fault, forgivable, v3};

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::ChainCycle, "the last sector leads back to the second", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        set_next(&mut image, chain[chain.len() - 1], chain[1]);
        image
    })
    // A walk that stops at the stream's length never meets the cycle.
    .with(&[Rule::ChainLong, Rule::ChainShared]),
    forgivable(Rule::ChainCycle, "a middle sector leads back to the second", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        set_next(&mut image, chain[9], chain[1]);
        chain[10..].iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .with(&[Rule::ChainShort, Rule::ChainShared])
    .losing(&["Big"]),
    forgivable(Rule::ChainBroken, "the last sector is marked free", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        set_next(&mut image, chain[chain.len() - 1], FREE_SECTOR);
        image
    }),
    forgivable(Rule::ChainBroken, "a middle sector leads to a free one", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        let free = image.free_sectors()[0];
        set_next(&mut image, chain[8], free);
        chain[9..].iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .with(&[Rule::ChainShort])
    .losing(&["Big"]),
    forgivable(Rule::ChainBroken, "a middle sector leads to a FAT sector", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        let fat = image.fat_sectors()[0];
        set_next(&mut image, chain[8], fat);
        chain[9..].iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .with(&[Rule::ChainShort, Rule::ChainShared])
    .losing(&["Big"]),
    forgivable(Rule::ChainBroken, "a middle sector leads out of the file", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        set_next(&mut image, chain[8], 0x00FF_FFF0);
        chain[9..].iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .with(&[Rule::ChainShort, Rule::FatEntry, Rule::SectorPastEnd])
    .losing(&["Big"]),
    forgivable(Rule::ChainShort, "a stream said to be a sector longer", || {
        let mut image = v3();
        add_to_len(&mut image, "Big", 512);
        image
    })
    .losing(&["Big"]),
    forgivable(Rule::ChainLong, "a free sector at the end of a chain", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        let free = image.free_sectors()[0];
        set_next(&mut image, chain[chain.len() - 1], free);
        set_next(&mut image, free, END_OF_CHAIN);
        image
    }),
    forgivable(Rule::ChainShared, "one stream starts where another does", || {
        let mut image = v3();
        let (big, second) = (chain(&image, "Big"), chain(&image, "Second"));
        image.put_u32(start_offset(&image, "Second"), big[0]);
        second.iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .losing(&["Big", "Second"]),
    forgivable(Rule::ChainStart, "a stream starts past the end of the file", || {
        let mut image = v3();
        let chain = chain(&image, "Big");
        image.put_u32(start_offset(&image, "Big"), 0x00FF_FFF0);
        chain.iter().for_each(|sector| set_next(&mut image, *sector, FREE_SECTOR));
        image
    })
    .with(&[Rule::SectorPastEnd, Rule::ChainShort])
    .losing(&["Big"]),
    forgivable(Rule::ChainStart, "an empty stream starts at a free sector", || {
        let mut image = v3();
        let free = image.free_sectors()[0];
        image.put_u32(start_offset(&image, "Empty"), free);
        image
    }),
    forgivable(Rule::EntrySizeHigh, "garbage in the high half of a length", || {
        let mut image = v3();
        let id = image.find("Big");
        image.put_u32(image.entry_field_offset(id, field::LEN) + 4, 0xDEAD_BEEF);
        image
    }),
    forgivable(Rule::EntrySize, "a stream said to be of a gibibyte", || {
        let mut image = v3();
        add_to_len(&mut image, "Big", 1 << 30);
        image
    })
    .with(&[Rule::ChainShort])
    .losing(&["Big"]),
];

fn chain(image: &Image, path: &str) -> Vec<u32> {
    image.stream_sectors(image.find(path)).to_vec()
}

fn set_next(image: &mut Image, sector: u32, next: u32) {
    image.put_u32(image.fat_entry_offset(sector), next);
}

fn start_offset(image: &Image, path: &str) -> u64 {
    image.entry_field_offset(image.find(path), field::START)
}

fn add_to_len(image: &mut Image, path: &str, more: u64) {
    let offset = image.entry_field_offset(image.find(path), field::LEN);
    image.put_u64(offset, image.u64_at(offset) + more);
}
