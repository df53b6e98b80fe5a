//! The journal of a file of the cache: which bytes of the resource are in it.
//!
//! Invariant: a record is written after the bytes that it vouches for were synced, and it is
//! believed only when its own checksum and that of its bytes are right. The journal ends at the
//! first record that is not whole; a record of bytes that are not those it vouches for is passed
//! over. So a file that was cut anywhere opens as what was there before. Reading it reads no more
//! than twice the resource. Drawing: `docs/cache.md`.

use std::ops::Range;

use docfile_compound::{ByteRanges, LockBytes as _, Result};

use super::header::{DATA_OFFSET, HEADER_LEN, Header};
use crate::FileBytes;

const RECORD_LEN: usize = 24;
/// The longest stretch that one record vouches for, so that one bad byte costs little.
const EXTENT_MAX: u64 = 1 << 20;
/// Records that are read at once.
const BLOCK_LEN: usize = RECORD_LEN * 1024;

/// A file of the cache, open.
#[derive(Debug)]
pub(super) struct CacheFile {
    file: FileBytes,
    header: Header,
    checksum: u32,
    journal_offset: u64,
}

impl CacheFile {
    /// Makes an empty one of `file`; nothing for a resource that cannot be kept.
    pub(super) fn create(file: FileBytes, header: Header) -> Result<Option<Self>> {
        let (Some((page, checksum)), Some(journal_offset)) =
            (header.emit(), header.journal_offset())
        else {
            return Ok(None);
        };
        file.write_at(0, &page)?;
        file.set_size(journal_offset)?;
        Ok(Some(Self { file, header, checksum, journal_offset }))
    }

    /// Opens one; beside it, which bytes are in it, and how long its journal is. Nothing when it is
    /// none that is understood.
    pub(super) fn open(file: FileBytes) -> Result<Option<(Self, ByteRanges, u64)>> {
        let mut page = vec![0; usize::try_from(HEADER_LEN).unwrap_or(0)];
        let count = file.try_read_at(0, &mut page)?;
        page.truncate(count);
        let Some((header, checksum)) = Header::parse(&page) else { return Ok(None) };
        let Some(journal_offset) = header.journal_offset() else { return Ok(None) };
        let opened = Self { file, header, checksum, journal_offset };
        let (kept, journal_len) = opened.read_journal()?;
        Ok(Some((opened, kept, journal_len)))
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    /// Reads bytes of the resource; short only at the end of what was ever written.
    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.file.try_read_at(DATA_OFFSET.saturating_add(offset), buffer)
    }

    pub(super) fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.file.write_at(DATA_OFFSET.saturating_add(offset), data)
    }

    /// Forgets what stands behind the journal.
    pub(super) fn cut_behind(&self, journal_len: u64) -> Result<()> {
        self.file.set_size(self.journal_offset.saturating_add(journal_len))
    }

    /// Syncs the bytes of `ranges` and vouches for them from `journal_len` on; answers how long the
    /// journal is then.
    pub(super) fn vouch(&self, ranges: &ByteRanges, journal_len: u64) -> Result<u64> {
        self.file.flush()?;
        let mut records = Vec::new();
        let mut buffer = Vec::new();
        for extent in ranges.iter().flat_map(extents) {
            buffer.resize(usize::try_from(extent.end - extent.start).unwrap_or(0), 0);
            if self.read_at(extent.start, &mut buffer)? == buffer.len() {
                records.extend(self.emit(&extent, crc32fast::hash(&buffer)));
            }
        }
        self.file.write_at(self.journal_offset.saturating_add(journal_len), &records)?;
        Ok(journal_len.saturating_add(records.len() as u64))
    }

    fn emit(&self, extent: &Range<u64>, data_checksum: u32) -> Vec<u8> {
        let mut record = Vec::with_capacity(RECORD_LEN);
        record.extend(extent.start.to_le_bytes());
        record.extend((extent.end - extent.start).to_le_bytes());
        record.extend(data_checksum.to_le_bytes());
        record.extend(self.checksum_of(&record).to_le_bytes());
        record
    }

    /// The extent of a record and the checksum of its bytes, if it is whole.
    fn parse(&self, record: &[u8]) -> Option<(Range<u64>, u32)> {
        let (start, rest) = record.split_first_chunk()?;
        let (len, rest) = rest.split_first_chunk()?;
        let (data_checksum, rest) = rest.split_first_chunk()?;
        let (told, _) = rest.split_first_chunk()?;
        let covered = record.get(..RECORD_LEN - told.len())?;
        let (start, len) = (u64::from_le_bytes(*start), u64::from_le_bytes(*len));
        let end = start.checked_add(len)?;
        let is_whole = u32::from_le_bytes(*told) == self.checksum_of(covered)
            && (1..=EXTENT_MAX).contains(&len)
            && end <= self.header.total_len;
        is_whole.then(|| (start..end, u32::from_le_bytes(*data_checksum)))
    }

    /// Ties a record to this file: one of another resource is none here.
    fn checksum_of(&self, covered: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.checksum);
        hasher.update(covered);
        hasher.finalize()
    }

    fn read_journal(&self) -> Result<(ByteRanges, u64)> {
        let mut kept = ByteRanges::new();
        let mut journal_len = 0;
        let mut looked_at_len = 0;
        let mut block = vec![0; BLOCK_LEN];
        let mut buffer = Vec::new();
        loop {
            let count = self.file.try_read_at(self.journal_offset + journal_len, &mut block)?;
            let records = block.get(..count).unwrap_or_default().chunks_exact(RECORD_LEN);
            let is_last = count < BLOCK_LEN;
            for record in records {
                let Some((extent, checksum)) = self.parse(record) else {
                    return Ok((kept, journal_len));
                };
                let len = extent.end - extent.start;
                looked_at_len += len;
                if looked_at_len > self.header.total_len.saturating_mul(2) {
                    return Ok((kept, journal_len));
                }
                journal_len += RECORD_LEN as u64;
                buffer.resize(usize::try_from(len).unwrap_or(0), 0);
                let is_here = self.read_at(extent.start, &mut buffer)? == buffer.len();
                if is_here && crc32fast::hash(&buffer) == checksum {
                    kept.insert(extent);
                }
            }
            if is_last {
                return Ok((kept, journal_len));
            }
        }
    }
}

/// Cuts a range into what one record can vouch for.
fn extents(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let extent = start..range.end.min(start.saturating_add(EXTENT_MAX));
        start = extent.end;
        (!extent.is_empty()).then_some(extent)
    })
}
