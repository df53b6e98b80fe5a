//! The obfuscation of Excel and Word before encryption: sixteen bytes of a password, over and over
//! ([MS-OFFCRYPTO] 2.3.7). Both make the same bytes of a password and use them differently.
//!
//! Invariant: the password is at most fifteen bytes, as the format has it; a longer one is none.

const ARRAY_LEN: usize = 16;
/// What fills the array behind the password.
const PADDING: [u8; 15] =
    [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0, 0xBE, 0x0F, 0, 0xBF, 0x0F, 0];
const VERIFIER: u16 = 0xCE4B;

/// What a document is obfuscated by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct XorKey([u8; ARRAY_LEN]);

impl XorKey {
    /// The key for this password, if the verifier agrees with it.
    pub(crate) fn new(password: &str, key: u16, verifier: u16) -> Option<Self> {
        // A password is kept in the lower bytes of its characters.
        let units = password.encode_utf16().map(u16::to_le_bytes);
        let bytes: Vec<u8> = units.map(|[low, high]| if low == 0 { high } else { low }).collect();
        if bytes.len() >= ARRAY_LEN || verifier_of(&bytes) != verifier {
            return None;
        }
        let mut array = [0; ARRAY_LEN];
        let source = bytes.iter().chain(&PADDING);
        for ((byte, source), key) in
            array.iter_mut().zip(source).zip(key.to_le_bytes().iter().cycle())
        {
            *byte = (source ^ key).rotate_right(1);
        }
        Some(Self(array))
    }

    /// Decrypts bytes of a Word stream from `offset` on: what is zero, or would become it, stays.
    pub(crate) fn apply_to_text(&self, offset: u64, bytes: &mut [u8]) {
        let start = usize::try_from(offset % 16).unwrap_or_default();
        for (byte, key) in bytes.iter_mut().zip(self.0.iter().cycle().skip(start)) {
            if *byte != 0 && *byte != *key {
                *byte ^= key;
            }
        }
    }

    /// Decrypts a record's body that begins at `offset` of the stream and is `len` bytes long in
    /// all.
    pub(crate) fn apply(&self, offset: u64, len: usize, bytes: &mut [u8]) {
        let len = u64::try_from(len).unwrap_or_default();
        let start = usize::try_from(offset.wrapping_add(len) % 16).unwrap_or_default();
        for (byte, key) in bytes.iter_mut().zip(self.0.iter().cycle().skip(start)) {
            *byte = (*byte ^ key).rotate_left(3);
        }
    }
}

fn verifier_of(password: &[u8]) -> u16 {
    let len = u8::try_from(password.len()).unwrap_or_default();
    let mut verifier = 0_u16;
    for byte in password.iter().rev().chain([&len]) {
        verifier = (verifier << 1 & 0x7FFF | verifier >> 14 & 1) ^ u16::from(*byte);
    }
    verifier ^ VERIFIER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_tells_the_password() {
        assert_eq!(verifier_of(b"VelvetSweatshop"), 0x9A0A);
        assert!(XorKey::new("VelvetSweatshop", 0, 0x9A0A).is_some());
        assert!(XorKey::new("other", 0, 0x9A0A).is_none());
        assert!(XorKey::new("sixteen letters!", 0, 0).is_none());
    }

    /// The key of this password and its bytes, as msoffcrypto-tool 6.1.0 makes them.
    #[test]
    fn the_bytes_of_a_password_are_those_that_others_make() {
        let XorKey(bytes) = XorKey::new("abc", 0x514A, 0xCC1A).unwrap();
        assert_eq!(
            bytes,
            [
                0x95, 0x99, 0x94, 0x75, 0xDA, 0x57, 0x78, 0x57, 0xDA, 0x74, 0x65, 0xA8, 0x7A, 0x2F,
                0x25, 0x77,
            ]
        );
    }

    #[test]
    fn zeros_stay_in_text_and_the_rest_is_its_own_inverse() {
        let key = XorKey::new("abc", 0x1234, verifier_of(b"abc")).unwrap();
        let text: Vec<u8> = b"One word\0and\0another".iter().copied().cycle().take(100).collect();
        let mut hidden = text.clone();
        key.apply_to_text(0x44, &mut hidden);
        assert_ne!(hidden, text);
        assert!(hidden.iter().zip(&text).all(|(hidden, text)| (*hidden == 0) == (*text == 0)));
        let (start, end) = hidden.split_at_mut(37);
        key.apply_to_text(0x44, start);
        key.apply_to_text(0x44 + 37, end);
        assert_eq!(hidden, text);
    }
}
