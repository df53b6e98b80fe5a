//! Handshakes of clients that are not ours: without an integrity code, with weak or old proofs.

use super::*;
use crate::security::ntlm::Users;
use crate::security::ntlm::message::{Authenticate, negotiate};

const USUAL: u32 = flag::REQUIRED | flag::KEY_EXCHANGE | flag::SIGN | flag::SEAL;

/// What a client makes of a challenge; each test changes one thing.
struct Client {
    offered: u32,
    flags: u32,
    user: &'static str,
    pairs: Vec<(u16, Vec<u8>)>,
    /// Instead of a proof.
    response: Option<Vec<u8>>,
    integrity_key: Option<Key>,
}

impl Default for Client {
    fn default() -> Self {
        let (pairs, response, integrity_key) = (Vec::new(), None, None);
        Self { offered: USUAL, flags: USUAL, user: "Ada", pairs, response, integrity_key }
    }
}

impl Client {
    fn log_on(self) -> Result<Step, SecurityError> {
        let mut users = Users::default();
        users.insert("Ada", "secret");
        let provider = NtlmProvider::new(Arc::new(users), "BOX");
        let seed = HandshakeSeed { random: [3; 32], file_time: 1 };
        let mut acceptor = NtlmAcceptor::new(provider, seed);
        let first = negotiate(self.offered);
        let answer = acceptor.step(&first)?.token;
        let challenge = Challenge::parse(&answer)?;
        let mut part = proof::client_part(77, [5; 8]);
        let pairs: Vec<_> = self.pairs.iter().map(|(id, value)| (*id, &value[..])).collect();
        av_pair::emit(&pairs, &mut part);
        let response_key = proof::response_key(&NtHash::of_password("secret"), self.user, "D");
        let proof = proof::proof(&response_key, &challenge.challenge, &part);
        let response = self.response.unwrap_or_else(|| [&proof[..], &part].concat());
        let session_key = [9; 16];
        let base_key = proof::base_key(&response_key, &proof);
        let mut message = Authenticate {
            flags: self.flags,
            domain: "D".into(),
            user: self.user.into(),
            nt_response: &response,
            session_key: &proof::exchange(&base_key, session_key),
        }
        .emit();
        if let Some(key) = self.integrity_key {
            let code = proof::hmac_md5(&key, &[&first, &answer, &message]);
            message[INTEGRITY_CODE_OFFSET..][..INTEGRITY_CODE_LEN].copy_from_slice(&code);
        }
        let step = acceptor.step(&message)?;
        assert_eq!(acceptor.principal().unwrap().user, "Ada");
        assert_eq!(acceptor.step(&message), Err(SecurityFault::OutOfStep.into()));
        Ok(step)
    }

    fn fault(self) -> SecurityFault {
        self.log_on().unwrap_err().0
    }
}

fn announced() -> Vec<(u16, Vec<u8>)> {
    vec![(av_pair::FLAGS, av_pair::HAS_INTEGRITY_CODE.to_le_bytes().to_vec())]
}

#[test]
fn a_proof_without_an_integrity_code_lets_in_if_it_announces_none() {
    assert_eq!(Client::default().log_on(), Ok(Step { token: Vec::new(), is_done: true }));
}

#[test]
fn an_announced_integrity_code_must_be_right() {
    let right = Client { pairs: announced(), integrity_key: Some([9; 16]), ..Client::default() };
    assert!(right.log_on().is_ok());
    for integrity_key in [None, Some([8; 16])] {
        let wrong = Client { pairs: announced(), integrity_key, ..Client::default() };
        assert_eq!(wrong.fault(), SecurityFault::HandshakeAltered);
    }
}

#[test]
fn responses_of_the_first_version_and_cut_ones_are_refused() {
    for len in [1, 16, 24, 43] {
        let client = Client { response: Some(vec![1; len]), ..Client::default() };
        assert_eq!(client.fault(), SecurityFault::Unsupported, "{len}");
    }
    let nothing = Client { response: Some(Vec::new()), ..Client::default() };
    assert_eq!(nothing.fault(), SecurityFault::Unsupported);
}

#[test]
fn weak_flags_are_refused_in_the_offer_and_in_the_proof() {
    for weak in [flag::EXTENDED_SECURITY, flag::KEY_128, flag::UNICODE] {
        let offer = Client { offered: USUAL & !weak, ..Client::default() };
        assert_eq!(offer.fault(), SecurityFault::Unsupported);
        let proof = Client { flags: USUAL & !weak, ..Client::default() };
        assert_eq!(proof.fault(), SecurityFault::Unsupported);
    }
}

#[test]
fn a_right_proof_of_somebody_else_is_refused() {
    let client = Client { user: "Eve", ..Client::default() };
    assert_eq!(client.fault(), SecurityFault::LogonFailure);
}
