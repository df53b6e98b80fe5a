//! Which sector of the file holds what, and which mini sector of the mini stream.
//!
//! First the demand is counted (the tables describe themselves, so their own size is found by
//! repeating until it no longer grows), then every piece gets a place in the chosen order.
//! Source: [MS-CFB] 2.3 (FAT), 2.4 (mini FAT), 2.5 (DIFAT), 2.8 (range lock sector).

use super::builder::{Layout, Version};
use super::directory::{Directory, MINI_CUTOFF};
use super::entry::{ENTRY_LEN, kind};
use crate::random::Random;

/// The length of a mini sector in bytes.
pub(super) const MINI_SECTOR_LEN: u64 = 64;
/// How many FAT sectors the header itself lists.
pub(super) const HEADER_DIFAT_COUNT: u32 = 109;

/// In which order the sectors stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SectorOrder {
    /// FAT, directory, mini FAT, mini stream, then one stream after the other.
    #[default]
    TablesFirst,
    /// One stream after the other, then mini stream, mini FAT, directory and FAT: what programs
    /// that write a file in one go leave behind.
    TablesLast,
    /// `TablesFirst` backwards, so that every chain runs down.
    Reversed,
    /// Tables first, then a sector of each stream in turn.
    Interleaved,
    /// Any order, as the seed decides.
    Shuffled(u64),
}

/// A chain of sectors. The order is that in which they are demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Chain {
    Directory,
    MiniFat,
    MiniStream,
    /// The stream of that entry.
    Stream(usize),
}

/// What a sector is for: the part of that index, counted from zero, of a table or chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Fat(u32),
    Difat(u32),
    Chain(Chain, u32),
    Free,
}

/// How many sectors everything takes.
#[derive(Debug)]
pub(super) struct Demand {
    chains: Vec<(Chain, u32)>,
    /// Streams in the mini stream: entry and mini sectors.
    minis: Vec<(usize, u32)>,
    fat_count: u32,
    difat_count: u32,
}

/// The place of everything: sectors by number, in the order of their contents.
#[derive(Debug, Clone, Default)]
pub(super) struct Placement {
    pub(super) fat: Vec<u32>,
    pub(super) difat: Vec<u32>,
    pub(super) chains: Vec<(Chain, Vec<u32>)>,
    pub(super) free: Vec<u32>,
    /// Sectors of the file, the hole counted.
    pub(super) sector_count: u32,
    /// Mini sectors of each stream in the mini stream, by entry.
    pub(super) minis: Vec<(usize, Vec<u32>)>,
    pub(super) free_minis: Vec<u32>,
    pub(super) mini_count: u32,
}

impl Demand {
    pub(super) fn of(directory: &Directory, version: Version, layout: &Layout) -> Self {
        let sector_len = version.sector_len();
        let count = |len: u64, unit: u64| {
            u32::try_from(len.div_ceil(unit)).expect("a file has less than 2^32 sectors")
        };
        let mut minis = Vec::new();
        let mut streams = Vec::new();
        for (id, entry) in directory.entries.iter().enumerate() {
            let len = entry.content.len() as u64;
            if entry.raw.kind != kind::STREAM || len == 0 {
                continue;
            }
            if len < MINI_CUTOFF {
                minis.push((id, count(len, MINI_SECTOR_LEN)));
            } else {
                streams.push((Chain::Stream(id), count(len, sector_len)));
            }
        }
        let used_minis: u32 = minis.iter().map(|(_, count)| count).sum();
        let free_minis = if used_minis == 0 { 0 } else { layout.free_mini_sector_count };
        let mini_count = u64::from(used_minis + free_minis);
        let mut chains = vec![
            (Chain::Directory, count(directory.entries.len() as u64 * ENTRY_LEN, sector_len)),
            (Chain::MiniFat, count(mini_count * 4, sector_len)),
            (Chain::MiniStream, count(mini_count * MINI_SECTOR_LEN, sector_len)),
        ];
        chains.extend(streams);
        let content: u32 = chains.iter().map(|(_, count)| count).sum();
        let content = content + layout.free_sector_count + layout.hole_sector_count;
        let (fat_count, difat_count) = table_counts(content, version, layout.spare_fat_count);
        Self { chains, minis, fat_count, difat_count }
    }
}

/// How many FAT and DIFAT sectors describe `content` sectors and themselves.
fn table_counts(content: u32, version: Version, spare: u32) -> (u32, u32) {
    let per_sector = version.numbers_per_sector();
    let (mut fat, mut difat) = (0, 0);
    loop {
        // One more than the sectors, for the range lock sector, which is skipped.
        let needed = (content + fat + difat + 1).div_ceil(per_sector) + spare;
        let listed_elsewhere = needed.saturating_sub(HEADER_DIFAT_COUNT);
        // The last number of each DIFAT sector leads to the next.
        let needed_difat = listed_elsewhere.div_ceil(per_sector - 1);
        if (needed, needed_difat) == (fat, difat) {
            return (fat, difat);
        }
        (fat, difat) = (needed, needed_difat);
    }
}

