//! Making a file as short as its contents allow (`contract/storage.md` 8, STGC_CONSOLIDATE).
//!
//! What lies behind the place where the contents would end is moved into free sectors before it,
//! by a commit that changes nothing else and is as safe as any other; then the file is cut. The
//! tables are shadowed, so each pass needs a little room of its own, which the next one frees:
//! passes go on while they make the file shorter, and are few.

use crate::commit::{Commit, publish};
use crate::directory::entry::EntryKind;
use crate::error::Result;
use crate::header::Header;
use crate::open_mode::{CommitFlags, CommitOutcome};
use crate::sector::EntryId;
use crate::stored_stream::{Placement, StoredStream};
use crate::transaction::content::Content;
use crate::transaction::opening::{Opening, OpeningState};

/// More passes than this gain nothing: the second frees what the first shadowed.
const PASSES_MAX: usize = 4;

/// What is left to do of a commit once its generation is the newest.
pub(super) fn finish(
    opening: &Opening,
    state: &mut OpeningState,
    flags: CommitFlags,
) -> Result<CommitOutcome> {
    if !flags.contains(CommitFlags::CONSOLIDATE) {
        return Ok(CommitOutcome::Committed);
    }
    if opening.file.lock().others_are_open(opening.id) {
        return Ok(CommitOutcome::MultipleOpens);
    }
    let durable = !flags.contains(CommitFlags::TO_CACHE_ONLY);
    opening.file.lock().allocator.set_lowest_first(true);
    let outcome = shorten(opening, state, durable);
    opening.file.lock().allocator.set_lowest_first(false);
    // The commit itself is done; that the file could not be made shorter is no error.
    Ok(match outcome {
        Ok(()) => CommitOutcome::Committed,
        Err(_) => CommitOutcome::ConsolidationFailed,
    })
}

fn shorten(opening: &Opening, state: &mut OpeningState, durable: bool) -> Result<()> {
    let mut end = cut(opening)?;
    for _ in 0..PASSES_MAX {
        let limit = contents_end(opening, state)?;
        if limit >= end {
            break;
        }
        publish(opening, state, durable, |commit, _| commit.move_below(limit))?;
        let shorter = cut(opening)?;
        if shorter >= end {
            break;
        }
        end = shorter;
    }
    Ok(())
}

/// Cuts free sectors off the end of the file; answers one past its last sector.
fn cut(opening: &Opening) -> Result<u32> {
    // Nobody else may take sectors there before the file is cut.
    let mut file = opening.file.lock();
    let end = file.allocator.trim();
    let len = (u64::from(end) + 1) << opening.file.medium.sector_size.shift();
    let bytes = &opening.file.medium.bytes;
    if bytes.len().is_some_and(|present| present > len) {
        bytes.set_size(len)?;
        file.committed_len = len;
    }
    Ok(end)
}

/// Where the file would end if nothing in it were free.
fn contents_end(opening: &Opening, state: &OpeningState) -> Result<u32> {
    let mut file = opening.file.lock();
    let file = &mut *file;
    file.free_scan.look_for_all(&state.scopes.base, &mut file.allocator)?;
    let free = u32::try_from(file.allocator.free().sector_count()).unwrap_or(u32::MAX);
    Ok(file.allocator.end().saturating_sub(free))
}

impl Commit<'_> {
    /// Moves everything from sector `limit` on to before it, as far as there is room.
    fn move_below(&mut self, limit: u32) -> Result<Header> {
        let size = self.base.medium.sector_size;
        for id in (1..self.entries.base_count()).map(EntryId) {
            let entry = self.base.entry(id)?;
            let stored = StoredStream::new(self.base.clone(), &entry, 0);
            if entry.kind != EntryKind::Stream || stored.placement == Placement::MiniSectors {
                continue;
            }
            let count = u32::try_from(size.sectors_for(entry.len)).unwrap_or(u32::MAX);
            // Filed first, so that what it takes is given back if moving fails half-way.
            self.moved.push(Content::stored(stored.chain, count, entry.len));
            let Some(content) = self.moved.last_mut() else { continue };
            content.move_below(&self.space, limit)?;
            if content.patches().next().is_none() {
                self.moved.pop();
                continue;
            }
            let start = self.fat.link_content(content)?;
            self.entries.change(id, |entry| entry.start = start)?;
        }
        self.mini.stream.move_below(&self.space, limit)?;
        self.mini.fat.move_below(&self.space, limit)?;
        self.directory.move_below(&self.space, limit)?;
        self.fat.move_below(limit)?;
        self.write_tables()
    }
}
