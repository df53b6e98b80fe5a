//! Fields of fixed layouts: numbers at an offset of bytes, and a reader that goes forward.
//!
//! Invariant: what lies past the end is `None`, never a panic. All numbers are little-endian.

use docfile_compound::property::CodePage;

/// The `N` bytes at `offset`.
pub(crate) fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

/// The 16-bit number at `offset`.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    array_at(bytes, offset).map(u16::from_le_bytes)
}

/// The 32-bit number at `offset`.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    array_at(bytes, offset).map(u32::from_le_bytes)
}

/// The double-precision number at `offset`.
pub(crate) fn f64_at(bytes: &[u8], offset: usize) -> Option<f64> {
    array_at(bytes, offset).map(f64::from_le_bytes)
}

/// A number of the file as a length or an index of this machine.
pub(crate) fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A length of this machine as an offset.
pub(crate) fn to_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// The text of 16-bit units; what is no text becomes U+FFFD.
pub(crate) fn utf_16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| {
        u16::from_le_bytes([
            pair.first().copied().unwrap_or_default(),
            pair.last().copied().unwrap_or_default(),
        ])
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The text of the bytes in a code page.
pub(crate) fn in_code_page(bytes: &[u8], code_page: u16) -> String {
    CodePage(code_page).decode(bytes).0
}

/// A reader that goes forward through bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    /// A reader at the start of `bytes`.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What is left.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next `len` bytes.
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The next byte.
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// The next 16-bit number.
    pub(crate) fn u16(&mut self) -> Option<u16> {
        u16_at(self.take(2)?, 0)
    }

    /// The next 32-bit number.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        u32_at(self.take(4)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_past_the_end_is_nothing() {
        assert_eq!(u32_at(&[1, 0, 0, 0], 0), Some(1));
        assert_eq!(u32_at(&[1, 0, 0, 0], 1), None);
        assert_eq!(u32_at(&[1], usize::MAX), None);
        let mut fields = Fields::new(&[1, 0, 7]);
        assert_eq!((fields.u16(), fields.u16(), fields.u8()), (Some(1), None, Some(7)));
    }

    #[test]
    fn half_a_surrogate_is_replaced() {
        assert_eq!(utf_16(&[0x41, 0, 0x00, 0xD8, 0x42]), "A\u{FFFD}");
    }
}
