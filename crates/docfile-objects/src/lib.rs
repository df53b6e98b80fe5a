//! What kind of document a compound file is, and what it says of itself.
//!
//! Everything here is pure: it reads a storage that never waits, and passes on which bytes are
//! missing. [`try_identify`] answers from the root's entry where that suffices, and else from the
//! names of the root's elements. For each kind there is a type that reads a document from its
//! root: `try_read` asks for all that it needs at once and tells what a person wants to know
//! first, in one value; pictures and long texts are asked for on their own.

mod field_cursor;
mod gathering;
pub mod html;
pub mod hwp;
pub mod jump_list;
mod kind;
pub mod msi;
pub mod outlook;
pub mod picture;
pub mod publisher;
pub mod revit;
pub mod rtf;
pub mod summary;
mod text;
pub mod thumbs;

pub use kind::{Identified, Kind, try_identify};
