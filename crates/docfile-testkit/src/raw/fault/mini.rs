//! Faults of the mini FAT and the mini stream ([MS-CFB] 2.4, 2.6.2).

use docfile_compound::Rule;

use super::super::builder::{FileBuilder, Layout, Version};
use super::super::entry::field;
use super::super::image::{END_OF_CHAIN, FREE_SECTOR, Image};
use super::{Fault, ROOMY, forgivable, sample, v3};

/// The entry of the root, whose stream is the mini stream.
const ROOT: u32 = 0;

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::MiniFatEntry, "a free mini sector leads out of the mini stream", || {
        let mut image = v3();
        let mini = image.free_mini_sectors()[0];
        set_next(&mut image, mini, 0x00FF_FFF0);
        image
    })
    .with(&[Rule::MiniSectorOrphan]),
    forgivable(Rule::MiniFatShort, "a mini sector more than the mini FAT describes", || {
        let mut image = full();
        let chain = image.mini_stream_sectors().to_vec();
        let free = image.free_sectors()[0];
        image.put_u32(image.fat_entry_offset(chain[chain.len() - 1]), free);
        image.put_u32(image.fat_entry_offset(free), END_OF_CHAIN);
        add_to_len(&mut image, ROOT, 64);
        image
    }),
    forgivable(Rule::MiniChainCycle, "the last mini sector leads back to the first", || {
        let mut image = v3();
        let chain = chain(&image, "Pool/Table");
        set_next(&mut image, chain[3], chain[0]);
        image
    })
    .with(&[Rule::MiniChainLong, Rule::MiniChainShared]),
    forgivable(Rule::MiniChainBroken, "the last mini sector is marked free", || {
        let mut image = v3();
        let chain = chain(&image, "Pool/Table");
        set_next(&mut image, chain[3], FREE_SECTOR);
        image
    }),
    forgivable(Rule::MiniChainBroken, "a middle mini sector leads to a free one", || {
        let mut image = v3();
        let chain = chain(&image, "Pool/Table");
        let free = image.free_mini_sectors()[0];
        set_next(&mut image, chain[1], free);
        chain[2..].iter().for_each(|mini| set_next(&mut image, *mini, FREE_SECTOR));
        image
    })
    .with(&[Rule::MiniChainShort])
    .losing(&["Pool/Table"]),
    forgivable(Rule::MiniChainShort, "a stream said to be a mini sector longer", || {
        let mut image = v3();
        let id = image.find("Pool/Table");
        add_to_len(&mut image, id, 64);
        image
    })
    .losing(&["Pool/Table"]),
    forgivable(Rule::MiniChainLong, "a free mini sector at the end of a chain", || {
        let mut image = v3();
        let chain = chain(&image, "Pool/Table");
        let free = image.free_mini_sectors()[0];
        set_next(&mut image, chain[3], free);
        set_next(&mut image, free, END_OF_CHAIN);
        image
    }),
    forgivable(Rule::MiniChainShared, "one stream starts where another does", || {
        let mut image = v3();
        let (first, twin) = (chain(&image, "n"), chain(&image, "Pool/twin"));
        let id = image.find("Pool/twin");
        image.put_u32(image.entry_field_offset(id, field::START), first[0]);
        twin.iter().for_each(|mini| set_next(&mut image, *mini, FREE_SECTOR));
        image
    })
    .losing(&["n", "Pool/twin"]),
    forgivable(Rule::MiniSectorOrphan, "a free mini sector marked as the end of a chain", || {
        let mut image = v3();
        let mini = image.free_mini_sectors()[0];
        set_next(&mut image, mini, END_OF_CHAIN);
        image
    }),
    forgivable(Rule::MiniSectorPastEnd, "the mini stream ends before its last mini sector", || {
        let mut image = v3();
        let offset = image.entry_field_offset(ROOT, field::LEN);
        image.put_u64(offset, image.u64_at(offset) - 64);
        image
    })
    // The sector that holds it is there, so nothing is lost.
    .with(&[Rule::MiniFatEntry, Rule::MiniChainBroken, Rule::ChainStart]),
    forgivable(Rule::MiniStreamLength, "the mini stream ends within a mini sector", || {
        let mut image = v3();
        add_to_len(&mut image, ROOT, 10);
        image
    }),
    forgivable(Rule::MiniStreamShort, "the mini stream said to be a sector longer", || {
        let mut image = v3();
        add_to_len(&mut image, ROOT, 512);
        image
    }),
];

fn chain(image: &Image, path: &str) -> Vec<u32> {
    image.stream_sectors(image.find(path)).to_vec()
}

fn set_next(image: &mut Image, mini: u32, next: u32) {
    image.put_u32(image.mini_fat_entry_offset(mini), next);
}

fn add_to_len(image: &mut Image, id: u32, more: u64) {
    let offset = image.entry_field_offset(id, field::LEN);
    image.put_u64(offset, image.u64_at(offset) + more);
}

/// A file with exactly as many mini sectors as its mini FAT describes.
fn full() -> Image {
    const PER_SECTOR: u32 = 128;
    let used = v3().entry(ROOT).len / 64;
    let more = PER_SECTOR - u32::try_from(used).unwrap_or(0);
    let layout = Layout { free_mini_sector_count: ROOMY.free_mini_sector_count + more, ..ROOMY };
    FileBuilder::new(Version::V3, sample()).layout(layout).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_mini_stream_fills_its_sectors_and_its_mini_fat() {
        let image = full();
        assert_eq!((image.entry(ROOT).len, image.mini_fat_sectors().len()), (8192, 1));
        assert_eq!(image.mini_stream_sectors().len(), 16);
    }

    #[test]
    fn the_mini_stream_ends_with_a_stream_of_one_mini_sector_and_not_at_a_sector() {
        let image = v3();
        let minis = image.entry(ROOT).len / 64;
        let last = image.stream_sectors(image.find("Seventh"));
        assert_eq!(last.iter().copied().map(u64::from).collect::<Vec<_>>(), [minis - 1]);
        assert!(minis % 8 != 1);
    }
}
