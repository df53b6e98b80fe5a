//! Compound files built byte by byte, valid ones in any layout and broken ones by rule.
//!
//! None of it uses the engine (but for the order of names), so it can judge the engine. [`FileBuilder`] makes an [`Image`] of a
//! [`Tree`](crate::model::Tree); [`valid()`] makes a random one from a seed; [`Fault`] breaks one
//! rule of an image.
//!
//! ```
//! use docfile_testkit::model::Tree;
//! use docfile_testkit::raw::{FileBuilder, Layout, SectorOrder, Version};
//!
//! let tree = Tree::default().with_stream("Contents", vec![7; 5000]);
//! let layout = Layout { sector_order: SectorOrder::Shuffled(1), ..Layout::default() };
//! let image = FileBuilder::new(Version::V3, tree).layout(layout).build();
//! assert_eq!(image.stream_sectors(image.find("Contents")).len(), 10);
//! ```

mod builder;
mod directory;
mod draw;
pub mod entry;
pub mod fault;
mod image;
mod placement;
mod sibling;
pub mod valid;

pub use builder::{FileBuilder, Layout, Version};
pub use directory::EntryOrder;
pub use fault::{Fault, Lost};
pub use image::{DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR, FREE_SECTOR, Image, header};
pub use placement::SectorOrder;
pub use sibling::SiblingShape;
pub use valid::valid;
