//! Builds a compound file from a tree, with the place of every sector under control.
//!
//! Invariant: whatever the layout, the file means the given tree, and except for the two sibling
//! lists it keeps every rule of [MS-CFB]. Bytes that nothing refers to are filled with garbage, so
//! that a reader that shows them is caught. Faults are not made here; they are put into the
//! finished [`Image`](super::Image). It shares nothing with the engine but the
//! order of names.

use super::directory::{Directory, EntryOrder};
use super::image::Image;
use super::placement::{Demand, Placement, SectorOrder};
use super::sibling::SiblingShape;
use crate::model::Tree;

/// The major version, which decides the length of a sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// Sectors of 512 bytes.
    V3,
    /// Sectors of 4096 bytes.
    V4,
}

/// What to build and how to lay it out.
#[derive(Debug, Clone)]
pub struct FileBuilder {
    pub(super) version: Version,
    pub(super) tree: Tree,
    pub(super) layout: Layout,
}

/// Everything about a file that its tree does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// In which order the sectors stand in the file.
    pub sector_order: SectorOrder,
    /// In which order the mini sectors stand in the mini stream; `None` for one stream after the
    /// other, else shuffled by the seed.
    pub mini_seed: Option<u64>,
    /// In which order the entries stand in the directory.
    pub entry_order: EntryOrder,
    /// How siblings hang together.
    pub sibling_shape: SiblingShape,
    /// Free sectors strewn over the file.
    pub free_sector_count: u32,
    /// Free mini sectors strewn over the mini stream.
    pub free_mini_sector_count: u32,
    /// Unallocated entries strewn over the directory, beside those that fill its last sector.
    pub free_entry_count: u32,
    /// FAT sectors beyond those that are needed; 109 of them make any file need a DIFAT sector.
    pub spare_fat_count: u32,
    /// Free sectors in one block before the last sector, kept as a hole: for files of gigabytes.
    pub hole_sector_count: u32,
}

impl Layout {
    /// The plainest layout, which is also the default.
    pub const PLAIN: Self = Self {
        sector_order: SectorOrder::TablesFirst,
        mini_seed: None,
        entry_order: EntryOrder::DepthFirst,
        sibling_shape: SiblingShape::Balanced,
        free_sector_count: 0,
        free_mini_sector_count: 0,
        free_entry_count: 0,
        spare_fat_count: 0,
        hole_sector_count: 0,
    };
}

impl Version {
    /// The length of a sector in bytes.
    #[must_use]
    pub const fn sector_len(self) -> u64 {
        match self {
            Self::V3 => 512,
            Self::V4 => 4096,
        }
    }

    /// How many sector numbers fit into a sector.
    pub(super) const fn numbers_per_sector(self) -> u32 {
        match self {
            Self::V3 => 128,
            Self::V4 => 1024,
        }
    }
}

impl FileBuilder {
    /// A file of `version` that holds `tree`, laid out in the plainest way: tables first, every
    /// stream in one piece.
    #[must_use]
    pub fn new(version: Version, tree: Tree) -> Self {
        Self { version, tree, layout: Layout::default() }
    }

    /// The same file laid out as `layout` says.
    #[must_use]
    pub const fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// The tree that the file means.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Builds the file.
    ///
    /// # Panics
    ///
    /// When it would need more sectors than a version can number.
    #[must_use]
    pub fn build(&self) -> Image {
        let directory = Directory::plan(&self.tree, self.version, &self.layout);
        let demand = Demand::of(&directory, self.version, &self.layout);
        let placement = Placement::place(&demand, self.version, &self.layout);
        Image::draw(self.version, directory, placement)
    }

    /// The bytes of the built file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.build().to_vec()
    }
}
