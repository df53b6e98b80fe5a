//! What a server knows of the call that it works on (the call context, contract/calls.md 6 and 7).
//!
//! Invariant: once the call is signaled, the caller can no longer be impersonated, even though the
//! method that began it has not returned.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::cancel::{CancelMethodCalls, Patience};
use super::event::Event;
use super::synchronize::{Synchronize, WaitFlags};
use super::waiters::WaiterId;
use crate::{Guid, Hresult, unknown};

/// Who calls, as the session has found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The name that was proved; none for an anonymous caller.
    pub user: Option<Arc<str>>,
    /// The level of authentication, 1 (none) to 6 (privacy) ([MS-RPCE] 2.2.1.1.8).
    pub authentication_level: u8,
}

/// The context of one call on the side of the server. It is signaled when the client cancels.
#[derive(Debug)]
pub struct CallContext {
    causality_id: Guid,
    state: Mutex<State>,
    canceled: Event,
}

#[derive(Debug)]
struct State {
    caller: Option<Caller>,
    is_canceled: bool,
}

impl CallContext {
    /// The context of a call in the logical thread `causality_id`.
    #[must_use]
    pub fn new(causality_id: Guid, caller: Caller) -> Arc<Self> {
        let state = State { caller: Some(caller), is_canceled: false };
        Arc::new(Self { causality_id, state: Mutex::new(state), canceled: Event::manual_reset() })
    }

    /// The logical thread of the call.
    #[must_use]
    pub const fn causality_id(&self) -> Guid {
        self.causality_id
    }

    /// The caller, for whom the server may act.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_COMPLETE`] once the call is signaled.
    pub fn impersonate(&self) -> Result<Caller, Hresult> {
        self.lock().caller.clone().ok_or(Hresult::RPC_E_CALL_COMPLETE)
    }

    /// The call is signaled: nobody acts for the caller from now on.
    pub fn complete(&self) {
        let caller = self.lock().caller.take();
        drop(caller);
    }

    /// Whether the call is signaled.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.lock().caller.is_none()
    }

    /// The client has cancelled. Only the first time counts.
    pub fn note_cancel(&self) {
        if !core::mem::replace(&mut self.lock().is_canceled, true) {
            // An event of this crate does not fail.
            let _signaled = self.canceled.signal();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CancelMethodCalls for CallContext {
    /// A server cancels its call by answering it.
    fn cancel(&self, _patience: Patience) -> Result<(), Hresult> {
        Err(Hresult::CO_E_CANCEL_DISABLED)
    }

    fn test_cancel(&self) -> Hresult {
        if self.lock().is_canceled {
            Hresult::RPC_E_CALL_CANCELED
        } else {
            Hresult::RPC_S_CALLPENDING
        }
    }
}

impl Synchronize for CallContext {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        self.canceled.try_wait(flags)
    }

    fn enroll(&self, waker: &Waker) -> WaiterId {
        self.canceled.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        self.canceled.withdraw(waiter);
    }

    /// Only the client's cancel signals it.
    fn signal(&self) -> Result<(), Hresult> {
        Err(Hresult::E_ACCESSDENIED)
    }

    /// A cancel is not taken back.
    fn reset(&self) -> Result<(), Hresult> {
        Err(Hresult::E_ACCESSDENIED)
    }
}

unknown!(CallContext: dyn CancelMethodCalls, dyn Synchronize);
