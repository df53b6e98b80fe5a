//! What signs and encrypts after the handshake ([MS-NLMP] 3.4): a key, a cipher and a count for
//! each direction.

use core::fmt;

use md5::{Digest, Md5};
use rc4::StreamCipher;
use subtle::ConstantTimeEq;

use super::proof::{Cipher, Key, hmac_md5, rc4};
use crate::security::Protected;
use crate::security::error::{SecurityError, SecurityFault};
use crate::wire::pdu::AuthLevel;

/// The length of a signature, in bytes.
pub(super) const SIGNATURE_LEN: usize = 16;

const VERSION: [u8; 4] = [1, 0, 0, 0];
const CLIENT_SIGNING: &[u8] = b"session key to client-to-server signing key magic constant\0";
const CLIENT_SEALING: &[u8] = b"session key to client-to-server sealing key magic constant\0";
const SERVER_SIGNING: &[u8] = b"session key to server-to-client signing key magic constant\0";
const SERVER_SEALING: &[u8] = b"session key to server-to-client sealing key magic constant\0";

/// Both directions of one end.
pub(super) struct SessionKeys {
    sent: Direction,
    received: Direction,
}

struct Direction {
    signing_key: Key,
    cipher: Cipher,
    /// The number of the next packet; `None` once all numbers are used.
    sequence: Option<u32>,
    /// Whether signatures are encrypted: so it is where the client chose the session key.
    encrypts_signature: bool,
}

impl SessionKeys {
    pub(super) fn of_client(session_key: &Key, has_key_exchange: bool) -> Self {
        let direction = |sign, seal| Direction::new(session_key, sign, seal, has_key_exchange);
        Self {
            sent: direction(CLIENT_SIGNING, CLIENT_SEALING),
            received: direction(SERVER_SIGNING, SERVER_SEALING),
        }
    }

    pub(super) fn of_server(session_key: &Key, has_key_exchange: bool) -> Self {
        let Self { sent, received } = Self::of_client(session_key, has_key_exchange);
        Self { sent: received, received: sent }
    }

    pub(super) fn protect(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &mut [u8],
    ) -> Result<(), SecurityError> {
        let digest = self.sent.digest(&packet)?;
        if level == AuthLevel::Privacy {
            self.sent.cipher.apply_keystream(packet.body);
        }
        let made = self.sent.sign(digest)?;
        match signature.len() == SIGNATURE_LEN {
            true => signature.copy_from_slice(&made),
            false => return Err(SecurityFault::BadSignature.into()),
        }
        Ok(())
    }

    pub(super) fn check(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &[u8],
    ) -> Result<(), SecurityError> {
        if level == AuthLevel::Privacy {
            self.received.cipher.apply_keystream(packet.body);
        }
        let digest = self.received.digest(&packet)?;
        let expected = self.received.sign(digest)?;
        match bool::from(expected[..].ct_eq(signature)) {
            true => Ok(()),
            false => Err(SecurityFault::BadSignature.into()),
        }
    }
}

impl Direction {
    fn new(session_key: &Key, signing: &[u8], sealing: &[u8], encrypts_signature: bool) -> Self {
        let key = |constant| -> Key {
            Md5::new().chain_update(session_key).chain_update(constant).finalize().into()
        };
        let cipher = rc4(&key(sealing));
        Self { signing_key: key(signing), cipher, sequence: Some(0), encrypts_signature }
    }

    /// The first half of the keyed hash over the number of the packet and its plain text.
    fn digest(&self, packet: &Protected<'_>) -> Result<[u8; 8], SecurityError> {
        let sequence = self.sequence.ok_or(SecurityFault::BadSignature)?.to_le_bytes();
        let parts = [&sequence[..], packet.before, packet.body, packet.after];
        let [d0, d1, d2, d3, d4, d5, d6, d7, ..] = hmac_md5(&self.signing_key, &parts);
        Ok([d0, d1, d2, d3, d4, d5, d6, d7])
    }

    /// The signature around a digest; counts the packet.
    fn sign(&mut self, mut digest: [u8; 8]) -> Result<[u8; SIGNATURE_LEN], SecurityError> {
        let sequence = self.sequence.ok_or(SecurityFault::BadSignature)?;
        self.sequence = sequence.checked_add(1);
        if self.encrypts_signature {
            self.cipher.apply_keystream(&mut digest);
        }
        let mut signature = [0; SIGNATURE_LEN];
        let parts = VERSION.into_iter().chain(digest).chain(sequence.to_le_bytes());
        for (byte, value) in signature.iter_mut().zip(parts) {
            *byte = value;
        }
        Ok(signature)
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKeys")
            .field("sent", &self.sent.sequence)
            .field("received", &self.received.sequence)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::ntlm::proof::vectors::{SESSION_KEY, hex};
    use crate::security::ntlm::user::utf16;

    fn parts(body: &mut [u8]) -> Protected<'_> {
        Protected { before: &[], body, after: &[] }
    }

    #[test]
    fn a_sealed_message_is_that_of_the_specification() {
        let mut keys = SessionKeys::of_client(&SESSION_KEY, true);
        assert_eq!(keys.sent.signing_key[..], hex("4788dc861b4782f35d43fd98fe1a2d39"));
        let mut body = utf16("Plaintext");
        let mut signature = [0; SIGNATURE_LEN];
        keys.protect(AuthLevel::Privacy, parts(&mut body), &mut signature).unwrap();
        assert_eq!(body, hex("54e50165bf1936dc996020c1811b0f06fb5f"));
        assert_eq!(signature[..], hex("010000007fb38ec5c55d497600000000"));

        let mut other = SessionKeys::of_server(&SESSION_KEY, true);
        other.check(AuthLevel::Privacy, parts(&mut body), &signature).unwrap();
        assert_eq!(body, utf16("Plaintext"));
    }

    #[test]
    fn a_packet_is_taken_once_and_in_its_order() {
        let mut client = SessionKeys::of_client(&SESSION_KEY, true);
        let mut packets: Vec<_> = (0..3u8)
            .map(|byte| {
                let mut body = vec![byte; 40];
                let mut signature = [0; SIGNATURE_LEN];
                client.protect(AuthLevel::Privacy, parts(&mut body), &mut signature).unwrap();
                (body, signature)
            })
            .collect();
        for order in [[0, 0], [0, 2], [1, 0]] {
            let mut server = SessionKeys::of_server(&SESSION_KEY, true);
            let results = order.map(|index: usize| {
                let (body, signature) = &packets[index];
                let mut body = body.clone();
                server.check(AuthLevel::Privacy, parts(&mut body), signature).is_ok()
            });
            assert!(results != [true, true], "{order:?}");
        }
        let mut server = SessionKeys::of_server(&SESSION_KEY, true);
        for (body, signature) in &mut packets {
            server.check(AuthLevel::Privacy, parts(body), signature).unwrap();
        }
    }
}
