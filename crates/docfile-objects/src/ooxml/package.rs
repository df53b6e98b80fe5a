//! The encrypted package, read by offset as what it is once decrypted ([MS-OFFCRYPTO] 2.3.4.4 and
//! 2.3.4.15).
//!
//! Invariant: its length stands in front unencrypted; what it claims beyond the stream is not
//! there. Segments are decrypted on their own, so only those that are read are needed.

use docfile_compound::Result;

use crate::encryption::aes_blocks::Aes;
use crate::encryption::agile::AgileCipher;
use crate::fields::{array_at, to_u64};
use crate::source::Content;

const LEN_LEN: u64 = 8;
const SEGMENT_LEN: u64 = 4096;

/// What undoes the encryption of a package.
#[derive(Debug)]
pub(super) enum PackageCipher {
    Standard(Aes),
    Agile(AgileCipher),
}

/// A decrypted package.
#[derive(Debug)]
pub(super) struct Package {
    inner: Box<dyn Content>,
    cipher: PackageCipher,
    len: u64,
}

impl Package {
    /// The package in this stream.
    pub(super) fn try_new(inner: Box<dyn Content>, cipher: PackageCipher) -> Result<Self> {
        let start = inner.try_read(0, 8)?;
        let claimed = array_at(&start, 0).map_or(0, u64::from_le_bytes);
        let len = claimed.min(inner.len().saturating_sub(LEN_LEN));
        Ok(Self { inner, cipher, len })
    }
}

impl Content for Package {
    fn len(&self) -> u64 {
        self.len
    }

    fn try_read(&self, offset: u64, len: usize) -> Result<Vec<u8>> {
        let end = offset.saturating_add(to_u64(len)).min(self.len);
        if offset >= end {
            return Ok(Vec::new());
        }
        let first = offset - offset % SEGMENT_LEN;
        let last = end.next_multiple_of(SEGMENT_LEN);
        let encrypted_len = usize::try_from(last.saturating_sub(first)).unwrap_or(usize::MAX);
        let encrypted = self.inner.try_read(first.saturating_add(LEN_LEN), encrypted_len)?;
        let segment_len = usize::try_from(SEGMENT_LEN).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(encrypted.len());
        for (index, segment) in (first / SEGMENT_LEN..).zip(encrypted.chunks(segment_len)) {
            let mut segment = segment.to_vec();
            match &self.cipher {
                PackageCipher::Standard(aes) => aes.decrypt(&mut segment),
                PackageCipher::Agile(cipher) => {
                    cipher.decrypt(u32::try_from(index).unwrap_or(u32::MAX), &mut segment);
                }
            }
            bytes.extend_from_slice(&segment);
        }
        let skipped = usize::try_from(offset - first).unwrap_or(usize::MAX);
        bytes.drain(..skipped.min(bytes.len()));
        bytes.truncate(usize::try_from(end - offset).unwrap_or(usize::MAX));
        Ok(bytes)
    }
}
