//! Random valid files with the tree that they mean.
//!
//! Invariant: every file keeps every rule of [MS-CFB] in its strictest reading, however oddly it
//! is laid out; the tree beside it is what any reader must see.

use docfile_compound::{FileTime, Guid, Name};

use super::builder::{FileBuilder, Layout, Version};
use super::directory::EntryOrder;
use super::image::Image;
use super::placement::SectorOrder;
use super::sibling::SiblingShape;
use crate::boundary;
use crate::model::{Node, Tree};
use crate::random::Random;

/// No stream of a random file is longer.
const MAX_STREAM_LEN: u64 = 40_000;
/// No storage of a random file lies deeper.
const MAX_DEPTH: u32 = 5;

/// A random valid file and the tree that it means.
#[must_use]
pub fn valid(seed: u64) -> (Image, Tree) {
    let builder = builder(seed);
    (builder.build(), builder.tree().clone())
}

/// What [`valid`] builds, for a test that wants to change it first.
#[must_use]
pub fn builder(seed: u64) -> FileBuilder {
    let mut random = Random::seeded(seed);
    let version = if random.chance(1, 3) { Version::V4 } else { Version::V3 };
    let layout = layout(&mut random.split());
    FileBuilder::new(version, root(&mut random)).layout(layout)
}

/// A random tree, as a root storage can be: without a creation time.
#[must_use]
pub fn root(random: &mut Random) -> Tree {
    let mut budget = random.within(1..60);
    let mut root = storage(random, 0, &mut budget);
    root.created = FileTime::NONE;
    root
}

fn storage(random: &mut Random, depth: u32, budget: &mut u64) -> Tree {
    let mut tree = Tree::default();
    tree.class_id = if random.chance(1, 2) { guid(random) } else { Guid::NULL };
    tree.state_bits = if random.chance(1, 3) { random.next_u32() } else { 0 };
    tree.created = time(random);
    tree.modified = time(random);
    let child_count = random.below(if depth == 0 { 24 } else { 10 });
    for _ in 0..child_count {
        if *budget == 0 {
            break;
        }
        *budget -= 1;
        let name = free_name(&tree, random);
        let node = if depth < MAX_DEPTH && random.chance(1, 4) {
            Node::Storage(storage(random, depth + 1, budget))
        } else {
            let len = boundary::len(random, MAX_STREAM_LEN);
            Node::Stream(random.bytes(usize::try_from(len).unwrap_or(0)))
        };
        tree.insert(name, node);
    }
    tree
}

fn free_name(tree: &Tree, random: &mut Random) -> Name {
    loop {
        let name = boundary::name(random);
        if tree.get(&name).is_none() {
            return name;
        }
    }
}

fn guid(random: &mut Random) -> Guid {
    Guid::from_u128(u128::from(random.next_u64()) << 64 | u128::from(random.next_u64()))
}

fn time(random: &mut Random) -> FileTime {
    match random.below(3) {
        0 => FileTime::NONE,
        1 => FileTime(u64::MAX),
        _ => FileTime(random.next_u64() >> 8),
    }
}

/// A random layout that breaks no rule.
#[must_use]
pub fn layout(random: &mut Random) -> Layout {
    let few = |random: &mut Random| if random.chance(1, 2) { 0 } else { random.count(9) };
    Layout {
        sector_order: match random.below(6) {
            0 => SectorOrder::TablesFirst,
            1 => SectorOrder::TablesLast,
            2 => SectorOrder::Reversed,
            3 => SectorOrder::Interleaved,
            _ => SectorOrder::Shuffled(random.next_u64()),
        },
        mini_seed: random.chance(1, 2).then(|| random.next_u64()),
        entry_order: if random.chance(1, 2) {
            EntryOrder::DepthFirst
        } else {
            EntryOrder::Shuffled(random.next_u64())
        },
        sibling_shape: if random.chance(1, 2) {
            SiblingShape::Balanced
        } else {
            SiblingShape::Grown(random.next_u64())
        },
        free_sector_count: few(random),
        free_mini_sector_count: few(random),
        free_entry_count: few(random),
        spare_fat_count: match random.below(10) {
            0 => 109 + few(random),
            1 => 1,
            _ => 0,
        },
        hole_sector_count: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_file() {
        assert_eq!(valid(7).0.to_vec(), valid(7).0.to_vec());
        assert_ne!(valid(7).0.to_vec(), valid(8).0.to_vec());
    }

    #[test]
    fn a_file_is_a_whole_number_of_sectors_that_the_fat_describes() {
        for seed in 0..300 {
            let (image, tree) = valid(seed);
            assert_eq!(image.len() % image.version().sector_len(), 0, "seed {seed}");
            assert!(image.sector_count() <= image.fat_capacity(), "seed {seed}");
            assert!(image.len() > tree.stream_len(), "seed {seed}");
        }
    }
}
