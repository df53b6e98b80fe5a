//! The directory: entries, and the red-black trees that order the elements of a storage.

pub(crate) mod entry;
pub(crate) mod entry_rules;
pub(crate) mod siblings;
pub(crate) mod tree;
