//! The words in which a message filter is asked (IMessageFilter, contract/calls.md 9).

use core::time::Duration;
use std::fmt;
use std::sync::Arc;

use crate::interface::{Unknown, local_interface};
use crate::{Guid, Hresult};

/// How a call meets the apartment that it calls (CALLTYPE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallType {
    /// The apartment waits for nothing.
    TopLevel = 1,
    /// It is made on behalf of a call for which the apartment waits.
    Nested = 2,
    /// An asynchronous notification.
    Async = 3,
    /// A new logical thread calls while the apartment waits for a call of its own.
    TopLevelCallPending = 4,
    /// An asynchronous notification while the apartment waits for a call of its own.
    AsyncCallPending = 5,
}

/// What a filter says to a call that comes in (SERVERCALL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerCall {
    /// Serve it.
    IsHandled = 0,
    /// Not now, and not later.
    Rejected = 1,
    /// Later.
    RetryLater = 2,
}

/// Whether the call that waits was itself made while a call was served (PENDINGTYPE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingType {
    /// It was not.
    TopLevel = 1,
    /// It was.
    Nested = 2,
}

/// What a filter says when a message comes while a call waits (PENDINGMSG).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingMessage {
    /// Give the call up.
    CancelCall = 0,
    /// Wait on, and leave the message where it is.
    WaitNoProcess = 1,
    /// Wait on, and let the message have what such messages get.
    WaitDefaultProcess = 2,
}

/// How the callee turned a call away (the second and third value of SERVERCALL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// For good.
    Rejected,
    /// For now.
    RetryLater,
}

/// What becomes of a call that was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It fails with this.
    Fail(Hresult),
    /// It is made again after so long.
    After(Duration),
}

impl Retry {
    /// From what the filter's RetryRejectedCall said; without a filter the call fails.
    ///
    /// `0xFFFFFFFF` gives up, up to 99 is at once, more is so many milliseconds.
    #[must_use]
    pub const fn from_answer(rejection: Rejection, answer: Option<u32>) -> Self {
        match (answer, rejection) {
            (None, Rejection::RetryLater) => Self::Fail(Hresult::RPC_E_SERVERCALL_RETRYLATER),
            (None, Rejection::Rejected) | (Some(u32::MAX), _) => {
                Self::Fail(Hresult::RPC_E_CALL_REJECTED)
            }
            (Some(0..=99), _) => Self::After(Duration::ZERO),
            (Some(millis), _) => Self::After(Duration::from_millis(millis as u64)),
        }
    }
}

/// A task of the system, which in a single-threaded apartment is its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub u32);

/// What is called (INTERFACEINFO).
#[derive(Clone)]
pub struct CallTarget {
    /// The object.
    pub object: Option<Arc<dyn Unknown>>,
    /// The interface.
    pub iid: Guid,
    /// The number of the method.
    pub method: u16,
}

impl fmt::Debug for CallTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallTarget({} method {})", self.iid, self.method)
    }
}

/// Decides for a single-threaded apartment which calls come in while others wait. Threads of the
/// multi-threaded apartment have none.
pub trait MessageFilter: Unknown {
    /// A call comes in; `elapsed` is how long the apartment's own call has waited.
    fn handle_incoming_call(
        &self,
        call_type: CallType,
        caller: TaskId,
        elapsed: Duration,
        target: &CallTarget,
    ) -> ServerCall;

    /// The callee turned a call away. For the answer see [`Retry::from_answer`].
    fn retry_rejected_call(&self, callee: TaskId, elapsed: Duration, rejection: Rejection) -> u32;

    /// A message came while a call waits.
    fn message_pending(
        &self,
        callee: TaskId,
        elapsed: Duration,
        pending: PendingType,
    ) -> PendingMessage;
}

local_interface!(MessageFilter = 0x00000016_0000_0000_C000_000000000046);
