//! What kind of document a compound file is.
//!
//! Everything here is pure: it reads a storage that never waits, and passes on which bytes are
//! missing. [`try_identify`] answers from the root's entry where that suffices, and else from the
//! names of the root's elements.
//!
//! Documents that show themselves (text, cells, slides, pictures) are to stand here too; they do
//! not yet.

mod kind;

pub use kind::{Identified, Kind, try_identify};
