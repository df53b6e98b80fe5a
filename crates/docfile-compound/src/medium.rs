//! A byte array seen as sectors, with the table sectors that were read kept for reading again.
//!
//! Tables (DIFAT, FAT, mini FAT, directory) are read whole sectors at a time through the cache;
//! stream data never passes it. A cached sector is keyed by its place in the file, not by the
//! generation that used it: commits write tables to sectors that were free, so a place keeps its
//! content for as long as any generation refers to it, and writing to a place drops it here.

use core::ops::Range;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Limits, Validation};
use crate::lock_bytes::{LockBytes, ReadRequest};
use crate::missing::Missing;
use crate::rule::Rule;
use crate::sector::{ENTRY_LEN, SectorId, SectorSize};

/// The bytes of one table sector.
pub(crate) type Page = Arc<[u8]>;

/// What stands in for the bytes that a last, short sector lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pad {
    /// Free entries, for tables of sector numbers.
    Free,
    /// Zeros, for directory entries.
    Zero,
}

#[derive(Debug)]
pub(crate) struct Medium {
    pub(crate) bytes: Arc<dyn LockBytes>,
    pub(crate) sector_size: SectorSize,
    pub(crate) limits: Limits,
    pub(crate) validation: Validation,
    /// Spread over several locks, so that many readers rarely meet.
    shards: [Mutex<Shard>; SHARD_COUNT],
}

const SHARD_COUNT: usize = 16;

/// One part of the cache: a clock over sector numbers.
#[derive(Debug, Default)]
struct Shard {
    pages: BTreeMap<u32, Slot>,
    /// Where the clock's hand stands: the next sector number to be considered for eviction.
    hand: u32,
}

#[derive(Debug)]
struct Slot {
    page: Page,
    used: bool,
}

impl Medium {
    pub(crate) fn new(
        bytes: Arc<dyn LockBytes>,
        sector_size: SectorSize,
        limits: Limits,
        validation: Validation,
    ) -> Self {
        Self { bytes, sector_size, limits, validation, shards: Default::default() }
    }

    /// The table sector `sector`.
    pub(crate) fn page(&self, sector: SectorId, pad: Pad) -> Result<Page> {
        if let Some(page) = self.cached(sector) {
            return Ok(page);
        }
        let offset = self.sector_size.offset(sector);
        let mut buffer = vec![0; self.sector_size.len()];
        let read = self.bytes.try_read_at(offset, &mut buffer);
        let filled = read.map_err(|error| error.with_read_in_vain(offset))?;
        if filled == 0 {
            return Err(Error::corrupt(Rule::SectorPastEnd, offset));
        }
        self.keep_read(sector, &mut buffer, filled, pad)
    }

    /// Brings table sectors into the cache in one step, as far as they are here. Sectors past the
    /// end of the file are passed over.
    pub(crate) fn fetch(&self, sectors: impl Iterator<Item = SectorId>, pad: Pad) -> Result<()> {
        let mut absent: Vec<SectorId> = sectors.filter(|sector| !self.is_cached(*sector)).collect();
        absent.sort_unstable();
        absent.dedup();
        if absent.is_empty() {
            return Ok(());
        }
        let Err(error) = self.read_into_cache(&absent, pad) else { return Ok(()) };
        let missing = error.into_missing()?;
        if self.bytes.nesting_depth() == 0 {
            absent.retain(|sector| !missing.required.intersects(&self.sector_size.range(*sector)));
            return unless_pending(self.read_into_cache(&absent, pad));
        }
        // What is missing is told in ranges of another array than this one.
        absent.iter().try_for_each(|sector| unless_pending(self.read_into_cache(&[*sector], pad)))
    }

    /// Reads sectors that ascend; neighbours as one piece.
    fn read_into_cache(&self, sectors: &[SectorId], pad: Pad) -> Result<()> {
        let len = self.sector_size.len();
        let mut buffer = vec![0; len * sectors.len()];
        let runs = || sectors.chunk_by(|a, b| a.0.checked_add(1) == Some(b.0));
        let mut requests = Vec::new();
        let mut rest = &mut *buffer;
        for run in runs() {
            let (target, after) = rest.split_at_mut(len * run.len());
            let offset = run.first().map_or(0, |first| self.sector_size.offset(*first));
            requests.push(ReadRequest::new(offset, target));
            rest = after;
        }
        self.bytes.try_read_many(&mut requests)?;
        for (run, request) in runs().zip(requests) {
            let mut filled = request.filled;
            for (sector, page) in run.iter().zip(request.buffer.chunks_mut(len)) {
                let page_filled = filled.min(len);
                filled -= page_filled;
                if page_filled > 0 {
                    self.keep_read(*sector, page, page_filled, pad)?;
                }
            }
        }
        Ok(())
    }

