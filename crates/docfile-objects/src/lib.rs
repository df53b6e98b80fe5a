//! Document objects: what a document is, and what of it can be shown from the parts that are here.
//!
//! Everything here is pure: an object reads a storage that never waits, and passes on which bytes
//! are missing. [`try_identify`] answers from the root's entry where that suffices, and else from
//! the names of the root's elements. [`try_open`] makes the [`DocumentObject`] of the kind: its
//! [`Info`] and its pages, the first of which needs the fewest bytes.

mod aaf;
mod altium;
mod bounds;
mod charset;
mod compound;
mod document;
mod elements;
mod embedded;
mod encryption;
mod excel;
mod field_cursor;
mod fields;
mod gather;
mod gathering;
mod html;
mod hwp;
mod info;
mod jump_list;
mod kept;
mod kind;
mod msi;
mod ooxml;
mod order;
mod outlook;
mod paging;
mod parts;
mod picture;
mod powerpoint;
mod preview;
mod properties;
mod publisher;
mod revit;
mod rtf;
mod source;
mod text;
mod thumbs;
mod told;
mod told_kinds;
mod view;
mod visio;
mod word;

pub use bounds::Bounds;
pub use document::{DocumentObject, Opening, Touch, try_first_view_order, try_open};
pub use info::{Detail, DocumentProperty, Info, Preview};
pub use kind::{Identified, Kind, class_ids, try_identify};
pub use order::{try_first_view_len, try_layout};
pub use view::{Block, View};
