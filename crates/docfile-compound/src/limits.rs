//! How much a file may ask for, and how strictly it is read.
//!
//! One [`Limits`] value goes to every parser; callers may tighten it. [`Validation`] says whether
//! a breach of a rule that real files commit is forgiven; every forgiveness is listed in
//! `docs/forgiveness.md` with the file or producer that forced it.

use crate::error::{Error, ErrorKind, Result};
use crate::rule::Rule;

/// Whether breaches that real files commit are forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Validation {
    /// What can be read is read (the default).
    #[default]
    Permissive,
    /// The first broken rule of [MS-CFB] that is met is an error.
    Strict,
}

impl Validation {
    /// Forgives a breach of `rule` at `offset` when reading permissively.
    ///
    /// # Errors
    ///
    /// The breach as [`Corrupt`](crate::ErrorKind::Corrupt), when reading strictly.
    pub fn forgive(self, rule: Rule, offset: u64) -> Result<()> {
        match self {
            Self::Permissive => Ok(()),
            Self::Strict => Err(Error::corrupt(rule, offset)),
        }
    }

    /// Forgives a breach that is at hand as an error; what is no breach is never forgiven.
    pub(crate) fn forgive_error(self, error: Error) -> Result<()> {
        match (self, error.kind()) {
            (Self::Permissive, ErrorKind::Corrupt) => Ok(()),
            _ => Err(error),
        }
    }
}

/// How much memory and depth the engine grants to one file.
///
/// Everything that the engine keeps grows with what was touched and is further bounded by what
/// the bytes present justify; these are the bounds that do not follow from the bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Bytes of table and directory sectors kept for reading again (default 16 MiB).
    pub cache_len: usize,
    /// Bytes of changed short streams kept in memory by one transaction before they are written
    /// to free sectors (default 8 MiB).
    pub scratch_len: usize,
    /// How deep storages may nest (default 1024).
    pub storage_depth: usize,
    /// How many compound files may be opened one inside the other (default 16).
    pub nesting_depth: usize,
    /// The longest property set stream that is read whole, in bytes (default 16 MiB).
    pub property_set_len: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cache_len: 16 << 20,
            scratch_len: 8 << 20,
            storage_depth: 1024,
            nesting_depth: 16,
            property_set_len: 16 << 20,
        }
    }
}
