//! Where a piece that arrived goes, and which part of it is new.
//!
//! Invariant: `new` and `known` are disjoint and together are the range of the piece. A placement
//! is taken from a [`FillState`](super::FillState), carried out by whoever holds the bytes, and
//! handed back; the state believes that the new bytes are stored by then. Bytes that were here
//! already must be the same again: a resource whose versions differ is never mixed (`design.md`
//! 7.3). Source: `contract/storage.md` 3, `FillAppend` and `FillAt`.

use core::ops::Range;

use docfile_compound::{ByteRanges, Error, ErrorKind, Result};

/// A piece that arrived, cut into what is new and what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    range: Range<u64>,
    new: ByteRanges,
    known: ByteRanges,
}

impl Placement {
    pub(super) fn new(range: Range<u64>, arrived: &ByteRanges) -> Self {
        let new = arrived.gaps(range.clone());
        let known = new.gaps(range.clone());
        Self { range, new, known }
    }

    /// The range of the whole piece, in bytes from the start of the array.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// The parts to store.
    #[must_use]
    pub const fn new_ranges(&self) -> &ByteRanges {
        &self.new
    }

    /// The parts that are here already, to be compared.
    #[must_use]
    pub const fn known_ranges(&self) -> &ByteRanges {
        &self.known
    }

    /// The part of `data`, the bytes of this piece, that belongs to `range`, one of the ranges
    /// above. Empty when `data` is not the whole piece.
    #[must_use]
    pub fn part<'d>(&self, data: &'d [u8], range: &Range<u64>) -> &'d [u8] {
        let index = |offset: u64| usize::try_from(offset.saturating_sub(self.range.start));
        match (index(range.start), index(range.end)) {
            (Ok(start), Ok(end)) => data.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Compares what is known of this piece with `data`, the bytes that came. `old` reads a known
    /// range out of the array.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] with the offset of the first byte that differs; what `old`
    /// answers.
    pub fn compare(
        &self,
        data: &[u8],
        mut old: impl FnMut(Range<u64>) -> Result<Vec<u8>>,
    ) -> Result<()> {
        for range in self.known.iter() {
            let before = old(range.clone())?;
            let now = self.part(data, &range);
            let same = before.iter().zip(now).take_while(|(a, b)| a == b).count();
            if same < now.len().max(before.len()) {
                return Err(contradiction(range.start.saturating_add(same as u64)));
            }
        }
        Ok(())
    }

    /// The same placement when only the first `len` bytes could be stored.
    #[must_use]
    pub fn cut(mut self, len: u64) -> Self {
        let end = self.range.start.saturating_add(len).min(self.range.end);
        self.new.remove(end..u64::MAX);
        self.known.remove(end..u64::MAX);
        self.range.end = end;
        self
    }
}

/// The error for bytes that differ from what came before at the same place.
fn contradiction(offset: u64) -> Error {
    let text = "bytes arrived twice and differ: the resource changed while it was read";
    Error::new(ErrorKind::InvalidParameter, text).with_offset(offset)
}
