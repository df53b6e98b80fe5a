//! A position in the bytes of a stream that cannot run past their end.
//!
//! Invariant: every number and every run of bytes that a parser here takes from a document is
//! taken through this, so none of them indexes. Numbers are little-endian. What is not there is
//! `None`, and the position stays where it was.

/// A forward reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldCursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> FieldCursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// A reader from `offset` on; one that lies past the end has nothing to give.
    pub(crate) const fn at(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    /// Where the next byte is taken from.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes left.
    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.offset)
    }

    /// Everything that is left, without taking it.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    /// The next `len` bytes.
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.offset.checked_add(len)?;
        let taken = self.bytes.get(self.offset..end)?;
        self.offset = end;
        Some(taken)
    }

    /// The next `len` bytes, or all that are left where there are fewer.
    pub(crate) fn take_up_to(&mut self, len: usize) -> &'a [u8] {
        self.take(len.min(self.remaining())).unwrap_or_default()
    }

    pub(crate) fn skip(&mut self, len: usize) -> Option<()> {
        self.take(len).map(drop)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next four bytes as a length, a count or an offset.
    pub(crate) fn len32(&mut self) -> Option<usize> {
        self.u32().and_then(|len| usize::try_from(len).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_past_the_end_and_a_failed_take_moves_nothing() {
        let mut cursor = FieldCursor::new(&[1, 2, 3, 4, 5]);
        assert_eq!(cursor.u32(), Some(0x0403_0201));
        assert_eq!(cursor.u16(), None);
        assert_eq!(cursor.take(usize::MAX), None);
        assert_eq!((cursor.offset(), cursor.remaining(), cursor.rest()), (4, 1, &[5][..]));
        assert_eq!(cursor.take_up_to(9), [5]);
        assert_eq!(FieldCursor::at(&[1], 7).take_up_to(1), []);
        assert_eq!(FieldCursor::at(&[1], usize::MAX).u8(), None);
    }
}
