//! The bytes of a stream as a generation stores them.
//!
//! A stream is found sector by sector: a read at X needs the chain only as far as X. Streams
//! shorter than the cutoff lie in the mini stream, whose own chain is grown the same way. What is
//! missing is named all at once: the data whose place is known, and the one table sector without
//! which no more places are. [MS-CFB] 2.3, 2.4, 2.6.3.

use std::sync::Arc;

use crate::chain::{Chain, Links};
use crate::directory::entry::DirectoryEntry;
use crate::error::{Error, Result};
use crate::generation::Generation;
use crate::medium::Piece;
use crate::rule::Rule;
use crate::sector::{MINI_SECTOR_LEN, SectorId};

/// A stream of one generation; cheap to clone, read by many at once.
#[derive(Debug, Clone)]
pub(crate) struct StoredStream {
    pub(crate) generation: Arc<Generation>,
    pub(crate) chain: Arc<Chain>,
    pub(crate) placement: Placement,
    pub(crate) len: u64,
}

/// Which table the stream's chain runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    Sectors,
    MiniSectors,
}

/// Where an entry's starting sector stands within it.
const ENTRY_START_OFFSET: u64 = 116;

impl StoredStream {
    /// The stream that a directory entry at `entry_offset` describes.
    pub(crate) fn new(
        generation: Arc<Generation>,
        entry: &DirectoryEntry,
        entry_offset: u64,
    ) -> Self {
        let placement = if entry.len < u64::from(generation.header.mini_cutoff) {
            Placement::MiniSectors
        } else {
            Placement::Sectors
        };
        let sector_count = match placement {
            Placement::MiniSectors => entry.len.div_ceil(MINI_SECTOR_LEN),
            Placement::Sectors => generation.medium.sector_size.sectors_for(entry.len),
        };
        let chain = Chain::new(entry.start, entry_offset + ENTRY_START_OFFSET, sector_count);
        Self { generation, chain: Arc::new(chain), placement, len: entry.len }
    }

    /// Reads up to `buffer.len()` bytes at `offset`; short only at the end of the stream, or
    /// where the file is damaged behind what was read.
    pub(crate) fn try_read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let available = self.len.saturating_sub(offset);
        let len = usize::try_from(available).unwrap_or(usize::MAX).min(buffer.len());
        let (buffer, _) = buffer.split_at_mut(len);
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut pieces = Vec::new();
        let found = self.pieces(offset, len as u64, &mut pieces);
        self.generation.medium.read_found(&pieces, found, buffer)
    }

    /// Finds where `len` bytes from `offset` lie. What was found stays in `pieces` when the rest
    /// could not be.
    pub(crate) fn pieces(&self, offset: u64, len: u64, pieces: &mut Vec<Piece>) -> Result<()> {
        match self.placement {
            Placement::Sectors => self.generation.sector_pieces(&self.chain, offset, len, pieces),
            Placement::MiniSectors => self.mini_pieces(offset, len, pieces),
        }
    }

    /// Goes through the mini stream: each run of mini sectors is a range of that stream.
    fn mini_pieces(&self, offset: u64, len: u64, pieces: &mut Vec<Piece>) -> Result<()> {
        let links = self.generation.mini_links();
        let mut ranges = Vec::new();
        let found = unit_pieces(&self.chain, &links, MINI_SECTOR_LEN, offset, len, &mut ranges);
        let stream = self.generation.mini_stream()?;
        for range in ranges {
            self.generation.sector_pieces(stream, range.offset, range.len, pieces).map_err(
                |error| match error.rule() {
                    Some(Rule::ChainShort) => {
                        Error::corrupt(Rule::MiniStreamShort, error.offset().unwrap_or_default())
                    }
                    _ => error,
                },
            )?;
        }
        found
    }
}

impl Generation {
    /// Finds where `len` bytes from `offset` of a chain of sectors lie in the file.
    pub(crate) fn sector_pieces(
        &self,
        chain: &Chain,
        offset: u64,
        len: u64,
        pieces: &mut Vec<Piece>,
    ) -> Result<()> {
        let first = pieces.len();
        let unit = self.medium.sector_size.len_u64();
        let mut found = Vec::new();
        let outcome = unit_pieces(chain, &self.fat(), unit, offset, len, &mut found);
        for piece in found {
            // Sector 0 follows the header, which takes the room of one sector.
            let moved = Piece { offset: piece.offset + unit, len: piece.len };
            match pieces.get_mut(first..).and_then(<[Piece]>::last_mut) {
                Some(last) if last.offset + last.len == moved.offset => last.len += moved.len,
                _ => pieces.push(moved),
            }
        }
        outcome.map_err(|error| self.with_tables_ahead(chain, offset + len, error))
    }

    /// Adds to a pending answer the FAT sectors that come next if the chain goes on in order.
    fn with_tables_ahead(&self, chain: &Chain, end: u64, error: Error) -> Error {
        let known = chain.known_count();
        let wanted = self.medium.sector_size.sectors_for(end).saturating_sub(u64::from(known));
        let per_page = u64::from(self.fat().links_per_page());
        let pages = u32::try_from(wanted / per_page).unwrap_or(u32::MAX).min(TABLES_AHEAD_MAX);
        error.with_more_missing(|missing| {
            if let Some(last) = chain.last_known() {
                self.tables_ahead(last / self.fat().links_per_page(), pages, missing);
            }
        })
    }

    /// Where one sector of the file lies.
    pub(crate) fn sector_range(&self, sector: u32) -> core::ops::Range<u64> {
        self.medium.sector_size.range(SectorId(sector))
    }
}

/// How many table sectors a pending read suggests to fetch along.
const TABLES_AHEAD_MAX: u32 = 16;

/// Maps `len` bytes from `offset` of a chain onto runs of its units, each unit `unit_len` bytes;
/// the pieces are offsets into the array of units.
fn unit_pieces(
    chain: &Chain,
    links: &impl Links,
    unit_len: u64,
    offset: u64,
    len: u64,
    pieces: &mut Vec<Piece>,
) -> Result<()> {
    let end = offset + len;
    let logical = u32::try_from(offset / unit_len).unwrap_or(u32::MAX);
    chain.with(links, end.div_ceil(unit_len), |extents, error| {
        let mut at = offset;
        for run in extents.runs_from(logical) {
            let skip = at % unit_len;
            let run_len = u64::from(run.count) * unit_len - skip;
            let piece_len = run_len.min(end - at);
            pieces.push(Piece { offset: u64::from(run.first) * unit_len + skip, len: piece_len });
            at += piece_len;
            if at >= end {
                return Ok(());
            }
        }
        Err(error.unwrap_or_else(|| {
            let offset = extents.last().map_or(0, |last| links.offset_of(last));
            Error::corrupt(links.rules().short, offset)
        }))
    })
}
