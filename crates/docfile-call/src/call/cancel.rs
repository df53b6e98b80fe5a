//! Giving up a call (ICancelMethodCalls, contract/calls.md 7).
//!
//! A cancel is a request to the server and frees the client, at once or after a patience. What the
//! server made of it comes later, or never; [`Cancellation`] tells it, also after the call object
//! has been finished and begun anew.

use core::time::Duration;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::event::Event;
use super::synchronize::{Synchronize, WaitFlags};
use super::waiters::WaiterId;
use crate::interface::{Unknown, local_interface};
use crate::{Hresult, unknown};

/// How long the caller waits for the server's answer to a cancel before it is freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Until the server answers (RPC_C_CANCEL_INFINITE_TIMEOUT).
    Infinite,
    /// So long; nothing at all frees at once.
    For(Duration),
}

impl Patience {
    /// As the argument of the contract: seconds, `0xFFFFFFFF` for ever.
    #[must_use]
    pub const fn from_seconds(seconds: u32) -> Self {
        match seconds {
            u32::MAX => Self::Infinite,
            seconds => Self::For(Duration::from_secs(seconds as u64)),
        }
    }

    /// Whether it is over before it begins.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::For(time) if time.is_zero())
    }
}

/// What calls are cancelled through (ICancelMethodCalls).
pub trait CancelMethodCalls: Unknown {
    /// Asks the server to stop and frees the client after `patience`. `Ok` is no promise that the
    /// server stopped.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_CANCELED`] when it is cancelled already,
    /// [`Hresult::RPC_E_CALL_COMPLETE`] when nothing is on its way,
    /// [`Hresult::CO_E_CANCEL_DISABLED`] when the call cannot be cancelled.
    fn cancel(&self, patience: Patience) -> Result<(), Hresult>;

    /// Whether the call was cancelled: [`Hresult::RPC_E_CALL_CANCELED`] if so,
    /// [`Hresult::RPC_S_CALLPENDING`] if not. Never [`Hresult::S_OK`].
    fn test_cancel(&self) -> Hresult;

    /// The fate of the cancel of the current or last call, from the cancel until the next begin. It
    /// is not of the contract; an object of others may have none.
    fn cancellation(&self) -> Option<Arc<Cancellation>> {
        None
    }
}

local_interface!(CancelMethodCalls = 0x00000029_0000_0000_C000_000000000046);

/// What the server made of a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelAnswer {
    /// It stopped.
    Confirmed,
    /// It answered the call all the same; the answer was dropped.
    Completed,
    /// The call object was let go before the server answered.
    Abandoned,
    /// The call ended in another way, such as the loss of the connection.
    Failed(Hresult),
}

impl CancelAnswer {
    pub(super) const fn of<T>(outcome: &Result<T, Hresult>) -> Self {
        match outcome {
            Ok(_) => Self::Completed,
            Err(Hresult::RPC_E_CALL_CANCELED) => Self::Confirmed,
            Err(code) => Self::Failed(*code),
        }
    }
}

/// The fate of one cancel: signaled when the server's answer is known.
#[derive(Debug)]
pub struct Cancellation {
    answer: Mutex<Option<CancelAnswer>>,
    event: Event,
}

impl Cancellation {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { answer: Mutex::new(None), event: Event::manual_reset() })
    }

    /// What the server made of it, once that is known.
    #[must_use]
    pub fn answer(&self) -> Option<CancelAnswer> {
        *self.lock()
    }

    pub(super) fn settle(&self, answer: CancelAnswer) {
        let is_first = self.lock().replace(answer).is_none();
        if is_first {
            // An event of this crate does not fail.
            let _signaled = self.event.signal();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<CancelAnswer>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Synchronize for Cancellation {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        self.event.try_wait(flags)
    }

    fn enroll(&self, waker: &Waker) -> WaiterId {
        self.event.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        self.event.withdraw(waiter);
    }

    /// Only the server's answer signals it.
    fn signal(&self) -> Result<(), Hresult> {
        Err(Hresult::E_ACCESSDENIED)
    }

    /// It happens once.
    fn reset(&self) -> Result<(), Hresult> {
        Err(Hresult::E_ACCESSDENIED)
    }
}

unknown!(Cancellation: dyn Synchronize);

impl fmt::Debug for dyn CancelMethodCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CancelMethodCalls")
    }
}
