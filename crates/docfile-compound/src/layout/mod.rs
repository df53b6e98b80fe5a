//! The order in which the parts of a file become available: scripts of it, files written in it,
//! and what it is in a given file (`contract/storage.md` 6).
//!
//! A script names streams and ranges; a plan is what it comes to for one file; an arrangement
//! gives every sector of the new file its place; a relayout writes it. Invariant of what is
//! written: every prefix explains itself, so what a reader needs to reach a byte stands before it.
//! Elements, their bytes and their attributes are never changed.

mod arrangement;
mod directory;
mod map;
mod monitor;
mod observed;
mod order;
mod plan;
mod prefix;
mod relayout;
mod script;
mod script_text;
mod source;

pub use map::{SectorUse, UsedRange};
pub use order::{FileOrder, StreamOrder};
pub use prefix::try_shortest_prefix;
pub use relayout::Relayout;
pub use script::{ElementPath, LayoutItem, LayoutScript, RangeLen, RepeatCount};

pub(crate) use monitor::Monitor;