    /// Pads a sector that was cut short by the end of the file, and keeps it.
    fn keep_read(
        &self,
        sector: SectorId,
        buffer: &mut [u8],
        filled: usize,
        pad: Pad,
    ) -> Result<Page> {
        if filled < buffer.len() {
            self.validation.forgive(Rule::SectorShort, self.sector_size.offset(sector))?;
            // An entry that is cut is no entry: a part of it would read as something else.
            let whole = match pad {
                Pad::Free => filled - filled % 4,
                Pad::Zero => filled - filled % ENTRY_LEN,
            };
            let (_, rest) = buffer.split_at_mut(whole);
            rest.fill(if pad == Pad::Free { 0xFF } else { 0 });
        }
        let page: Page = Arc::from(&*buffer);
        self.keep(sector, page.clone());
        Ok(page)
    }

    /// Remembers the content of a table sector that was just read or written.
    pub(crate) fn keep(&self, sector: SectorId, page: Page) {
        let budget = (self.limits.cache_len / SHARD_COUNT / page.len().max(1)).max(4);
        let mut shard = self.shard(sector);
        while shard.pages.len() >= budget {
            shard.evict_one();
        }
        shard.pages.insert(sector.0, Slot { page, used: false });
    }

    /// Forgets sectors that are about to be written as something else.
    pub(crate) fn forget(&self, first: u32, count: u32) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            let stale: Vec<u32> = shard
                .pages
                .range(first..first.saturating_add(count))
                .map(|(key, _)| *key)
                .collect();
            for sector in stale {
                shard.pages.remove(&sector);
            }
        }
    }

    pub(crate) fn is_cached(&self, sector: SectorId) -> bool {
        self.shard(sector).pages.contains_key(&sector.0)
    }

    fn cached(&self, sector: SectorId) -> Option<Page> {
        let mut shard = self.shard(sector);
        let slot = shard.pages.get_mut(&sector.0)?;
        slot.used = true;
        Some(slot.page.clone())
    }

    fn shard(&self, sector: SectorId) -> MutexGuard<'_, Shard> {
        // The number of shards divides neither a version 3 nor a version 4 FAT stride evenly
        // into one shard because neighbouring groups of sectors alternate.
        let index = (sector.0 ^ sector.0 >> 4 ^ sector.0 >> 7) as usize % SHARD_COUNT;
        #[expect(clippy::indexing_slicing, reason = "the index is below the array's length")]
        lock(&self.shards[index])
    }

    /// Reads stream data: `pieces` of the file, one after the other, into `buffer`.
    ///
    /// Answers how many bytes were filled before the first byte that the file turned out not to
    /// have.
    pub(crate) fn read_pieces(&self, pieces: &[Piece], buffer: &mut [u8]) -> Result<usize> {
        if let [piece] = pieces {
            let len = usize::try_from(piece.len).unwrap_or(usize::MAX).min(buffer.len());
            let (target, _) = buffer.split_at_mut(len);
            return self.bytes.try_read_at(piece.offset, target);
        }
        let mut requests = piece_requests(pieces, buffer);
        self.bytes.try_read_many(&mut requests)?;
        let mut filled = 0;
        for request in &requests {
            filled += request.filled;
            if request.filled < request.buffer.len() {
                break;
            }
        }
        Ok(filled)
    }

    /// Reads the pieces of a stream that could be found, and joins what is missing of them with
    /// why no more were found. Damage behind what was read is for the next read to say.
    pub(crate) fn read_found(
        &self,
        pieces: &[Piece],
        found: Result<()>,
        buffer: &mut [u8],
    ) -> Result<usize> {
        let error = match found {
            Err(error) if error.is_pending() => {
                return Err(self.with_missing_pieces(pieces, buffer, error));
            }
            Err(error) if error.kind() != ErrorKind::Corrupt => return Err(error),
            Err(error) => Some(error),
            Ok(()) => None,
        };
        let filled = self.read_pieces(pieces, buffer)?;
        match error {
            Some(error) if filled == 0 => Err(error),
            None if filled < buffer.len() => self.read_short(pieces, filled),
            _ => Ok(filled),
        }
    }

    /// Adds to a pending answer what is missing of the pieces that are known already.
    fn with_missing_pieces(&self, pieces: &[Piece], buffer: &mut [u8], error: Error) -> Error {
        match self.missing_beside(&error, piece_requests(pieces, buffer)) {
            Ok(more) => error.with_more_missing(|missing| missing.merge(&more)),
            Err(error) => error,
        }
    }

    /// What is missing of table sectors beside that of which `error` tells.
    pub(crate) fn missing_sectors(&self, sectors: &[SectorId], error: &Error) -> Result<Missing> {
        let mut missing = Missing::default();
        let len = self.sector_size.len();
        let batch_count = (PROBE_LEN / len).max(1);
        let mut buffer = vec![0; len * sectors.len().min(batch_count)];
        for batch in sectors.chunks(batch_count) {
            let requests = batch
                .iter()
                .zip(buffer.chunks_mut(len))
                .map(|(sector, to)| ReadRequest::new(self.sector_size.offset(*sector), to));
            missing.merge(&self.missing_beside(error, requests.collect())?);
        }
        Ok(missing)
    }

    /// What is missing of `requests`, found without reading any of them: they are asked for along
    /// with the table sector that `error` says is missing, and an array answers all or nothing.
    fn missing_beside(&self, error: &Error, requests: Vec<ReadRequest<'_>>) -> Result<Missing> {
        let Some(offset) = error.read_in_vain() else { return Ok(Missing::default()) };
        let mut probe = vec![0; self.sector_size.len()];
        let mut all = requests;
        all.push(ReadRequest::new(offset, &mut probe));
        match self.bytes.try_read_many(&mut all).map_err(Error::into_missing) {
            Err(Ok(missing)) => Ok(missing),
            Err(Err(error)) => Err(error),
            // It has arrived meanwhile; the step is repeated anyway.
            Ok(()) => Ok(Missing::default()),
        }
    }

    /// A read that the end of the file cut: what there was, or an error where there was nothing.
    fn read_short(&self, pieces: &[Piece], filled: usize) -> Result<usize> {
        let mut rest = filled as u64;
        let at = pieces.iter().find_map(|piece| match rest.checked_sub(piece.len) {
            Some(after) => {
                rest = after;
                None
            }
            None => Some(piece.offset + rest),
        });
        let error = Error::corrupt(Rule::SectorPastEnd, at.unwrap_or_default());
        if filled == 0 {
            return Err(error);
        }
        self.validation.forgive_error(error)?;
        Ok(filled)
    }

    /// Writes to the file, forgetting table sectors that stood there.
    pub(crate) fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.bytes.write_at(offset, data).map_err(|error| match error.kind() {
            ErrorKind::Pending => Error::new(ErrorKind::WriteFault, "a write cannot be pending"),
            _ => error,
        })
    }

    /// The bytes of a sector that may exist, for what is offered and never required: none while the
    /// file's length is not known.
    pub(crate) fn existing_range(&self, sector: SectorId) -> Option<Range<u64>> {
        let range = self.sector_size.range(sector);
        let end = range.end.min(self.bytes.len()?);
        (range.start < end).then_some(range.start..end)
    }

    /// How many sectors the file holds behind its header, when its length is known.
    pub(crate) fn sector_count(&self) -> Option<u64> {
        self.bytes.len().map(|len| self.sector_size.sectors_in_file(len))
    }
}

