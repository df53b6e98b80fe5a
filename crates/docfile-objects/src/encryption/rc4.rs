//! The stream cipher RC4, and the keys that Office makes for it: one for each block
//! ([MS-OFFCRYPTO] 2.3.5 and 2.3.6).
//!
//! Invariant: a byte is decrypted by its block and its place in it alone, so any part of a stream
//! can be.

use super::digest::Digest;

/// What the keys of all blocks are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rc4Key {
    /// Forty bits, the way of Office 97.
    Binary([u8; 5]),
    /// The way of the CryptoAPI, with the length of a key in bytes.
    CryptoApi {
        /// The digest of salt and password.
        hash: Vec<u8>,
        /// In bytes.
        key_len: usize,
    },
}

impl Rc4Key {
    /// The key of Office 97 for a password in 16-bit units.
    pub(crate) fn binary(password: &[u8], salt: &[u8]) -> Self {
        let hash = Digest::Md5.of(&[password]);
        let start = hash.get(..5).unwrap_or_default();
        let repeated = [start, salt].concat().repeat(16);
        let hash = Digest::Md5.of(&[&repeated]);
        let mut key = [0; 5];
        for (byte, source) in key.iter_mut().zip(hash) {
            *byte = source;
        }
        Self::Binary(key)
    }

    /// The key of the CryptoAPI for a password in 16-bit units.
    pub(crate) fn crypto_api(password: &[u8], salt: &[u8], key_len: usize) -> Self {
        Self::CryptoApi { hash: Digest::Sha1.of(&[salt, password]), key_len }
    }

    /// The digest that verifiers are checked by.
    pub(crate) const fn digest(&self) -> Digest {
        match self {
            Self::Binary(_) => Digest::Md5,
            Self::CryptoApi { .. } => Digest::Sha1,
        }
    }

    fn of_block(&self, block: u32) -> Vec<u8> {
        match self {
            Self::Binary(key) => Digest::Md5.of(&[key, &block.to_le_bytes()]),
            Self::CryptoApi { hash, key_len } => {
                let mut key = Digest::Sha1.of(&[hash, &block.to_le_bytes()]);
                key.truncate(*key_len);
                // Forty bits are filled up with zeros.
                if *key_len == 5 {
                    key.resize(16, 0);
                }
                key
            }
        }
    }

    /// Decrypts bytes that begin at `skipped` of a block.
    pub(crate) fn apply(&self, block: u32, skipped: usize, bytes: &mut [u8]) {
        let mut cipher = Cipher::new(&self.of_block(block));
        for _ in 0..skipped {
            cipher.next();
        }
        for byte in bytes {
            *byte ^= cipher.next();
        }
    }

    /// Decrypts bytes that begin at `offset` of a stream of blocks of `block_len` bytes.
    pub(crate) fn apply_at(&self, offset: u64, block_len: usize, bytes: &mut [u8]) {
        let len = u64::try_from(block_len.max(1)).unwrap_or(1);
        let mut offset = offset;
        let mut rest = bytes;
        while !rest.is_empty() {
            let skipped = usize::try_from(offset % len).unwrap_or_default();
            let taken = rest.len().min(block_len.saturating_sub(skipped).max(1));
            let (piece, behind) = rest.split_at_mut(taken);
            self.apply(u32::try_from(offset / len).unwrap_or(u32::MAX), skipped, piece);
            offset = offset.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
            rest = behind;
        }
    }

    /// Whether the key is that of the document.
    pub(crate) fn agrees(&self, verifier: &[u8], verifier_hash: &[u8]) -> bool {
        let mut both = [verifier, verifier_hash].concat();
        self.apply(0, 0, &mut both);
        let (verifier, hash) = both.split_at_checked(verifier.len()).unwrap_or_default();
        !hash.is_empty() && self.digest().of(&[verifier]).starts_with(hash)
    }
}

struct Cipher {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Cipher {
    fn new(key: &[u8]) -> Self {
        let mut state = [0; 256];
        for (value, byte) in (0..=u8::MAX).zip(&mut state) {
            *byte = value;
        }
        let mut cipher = Self { state, i: 0, j: 0 };
        for (i, key_byte) in (0..=u8::MAX).zip(key.iter().cycle()) {
            cipher.j = cipher.j.wrapping_add(cipher.at(i)).wrapping_add(*key_byte);
            cipher.state.swap(i.into(), cipher.j.into());
        }
        cipher.j = 0;
        cipher
    }

    fn at(&self, index: u8) -> u8 {
        self.state.get(usize::from(index)).copied().unwrap_or_default()
    }

    fn next(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.at(self.i));
        self.state.swap(self.i.into(), self.j.into());
        self.at(self.at(self.i).wrapping_add(self.at(self.j)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_gives_the_known_stream() {
        // RFC 6229, a key of 40 bits.
        let mut cipher = Cipher::new(&[1, 2, 3, 4, 5]);
        let stream: Vec<u8> = (0..4).map(|_| cipher.next()).collect();
        assert_eq!(stream, [0xB2, 0x39, 0x63, 0x05]);
    }

    #[test]
    fn parts_decrypt_as_the_whole_does() {
        let key = Rc4Key::binary(b"p\0", &[7; 16]);
        let mut whole = vec![0; 1500];
        key.apply_at(0, 512, &mut whole);
        let mut part = vec![0; 700];
        key.apply_at(600, 512, &mut part);
        assert_eq!(part, whole[600..1300]);
    }
}
