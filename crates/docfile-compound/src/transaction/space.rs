//! Room to write in: the sectors of a file that one transaction may take.
//!
//! A [`Space`] is made for the length of one operation. What it takes belongs to its owner until
//! the owner's changes are committed, handed up, or forgotten. Sectors of any generation that
//! somebody can still see are never among them.

use crate::error::Result;
use crate::extents::Run;
use crate::file::FileShared;
use crate::generation::Generation;

/// A transaction within an opening; the opening itself is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ScopeId(pub(crate) u32);

impl ScopeId {
    /// The root storage's own transaction.
    pub(crate) const ROOT: Self = Self(0);
    /// A commit under way: what it takes goes back if it does not get to its end.
    pub(crate) const COMMIT: Self = Self(u32::MAX);
}

#[derive(Debug)]
pub(crate) struct Space<'f> {
    pub(crate) file: &'f FileShared,
    /// What the changes are made over.
    pub(crate) generation: &'f Generation,
    pub(crate) owner: ScopeId,
    /// Whether stored sectors are written in place (direct mode, which promises no crash safety).
    pub(crate) in_place: bool,
}

impl Space<'_> {
    /// Takes sectors, as few runs as can be had, directly behind `near` if that is free.
    pub(crate) fn take(&self, count: u32, near: Option<u32>) -> Result<Vec<Run>> {
        self.file.take_sectors(self.generation, count, near)
    }

    /// Gives back sectors that were taken and that nothing refers to any more.
    pub(crate) fn give_back(&self, run: Run) {
        self.file.give_back(run);
    }

    /// Whether sectors of that owner (`None`: of the generation) may be written in place.
    pub(crate) fn may_write(&self, owner: Option<ScopeId>) -> bool {
        match owner {
            Some(owner) => owner == self.owner,
            None => self.in_place,
        }
    }

    /// Writes to sectors that were taken.
    pub(crate) fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.file.write(offset, data)
    }
}
