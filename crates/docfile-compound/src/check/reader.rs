//! Reading what a check needs, and keeping account of what has not arrived.
//!
//! Invariant: nothing is read but table sectors, in batches of bounded length, so memory follows
//! the bytes that are there and not what the file claims. A missing sector never ends a round: it
//! is noted, and everything else that is known to be needed is noted beside it.

use core::ops::Range;

use crate::error::Result;
use crate::lock_bytes::{LockBytes, ReadRequest};
use crate::medium::Pad;
use crate::missing::Missing;
use crate::sector::{SectorId, SectorSize};

/// The bytes of one table sector.
pub(super) type Page = Box<[u8]>;

/// How many bytes are asked for in one call.
const BATCH_LEN: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b dyn LockBytes,
    pub(super) size: SectorSize,
    /// Everything that is known to be needed and has not arrived.
    pub(super) missing: Missing,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b dyn LockBytes, size: SectorSize) -> Self {
        Self { bytes, size, missing: Missing::default() }
    }

    /// The length of the file, once it is known.
    pub(super) fn len(&self) -> Option<u64> {
        self.bytes.len()
    }

    /// Table sectors in the order of the file, each with its index in `sectors`. Left out are
    /// those that are missing or behind the end.
    pub(super) fn pages(&mut self, sectors: &[u32], pad: Pad) -> Result<Vec<(u32, Page)>> {
        let mut pages = Vec::new();
        let mut order: Vec<u32> = (0..).take(sectors.len()).collect();
        order.sort_unstable_by_key(|index| sectors.get(*index as usize));
        for batch in order.chunks(BATCH_LEN / self.size.len()) {
            let wanted = |index: &u32| Some((*index, *sectors.get(*index as usize)?));
            pages.extend(self.batch(batch.iter().filter_map(wanted).collect(), pad)?);
        }
        Ok(pages)
    }

    /// One table sector; none when it is missing or behind the end.
    pub(super) fn page(&mut self, sector: u32, pad: Pad) -> Result<Option<Page>> {
        Ok(self.batch(vec![(0, sector)], pad)?.pop().map(|(_, page)| page))
    }

    /// A stretch of the file as far as it goes; none when some of it is missing.
    pub(super) fn stretch(&mut self, range: Range<u64>) -> Result<Option<Vec<u8>>> {
        let len = usize::try_from(range.end - range.start).unwrap_or(0);
        let mut buffer = vec![0; len];
        let read = self.bytes.try_read_at(range.start, &mut buffer);
        let filled = self.arrived(read)?;
        Ok(filled.map(|filled| {
            buffer.truncate(filled);
            buffer
        }))
    }

    /// Reads sectors in one call; when some are missing, the others in a second one.
    fn batch(&mut self, mut wanted: Vec<(u32, u32)>, pad: Pad) -> Result<Vec<(u32, Page)>> {
        for _ in 0..2 {
            let len = self.size.len();
            let mut buffer = vec![0; len * wanted.len()];
            let mut requests: Vec<ReadRequest<'_>> = wanted
                .iter()
                .zip(buffer.chunks_mut(len))
                .map(|((_, sector), to)| ReadRequest::new(self.size.offset(SectorId(*sector)), to))
                .collect();
            let read = self.bytes.try_read_many(&mut requests);
            if self.arrived(read)?.is_some() {
                let filled = wanted.iter().zip(requests).filter(|(_, request)| request.filled > 0);
                return Ok(filled
                    .map(|((index, _), request)| (*index, padded(request, pad)))
                    .collect());
            }
            let missing = &self.missing.required;
            wanted.retain(|(_, sector)| !missing.intersects(&self.size.range(SectorId(*sector))));
            if wanted.is_empty() {
                break;
            }
        }
        Ok(Vec::new())
    }

    /// What was read, or nothing when it is missing, which is noted.
    fn arrived<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read.map_err(crate::error::Error::into_missing) {
            Ok(value) => Ok(Some(value)),
            Err(Ok(missing)) => {
                self.missing.merge(&missing);
                Ok(None)
            }
            Err(Err(error)) => Err(error),
        }
    }
}

/// A sector with something in place of what a short last one lacks.
fn padded(request: ReadRequest<'_>, pad: Pad) -> Page {
    let (_, lacking) = request.buffer.split_at_mut(request.filled.min(request.buffer.len()));
    lacking.fill(if pad == Pad::Free { 0xFF } else { 0 });
    Box::from(&*request.buffer)
}
