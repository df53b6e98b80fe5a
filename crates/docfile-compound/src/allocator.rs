//! Which sectors may be written: free ones of the newest committed generation, and new ones
//! behind the end of the file.
//!
//! Invariant: a sector that is handed out is handed out once until it is given back or freed, and
//! is used by no generation that a reader still sees, nor by the newest. Nothing here reads or
//! writes the FAT: the owner tells what the FAT says to be free ([`Allocator::learn_free`]) and
//! what a commit adopted and freed. The range lock sector ([MS-CFB] 2.8) is never handed out.
//!
//! A sector passes through: free, *reserved* by a transaction, in use from the commit that adopts
//! it to the one that frees it, held while a reader sees a generation that uses it, free.

mod generations;

use core::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::sector::{MAX_REGULAR_SECTOR, SectorSize};
use crate::sector_set::SectorSet;
use generations::Generations;

pub(crate) use generations::Generation;

/// The state of all sectors, as far as it is known. See the head of the file.
#[derive(Debug)]
pub(crate) struct Allocator {
    size: SectorSize,
    /// The sector behind the last one of the file.
    end: u32,
    free: SectorSet,
    reserved: SectorSet,
    /// Sectors that what the FAT said at opening no longer counts for: those told to be free
    /// before, those freed since, and all that are not part of the file as it was opened.
    settled: SectorSet,
    /// Whether the range lock sector is known to be free, as it ought to be.
    lock_is_free: bool,
    /// Whether room is handed out from the front of the file, however scattered.
    lowest_first: bool,
    generations: Generations,
}

/// A run of this many sectors is worth beginning on a page.
const ALIGNED_COUNT: u32 = 64;

/// Free sectors are used in pieces, rather than letting the file grow for the sake of one run,
/// once they make up one part in this many.
const FREE_PART: u64 = 4;

impl Allocator {
    /// The allocator of a file that was opened with `end` sectors, none of them known to be free.
    pub(crate) fn new(size: SectorSize, end: u32) -> Self {
        let mut settled = SectorSet::new();
        settled.insert(end..u32::MAX);
        Self {
            size,
            end,
            free: SectorSet::new(),
            reserved: SectorSet::new(),
            settled,
            lock_is_free: end <= size.range_lock_sector(),
            lowest_first: false,
            generations: Generations::new(),
        }
    }

    /// The sector behind the last one of the file, sectors handed out included.
    pub(crate) const fn end(&self) -> u32 {
        self.end
    }

    /// The sectors known to be free, below [`end`](Self::end).
    pub(crate) const fn free(&self) -> &SectorSet {
        &self.free
    }

    /// Hands out `count` sectors, in as few runs as can be: directly behind the sector `near` if
    /// possible, otherwise in the shortest free run that suffices, otherwise at the end of the
    /// file. Free sectors are pieced together when they are many ([`FREE_PART`]) or the file
    /// cannot grow. The runs stand in the order in which to fill them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] when neither free sectors nor growing to the limit of the format
    /// suffice; nothing has been handed out then.
    pub(crate) fn take(&mut self, count: u32, near: Option<u32>) -> Result<Vec<Range<u32>>> {
        if self.free.sector_count() + self.room_count() < u64::from(count) {
            return Err(Error::new(
                ErrorKind::TooLarge,
                "the file would be longer than its version of the format allows",
            ));
        }
        if self.lowest_first {
            return Ok(self.take_lowest(count));
        }
        let behind = near.and_then(|near| near.checked_add(1));
        let mut runs: Vec<_> =
            behind.and_then(|behind| self.free.take_at(behind, count)).into_iter().collect();
        let mut rest = count - runs.first().map_or(0, run_len);
        let reached = runs.first().map(|run| run.end).or(behind);
        let grows_behind = reached == Some(self.end) && self.should_grow(rest);
        if rest > 0
            && !grows_behind
            && let Some(run) = self.free.take_from_shortest(rest)
        {
            runs.push(run);
            rest = 0;
        }
        if rest > 0 && !self.should_grow(rest) {
            rest -= self.take_pieces(rest, &mut runs);
        }
        self.grow(rest, &mut runs, reached == Some(self.end));
        for run in &runs {
            self.reserved.insert(run.clone());
        }
        Ok(runs)
    }

