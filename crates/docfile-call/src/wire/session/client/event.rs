//! What a client session tells, and the ids it tells it by.

use core::fmt;
use core::time::Duration;

use crate::Hresult;
use crate::security::SecurityError;
use crate::wire::pdu::{ByteOrder, FaultStatus, RejectReason};
use crate::wire::session::end::EndReason;

/// A call of this session; its id on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub(crate) u32);

impl CallId {
    /// The id of the call on the wire.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// An interface that was asked for on this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub(super) u16);

/// A security context of this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecurityId(pub(super) u32);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// The interface can be called.
    Bound(BindingId),
    /// The interface cannot be called on this connection.
    BindFailed(BindingId, BindFailure),
    /// A call is over. Every call that was begun has this once.
    Finished(CallId, CallOutcome),
    /// What came in the server of a call that was cancelled or timed out. Each has this once.
    Confirmed(CallId, Confirmation),
    /// The server asks its clients to leave. Calls under way may be answered still, no other can
    /// be begun.
    ShutdownAsked,
    /// The session does nothing any more. What was under way was told as finished before.
    Ended(EndReason),
}

/// Why an interface cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindFailure {
    /// The server refused it.
    Rejected(RejectReason),
    /// The handshake failed.
    Security(SecurityError),
    /// The session ended.
    Ended,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The server answered.
    Response {
        /// The stub data of the answer.
        stub: Vec<u8>,
        /// Their byte order.
        order: ByteOrder,
    },
    /// The server refused the call, or failed at it.
    Fault {
        /// Why.
        status: FaultStatus,
        /// Whether the call was certainly not begun, and can be repeated. Never so when the fault
        /// should have been signed and was not.
        did_not_execute: bool,
    },
    /// This end cancelled it. What the server made of it is confirmed later.
    Cancelled,
    /// Its deadline passed. What the server made of it is confirmed later.
    TimedOut,
    /// The session ended before an answer came.
    Ended,
}

impl CallOutcome {
    /// The result code of a call that has no answer.
    #[must_use]
    pub fn failure(&self) -> Option<Hresult> {
        Some(match self {
            Self::Response { .. } => return None,
            Self::Fault { status, .. } => status.hresult(),
            Self::Cancelled => Hresult::RPC_E_CALL_CANCELED,
            Self::TimedOut => Hresult::RPC_E_TIMEOUT,
            Self::Ended => Hresult::RPC_E_CONNECTION_TERMINATED,
        })
    }
}

/// What came in the server of a call that was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The server never saw it whole: it was withdrawn, or orphaned while it was sent.
    NeverArrived,
    /// The server cancelled it.
    Cancelled,
    /// The server finished it all the same, and its answer was dropped or given as the outcome.
    Completed,
    /// It failed in the server for another reason.
    Fault(FaultStatus),
    /// The session ended; nobody knows.
    Unknown,
}

/// How long the caller of a cancelled call waits for the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// The call is finished at once.
    None,
    /// The call is finished by the server's answer, or else at this time.
    Until(Duration),
    /// The call is finished by the server's answer alone.
    Forever,
}

/// Why a call cannot be begun or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// The interface is not bound, or not yet.
    NotBound,
    /// The session has ended, or the server asked to leave.
    Ended,
    /// Too many calls are under way, or too much waits to be sent.
    LimitReached,
    /// No such call is under way.
    Complete,
    /// The call was cancelled already.
    AlreadyCancelled,
}

impl CallError {
    /// The contract's code (`contract/calls.md` 7).
    #[must_use]
    pub fn hresult(self) -> Hresult {
        match self {
            Self::NotBound => Hresult::RPC_E_NOT_REGISTERED,
            Self::Ended => Hresult::RPC_E_DISCONNECTED,
            Self::LimitReached => Hresult::RPC_E_OUT_OF_RESOURCES,
            Self::Complete => Hresult::RPC_E_CALL_COMPLETE,
            Self::AlreadyCancelled => Hresult::RPC_E_CALL_CANCELED,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBound => "the interface is not bound",
            Self::Ended => "the session has ended",
            Self::LimitReached => "too many calls are under way",
            Self::Complete => "no such call is under way",
            Self::AlreadyCancelled => "the call was cancelled already",
        })
    }
}

impl core::error::Error for CallError {}
