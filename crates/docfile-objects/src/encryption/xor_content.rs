//! A stream of Word that is obfuscated by XOR, read as what it is once the password undoes it.
//!
//! Invariant: the first bytes, which tell that it is obfuscated, stand as they are; lengths and
//! offsets are the same with and without.

use docfile_compound::Result;

use super::xor::XorKey;
use crate::source::Content;

/// A stream without its obfuscation.
#[derive(Debug)]
pub(crate) struct XorContent {
    /// What is obfuscated.
    pub(crate) inner: Box<dyn Content>,
    /// What it is obfuscated by.
    pub(crate) key: XorKey,
    /// How many bytes at the start are not.
    pub(crate) plain_len: u64,
}

impl Content for XorContent {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let mut bytes = self.inner.try_read(offset, len)?;
        let plain = usize::try_from(self.plain_len.saturating_sub(offset)).unwrap_or(usize::MAX);
        if let Some(hidden) = bytes.get_mut(plain..) {
            self.key.apply_to_text(offset.max(self.plain_len), hidden);
        }
        Ok(bytes)
    }
}