    /// Chooses whether room is handed out from the front of the file on, which is what makes the
    /// file shorter, or so that runs are long, which is what makes it fast.
    pub(crate) fn set_lowest_first(&mut self, lowest_first: bool) {
        self.lowest_first = lowest_first;
    }

    fn take_lowest(&mut self, count: u32) -> Vec<Range<u32>> {
        let mut runs = Vec::new();
        let mut rest = count;
        while rest > 0 {
            let Some(first) = self.free.iter().next() else { break };
            let Some(run) = self.free.take_at(first.start, rest) else { break };
            rest -= run_len(&run);
            push_joined(&mut runs, run);
        }
        self.grow(rest, &mut runs, true);
        for run in &runs {
            self.reserved.insert(run.clone());
        }
        runs
    }

    /// Takes back sectors that were handed out to a transaction that does not want them.
    pub(crate) fn give_back(&mut self, run: Range<u32>) {
        debug_assert!(self.reserved.contains(&run), "{run:?} was not handed out");
        let parts: Vec<_> = self.reserved.parts(run).collect();
        for part in parts {
            self.reserved.remove(&part);
            self.add_free(part);
        }
    }

    /// Learns that the FAT of the file as it was opened marks `run` free. What happened to its
    /// sectors since counts more, so the same may be told again at any time.
    pub(crate) fn learn_free(&mut self, run: Range<u32>) {
        for unknown in self.settled.gaps(run) {
            self.settled.insert(unknown.clone());
            self.add_free(unknown);
        }
    }

    /// Records the commit of `generation`: the `adopted` runs, which were handed out, belong to it;
    /// the `freed` runs belonged to the generation before and do not belong to it.
    pub(crate) fn commit(
        &mut self,
        generation: Generation,
        freed: impl IntoIterator<Item = Range<u32>>,
        adopted: impl IntoIterator<Item = Range<u32>>,
    ) {
        let adopted: SectorSet = adopted.into_iter().collect();
        for run in adopted.iter() {
            debug_assert!(self.reserved.contains(&run), "{run:?} was not handed out");
            self.reserved.remove(&run);
        }
        self.generations.begin(generation, adopted);
        for run in freed {
            // In a damaged file two streams share sectors or own some behind its end, so what is
            // freed may be nobody's, or somebody else's already.
            let run = run.start..run.end.min(self.end);
            for unreserved in self.reserved.gaps(run) {
                for used in self.free.gaps(unreserved) {
                    self.settled.insert(used.clone());
                    for unheld in self.generations.retire(used) {
                        self.add_free(unheld);
                    }
                }
            }
        }
    }

    /// Hands out no new sectors below `end`: they are not part of the file, yet not free.
    pub(crate) fn start_behind(&mut self, end: u32) {
        if end > self.end && end <= MAX_REGULAR_SECTOR {
            self.end = end;
        }
    }

    /// A commit that overrides others uses again what they had freed. When it is freed anew, every
    /// reader older than that will hold it.
    pub(crate) fn use_again(&mut self, run: &Range<u32>) {
        self.generations.unhold(run);
        self.free.remove(run);
        self.settled.insert(run.clone());
    }

    /// A reader of `generation` begins: the newest, or one that another reader sees.
    pub(crate) fn open(&mut self, generation: Generation) {
        self.generations.open(generation);
    }

    /// A reader of `generation` ends.
    pub(crate) fn close(&mut self, generation: Generation) {
        for unheld in self.generations.close(generation) {
            self.add_free(unheld);
        }
    }

    /// Gives up the free sectors at the end of the file and answers the new end: the file may be
    /// cut there, once its FAT says the same.
    pub(crate) fn trim(&mut self) -> u32 {
        let lock = self.size.range_lock_sector();
        loop {
            if let Some(tail) = self.free_tail() {
                self.free.remove(&tail);
                self.end = tail.start;
            } else if self.lock_is_free && self.end == lock + 1 {
                self.end = lock;
            } else {
                return self.end;
            }
        }
    }

