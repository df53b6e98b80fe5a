//! The states of a call object (contract/calls.md 4).
//!
//! ```text
//! IDLE --begin--> PENDING --signal--> SIGNALED --finish--> IDLE
//!                   | cancel
//!                   v
//!                CANCELED --finish--> IDLE
//! ```
//!
//! Invariants: an event that a state does not allow changes nothing; what is cancelled stays so
//! until it is finished, and meanwhile the object begins no other call. While the caller still has
//! patience with the server (`is_released` is false), a cancelled call is not to be finished yet.

use crate::Hresult;

/// The number of a method in its interface (opnum).
pub type MethodIndex = u16;

/// The state of a call object that holds at most one call; `T` is what the method gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallState<T> {
    /// No call.
    Idle,
    /// The call is on its way.
    Pending {
        /// What was begun.
        method: MethodIndex,
    },
    /// The outcome is here.
    Signaled {
        /// What was begun.
        method: MethodIndex,
        /// What came of it.
        outcome: Result<T, Hresult>,
    },
    /// The client gave it up.
    Canceled {
        /// What was begun.
        method: MethodIndex,
        /// Whether the client waits no more for the server.
        is_released: bool,
    },
}

impl<T> CallState<T> {
    /// Begin_: from idle only.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_S_CALLPENDING`] while there is a call.
    pub fn begin(&mut self, method: MethodIndex) -> Result<(), Hresult> {
        match self {
            Self::Idle => {
                *self = Self::Pending { method };
                Ok(())
            }
            _ => Err(Hresult::RPC_S_CALLPENDING),
        }
    }

    /// The call could not be sent: as if never begun.
    pub fn withdraw(&mut self) {
        if matches!(self, Self::Pending { .. }) {
            *self = Self::Idle;
        }
    }

    /// The outcome arrived; whether the client is now to be woken. That of a call which was
    /// cancelled is dropped: it only ends the patience with the server.
    pub fn signal(&mut self, outcome: Result<T, Hresult>) -> bool {
        match *self {
            Self::Pending { method } => {
                *self = Self::Signaled { method, outcome };
                true
            }
            Self::Canceled { .. } => self.release(),
            Self::Idle | Self::Signaled { .. } => false,
        }
    }

    /// ICancelMethodCalls::Cancel.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_COMPLETE`] when nothing is on its way,
    /// [`Hresult::RPC_E_CALL_CANCELED`] when it is cancelled already.
    pub fn cancel(&mut self, is_released: bool) -> Result<(), Hresult> {
        match *self {
            Self::Pending { method } => {
                *self = Self::Canceled { method, is_released };
                Ok(())
            }
            Self::Canceled { .. } => Err(Hresult::RPC_E_CALL_CANCELED),
            Self::Idle | Self::Signaled { .. } => Err(Hresult::RPC_E_CALL_COMPLETE),
        }
    }

    /// The patience with the server is over; whether the client is now to be woken.
    pub fn release(&mut self) -> bool {
        match self {
            Self::Canceled { is_released, .. } => !core::mem::replace(is_released, true),
            _ => false,
        }
    }

    /// Finish_: what came of the call.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_COMPLETE`] when there is no call, [`Hresult::E_UNEXPECTED`] when
    /// another method was begun, [`Hresult::RPC_S_CALLPENDING`] when the outcome is not here: these
    /// change nothing. [`Hresult::RPC_E_CALL_CANCELED`] when it was cancelled, and what the outcome
    /// has: these end the call.
    pub fn finish(&mut self, finished: MethodIndex) -> Result<T, Hresult> {
        match self {
            Self::Idle => return Err(Hresult::RPC_E_CALL_COMPLETE),
            Self::Pending { method }
            | Self::Signaled { method, .. }
            | Self::Canceled { method, .. }
                if *method != finished =>
            {
                return Err(Hresult::E_UNEXPECTED);
            }
            Self::Pending { .. } | Self::Canceled { is_released: false, .. } => {
                return Err(Hresult::RPC_S_CALLPENDING);
            }
            Self::Signaled { .. } | Self::Canceled { .. } => {}
        }
        match core::mem::replace(self, Self::Idle) {
            Self::Signaled { outcome, .. } => outcome,
            _ => Err(Hresult::RPC_E_CALL_CANCELED),
        }
    }

    /// Whether finishing would have to wait.
    pub const fn is_waited_for(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Canceled { is_released: false, .. })
    }
}
