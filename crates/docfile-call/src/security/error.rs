//! Why a handshake or a packet was refused.

use core::fmt;

/// Why security says no.
///
/// The text never says more than the fault: what exactly was wrong with a proof helps only those
/// who try to make one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityError(pub SecurityFault);

/// What sort of refusal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecurityFault {
    /// A token of the handshake is not of its form.
    MalformedToken,
    /// A token came that does not belong to this step of the handshake.
    OutOfStep,
    /// Something is asked for that is not done here: an old form of the proof, weak keys.
    Unsupported,
    /// The proof is wrong, or the user is unknown. Which of the two is not said.
    LogonFailure,
    /// Nobody is named, and nobody may not call.
    AnonymousRefused,
    /// The message integrity code of the handshake is missing or wrong.
    HandshakeAltered,
    /// The signature of a packet is wrong: it was altered, repeated, or left out of its order.
    BadSignature,
    /// The handshake is not done, so there are no keys.
    NotEstablished,
}

impl fmt::Display for SecurityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            SecurityFault::MalformedToken => "the token of the handshake is malformed",
            SecurityFault::OutOfStep => "the token does not belong to this step of the handshake",
            SecurityFault::Unsupported => "the handshake asks for what is not supported",
            SecurityFault::LogonFailure => "user name or password is wrong",
            SecurityFault::AnonymousRefused => "anonymous callers are refused",
            SecurityFault::HandshakeAltered => "the handshake was altered on its way",
            SecurityFault::BadSignature => "the signature of a packet is wrong",
            SecurityFault::NotEstablished => "the handshake is not done",
        })
    }
}

impl core::error::Error for SecurityError {}

impl From<SecurityFault> for SecurityError {
    fn from(fault: SecurityFault) -> Self {
        Self(fault)
    }
}
