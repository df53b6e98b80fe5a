//! How Office documents are encrypted, and what opens them ([MS-OFFCRYPTO]).
//!
//! Invariant: a key is used only after the verifier of the document agreed with it; without a
//! password the one is tried that programs use for documents which are only meant to be read.
//! Names, lengths and counts that a document claims choose among what is here and justify no more
//! work than the bounds allow.

pub(crate) mod aes_blocks;
pub(crate) mod agile;
pub(crate) mod binary;
pub(crate) mod digest;
pub(crate) mod rc4;
pub(crate) mod rc4_content;
pub(crate) mod standard;
pub(crate) mod xor;
pub(crate) mod xor_content;

use docfile_compound::{Error, ErrorKind};

/// What Excel and others encrypt with when nobody gave a password ([MS-OFFCRYPTO] 2.3.6.4).
const DEFAULT_PASSWORD: &str = "VelvetSweatshop";

/// The passwords to try: the one given, else the one that nobody gives.
pub(crate) fn password_or_default(password: Option<&str>) -> &str {
    password.unwrap_or(DEFAULT_PASSWORD)
}

/// The password as the derivations of keys take it, in 16-bit units.
pub(crate) fn units_of(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The error of a password that is missing or wrong.
pub(crate) fn refused(method: &str, password: Option<&str>) -> Error {
    let text = match password {
        None => format!("the document is encrypted ({method}); it needs its password"),
        Some(_) => format!("the document is encrypted ({method}) with another password"),
    };
    Error::new(ErrorKind::AccessDenied, text)
}

/// The error of a method that cannot be undone here.
pub(crate) fn unknown(method: &str) -> Error {
    let text = format!("the document is encrypted in a way that cannot be undone here ({method})");
    Error::new(ErrorKind::Unimplemented, text)
}

/// The error of a description of the encryption that is cut or contradicts itself.
pub(crate) fn damaged() -> Error {
    Error::new(ErrorKind::Corrupt, "a damaged description of how the document is encrypted")
}