impl Placement {
    pub(super) fn place(demand: &Demand, version: Version, layout: &Layout) -> Self {
        let mut placement = Self {
            fat: vec![0; demand.fat_count as usize],
            difat: vec![0; demand.difat_count as usize],
            ..Self::default()
        };
        let blank = |(chain, count): &(Chain, u32)| (*chain, vec![0; *count as usize]);
        placement.chains.extend(demand.chains.iter().map(blank));
        let pieces = order(demand, layout);
        let hole_index = pieces.len().saturating_sub(1);
        for (index, piece) in pieces.into_iter().enumerate() {
            if index == hole_index {
                placement.sector_count += layout.hole_sector_count;
            }
            if placement.sector_count == range_lock_sector(version) {
                placement.sector_count += 1;
            }
            let sector = placement.sector_count;
            placement.sector_count += 1;
            match piece {
                Piece::Fat(part) => placement.fat[part as usize] = sector,
                Piece::Difat(part) => placement.difat[part as usize] = sector,
                Piece::Chain(chain, part) => placement.chain_mut(chain)[part as usize] = sector,
                Piece::Free => placement.free.push(sector),
            }
        }
        placement.place_minis(demand, layout);
        placement
    }

    pub(super) fn chain(&self, chain: Chain) -> &[u32] {
        let index = self.chains.partition_point(|(other, _)| *other < chain);
        self.chains.get(index).filter(|found| found.0 == chain).map_or(&[], |found| &found.1)
    }

    fn chain_mut(&mut self, chain: Chain) -> &mut [u32] {
        let index = self.chains.partition_point(|(other, _)| *other < chain);
        &mut self.chains[index].1
    }

    fn place_minis(&mut self, demand: &Demand, layout: &Layout) {
        let mut owners: Vec<Option<usize>> = Vec::new();
        for (id, count) in &demand.minis {
            owners.extend((0..*count).map(|_| Some(*id)));
        }
        if owners.is_empty() {
            return;
        }
        let mut random = Random::seeded(layout.mini_seed.unwrap_or(0));
        strew(&mut owners, None, layout.free_mini_sector_count, &mut random);
        if layout.mini_seed.is_some() {
            random.shuffle(&mut owners);
        }
        self.minis = demand.minis.iter().map(|(id, _)| (*id, Vec::new())).collect();
        for owner in owners {
            let mini = self.mini_count;
            self.mini_count += 1;
            let Some(id) = owner else {
                self.free_minis.push(mini);
                continue;
            };
            let index = self.minis.partition_point(|(other, _)| *other < id);
            self.minis[index].1.push(mini);
        }
    }
}

/// What stands in each sector, in the order of the file.
fn order(demand: &Demand, layout: &Layout) -> Vec<Piece> {
    let mut tables: Vec<Piece> = (0..demand.difat_count).map(Piece::Difat).collect();
    tables.extend((0..demand.fat_count).map(Piece::Fat));
    let mut streams = Vec::new();
    for (chain, count) in &demand.chains {
        let is_stream = matches!(chain, Chain::Stream(_));
        let pieces = if is_stream { &mut streams } else { &mut tables };
        pieces.extend((0..*count).map(|part| Piece::Chain(*chain, part)));
    }
    let mut pieces = match layout.sector_order {
        SectorOrder::TablesLast => {
            streams.append(&mut tables);
            streams
        }
        SectorOrder::Interleaved => {
            // A stable sort, so that within a round the streams keep their order.
            streams.sort_by_key(|piece| match piece {
                Piece::Chain(_, part) => *part,
                _ => 0,
            });
            tables.append(&mut streams);
            tables
        }
        SectorOrder::TablesFirst | SectorOrder::Reversed | SectorOrder::Shuffled(_) => {
            tables.append(&mut streams);
            tables
        }
    };
    if layout.sector_order == SectorOrder::Reversed {
        pieces.reverse();
    }
    let mut random = Random::seeded(u64::from(layout.free_sector_count));
    strew(&mut pieces, Piece::Free, layout.free_sector_count, &mut random);
    if let SectorOrder::Shuffled(seed) = layout.sector_order {
        Random::seeded(seed).shuffle(&mut pieces);
    }
    pieces
}

/// Puts `count` copies of `item` at places that chance decides, never at the end.
fn strew<T: Clone>(items: &mut Vec<T>, item: T, count: u32, random: &mut Random) {
    for _ in 0..count {
        items.insert(random.index(items.len()), item.clone());
    }
}

/// The sector that no stream may use.
pub(super) fn range_lock_sector(version: Version) -> u32 {
    let sector = 0x7FFF_FF00 / version.sector_len() - 1;
    u32::try_from(sector).expect("the range lock lies below 2 GiB")
}
