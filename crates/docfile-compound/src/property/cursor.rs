//! A position in the bytes of a property set stream that cannot run past their end.
//!
//! Every reader of this module takes its bytes here, so none of them indexes. `soft_end` is where
//! the value at hand should end (the next value's offset, or the end of its set): nothing stops a
//! read there, since real files overrun it, but a length that cannot be true is cut there.

/// A forward reader over a stream. Offsets are bytes from the start of the stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
    soft_end: usize,
    /// Behind the last byte that was taken; padding that was skipped does not count.
    taken_end: usize,
}

impl<'a> Cursor<'a> {
    /// A reader of the value at `start` that should end at `soft_end`.
    pub(super) fn new(bytes: &'a [u8], start: usize, soft_end: usize) -> Self {
        let soft_end = soft_end.clamp(start.min(bytes.len()), bytes.len());
        Self { bytes, offset: start, soft_end, taken_end: start }
    }

    /// Where the next byte is taken from.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes left before the end of the stream.
    pub(super) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.offset)
    }

    /// Bytes left before the place where the value should end.
    pub(super) fn soft_remaining(&self) -> usize {
        self.soft_end.saturating_sub(self.offset)
    }

    /// Whether more was taken than the value has room for. Padding that the next value starts in
    /// does not count: writers leave it out.
    pub(super) fn overran(&self) -> bool {
        self.taken_end > self.soft_end
    }

    /// The next `len` bytes, or nothing when there are fewer.
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.offset.checked_add(len)?;
        let taken = self.bytes.get(self.offset..end)?;
        self.offset = end;
        self.taken_end = end;
        Some(taken)
    }

    /// The next `N` bytes as an array.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// The next two bytes as a number.
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// The next four bytes as a number.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next four bytes as a length or a count.
    pub(super) fn len(&mut self) -> Option<usize> {
        self.u32().and_then(|len| usize::try_from(len).ok())
    }

    /// Skips to the next multiple of four, counted from where the packet starts, as far as there
    /// are bytes: the padding of the very last value is often missing.
    pub(super) fn align_from(&mut self, start: usize) {
        let past = self.offset.saturating_sub(start) % 4;
        if past != 0 {
            self.offset = (self.offset + 4 - past).min(self.bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_past_the_end() {
        let mut cursor = Cursor::new(&[1, 2, 3, 4, 5], 0, 5);
        assert_eq!(cursor.u32(), Some(0x0403_0201));
        assert_eq!(cursor.u16(), None);
        assert_eq!(cursor.offset(), 4);
        assert_eq!(cursor.take(usize::MAX), None);
        assert_eq!(cursor.take(1), Some(&[5][..]));
        cursor.align_from(0);
        assert_eq!((cursor.offset(), cursor.remaining()), (5, 0));
    }

    #[test]
    fn alignment_counts_from_the_start_of_the_packet() {
        let mut cursor = Cursor::new(&[0; 16], 3, 16);
        assert!(cursor.take(1).is_some());
        cursor.align_from(3);
        assert_eq!(cursor.offset(), 7);
        cursor.align_from(3);
        assert_eq!(cursor.offset(), 7);
    }

    #[test]
    fn padding_may_reach_past_the_place_of_a_value_and_content_may_not() {
        let mut cursor = Cursor::new(&[0; 16], 0, 5);
        assert!(cursor.take(5).is_some());
        cursor.align_from(0);
        assert_eq!((cursor.offset(), cursor.overran()), (8, false));
        assert!(cursor.take(1).is_some());
        assert!(cursor.overran());
    }

    #[test]
    fn a_start_past_the_end_has_no_bytes() {
        let mut cursor = Cursor::new(&[0; 4], 9, 20);
        assert_eq!((cursor.remaining(), cursor.soft_remaining()), (0, 0));
        assert_eq!(cursor.take(0), None);
    }
}