    fn add_free(&mut self, run: Range<u32>) {
        let lock = self.size.range_lock_sector();
        self.lock_is_free |= run.contains(&lock);
        self.free.insert(run);
        self.free.remove(&(lock..lock + 1));
    }

    /// The free run that ends where the file does.
    fn free_tail(&self) -> Option<Range<u32>> {
        self.free.run_around(self.end.checked_sub(1)?)
    }

    /// The sectors that growing can add, before and behind the range lock sector.
    fn room(&self) -> [Range<u32>; 2] {
        let lock = self.size.range_lock_sector();
        let behind_lock = match self.size {
            // A file of version 3 stays below 2 GiB, so nothing lies behind the range lock.
            SectorSize::V3 => 0..0,
            _ => self.end.max(lock + 1)..MAX_REGULAR_SECTOR + 1,
        };
        [self.end..lock, behind_lock]
    }

    fn room_count(&self) -> u64 {
        self.room().iter().map(|room| u64::from(run_len(room))).sum()
    }

    /// Whether the file should become longer by `count` sectors rather than use free pieces.
    fn should_grow(&self, count: u32) -> bool {
        let free = self.free.sector_count();
        let plenty = free >= u64::from(count) && free * FREE_PART > u64::from(self.end);
        !plenty && self.room_count() >= u64::from(count)
    }

    /// Takes up to `count` free sectors, from the longest runs first, and answers how many.
    fn take_pieces(&mut self, count: u32, runs: &mut Vec<Range<u32>>) -> u32 {
        let mut pieces = Vec::new();
        let mut rest = count;
        while rest > 0 {
            let Some(piece) = self.free.take_from_longest(rest) else { break };
            rest -= run_len(&piece);
            pieces.push(piece);
        }
        pieces.sort_by_key(|piece| piece.start);
        runs.append(&mut pieces);
        count - rest
    }

    /// Lets a long run, and the first of a new file, begin where a page of the system's cache does:
    /// behind a header of 512 bytes every page would be written in two parts. The few sectors
    /// passed over are free for whatever is short.
    fn align_end(&mut self, count: u32) {
        const PAGE_LEN: u32 = 4096;
        let per_page = PAGE_LEN >> self.size.shift();
        let past = (self.end + 1) % per_page.max(1);
        let is_worth_it = count >= ALIGNED_COUNT || (self.end == 0 && count >= per_page);
        let aligned = self.end + (per_page - past);
        if per_page > 1 && past != 0 && is_worth_it && aligned <= self.size.range_lock_sector() {
            self.add_free(self.end..aligned);
            self.end = aligned;
        }
    }

    /// Takes `count` sectors at the end of the file, beginning with those that are free there.
    /// `continues` says that the sectors before the end are what the new ones go on from.
    fn grow(&mut self, count: u32, runs: &mut Vec<Range<u32>>, continues: bool) {
        let mut rest = count;
        let tail = self.free_tail().and_then(|tail| self.free.take_at(tail.start, rest));
        let tail_is_full = tail.is_none();
        if let Some(tail) = tail {
            rest -= run_len(&tail);
            push_joined(runs, tail);
        }
        if !continues && tail_is_full {
            self.align_end(rest);
        }
        for room in self.room() {
            let run = room.start..room.end.min(room.start.saturating_add(rest));
            if !run.is_empty() {
                rest -= run_len(&run);
                self.end = run.end;
                push_joined(runs, run);
            }
        }
    }
}

fn push_joined(runs: &mut Vec<Range<u32>>, run: Range<u32>) {
    match runs.last_mut() {
        Some(last) if last.end == run.start => last.end = run.end,
        _ => runs.push(run),
    }
}

fn run_len(run: &Range<u32>) -> u32 {
    run.end.saturating_sub(run.start)
}

#[cfg(test)]
mod tests;
