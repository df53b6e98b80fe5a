//! The description of an encryption in fixed fields, that of all ways but the agile one
//! ([MS-OFFCRYPTO] 2.3.2 to 2.3.6).
//!
//! Invariant: parsed whole or not at all; a provider's name is of no use and skipped by its
//! length.

use docfile_compound::Result;

use super::rc4::Rc4Key;
use super::{damaged, password_or_default, refused, units_of, unknown};
use crate::fields::{Fields, to_usize, u32_at};

const RC4: u32 = 0x6801;
const AES_128: u32 = 0x660E;
const AES_192: u32 = 0x660F;
const AES_256: u32 = 0x6610;
const SALT_LEN: usize = 16;
const VERIFIER_LEN: usize = 16;
/// The digest in the way of Office 97.
const MD5_LEN: usize = 16;
/// What a key is long where the description says nothing.
const DEFAULT_KEY_BITS: u32 = 40;

/// Which cipher it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RC4 in the way of Office 97.
    Rc4Binary,
    /// RC4 by the CryptoAPI.
    Rc4CryptoApi,
    /// AES.
    Aes,
    /// One that documents do not use, by its number.
    Other(u32),
}

/// How a document is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BinaryEncryption {
    pub(crate) algorithm: Algorithm,
    /// The length of a key in bits.
    pub(crate) key_bits: u32,
    pub(crate) salt: Vec<u8>,
    /// Encrypted, like its digest.
    pub(crate) verifier: Vec<u8>,
    pub(crate) verifier_hash: Vec<u8>,
}

impl BinaryEncryption {
    /// The description in these bytes, with its version in front.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut fields = Fields::new(bytes);
        let major = fields.u16().ok_or_else(damaged)?;
        let minor = fields.u16().ok_or_else(damaged)?;
        match (major, minor) {
            (1, 1) => Self::parse_97(fields),
            (2..=4, 2) => Self::parse_crypto_api(fields),
            _ => return Err(unknown(&format!("version {major}.{minor}"))),
        }
        .ok_or_else(damaged)
    }

    fn parse_97(mut fields: Fields<'_>) -> Option<Self> {
        Some(Self {
            algorithm: Algorithm::Rc4Binary,
            key_bits: DEFAULT_KEY_BITS,
            salt: fields.take(SALT_LEN)?.to_vec(),
            verifier: fields.take(VERIFIER_LEN)?.to_vec(),
            verifier_hash: fields.take(MD5_LEN)?.to_vec(),
        })
    }

    fn parse_crypto_api(mut fields: Fields<'_>) -> Option<Self> {
        fields.u32()?;
        let header_len = to_usize(fields.u32()?);
        let header = fields.take(header_len)?;
        let number = u32_at(header, 8)?;
        let stored_bits = u32_at(header, 16)?;
        let algorithm = match number {
            // Without a number it is that of the provider's kind.
            RC4 | 0 => Algorithm::Rc4CryptoApi,
            AES_128 | AES_192 | AES_256 => Algorithm::Aes,
            other => Algorithm::Other(other),
        };
        let key_bits = if stored_bits == 0 { DEFAULT_KEY_BITS } else { stored_bits };
        let salt_len = to_usize(fields.u32()?);
        let salt = fields.take(salt_len)?.to_vec();
        let verifier = fields.take(VERIFIER_LEN)?.to_vec();
        let hash_len = to_usize(fields.u32()?);
        // Blocks of AES are longer than the digest in them.
        let stored_len = if algorithm == Algorithm::Aes {
            hash_len.checked_next_multiple_of(super::aes_blocks::BLOCK_LEN)?
        } else {
            hash_len
        };
        let verifier_hash = fields.take(stored_len)?.to_vec();
        Some(Self { algorithm, key_bits, salt, verifier, verifier_hash })
    }

    /// The way by name.
    pub(crate) fn name(&self) -> String {
        match self.algorithm {
            Algorithm::Rc4Binary => "RC4, 40 bits".to_owned(),
            Algorithm::Rc4CryptoApi => format!("RC4 CryptoAPI, {} bits", self.key_bits),
            Algorithm::Aes => format!("AES, {} bits, standard", self.key_bits),
            Algorithm::Other(number) => format!("algorithm {number:#x}"),
        }
    }

    /// The key of a document that is encrypted by RC4.
    pub(crate) fn rc4_key(&self, password: Option<&str>) -> Result<Rc4Key> {
        let units = units_of(password_or_default(password));
        let key = match self.algorithm {
            Algorithm::Rc4Binary => Rc4Key::binary(&units, &self.salt),
            Algorithm::Rc4CryptoApi => {
                let key_len = to_usize(self.key_bits / 8).clamp(1, 16);
                Rc4Key::crypto_api(&units, &self.salt, key_len)
            }
            _ => return Err(unknown(&self.name())),
        };
        match key.agrees(&self.verifier, &self.verifier_hash) {
            true => Ok(key),
            false => Err(refused(&self.name(), password)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_description_is_damaged() {
        let whole = [&[1, 0, 1, 0][..], &[7; 48]].concat();
        assert_eq!(BinaryEncryption::parse(&whole).unwrap().name(), "RC4, 40 bits");
        for len in 0..whole.len() {
            assert!(BinaryEncryption::parse(&whole[..len]).is_err());
        }
        let error = BinaryEncryption::parse(&[9, 0, 9, 0]).unwrap_err();
        assert!(error.to_string().contains("version 9.9"), "{error}");
    }
}
