//! The standard encryption of Office Open XML: AES over single blocks
//! ([MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9).
//!
//! Invariant: as for all ways, the verifier decides about a key.

use docfile_compound::Result;

use super::aes_blocks::Aes;
use super::binary::{Algorithm, BinaryEncryption};
use super::digest::Digest;
use super::{damaged, password_or_default, refused, units_of, unknown};
use crate::fields::to_usize;

const SPIN_COUNT: u32 = 50_000;
const HASH_LEN: usize = 20;
const PAD_LEN: usize = 64;

/// The cipher of a package in this encryption.
pub(crate) fn cipher(encryption: &BinaryEncryption, password: Option<&str>) -> Result<Aes> {
    if encryption.algorithm != Algorithm::Aes {
        return Err(unknown(&encryption.name()));
    }
    let units = units_of(password_or_default(password));
    let spun = Digest::Sha1.spun(&encryption.salt, &units, SPIN_COUNT);
    let hash = Digest::Sha1.of(&[&spun, &0_u32.to_le_bytes()]);
    let mut key = [padded(&hash, 0x36), padded(&hash, 0x5C)].concat();
    key.truncate(to_usize(encryption.key_bits / 8));
    let aes = Aes::new(&key).ok_or_else(damaged)?;
    let mut verifier = encryption.verifier.clone();
    let mut verifier_hash = encryption.verifier_hash.clone();
    aes.decrypt(&mut verifier);
    aes.decrypt(&mut verifier_hash);
    match verifier_hash.get(..HASH_LEN) == Some(&Digest::Sha1.of(&[&verifier])) {
        true => Ok(aes),
        false => Err(refused(&encryption.name(), password)),
    }
}

fn padded(hash: &[u8], pad: u8) -> Vec<u8> {
    let mut block = [pad; PAD_LEN];
    for (byte, hash) in block.iter_mut().zip(hash) {
        *byte ^= hash;
    }
    Digest::Sha1.of(&[&block])
}
