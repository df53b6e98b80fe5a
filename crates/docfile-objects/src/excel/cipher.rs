//! Which bytes of which records of a workbook are encrypted, and how ([MS-XLS] 2.2.10).
//!
//! Invariant: headers of records never are, nor are the records that tell how the rest is, nor
//! where sheets begin.

use docfile_compound::Result;

use super::records::{RecordCipher, number};
use crate::encryption::binary::BinaryEncryption;
use crate::encryption::rc4::Rc4Key;
use crate::encryption::xor::XorKey;
use crate::encryption::{damaged, password_or_default, refused};
use crate::fields::u16_at;

/// What one key serves, in bytes.
const BLOCK_LEN: usize = 1024;
/// Records that are never encrypted: who uses the file and how it is shared.
const PLAIN: [u16; 7] = [number::BOF, number::FILEPASS, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138];
/// The offset in the record of a sheet.
const SHEET_OFFSET_LEN: usize = 4;
const XOR_NAME: &str = "XOR";

/// How a workbook says that it is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filepass {
    /// By a key of sixteen bits, with the verifier of the password.
    Xor(u16, u16),
    /// By RC4.
    Binary(BinaryEncryption),
}

impl Filepass {
    /// What the record with this body says.
    pub(super) fn parse(body: &[u8], is_97: bool) -> Result<Self> {
        let xor = |at: usize| u16_at(body, at).zip(u16_at(body, at + 2)).ok_or_else(damaged);
        match (is_97, u16_at(body, 0)) {
            (false, _) => xor(0).map(|(key, verifier)| Self::Xor(key, verifier)),
            (true, Some(0)) => xor(2).map(|(key, verifier)| Self::Xor(key, verifier)),
            (true, _) => {
                let description = body.get(2..).unwrap_or_default();
                BinaryEncryption::parse(description).map(Self::Binary)
            }
        }
    }

    /// The way by name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Xor(..) => XOR_NAME.to_owned(),
            Self::Binary(encryption) => encryption.name(),
        }
    }

    /// What undoes it.
    pub(super) fn cipher(&self, password: Option<&str>) -> Result<ExcelCipher> {
        match self {
            Self::Xor(key, verifier) => XorKey::new(password_or_default(password), *key, *verifier)
                .map(ExcelCipher::Xor)
                .ok_or_else(|| refused(XOR_NAME, password)),
            Self::Binary(encryption) => encryption.rc4_key(password).map(ExcelCipher::Rc4),
        }
    }
}

/// What undoes the encryption of a workbook.
#[derive(Debug)]
pub(super) enum ExcelCipher {
    Xor(XorKey),
    Rc4(Rc4Key),
}

impl RecordCipher for ExcelCipher {
    fn decrypt(&self, number: u16, offset: u64, body: &mut [u8]) {
        if PLAIN.contains(&number) {
            return;
        }
        let plain_len = if number == number::BOUNDSHEET { SHEET_OFFSET_LEN } else { 0 };
        let len = body.len();
        let Some(encrypted) = body.get_mut(plain_len..) else { return };
        let offset = offset.saturating_add(crate::fields::to_u64(plain_len));
        match self {
            Self::Xor(key) => key.apply(offset, len, encrypted),
            Self::Rc4(key) => key.apply_at(offset, BLOCK_LEN, encrypted),
        }
    }
}
