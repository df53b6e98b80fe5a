//! A stream that is encrypted in blocks by RC4, read as what it is once decrypted.
//!
//! Invariant: the first bytes, which tell how it is encrypted, stand unencrypted.

use docfile_compound::Result;

use super::rc4::Rc4Key;
use crate::source::Content;

/// A decrypted stream.
#[derive(Debug)]
pub(crate) struct Rc4Content {
    /// What is encrypted.
    pub(crate) inner: Box<dyn Content>,
    /// What it is encrypted by.
    pub(crate) key: Rc4Key,
    /// The bytes that one key serves.
    pub(crate) block_len: usize,
    /// How many bytes at the start are not encrypted.
    pub(crate) plain_len: u64,
}

impl Content for Rc4Content {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let mut bytes = self.inner.try_read(offset, len)?;
        let plain = usize::try_from(self.plain_len.saturating_sub(offset)).unwrap_or(usize::MAX);
        if let Some(encrypted) = bytes.get_mut(plain..) {
            self.key.apply_at(offset.max(self.plain_len), self.block_len, encrypted);
        }
        Ok(bytes)
    }
}
