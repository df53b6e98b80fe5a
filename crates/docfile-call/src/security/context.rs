//! What a session asks of security: legs of a handshake, then signatures in the order of writing.
//!
//! A context counts what it protects and what it checks, one count for each direction. So packets
//! must be protected in the order in which they are written, and checked in the order in which they
//! came; a packet that is left out, repeated or moved fails its check.

use core::fmt;
use std::sync::Arc;

use super::error::SecurityError;
use crate::wire::pdu::{AuthLevel, AuthType};

/// One end of one handshake, and the keys that come of it.
pub trait SecurityContext: Send + fmt::Debug {
    /// Which provider the tokens are for.
    fn auth_type(&self) -> AuthType;

    /// Takes the peer's token and gives the next one. The end that begins gets an empty one first.
    ///
    /// # Errors
    ///
    /// The handshake is refused. The context refuses everything from then on.
    fn step(&mut self, token: &[u8]) -> Result<Step, SecurityError>;

    /// Who the other end has shown to be; nobody while the handshake lasts, and for anonymous
    /// callers.
    fn principal(&self) -> Option<Arc<Principal>>;

    /// How long the signature of a packet is, in bytes.
    fn signature_len(&self) -> usize;

    /// Signs the next packet that is sent, and at [`AuthLevel::Privacy`] encrypts its body.
    ///
    /// `signature` has [`signature_len`](Self::signature_len) bytes.
    ///
    /// # Errors
    ///
    /// The handshake is not done, or was refused.
    fn protect(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &mut [u8],
    ) -> Result<(), SecurityError>;

    /// Checks the next packet that came, and at [`AuthLevel::Privacy`] decrypts its body first.
    ///
    /// # Errors
    ///
    /// The signature is wrong, and nothing of the packet may be believed; or the handshake is not
    /// done.
    fn check(
        &mut self,
        level: AuthLevel,
        packet: Protected<'_>,
        signature: &[u8],
    ) -> Result<(), SecurityError>;
}

/// What came of one leg of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the peer gets; empty when there is nothing to say.
    pub token: Vec<u8>,
    /// Whether this end has its keys and expects no other token.
    pub is_done: bool,
}

/// A packet without its token, in the three parts that are treated differently.
#[derive(Debug)]
pub struct Protected<'p> {
    /// From the header to the stub data: signed, never encrypted.
    pub before: &'p [u8],
    /// Stub data and padding: signed, and at [`AuthLevel::Privacy`] encrypted.
    pub body: &'p mut [u8],
    /// The security trailer: signed, never encrypted.
    pub after: &'p [u8],
}

/// Somebody who has shown who he is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The domain or machine that the name belongs to, as the caller wrote it; may be empty.
    pub domain: String,
    /// The name, as the table of users has it.
    pub user: String,
}

/// What a handshake needs of the world: chance and time, as values.
#[derive(Clone, Copy)]
pub struct HandshakeSeed {
    /// Random bytes that are used for this handshake alone.
    pub random: [u8; 32],
    /// The time of day, in units of 100 ns since 1601 ([MS-DTYP] 2.3.3).
    pub file_time: u64,
}

impl fmt::Debug for HandshakeSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeSeed").field("file_time", &self.file_time).finish_non_exhaustive()
    }
}

/// Where the server end of a session gets the contexts for handshakes that clients begin.
pub trait SecurityProvider: Send + Sync + fmt::Debug {
    /// A context that accepts a handshake of this type, or nothing if none is done here.
    fn accept(
        &self,
        auth_type: AuthType,
        level: AuthLevel,
        seed: HandshakeSeed,
    ) -> Option<Box<dyn SecurityContext>>;
}
