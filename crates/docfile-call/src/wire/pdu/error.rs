//! What can be wrong with a packet, and where.

use core::fmt;

/// What every parser of packets answers.
pub(crate) type Result<T> = core::result::Result<T, WireError>;

/// A packet that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// What is wrong.
    pub fault: WireFault,
    /// Where, in bytes from the start of the packet.
    pub offset: usize,
}

/// What is wrong with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WireFault {
    /// The packet ends before its contents do.
    Truncated,
    /// The version of the protocol is not 5.
    Version,
    /// No packet of connection-oriented DCE/RPC has this type.
    PacketType,
    /// Integers are neither little-endian nor big-endian.
    Representation,
    /// The length of the fragment is shorter than its header, or not that of the bytes at hand.
    FragmentLength,
    /// The fragment is longer than was agreed, or than a limit allows.
    FragmentTooLong,
    /// The security trailer and its token do not fit into the fragment.
    AuthLength,
    /// The padding before the security trailer is longer than the body.
    AuthPadding,
    /// The security trailer names no level of authentication.
    AuthLevel,
    /// More presentation contexts or transfer syntaxes than a limit allows.
    TooManyContexts,
    /// A result of a presentation context that \[C706\] does not know.
    ContextResult,
    /// The verification trailer is not of the form of [MS-RPCE] 2.2.2.13.
    VerificationTrailer,
}

impl WireFault {
    /// This fault at `offset`, in bytes from the start of the packet.
    #[must_use]
    pub const fn at(self, offset: usize) -> WireError {
        WireError { fault: self, offset }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Truncated => "the packet ends too early",
            Self::Version => "the version of the protocol is not 5",
            Self::PacketType => "the packet type is unknown",
            Self::Representation => "the representation of integers is unknown",
            Self::FragmentLength => "the length of the fragment is wrong",
            Self::FragmentTooLong => "the fragment is too long",
            Self::AuthLength => "the security trailer does not fit",
            Self::AuthPadding => "the padding before the security trailer is too long",
            Self::AuthLevel => "the level of authentication is unknown",
            Self::TooManyContexts => "there are too many presentation contexts",
            Self::ContextResult => "the result of a presentation context is unknown",
            Self::VerificationTrailer => "the verification trailer is malformed",
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, offset {}", self.fault.text(), self.offset)
    }
}

impl core::error::Error for WireError {}
