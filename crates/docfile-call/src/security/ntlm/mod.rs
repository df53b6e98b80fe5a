//! NTLM ([MS-NLMP]): both ends of the handshake, and the signatures that follow.
//!
//! NTLMv2 alone, with extended session security and keys of 128 bits; older and weaker forms are
//! refused, not fallen back to. The accepting end always compares the proof over the bytes that
//! came, and the integrity code of the handshake whenever the client announces one, both in
//! constant time. MD4, MD5 and RC4 are what the protocol prescribes; it is as good as they are.
//!
//! | type | what it is |
//! |---|---|
//! | [`NtlmProvider`] | accepts handshakes of the users of a [`UserTable`] |
//! | [`NtlmInitiator`] | begins a handshake as one user |
//! | [`NtHash`], [`Users`] | secrets, and a table of them |

mod acceptor;
mod av_pair;
mod flag;
mod initiator;
mod message;
mod proof;
mod session_key;
mod user;

pub use acceptor::{NtlmAcceptor, NtlmProvider};
pub use initiator::{NtlmCredentials, NtlmInitiator};
pub use user::{NtHash, User, UserTable, Users};
