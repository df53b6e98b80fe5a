//! A buffer that starts on a page.
//!
//! Memory that comes straight from the system starts 16 bytes behind a page, and on some processors
//! a copy from a page of the system's cache to such a place takes five to eight times as long. Who
//! falls into that hole would be a matter of luck; here every contender reads into the same place.

const PAGE_LEN: usize = 4096;

/// A buffer of zeros that starts on a page.
pub(crate) struct PageBuffer {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl PageBuffer {
    /// A buffer of `len` bytes.
    pub(crate) fn new(len: usize) -> Self {
        let bytes = vec![0; len + PAGE_LEN];
        let start = bytes.as_ptr().align_offset(PAGE_LEN).min(PAGE_LEN);
        Self { bytes, start, len }
    }

    /// The bytes.
    pub(crate) fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.start + self.len]
    }
}
