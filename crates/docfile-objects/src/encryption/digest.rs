//! The digests that keys are derived by, chosen by name.
//!
//! Invariant: a name that is not one of these is no digest.

use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// A digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// The digest of this name, as descriptors write it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "MD5" => Self::Md5,
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The digest of these bytes, one after another.
    pub(crate) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Md5 => digest::<Md5>(parts),
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// The digest of salt and password, digested again so many times with the count in front.
    pub(crate) fn spun(self, salt: &[u8], password: &[u8], spin_count: u32) -> Vec<u8> {
        let mut hash = self.of(&[salt, password]);
        for round in 0..spin_count {
            hash = self.of(&[&round.to_le_bytes(), &hash]);
        }
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_go_by_their_names() {
        let sha1 = Digest::named("SHA-1").unwrap();
        assert_eq!(sha1.of(&[b"a", b"bc"])[..4], [0xA9, 0x99, 0x3E, 0x36]);
        assert_eq!(Digest::named("WHIRLPOOL"), None);
    }
}
