//! Why a connection ended.

use core::fmt;

use crate::security::SecurityError;
use crate::wire::pdu::{NakReason, PacketType, WireError};

/// Why a session does nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// The bytes of the peer ended, or could not be brought.
    Closed,
    /// This end closed the session.
    Local,
    /// The server asked its client to leave, and no call was under way any more.
    Shutdown,
    /// A packet of the peer cannot be read.
    Wire(WireError),
    /// A packet came that makes no sense where it came.
    Protocol(ProtocolFault),
    /// A handshake or a packet was refused.
    Security(SecurityError),
    /// The peer refused the bind.
    BindRefused(NakReason),
    /// A handshake took too long.
    HandshakeTimeout,
    /// A packet or a message stood still before it was whole.
    Stalled,
    /// The peer made use of more than it is granted.
    LimitReached(LimitKind),
}

/// Which packet makes no sense, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProtocolFault {
    /// A packet that only the other end sends, or that comes at another time.
    Unexpected(PacketType),
    /// A first fragment while another message is not whole, or a later one without a first.
    FragmentOrder,
    /// A fragment that differs from the first one of its message.
    FragmentMismatch,
    /// A call id that is in use, or that nobody uses.
    CallId,
    /// An answer to a bind that was not asked like this.
    BindAnswer,
    /// A packet without the protection that its connection agreed on.
    Unprotected,
    /// A trailer that names no security context, or another provider or level than at its start.
    SecurityContext,
    /// The verification trailer of a request speaks of another one, or cannot be understood.
    Verification,
}

/// Which limit of [`CallLimits`](crate::limits::CallLimits) was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// Stub data of one message.
    StubLength,
    /// Fragments of one message.
    FragmentCount,
    /// Stub data of a connection that wait to be whole or for their turn.
    Buffered,
    /// Answers that the peer does not take.
    Unsent,
    /// A token of a handshake.
    TokenLength,
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection was closed"),
            Self::Local => f.write_str("the session was closed here"),
            Self::Shutdown => f.write_str("the server shut down"),
            Self::Wire(error) => write!(f, "malformed packet: {error}"),
            Self::Protocol(fault) => write!(f, "the peer broke the protocol: {fault}"),
            Self::Security(error) => write!(f, "refused: {error}"),
            Self::BindRefused(reason) => write!(f, "the bind was refused, reason {}", reason.0),
            Self::HandshakeTimeout => f.write_str("the handshake took too long"),
            Self::Stalled => f.write_str("a message stood still before it was whole"),
            Self::LimitReached(kind) => write!(f, "a limit was reached: {kind}"),
        }
    }
}

impl core::error::Error for EndReason {}

impl fmt::Display for ProtocolFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unexpected(packet_type) => return write!(f, "{packet_type:?} is out of place"),
            Self::FragmentOrder => "fragments are out of order",
            Self::FragmentMismatch => "a fragment differs from the first of its message",
            Self::CallId => "the call id is wrong",
            Self::BindAnswer => "the answer to a bind does not fit",
            Self::Unprotected => "a packet is not protected as agreed",
            Self::SecurityContext => "the security context is not the agreed one",
            Self::Verification => "the verification trailer does not agree with its request",
        })
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StubLength => "length of one message",
            Self::FragmentCount => "fragments of one message",
            Self::Buffered => "bytes that wait on a connection",
            Self::Unsent => "answers that the peer does not take",
            Self::TokenLength => "length of a token",
        })
    }
}

impl From<WireError> for EndReason {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<ProtocolFault> for EndReason {
    fn from(fault: ProtocolFault) -> Self {
        Self::Protocol(fault)
    }
}

impl From<SecurityError> for EndReason {
    fn from(error: SecurityError) -> Self {
        Self::Security(error)
    }
}

impl From<LimitKind> for EndReason {
    fn from(kind: LimitKind) -> Self {
        Self::LimitReached(kind)
    }
}
