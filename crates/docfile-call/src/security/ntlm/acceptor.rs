//! The accepting end of a handshake ([MS-NLMP] 3.2.5).
//!
//! What came is believed in this order: the form of the message, the flags, the proof, the
//! integrity code. An unknown user is compared with a secret that nobody has, so that the time of
//! a refusal does not tell whether there is such a user.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::message::{self, Authenticate, Challenge, INTEGRITY_CODE_LEN, INTEGRITY_CODE_OFFSET};
use super::proof::{self, CLIENT_PART_LEN, Key, PROOF_LEN};
use super::session_key::{SIGNATURE_LEN, SessionKeys};
use super::user::{NtHash, User, UserTable, utf16};
use super::{av_pair, flag};
use crate::security::error::{SecurityError, SecurityFault};
use crate::security::{
    HandshakeSeed, Principal, Protected, SecurityContext, SecurityProvider, Step,
};
use crate::wire::pdu::{AuthLevel, AuthType};

/// Accepts NTLM handshakes of the users of a table.
#[derive(Clone, Debug)]
pub struct NtlmProvider {
    /// Who may log on.
    pub users: Arc<dyn UserTable>,
    /// What the machine calls itself in challenges.
    pub machine_name: String,
    /// Whether callers without a name are let in. They count as unprotected, whatever they sign
    /// with: their key is known to everybody.
    pub allows_anonymous: bool,
}

impl NtlmProvider {
    /// Accepts the users of a table, and nobody without a name.
    #[must_use]
    pub fn new(users: Arc<dyn UserTable>, machine_name: impl Into<String>) -> Self {
        Self { users, machine_name: machine_name.into(), allows_anonymous: false }
    }
}

impl SecurityProvider for NtlmProvider {
    fn accept(
        &self,
        auth_type: AuthType,
        _level: AuthLevel,
        seed: HandshakeSeed,
    ) -> Option<Box<dyn SecurityContext>> {
        (auth_type == AuthType::NTLM)
            .then(|| Box::new(NtlmAcceptor::new(self.clone(), seed)) as Box<dyn SecurityContext>)
    }
}

/// The accepting end of one handshake.
#[derive(Debug)]
pub struct NtlmAcceptor {
    provider: NtlmProvider,
    seed: HandshakeSeed,
    state: State,
}

#[derive(Debug)]
enum State {
    Start,
    Challenged(Challenged),
    Established { keys: Box<SessionKeys>, principal: Option<Arc<Principal>> },
    Refused,
}

/// What was said until the proof comes; the integrity code covers it.
#[derive(Debug)]
struct Challenged {
    negotiate: Vec<u8>,
    challenge: Vec<u8>,
    flags: u32,
    nonce: [u8; 8],
}

impl NtlmAcceptor {
    /// Waits for a client to begin.
    #[must_use]
    pub fn new(provider: NtlmProvider, seed: HandshakeSeed) -> Self {
        Self { provider, seed, state: State::Start }
    }

    fn challenge(&self, negotiate: &[u8]) -> Result<Challenged, SecurityError> {
        let offered = message::negotiate_flags(negotiate)?;
        let flags = offered & flag::SUPPORTED | flag::TARGET_INFO | flag::TARGET_TYPE_SERVER;
        if flags & flag::REQUIRED != flag::REQUIRED {
            return Err(SecurityFault::Unsupported.into());
        }
        let [n0, n1, n2, n3, n4, n5, n6, n7, ..] = self.seed.random;
        let nonce = [n0, n1, n2, n3, n4, n5, n6, n7];
        let name = utf16(&self.provider.machine_name);
        let mut target_info = Vec::new();
        let pairs = [
            (av_pair::NETBIOS_DOMAIN, &name[..]),
            (av_pair::NETBIOS_COMPUTER, &name[..]),
            // A machine of no domain names itself here too; impacket cannot do without.
            (av_pair::DNS_DOMAIN, &name[..]),
            (av_pair::DNS_COMPUTER, &name[..]),
            // Tells the client to send an integrity code ([MS-NLMP] 3.1.5.1.2).
            (av_pair::TIMESTAMP, &self.seed.file_time.to_le_bytes()[..]),
        ];
        av_pair::emit(&pairs, &mut target_info);
        let challenge =
            Challenge { flags, challenge: nonce, target_name: &name, target_info: &target_info };
        let challenge = challenge.emit();
        Ok(Challenged { negotiate: negotiate.to_vec(), challenge, flags, nonce })
    }