/// How many bytes are asked for at once to learn what is missing of them.
const PROBE_LEN: usize = 256 << 10;

/// What is missing is no failure here: whoever needs it will say so.
fn unless_pending(outcome: Result<()>) -> Result<()> {
    outcome.or_else(|error| if error.is_pending() { Ok(()) } else { Err(error) })
}

/// The requests that read `pieces`, one after the other, into `buffer`.
fn piece_requests<'b>(pieces: &[Piece], buffer: &'b mut [u8]) -> Vec<ReadRequest<'b>> {
    let mut requests = Vec::with_capacity(pieces.len() + 1);
    let mut rest = buffer;
    for piece in pieces {
        let len = usize::try_from(piece.len).unwrap_or(usize::MAX).min(rest.len());
        let (target, after) = rest.split_at_mut(len);
        requests.push(ReadRequest::new(piece.offset, target));
        rest = after;
    }
    requests
}

/// Neighbouring bytes of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

impl Shard {
    /// Drops the next page under the hand that was not used since the hand last passed.
    fn evict_one(&mut self) {
        for _ in 0..=2 * self.pages.len() {
            let Some((&sector, slot)) = self.pages.range_mut(self.hand..).next() else {
                self.hand = 0;
                continue;
            };
            self.hand = sector.saturating_add(1);
            if core::mem::take(&mut slot.used) {
                continue;
            }
            self.pages.remove(&sector);
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
