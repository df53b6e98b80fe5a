//! The beginning end of a handshake ([MS-NLMP] 3.1.5).

use std::sync::Arc;

use super::message::{self, Authenticate, Challenge, INTEGRITY_CODE_LEN, INTEGRITY_CODE_OFFSET};
use super::proof::{self, Key};
use super::session_key::{SIGNATURE_LEN, SessionKeys};
use super::user::NtHash;
use super::{av_pair, flag};
use crate::security::error::{SecurityError, SecurityFault};
use crate::security::{HandshakeSeed, Principal, Protected, SecurityContext, Step};
use crate::wire::pdu::{AuthLevel, AuthType};

/// As whom a client logs on.
#[derive(Clone, Debug)]
pub struct NtlmCredentials {
    /// The domain or machine of the user; may be empty.
    pub domain: String,
    /// The user; an empty name asks to be let in as nobody.
    pub user: String,
    /// The secret.
    pub secret: NtHash,
}

/// The beginning end of one handshake.
#[derive(Debug)]
pub struct NtlmInitiator {
    credentials: NtlmCredentials,
    seed: HandshakeSeed,
    state: State,
}

#[derive(Debug)]
enum State {
    Start,
    Begun { negotiate: Vec<u8> },
    Established { keys: Box<SessionKeys> },
    Refused,
}

/// What is offered, all of which the server must grant.
const OFFERED: u32 = flag::SUPPORTED & !flag::KEY_56;
const WANTED: u32 = flag::REQUIRED | flag::KEY_EXCHANGE | flag::SIGN | flag::SEAL;

impl NtlmInitiator {
    /// Begins when its first step is asked for.
    #[must_use]
    pub fn new(credentials: NtlmCredentials, seed: HandshakeSeed) -> Self {
        Self { credentials, seed, state: State::Start }
    }

    fn authenticate(
        &self,
        negotiate: &[u8],
        token: &[u8],
    ) -> Result<(Vec<u8>, SessionKeys), SecurityError> {
        let challenge = Challenge::parse(token)?;
        let flags = challenge.flags & (OFFERED | flag::VERSION);
        if flags & WANTED != WANTED {
            return Err(SecurityFault::Unsupported.into());
        }
        let (response, base_key) = self.response(&challenge)?;
        let session_key = self.session_key();
        let encrypted_key = proof::exchange(&base_key, session_key);
        let mut message = Authenticate {
            flags: flags & !flag::VERSION,
            domain: self.credentials.domain.clone(),
            user: self.credentials.user.clone(),
            nt_response: &response,
            session_key: &encrypted_key,
        }
        .emit();
        let code = proof::hmac_md5(&session_key, &[negotiate, token, &message]);
        let range = INTEGRITY_CODE_OFFSET..INTEGRITY_CODE_OFFSET + INTEGRITY_CODE_LEN;
        if let Some(field) = message.get_mut(range) {
            field.copy_from_slice(&code);
        }
        Ok((message, SessionKeys::of_client(&session_key, true)))
    }

    /// The proof with what it is over, and the key that comes of it.
    fn response(&self, challenge: &Challenge<'_>) -> Result<(Vec<u8>, Key), SecurityError> {
        let NtlmCredentials { domain, user, secret } = &self.credentials;
        if user.is_empty() {
            // Nobody proves nothing, and has a key that everybody knows.
            return Ok((Vec::new(), [0; 16]));
        }
        let mut pairs = av_pair::parse(challenge.target_info)?;
        let flags = av_pair::flags(&pairs) | av_pair::HAS_INTEGRITY_CODE;
        let flags = flags.to_le_bytes();
        pairs.retain(|(id, _)| *id != av_pair::FLAGS);
        let file_time = pairs
            .iter()
            .find(|(id, _)| *id == av_pair::TIMESTAMP)
            .and_then(|(_, value)| value.first_chunk())
            .map_or(self.seed.file_time, |bytes| u64::from_le_bytes(*bytes));
        pairs.push((av_pair::FLAGS, &flags));
        let [c0, c1, c2, c3, c4, c5, c6, c7, ..] = self.seed.random;
        let mut client_part = proof::client_part(file_time, [c0, c1, c2, c3, c4, c5, c6, c7]);
        av_pair::emit(&pairs, &mut client_part);
        client_part.extend_from_slice(&[0; 4]);
        let response_key = proof::response_key(secret, user, domain);
        let proof = proof::proof(&response_key, &challenge.challenge, &client_part);
        let base_key = proof::base_key(&response_key, &proof);
        Ok(([&proof[..], &client_part].concat(), base_key))
    }

    /// The key that this end chooses; other random bytes than those of the challenge.
    fn session_key(&self) -> Key {
        let [.., s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf] = self.seed.random;
        [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf]
    }
}

impl SecurityContext for NtlmInitiator {
    fn auth_type(&self) -> AuthType {
        AuthType::NTLM
    }

    fn step(&mut self, token: &[u8]) -> Result<Step, SecurityError> {
        match core::mem::replace(&mut self.state, State::Refused) {
            State::Start if token.is_empty() => {
                let negotiate = message::negotiate(OFFERED);
                let token = negotiate.clone();
                self.state = State::Begun { negotiate };
                Ok(Step { token, is_done: false })
            }
            State::Begun { negotiate } => {
                let (token, keys) = self.authenticate(&negotiate, token)?;
                self.state = State::Established { keys: Box::new(keys) };
                Ok(Step { token, is_done: true })
            }
            _ => Err(SecurityFault::OutOfStep.into()),
        }
    }

    /// Nobody: this protocol does not show the client who the server is, only that it knows the
    /// client's secret.
    fn principal(&self) -> Option<Arc<Principal>> {
        None
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    fn protect(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &mut [u8],
    ) -> Result<(), SecurityError> {
        match &mut self.state {
            State::Established { keys } => keys.protect(level, packet, signature),
            _ => Err(SecurityFault::NotEstablished.into()),
        }
    }

    fn check(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &[u8],
    ) -> Result<(), SecurityError> {
        match &mut self.state {
            State::Established { keys } => keys.check(level, packet, signature),
            _ => Err(SecurityFault::NotEstablished.into()),
        }
    }
}