    fn accept(
        &self,
        challenged: &Challenged,
        token: &[u8],
    ) -> Result<(SessionKeys, Option<Arc<Principal>>), SecurityError> {
        let authenticate = Authenticate::parse(token)?;
        let flags = authenticate.flags & challenged.flags;
        if flags & flag::REQUIRED != flag::REQUIRED {
            return Err(SecurityFault::Unsupported.into());
        }
        let is_anonymous = authenticate.user.is_empty() && authenticate.nt_response.is_empty();
        let (base_key, principal) = match is_anonymous {
            true if self.provider.allows_anonymous => ([0; 16], None),
            true => return Err(SecurityFault::AnonymousRefused.into()),
            false => {
                let (base_key, principal) = self.prove(challenged, &authenticate)?;
                (base_key, Some(Arc::new(principal)))
            }
        };
        let has_key_exchange = flags & flag::KEY_EXCHANGE != 0;
        let session_key = match has_key_exchange {
            true => {
                let key = Key::try_from(authenticate.session_key)
                    .map_err(|_| SecurityFault::MalformedToken)?;
                proof::exchange(&base_key, key)
            }
            false => base_key,
        };
        check_integrity(challenged, &authenticate, token, &session_key)?;
        Ok((SessionKeys::of_server(&session_key, has_key_exchange), principal))
    }

    /// Compares the proof with what the secret of its user makes of the bytes that came.
    fn prove(
        &self,
        challenged: &Challenged,
        authenticate: &Authenticate<'_>,
    ) -> Result<(Key, Principal), SecurityError> {
        let Authenticate { user, domain, nt_response, .. } = authenticate;
        // A response of the first version has 24 bytes; there is no other way in.
        let (given, client_part) = nt_response
            .split_first_chunk::<PROOF_LEN>()
            .filter(|(_, part)| part.len() >= CLIENT_PART_LEN && part.starts_with(&[1, 1]))
            .ok_or(SecurityFault::Unsupported)?;
        let found = self.provider.users.find(user, domain);
        let is_known = found.is_some();
        let User { name, secret } = found
            .unwrap_or_else(|| User { name: String::new(), secret: NtHash(self.nobodys_secret()) });
        let response_key = proof::response_key(&secret, user, domain);
        let expected = proof::proof(&response_key, &challenged.nonce, client_part);
        let is_right = bool::from(expected[..].ct_eq(given)) & is_known;
        match is_right {
            true => {
                let principal = Principal { domain: domain.clone(), user: name };
                Ok((proof::base_key(&response_key, given), principal))
            }
            false => Err(SecurityFault::LogonFailure.into()),
        }
    }

    fn nobodys_secret(&self) -> Key {
        let [.., s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf] = self.seed.random;
        [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf]
    }
}

/// The integrity code over all three messages, if the proof says that there is one. The proof
/// covers that word, so it cannot be taken out on the way.
fn check_integrity(
    challenged: &Challenged,
    authenticate: &Authenticate<'_>,
    token: &[u8],
    session_key: &Key,
) -> Result<(), SecurityError> {
    let pairs = authenticate.nt_response.get(PROOF_LEN + CLIENT_PART_LEN..);
    let Some(pairs) = pairs else { return Ok(()) };
    if av_pair::flags(&av_pair::parse(pairs)?) & av_pair::HAS_INTEGRITY_CODE == 0 {
        return Ok(());
    }
    let (before, rest) =
        token.split_at_checked(INTEGRITY_CODE_OFFSET).ok_or(SecurityFault::MalformedToken)?;
    let (given, after) =
        rest.split_at_checked(INTEGRITY_CODE_LEN).ok_or(SecurityFault::MalformedToken)?;
    let Challenged { negotiate, challenge, .. } = challenged;
    let parts = [negotiate, challenge, before, &[0; INTEGRITY_CODE_LEN], after];
    match bool::from(proof::hmac_md5(session_key, &parts)[..].ct_eq(given)) {
        true => Ok(()),
        false => Err(SecurityFault::HandshakeAltered.into()),
    }
}

impl SecurityContext for NtlmAcceptor {
    fn auth_type(&self) -> AuthType {
        AuthType::NTLM
    }

    fn step(&mut self, token: &[u8]) -> Result<Step, SecurityError> {
        match core::mem::replace(&mut self.state, State::Refused) {
            State::Start => {
                let challenged = self.challenge(token)?;
                let token = challenged.challenge.clone();
                self.state = State::Challenged(challenged);
                Ok(Step { token, is_done: false })
            }
            State::Challenged(challenged) => {
                let (keys, principal) = self.accept(&challenged, token)?;
                self.state = State::Established { keys: Box::new(keys), principal };
                Ok(Step { token: Vec::new(), is_done: true })
            }
            State::Established { .. } | State::Refused => Err(SecurityFault::OutOfStep.into()),
        }
    }

    fn principal(&self) -> Option<Arc<Principal>> {
        match &self.state {
            State::Established { principal, .. } => principal.clone(),
            _ => None,
        }
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
            State::Established { keys, .. } => keys.protect(level, packet, signature),
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
            State::Established { keys, .. } => keys.check(level, packet, signature),
            _ => Err(SecurityFault::NotEstablished.into()),
        }
    }
}

#[cfg(test)]
#[path = "acceptor_tests.rs"]
mod tests;
