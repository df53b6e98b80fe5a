//! AES over whole blocks, alone or chained.
//!
//! Invariant: a key of a length that AES has not is no cipher; bytes past the last whole block are
//! left out.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};

/// The length of a block.
pub(crate) const BLOCK_LEN: usize = 16;

/// AES with a key.
pub(crate) enum Aes {
    /// Of 16 bytes.
    Short(Box<Aes128>),
    /// Of 24 bytes.
    Middle(Box<Aes192>),
    /// Of 32 bytes.
    Long(Box<Aes256>),
}

impl core::fmt::Debug for Aes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Aes")
    }
}

impl Aes {
    /// The cipher with this key.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Short(Box::new(Aes128::new_from_slice(key).ok()?)),
            24 => Self::Middle(Box::new(Aes192::new_from_slice(key).ok()?)),
            32 => Self::Long(Box::new(Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    /// Decrypts each block alone.
    pub(crate) fn decrypt(&self, bytes: &mut Vec<u8>) {
        bytes.truncate(bytes.len() - bytes.len() % BLOCK_LEN);
        for block in bytes.chunks_exact_mut(BLOCK_LEN) {
            let block = GenericArray::from_mut_slice(block);
            match self {
                Self::Short(aes) => aes.decrypt_block(block),
                Self::Middle(aes) => aes.decrypt_block(block),
                Self::Long(aes) => aes.decrypt_block(block),
            }
        }
    }

    /// Decrypts blocks that are chained, from the vector `start` on.
    pub(crate) fn decrypt_chain(&self, start: &[u8], bytes: &mut Vec<u8>) {
        bytes.truncate(bytes.len() - bytes.len() % BLOCK_LEN);
        let encrypted = bytes.clone();
        self.decrypt(bytes);
        let before = start.iter().take(BLOCK_LEN).chain(&encrypted);
        for (byte, before) in bytes.iter_mut().zip(before) {
            *byte ^= before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_decrypts_to_the_known_text() {
        // FIPS 197, appendix C.1.
        let key: Vec<u8> = (0..16).collect();
        let mut block = vec![
            0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30, 0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4,
            0xC5, 0x5A,
        ];
        let mut chained = block.clone();
        let aes = Aes::new(&key).unwrap();
        aes.decrypt(&mut block);
        assert_eq!(block, (0..16).map(|n| n * 0x11).collect::<Vec<u8>>());
        aes.decrypt_chain(&block, &mut chained);
        assert_eq!(chained, [0; 16]);
        assert!(Aes::new(&key[..5]).is_none());
    }
}
