//! The arithmetic of the proof and of its keys ([MS-NLMP] 3.3.2 and 3.4.5).

use hmac::{Hmac, Mac};
use md5::Md5;
use rc4::{KeyInit, Rc4, StreamCipher, consts::U16};

use super::user::{NtHash, upper_case, utf16};

pub(super) type Key = [u8; 16];
pub(super) type Cipher = Rc4<U16>;

/// The length of a proof without what it is over, in bytes.
pub(super) const PROOF_LEN: usize = 16;

pub(super) fn hmac_md5(key: &Key, parts: &[&[u8]]) -> Key {
    // Any length of key will do, so the error never comes; zeros would match nobody's.
    let Ok(mut mac) = <Hmac<Md5> as Mac>::new_from_slice(key) else { return [0; 16] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(super) fn rc4(key: &Key) -> Cipher {
    Rc4::new(key.into())
}

/// `NTOWFv2`: the secret of one user of one domain.
pub(super) fn response_key(secret: &NtHash, user: &str, domain: &str) -> Key {
    hmac_md5(&secret.0, &[&utf16(&upper_case(user)), &utf16(domain)])
}

/// `NTProofStr`: what only who has the secret can make of a challenge.
pub(super) fn proof(response_key: &Key, challenge: &[u8; 8], client_part: &[u8]) -> Key {
    hmac_md5(response_key, &[challenge, client_part])
}

/// `SessionBaseKey`, which with this protocol is `KeyExchangeKey` as well.
pub(super) fn base_key(response_key: &Key, proof: &Key) -> Key {
    hmac_md5(response_key, &[proof])
}

/// Encrypts a session key, or decrypts one: it is the same.
pub(super) fn exchange(base_key: &Key, mut session_key: Key) -> Key {
    rc4(base_key).apply_keystream(&mut session_key);
    session_key
}

/// The part of the proof that its maker chooses ([MS-NLMP] 2.2.2.7), up to the list of pairs.
pub(super) fn client_part(file_time: u64, challenge: [u8; 8]) -> Vec<u8> {
    let mut part = vec![1, 1, 0, 0, 0, 0, 0, 0];
    part.extend_from_slice(&file_time.to_le_bytes());
    part.extend_from_slice(&challenge);
    part.extend_from_slice(&[0; 4]);
    part
}

/// Where the list of pairs starts in the client's part.
pub(super) const CLIENT_PART_LEN: usize = 28;

#[cfg(test)]
pub(super) mod vectors {
    //! The values of [MS-NLMP] 4.2.1 and 4.2.4.

    pub(crate) const CHALLENGE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    pub(crate) const SESSION_KEY: [u8; 16] = [0x55; 16];

    pub(crate) fn hex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::vectors::{CHALLENGE, SESSION_KEY, hex};
    use super::*;
    use crate::security::ntlm::av_pair;

    #[test]
    fn the_values_of_the_specification_come_out() {
        let secret = NtHash::of_password("Password");
        assert_eq!(secret.0[..], hex("a4f49c406510bdcab6824ee7c30fd852"));
        let response_key = response_key(&secret, "User", "Domain");
        assert_eq!(response_key[..], hex("0c868a403bfd7a93a3001ef22ef02e3f"));
        let mut part = client_part(0, [0xaa; 8]);
        assert_eq!(part.len(), CLIENT_PART_LEN);
        let pairs = [
            (av_pair::NETBIOS_DOMAIN, &utf16("Domain")[..]),
            (av_pair::NETBIOS_COMPUTER, &utf16("Server")[..]),
        ];
        av_pair::emit(&pairs, &mut part);
        part.extend_from_slice(&[0; 4]);
        let proof = proof(&response_key, &CHALLENGE, &part);
        assert_eq!(proof[..], hex("68cd0ab851e51c96aabc927bebef6a1c"));
        let base_key = base_key(&response_key, &proof);
        assert_eq!(base_key[..], hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
        let encrypted = exchange(&base_key, SESSION_KEY);
        assert_eq!(encrypted[..], hex("c5dad2544fc9799094ce1ce90bc9d03e"));
        assert_eq!(exchange(&base_key, encrypted), SESSION_KEY);
    }
}
