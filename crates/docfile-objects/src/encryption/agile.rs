//! The agile encryption of Office Open XML, described in XML ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15).
//!
//! Invariant: rounds of hashing are bounded; ciphers and digests go by their names, and a name
//! that is not known is told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docfile_compound::{Error, ErrorKind, Result};
use quick_xml::events::{BytesStart, Event};

use super::aes_blocks::{Aes, BLOCK_LEN};
use super::digest::Digest;
use super::{damaged, password_or_default, refused, units_of, unknown};

const FOR_VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const FOR_VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const FOR_KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];
/// What fills up what is too short.
const FILLER: u8 = 0x36;

/// A cipher, as the descriptor names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Parameters {
    cipher: String,
    chaining: String,
    hash: String,
    key_bits: usize,
    salt: Vec<u8>,
}

/// The description of an agile encryption.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AgileEncryption {
    data: Parameters,
    password: Parameters,
    spin_count: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

/// What decrypts a package.
#[derive(Debug)]
pub(crate) struct AgileCipher {
    aes: Aes,
    digest: Digest,
    salt: Vec<u8>,
}

impl AgileEncryption {
    /// The description in this XML.
    pub(crate) fn parse(xml: &[u8]) -> Result<Self> {
        let mut reader = quick_xml::Reader::from_reader(xml);
        let mut encryption = Self::default();
        let (mut has_data, mut has_key) = (false, false);
        loop {
            match reader.read_event().map_err(|_| damaged())? {
                Event::Start(element) | Event::Empty(element) => {
                    match element.local_name().as_ref() {
                        b"keyData" if !has_data => {
                            encryption.data = parameters(&element);
                            has_data = true;
                        }
                        b"encryptedKey" if !has_key => {
                            encryption.take_key(&element);
                            has_key = true;
                        }
                        _ => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if has_data && has_key { Ok(encryption) } else { Err(damaged()) }
    }

    fn take_key(&mut self, element: &BytesStart<'_>) {
        self.password = parameters(element);
        self.spin_count = number(element, "spinCount").unwrap_or_default();
        self.verifier = bytes(element, "encryptedVerifierHashInput");
        self.verifier_hash = bytes(element, "encryptedVerifierHashValue");
        self.key = bytes(element, "encryptedKeyValue");
    }

    /// The way by name.
    pub(crate) fn name(&self) -> String {
        let data = &self.data;
        format!("{}, {} bits, {}, agile", data.cipher, data.key_bits, data.hash)
    }

    /// The cipher of the package, after at most `spin_max` rounds of hashing.
    pub(crate) fn cipher(&self, password: Option<&str>, spin_max: u32) -> Result<AgileCipher> {
        let is_known = |parameters: &Parameters| {
            parameters.cipher == "AES" && parameters.chaining == "ChainingModeCBC"
        };
        let digests = Digest::named(&self.password.hash).zip(Digest::named(&self.data.hash));
        let Some((digest, data_digest)) = digests else { return Err(unknown(&self.name())) };
        if !is_known(&self.data) || !is_known(&self.password) {
            return Err(unknown(&self.name()));
        }
        if self.spin_count > spin_max {
            let text = "an encrypted document whose password costs more than the limit";
            return Err(Error::new(ErrorKind::LimitReached, text));
        }
        let units = units_of(password_or_default(password));
        let spun = digest.spun(&self.password.salt, &units, self.spin_count);
        let verifier = self.unwrapped(digest, &spun, FOR_VERIFIER, &self.verifier)?;
        let hash = self.unwrapped(digest, &spun, FOR_VERIFIER_HASH, &self.verifier_hash)?;
        let verifier = verifier.get(..self.password.salt.len()).unwrap_or(&verifier);
        let expected = digest.of(&[verifier]);
        if !hash.starts_with(&expected) {
            return Err(refused(&self.name(), password));
        }
        let mut key = self.unwrapped(digest, &spun, FOR_KEY, &self.key)?;
        key.truncate(self.data.key_bits / 8);
        let aes = Aes::new(&key).ok_or_else(damaged)?;
        Ok(AgileCipher { aes, digest: data_digest, salt: self.data.salt.clone() })
    }

    /// What is encrypted by the password for one purpose.
    fn unwrapped(
        &self,
        digest: Digest,
        spun: &[u8],
        purpose: [u8; 8],
        encrypted: &[u8],
    ) -> Result<Vec<u8>> {
        let mut key = digest.of(&[spun, &purpose]);
        key.resize((self.password.key_bits / 8).min(64), FILLER);
        let aes = Aes::new(&key).ok_or_else(damaged)?;
        let mut start = self.password.salt.clone();
        start.resize(BLOCK_LEN, FILLER);
        let mut bytes = encrypted.to_vec();
        aes.decrypt_chain(&start, &mut bytes);
        Ok(bytes)
    }
}

impl AgileCipher {
    /// Decrypts the segment of this index.
    pub(crate) fn decrypt(&self, segment: u32, bytes: &mut Vec<u8>) {
        let mut start = self.digest.of(&[&self.salt, &segment.to_le_bytes()]);
        start.resize(BLOCK_LEN, FILLER);
        self.aes.decrypt_chain(&start, bytes);
    }
}

fn parameters(element: &BytesStart<'_>) -> Parameters {
    Parameters {
        cipher: text(element, "cipherAlgorithm"),
        chaining: text(element, "cipherChaining"),
        hash: text(element, "hashAlgorithm"),
        key_bits: number(element, "keyBits").unwrap_or_default(),
        salt: bytes(element, "saltValue"),
    }
}

fn text(element: &BytesStart<'_>, name: &str) -> String {
    let attribute = element.try_get_attribute(name).ok().flatten();
    let value = attribute.map(|attribute| attribute.value);
    value.map(|value| String::from_utf8_lossy(&value).into_owned()).unwrap_or_default()
}

fn number<T: core::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<T> {
    text(element, name).parse().ok()
}

fn bytes(element: &BytesStart<'_>, name: &str) -> Vec<u8> {
    STANDARD.decode(text(element, name).trim()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_description_is_damaged() {
        assert!(AgileEncryption::parse(b"").is_err());
        assert!(AgileEncryption::parse(b"<encryption><keyData/></encryption>").is_err());
        assert!(AgileEncryption::parse(b"<a").is_err());
    }

    #[test]
    fn a_password_may_not_cost_what_it_likes() {
        let cipher = "cipherAlgorithm='AES' cipherChaining='ChainingModeCBC' hashAlgorithm='SHA1'";
        let xml =
            format!("<e><keyData {cipher}/><p:encryptedKey {cipher} spinCount='4000000000'/></e>");
        let encryption = AgileEncryption::parse(xml.as_bytes()).unwrap();
        let error = encryption.cipher(None, 1_000).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::LimitReached);
    }
}
