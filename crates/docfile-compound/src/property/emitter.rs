//! Bytes of a property set in the making.
//!
//! Writing never fails: a length that does not fit its field is written as the largest number,
//! and the set that holds it is then longer than any set may be, which is refused at the end
//! ([`PropertySetStream::emit`](super::PropertySetStream::emit)).

use super::code_page::CodePage;
use super::reading::Packing;

/// A growing packet.
#[derive(Debug)]
pub(super) struct Emitter {
    bytes: Vec<u8>,
    pub(super) code_page: CodePage,
    pub(super) packing: Packing,
}

impl Emitter {
    pub(super) fn new(code_page: CodePage) -> Self {
        Self { bytes: Vec::new(), code_page, packing: Packing::Aligned }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn put_u16(&mut self, value: u16) {
        self.put(&value.to_le_bytes());
    }

    pub(super) fn put_u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }

    pub(super) fn put_len(&mut self, len: usize) {
        self.put_u32(u32::try_from(len).unwrap_or(u32::MAX));
    }

    /// Zeroes up to the next multiple of four, counted from where the packet starts.
    pub(super) fn align_from(&mut self, start: usize) {
        let len = self.bytes.len().saturating_sub(start).next_multiple_of(4);
        self.bytes.resize(start.saturating_add(len), 0);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes a length or an offset over the four bytes at `offset`.
    pub(super) fn patch_len(&mut self, offset: usize, len: usize) {
        self.patch_u32(offset, u32::try_from(len).unwrap_or(u32::MAX));
    }

    /// Writes a number over the four bytes at `offset`.
    pub(super) fn patch_u32(&mut self, offset: usize, value: u32) {
        if let Some(field) = self.bytes.get_mut(offset..offset + 4) {
            field.copy_from_slice(&value.to_le_bytes());
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
