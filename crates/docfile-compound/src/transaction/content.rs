//! The sectors of a stream that is being changed: a stored chain, and what lies over it.
//!
//! Invariant: logical sectors `0..sector_count` each lie either in a patch or, below
//! `base_count`, in the stored chain. A sector is written in place only by the scope that took
//! it; a sector of the generation, or of an enclosing transaction, is replaced by one that was
//! free (so that reverting is forgetting). Bytes between an old end and a later write are zeros.
//! Nothing here touches the FAT: links are made from the patches when the root commits.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::chain::Chain;
use crate::error::{Error, ErrorKind, Result};
use crate::extents::Run;
use crate::generation::Generation;
use crate::medium::Piece;
use crate::sector::SectorId;
use crate::transaction::space::{ScopeId, Space};

#[derive(Debug, Clone)]
pub(crate) struct Content {
    base: Option<Arc<Chain>>,
    /// Logical sectors below this may come from the stored chain.
    base_count: u32,
    /// How many sectors of the stored chain hold the stored stream.
    base_total: u32,
    patches: BTreeMap<u32, Patch>,
    sector_count: u32,
    len: u64,
}

/// A run of sectors over the stored chain, and who took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) run: Run,
    pub(crate) owner: ScopeId,
}

/// A run of a content, with where it comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) logical: u32,
    pub(crate) run: Run,
    /// `None` for sectors of the stored chain.
    pub(crate) owner: Option<ScopeId>,
}

impl Content {
    /// A stream without bytes.
    pub(crate) fn empty() -> Self {
        Self {
            base: None,
            base_count: 0,
            base_total: 0,
            patches: BTreeMap::new(),
            sector_count: 0,
            len: 0,
        }
    }

