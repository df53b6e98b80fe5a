//! Room to write in: the sectors of a file that one transaction may take.
//!
//! A [`Space`] is made for the length of one operation. What it takes belongs to its owner until
//! the owner's changes are committed, handed up, or forgotten. Sectors of any generation that
//! somebody can still see are never among them.

use crate::error::Result;
use crate::extents::Run;
use crate::file::FileShared;
use crate::generation::Generation;
use crate::sector::SectorId;

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

    /// Takes one run of at most `count` sectors that lies below `limit`, if there is any.
    pub(crate) fn take_below(&self, limit: u32, count: u32) -> Result<Option<Run>> {
        let mut runs = self.take(count, None)?.into_iter();
        let first = runs.next();
        runs.for_each(|run| self.give_back(run));
        let Some(run) = first else { return Ok(None) };
        let kept = run.count.min(limit.saturating_sub(run.first));
        if kept < run.count {
            self.give_back(Run { first: run.first + kept, count: run.count - kept });
        }
        Ok((kept > 0).then_some(Run { first: run.first, count: kept }))
    }

    /// Copies what stands from `sector` on into a run that was taken.
    pub(crate) fn copy_sectors(&self, sector: u32, run: Run) -> Result<()> {
        let size = self.generation.medium.sector_size;
        let mut bytes = vec![0; run.count as usize * size.len()];
        let filled =
            self.generation.medium.bytes.try_read_at(size.offset(SectorId(sector)), &mut bytes)?;
        // A last sector that the file cuts short ends in zeros.
        if let Some(absent) = bytes.get_mut(filled..) {
            absent.fill(0);
        }
        self.write(size.offset(SectorId(run.first)), &bytes)
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
