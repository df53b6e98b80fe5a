//! What a server knows of the call that it works on (the call context, contract/calls.md 6 and 7).
//!
//! Invariant: once the call is signaled, the caller can no longer be impersonated, even though the
//! method that began it has not returned.

use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Wake, Waker};

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
    /// The server's own call object, when it can be cancelled.
    object: Option<Weak<dyn CancelMethodCalls>>,
}

impl CallContext {
    /// The context of a call in the logical thread `causality_id`.
    #[must_use]
    pub fn new(causality_id: Guid, caller: Caller) -> Arc<Self> {
        let state = State { caller: Some(caller), is_canceled: false, object: None };
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

    /// The client has cancelled. Only the first time counts. The server's call object, if it has
    /// one that can be cancelled, is told.
    pub fn note_cancel(&self) {
        let mut state = self.lock();
        if core::mem::replace(&mut state.is_canceled, true) {
            return;
        }
        let object = state.object.take();
        drop(state);
        // An event of this crate does not fail.
        let _signaled = self.canceled.signal();
        if let Some(object) = object.and_then(|object| object.upgrade()) {
            cancel_at_once(&object);
        }
    }

    /// Has a cancel handed on to the server's call object.
    pub(crate) fn forward_cancel(&self, object: &Arc<dyn CancelMethodCalls>) {
        let mut state = self.lock();
        if state.is_canceled {
            drop(state);
            cancel_at_once(object);
            return;
        }
        state.object = Some(Arc::downgrade(object));
    }

    /// A waker that completes the context and then wakes `next`.
    pub(crate) fn completing(self: &Arc<Self>, next: Waker) -> Waker {
        Waker::from(Arc::new(Completing { context: self.clone(), next }))
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

/// What the server makes of it is up to the server.
fn cancel_at_once(object: &Arc<dyn CancelMethodCalls>) {
    let _answer = object.cancel(Patience::For(Duration::ZERO));
}

struct Completing {
    context: Arc<CallContext>,
    next: Waker,
}

impl Wake for Completing {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.context.complete();
        self.next.wake_by_ref();
    }
}