    /// A stored stream of `len` bytes in `sector_count` sectors, unchanged so far.
    pub(crate) fn stored(chain: Arc<Chain>, sector_count: u32, len: u64) -> Self {
        Self {
            base: Some(chain),
            base_count: sector_count,
            base_total: sector_count,
            patches: BTreeMap::new(),
            sector_count,
            len,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn sector_count(&self) -> u32 {
        self.sector_count
    }

    /// The stored chain, how much of it is still in use at most, and how much there was.
    pub(crate) fn base(&self) -> Option<(&Arc<Chain>, u32, u32)> {
        self.base.as_ref().map(|chain| (chain, self.base_count, self.base_total))
    }

    /// The patches, by logical sector.
    pub(crate) fn patches(&self) -> impl Iterator<Item = Placed> + '_ {
        self.patches.iter().map(|(logical, patch)| Placed {
            logical: *logical,
            run: patch.run,
            owner: Some(patch.owner),
        })
    }

    /// The sector with that logical number.
    pub(crate) fn sector_at(&self, generation: &Generation, logical: u32) -> Result<u32> {
        let mut placed = Vec::new();
        self.place(generation, logical, 1, &mut placed)?;
        placed.first().map(|placed| placed.run.first).ok_or_else(past_the_end)
    }

    /// Finds the runs that hold `count` logical sectors from `logical` on.
    pub(crate) fn place(
        &self,
        generation: &Generation,
        logical: u32,
        count: u32,
        placed: &mut Vec<Placed>,
    ) -> Result<()> {
        let end = logical.saturating_add(count).min(self.sector_count);
        let mut at = logical;
        while at < end {
            if let Some((start, patch)) = self.patch_at(at) {
                let skip = at - start;
                let count = (patch.run.count - skip).min(end - at);
                let run = Run { first: patch.run.first + skip, count };
                placed.push(Placed { logical: at, run, owner: Some(patch.owner) });
                at += count;
                continue;
            }
            let gap_end = self.patches.range(at..).next().map_or(end, |(next, _)| end.min(*next));
            at = self.place_base(generation, at, gap_end, placed)?;
        }
        Ok(())
    }

    /// Places logical sectors of the stored chain; answers where it stopped.
    fn place_base(
        &self,
        generation: &Generation,
        start: u32,
        end: u32,
        placed: &mut Vec<Placed>,
    ) -> Result<u32> {
        let Some(chain) = &self.base else { return Err(past_the_end()) };
        chain.with(&generation.fat(), u64::from(end), |extents, error| {
            let mut at = start;
            for run in extents.runs_from(start) {
                let count = run.count.min(end - at);
                let run = Run { first: run.first, count };
                placed.push(Placed { logical: at, run, owner: None });
                at += count;
                if at == end {
                    return Ok(at);
                }
            }
            Err(error.unwrap_or_else(|| {
                Error::corrupt(
                    crate::rule::Rule::ChainShort,
                    extents.last().map_or(0, |last| generation.sector_range(last).start),
                )
            }))
        })
    }

    fn patch_at(&self, logical: u32) -> Option<(u32, &Patch)> {
        let (start, patch) = self.patches.range(..=logical).next_back()?;
        (logical - start < patch.run.count).then_some((*start, patch))
    }

    /// Where `len` bytes from `offset` lie; stops at the end of the stream.
    pub(crate) fn pieces(
        &self,
        generation: &Generation,
        offset: u64,
        len: u64,
        pieces: &mut Vec<Piece>,
    ) -> Result<()> {
        let size = generation.medium.sector_size;
        let end = offset.saturating_add(len).min(self.len);
        if offset >= end {
            return Ok(());
        }
        let first = sector_number(offset >> size.shift())?;
        let last = sector_number((end - 1) >> size.shift())?;
        let mut placed = Vec::new();
        let found = self.place(generation, first, last - first + 1, &mut placed);
        let mut at = offset;
        for part in placed {
            let start = u64::from(part.logical) << size.shift();
            let skip = at - start;
            let part_len = (u64::from(part.run.count) << size.shift()) - skip;
            let len = part_len.min(end - at);
            let offset = size.offset(SectorId(part.run.first)) + skip;
            match pieces.last_mut() {
                Some(last) if last.offset + last.len == offset => last.len += len,
                _ => pieces.push(Piece { offset, len }),
            }
            at += len;
        }
        found
    }

    /// Reads bytes that exist; answers how many.
    pub(crate) fn read(
        &self,
        generation: &Generation,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize> {
        let available = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (buffer, _) = buffer.split_at_mut(available.min(buffer.len()));
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut pieces = Vec::new();
        let found = self.pieces(generation, offset, buffer.len() as u64, &mut pieces);
        generation.medium.read_found(&pieces, found, buffer)
    }

    /// Writes `data` at `offset`, growing the stream where it ends behind its end.
    pub(crate) fn write(&mut self, space: &Space<'_>, offset: u64, data: &[u8]) -> Result<()> {
        if data.is_empty() {
            return Ok(());
        }
        let end = offset.checked_add(data.len() as u64).ok_or_else(too_large)?;
        if offset > self.len {
            self.set_len(space, offset)?;
        }
        self.own(space, offset, end)?;
        self.write_owned(space, offset, data)?;
        self.len = self.len.max(end);
        Ok(())
    }

    /// Sets the length. What is cut off is gone; what is added reads as zeros.
    pub(crate) fn set_len(&mut self, space: &Space<'_>, len: u64) -> Result<()> {
        let size = space.generation.medium.sector_size;
        if len <= self.len {
            let keep = sector_number(size.sectors_for(len))?;
            self.truncate(space, keep);
            self.len = len;
            return Ok(());
        }
        let zeros = vec![0; usize::try_from(len - self.len).unwrap_or(usize::MAX).min(ZEROS_LEN)];
        while self.len < len {
            let room = usize::try_from(len - self.len).unwrap_or(usize::MAX).min(zeros.len());
            let part = zeros.get(..room).unwrap_or_default();
            self.own(space, self.len, self.len + part.len() as u64)?;
            self.write_owned(space, self.len, part)?;
            self.len += part.len() as u64;
        }
        Ok(())
    }

    /// Drops logical sectors from `keep` on, giving back those that this scope took.
    pub(crate) fn truncate(&mut self, space: &Space<'_>, keep: u32) {
        if keep >= self.sector_count {
            return;
        }
        self.cut_patches(space, keep, self.sector_count);
        self.base_count = self.base_count.min(keep);
        self.sector_count = keep;
    }

    /// Makes every sector that holds bytes of `offset..end` one that this scope may write,
    /// taking new ones at the end and copying the old bytes of sectors written in part.
    fn own(&mut self, space: &Space<'_>, offset: u64, end: u64) -> Result<()> {
        let size = space.generation.medium.sector_size;
        let first = sector_number(offset >> size.shift())?;
        let after = sector_number(size.sectors_for(end))?;
        let existing_end = after.min(self.sector_count);
        if first < existing_end {
            self.replace_foreign(space, first, existing_end, offset, end)?;
        }
        if after > self.sector_count {
            let near = match self.sector_count.checked_sub(1) {
                Some(last) => Some(self.sector_at(space.generation, last)?),
                None => None,
            };
            for run in space.take(after - self.sector_count, near)? {
                self.insert(self.sector_count, run, space.owner);
                self.sector_count += run.count;
            }
        }
        Ok(())
    }

    /// Replaces the sectors among `first..end` that this scope did not take.
    fn replace_foreign(
        &mut self,
        space: &Space<'_>,
        first: u32,
        after: u32,
        offset: u64,
        end: u64,
    ) -> Result<()> {
        let mut placed = Vec::new();
        self.place(space.generation, first, after - first, &mut placed)?;
        placed.retain(|part| !space.may_write(part.owner));
        // Everything that can be pending or fail for want of room comes before the first change.
        let mut kept = Vec::new();
        for part in &placed {
            for (logical, sector) in [
                (part.logical, part.run.first),
                (part.logical + part.run.count - 1, part.run.first + part.run.count - 1),
            ] {
                if self.is_partly_kept(space, logical, offset, end) {
                    kept.push((logical, read_sector(space.generation, sector)?));
                }
            }
        }
        let taken = self.take_for(space, &placed)?;
        for (logical, bytes) in kept {
            let new =
                taken.iter().find(|(start, run)| (*start..*start + run.count).contains(&logical));
            if let Some((start, run)) = new {
                let sector = run.first + (logical - start);
                space.write(space.generation.sector_range(sector).start, &bytes)?;
            }
        }
        for (logical, run) in taken {
            self.cut_patches(space, logical, logical + run.count);
            self.insert(logical, run, space.owner);
        }
        Ok(())
    }

    /// Takes room for every part, or none.
    fn take_for(&self, space: &Space<'_>, parts: &[Placed]) -> Result<Vec<(u32, Run)>> {
        let mut taken: Vec<(u32, Run)> = Vec::new();
        for part in parts {
            let near = match taken.last() {
                Some((_, run)) => Some(run.first + run.count - 1),
                None => part
                    .logical
                    .checked_sub(1)
                    .and_then(|before| self.sector_at(space.generation, before).ok()),
            };
            let mut logical = part.logical;
            match space.take(part.run.count, near) {
                Ok(runs) => {
                    for run in runs {
                        taken.push((logical, run));
                        logical += run.count;
                    }
                }
                Err(error) => {
                    taken.into_iter().for_each(|(_, run)| space.give_back(run));
                    return Err(error);
                }
            }
        }
        Ok(taken)
    }

    /// Whether a write of `offset..end` leaves bytes of that sector as they were.
    fn is_partly_kept(&self, space: &Space<'_>, logical: u32, offset: u64, end: u64) -> bool {
        let shift = space.generation.medium.sector_size.shift();
        let start = u64::from(logical) << shift;
        let sector_end = (start + (1 << shift)).min(self.len);
        start < sector_end && (offset > start || end < sector_end)
    }

    /// Writes into sectors that this scope owns.
    fn write_owned(&self, space: &Space<'_>, offset: u64, data: &[u8]) -> Result<()> {
        let size = space.generation.medium.sector_size;
        let first = sector_number(offset >> size.shift())?;
        let after = sector_number(size.sectors_for(offset + data.len() as u64))?;
        let mut placed = Vec::new();
        self.place(space.generation, first, after - first, &mut placed)?;
        let mut rest = data;
        let mut at = offset;
        for part in placed {
            let skip = at - (u64::from(part.logical) << size.shift());
            let part_len = (u64::from(part.run.count) << size.shift()) - skip;
            let count = usize::try_from(part_len).unwrap_or(usize::MAX).min(rest.len());
            let (now, later) = rest.split_at(count);
            space.write(size.offset(SectorId(part.run.first)) + skip, now)?;
            rest = later;
            at += now.len() as u64;
        }
        Ok(())
    }

    /// Fills the last sector behind the end of the stream with zeros, so that no old bytes of
    /// the file are left there.
    pub(crate) fn clear_slack(&self, space: &Space<'_>) -> Result<()> {
        let size = space.generation.medium.sector_size;
        let used = self.len % size.len_u64();
        let Some(last) = self.sector_count.checked_sub(1).filter(|_| used != 0) else {
            return Ok(());
        };
        match self.patch_at(last) {
            Some((start, patch)) => {
                let sector = patch.run.first + (last - start);
                let slack = vec![0; usize::try_from(size.len_u64() - used).unwrap_or(0)];
                space.write(size.offset(SectorId(sector)) + used, &slack)
            }
            None => Ok(()),
        }
    }

    /// Moves what lies in sectors from `limit` on to sectors below it, as far as there is room.
    pub(crate) fn move_below(&mut self, space: &Space<'_>, limit: u32) -> Result<()> {
        let mut placed = Vec::new();
        self.place(space.generation, 0, self.sector_count, &mut placed)?;
        for part in placed.iter().filter(|part| part.run.first + part.run.count > limit) {
            let skip = limit.saturating_sub(part.run.first);
            let (mut logical, end) = (part.logical + skip, part.logical + part.run.count);
            while logical < end {
                let sector = part.run.first + (logical - part.logical);
                let Some(run) = space.take_below(limit, (end - logical).min(MOVE_COUNT))? else {
                    return Ok(());
                };
                space.copy_sectors(sector, run)?;
                self.cut_patches(space, logical, logical + run.count);
                self.insert(logical, run, space.owner);
                logical += run.count;
            }
        }
        Ok(())
    }

    /// Removes patches from `from..to`, giving back the sectors of this scope.
    fn cut_patches(&mut self, space: &Space<'_>, from: u32, to: u32) {
        let Some((first, _)) = self.patch_at(from).map_or_else(
            || self.patches.range(from..to).next().map(|(start, patch)| (*start, *patch)),
            |(start, patch)| Some((start, *patch)),
        ) else {
            return;
        };
        let touched: Vec<(u32, Patch)> =
            self.patches.range(first..to).map(|(start, patch)| (*start, *patch)).collect();
        for (start, patch) in touched {
            self.patches.remove(&start);
            let end = start + patch.run.count;
            let cut_from = from.max(start);
            let cut_to = to.min(end);
            if start < cut_from {
                let run = Run { first: patch.run.first, count: cut_from - start };
                self.patches.insert(start, Patch { run, owner: patch.owner });
            }
            if cut_to < end {
                let run = Run { first: patch.run.first + (cut_to - start), count: end - cut_to };
                self.patches.insert(cut_to, Patch { run, owner: patch.owner });
            }
            if patch.owner == space.owner {
                let first = patch.run.first + (cut_from - start);
                space.give_back(Run { first, count: cut_to - cut_from });
            }
        }
    }

    /// Adds a patch where none is, joining it with the one before.
    fn insert(&mut self, logical: u32, run: Run, owner: ScopeId) {
        if let Some((start, patch)) = self.patches.range_mut(..logical).next_back()
            && *start + patch.run.count == logical
            && patch.run.first + patch.run.count == run.first
            && patch.owner == owner
        {
            patch.run.count += run.count;
            return;
        }
        self.patches.insert(logical, Patch { run, owner });
    }

    /// A copy in sectors of the space's owner alone; what of this one was the owner's is given
    /// back.
    pub(crate) fn copied(&self, space: &Space<'_>) -> Result<Self> {
        let mut copy = Self::empty();
        let mut buffer = vec![0; ZEROS_LEN];
        while copy.len < self.len {
            let read = self.read(space.generation, copy.len, &mut buffer)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            copy.write(space, copy.len, part)?;
        }
        self.runs_of(space.owner).for_each(|run| space.give_back(run));
        Ok(copy)
    }

    /// Whether every sector lies in a patch of an owner that `kept` names.
    pub(crate) fn is_covered_by(&self, kept: impl Fn(ScopeId) -> bool) -> bool {
        let covered = self.patches.values().filter(|patch| kept(patch.owner));
        covered.map(|patch| patch.run.count).sum::<u32>() == self.sector_count
    }

    /// Forgets the stored chain, of which nothing is used any more.
    pub(crate) fn detach(&mut self) {
        self.base = None;
        self.base_count = 0;
        self.base_total = 0;
    }

    /// After a commit of an enclosing transaction: what that one had taken is stored now, in the
    /// chain of `stored`; only what `kept` says stays a patch.
    pub(crate) fn rebase(&mut self, chain: Arc<Chain>, total: u32, kept: impl Fn(ScopeId) -> bool) {
        self.patches.retain(|_, patch| kept(patch.owner));
        // Logical sectors that no patch covers are those of the stored chain; behind the last
        // of them everything is patched.
        let mut uncovered_end = self.sector_count;
        for (start, patch) in self.patches.iter().rev() {
            if start + patch.run.count != uncovered_end {
                break;
            }
            uncovered_end = *start;
        }
        self.base = Some(chain);
        self.base_count = uncovered_end.min(total);
        self.base_total = total;
    }

    /// Hands the sectors that `from` took over to `to`.
    pub(crate) fn change_owner(&mut self, from: ScopeId, to: ScopeId) {
        for patch in self.patches.values_mut().filter(|patch| patch.owner == from) {
            patch.owner = to;
        }
    }

    /// The runs that `owner` took.
    pub(crate) fn runs_of(&self, owner: ScopeId) -> impl Iterator<Item = Run> + '_ {
        self.patches.values().filter(move |patch| patch.owner == owner).map(|patch| patch.run)
    }
}

/// How many sectors are moved at once.
const MOVE_COUNT: u32 = 256;

/// How many zeros are written at once.
const ZEROS_LEN: usize = 256 << 10;

fn read_sector(generation: &Generation, sector: u32) -> Result<Vec<u8>> {
    let size = generation.medium.sector_size;
    let mut bytes = vec![0; size.len()];
    let filled = generation.medium.bytes.try_read_at(size.offset(SectorId(sector)), &mut bytes)?;
    // A last sector that the file cuts short ends in zeros.
    bytes.truncate(filled.max(1));
    bytes.resize(size.len(), 0);
    Ok(bytes)
}

fn sector_number(number: u64) -> Result<u32> {
    u32::try_from(number).map_err(|_| too_large())
}

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "the stream would be longer than a compound file can hold")
}

fn past_the_end() -> Error {
    Error::new(ErrorKind::InvalidParameter, "a sector behind the end of a stream was asked for")
}

#[cfg(test)]
mod tests;
