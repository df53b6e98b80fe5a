//! One call at a time, and whoever waits for it.
//!
//! [`Call`] is the state machine behind a lock, with an event beside it. A proxy's call object has
//! one and answers it from the wire; an object that serves calls asynchronously has one and answers
//! it when its work is done.
//!
//! Invariants: each begin has a [`Ticket`], and an answer with a ticket that is not the current
//! one's changes nothing but the fate of the cancel that it answers. No lock is held while code of
//! others runs. Dropping a call that is on its way abandons it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::Waker;

use super::cancel::{CancelAnswer, CancelMethodCalls, Cancellation, Patience};
use super::state::{CallState, MethodIndex};
use super::synchronize::{Synchronize, WaitFlags};
use super::waiters::{WaiterId, Waiters, wake};
use crate::interface::{Interface, InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// Which of the calls of one call object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What carries a call out, and can be told that it is not wanted any more.
pub trait Carrier: Send + Sync {
    /// Asks the server to stop. [`Call::release`] is to be called after `patience`, unless that is
    /// none or the answer came before.
    fn cancel(&self, ticket: Ticket, patience: Patience);

    /// Nobody will ever ask for the answer.
    fn abandon(&self, ticket: Ticket);
}

/// A call object's core. `T` is what the method gives out.
///
/// ```
/// use docfile_call::Hresult;
/// use docfile_call::call::{Call, Synchronize, WaitFlags};
///
/// const READ: u16 = 3;
/// let call = Call::<u32>::new();
/// let ticket = call.begin(READ)?;
/// assert_eq!(call.begin(READ), Err(Hresult::RPC_S_CALLPENDING));
/// call.complete(ticket, Ok(7));
/// assert_eq!(call.try_wait(WaitFlags::DEFAULT), Ok(()));
/// assert_eq!(call.finish(READ), Ok(7));
/// assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_COMPLETE));
/// # Ok::<(), Hresult>(())
/// ```
pub struct Call<T> {
    inner: Mutex<Inner<T>>,
    carrier: Option<Arc<dyn Carrier>>,
    /// The outer object of an aggregate, which is told of begin and completion.
    outer: OnceLock<Weak<dyn Unknown>>,
}

struct Inner<T> {
    state: CallState<T>,
    ticket: Ticket,
    is_signaled: bool,
    waiters: Waiters,
    cancellation: Option<Arc<Cancellation>>,
    /// Cancels that the server has not answered, by the call that they ended.
    unanswered: Vec<(Ticket, Weak<Cancellation>)>,
}

impl<T> Call<T> {
    /// One that its owner carries out by itself, and that therefore cannot be cancelled through
    /// [`CancelMethodCalls`].
    #[must_use]
    pub const fn new() -> Self {
        Self::made(None)
    }

    /// One that `carrier` carries out.
    #[must_use]
    pub const fn carried_by(carrier: Arc<dyn Carrier>) -> Self {
        Self::made(Some(carrier))
    }

    const fn made(carrier: Option<Arc<dyn Carrier>>) -> Self {
        let inner = Inner {
            state: CallState::Idle,
            ticket: Ticket(0),
            is_signaled: false,
            waiters: Waiters::new(),
            cancellation: None,
            unanswered: Vec::new(),
        };
        Self { inner: Mutex::new(inner), carrier, outer: OnceLock::new() }
    }

    /// Makes it part of `outer`: if that is a [`Synchronize`] of its own, it is reset before each
    /// call and signaled after it, and a call for which either fails fails (contract/calls.md 3).
    pub fn aggregate(&self, outer: Weak<dyn Unknown>) {
        // Only the first is the controlling one.
        let _first = self.outer.set(outer);
    }

    /// Begins a call of `method`.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_S_CALLPENDING`] while a call is not finished; what the outer object's
    /// `reset` says.
    pub fn begin(&self, method: MethodIndex) -> Result<Ticket, Hresult> {
        let mut inner = self.lock();
        inner.state.begin(method)?;
        inner.ticket = Ticket(inner.ticket.0.wrapping_add(1));
        inner.is_signaled = false;
        inner.cancellation = None;
        let ticket = inner.ticket;
        drop(inner);
        if let Some(Err(code)) = self.outer_synchronize().map(|outer| outer.reset()) {
            self.withdraw_begin(ticket);
            return Err(code);
        }
        Ok(ticket)
    }

    /// Takes a begin back: the call could not be sent.
    pub fn withdraw_begin(&self, ticket: Ticket) {
        let mut inner = self.lock();
        if inner.ticket == ticket {
            inner.state.withdraw();
        }
    }

    /// The outcome of the call with `ticket`; whether a client still wanted it.
    ///
    /// An error that says [`Hresult::RPC_E_CALL_CANCELED`] for a call that was cancelled is the
    /// server's confirmation.
    pub fn complete(&self, ticket: Ticket, outcome: Result<T, Hresult>) -> bool {
        let answer = CancelAnswer::of(&outcome);
        let mut inner = self.lock();
        let cancellation = inner.take_unanswered(ticket);
        let is_current = inner.ticket == ticket;
        let is_wanted = is_current && matches!(inner.state, CallState::Pending { .. });
        let is_freed = is_current && inner.state.signal(outcome);
        drop(inner);
        if let Some(cancellation) = cancellation {
            cancellation.settle(answer);
        }
        if is_freed {
            self.tell_outer(ticket);
            self.wake_if_current(ticket);
        }
        is_wanted
    }

    /// The patience with the server is over for the cancelled call with `ticket`.
    pub fn release(&self, ticket: Ticket) {
        let mut inner = self.lock();
        let is_freed = inner.ticket == ticket && inner.state.release();
        drop(inner);
        if is_freed {
            self.tell_outer(ticket);
            self.wake_if_current(ticket);
        }
    }

    /// What came of the call of `method`. It never waits.
    ///
    /// # Errors
    ///
    /// As [`CallState::finish`].
    pub fn finish(&self, method: MethodIndex) -> Result<T, Hresult> {
        self.lock().state.finish(method)
    }

    /// Whether there is no call.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.lock().state, CallState::Idle)
    }

    /// Whether finishing would have to wait.
    #[must_use]
    pub fn is_waited_for(&self) -> bool {
        self.lock().state.is_waited_for()
    }

    fn wake_if_current(&self, ticket: Ticket) {
        let mut inner = self.lock();
        if inner.ticket != ticket {
            return;
        }
        inner.is_signaled = true;
        let woken = inner.waiters.take();
        drop(inner);
        wake(woken);
    }

    fn tell_outer(&self, ticket: Ticket) {
        let Some(Err(code)) = self.outer_synchronize().map(|outer| outer.signal()) else { return };
        let mut inner = self.lock();
        if inner.ticket != ticket {
            return;
        }
        if let CallState::Signaled { method, .. } = inner.state {
            let failed = CallState::Signaled { method, outcome: Err(code) };
            let dropped = core::mem::replace(&mut inner.state, failed);
            drop(inner);
            drop(dropped);
        }
    }

    fn outer_synchronize(&self) -> Option<Arc<dyn Synchronize>> {
        self.outer.get()?.upgrade()?.query_for()
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Inner<T> {
    fn take_unanswered(&mut self, ticket: Ticket) -> Option<Arc<Cancellation>> {
        let index = self.unanswered.iter().position(|(other, _)| *other == ticket)?;
        self.unanswered.swap_remove(index).1.upgrade()
    }
}

impl<T> Default for Call<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + 'static> Synchronize for Call<T> {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        flags.check()?;
        if self.lock().is_signaled { Ok(()) } else { Err(Hresult::RPC_S_CALLPENDING) }
    }

    fn enroll(&self, waker: &Waker) -> WaiterId {
        self.lock().waiters.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        let withdrawn = self.lock().waiters.withdraw(waiter);
        drop(withdrawn);
    }

    fn signal(&self) -> Result<(), Hresult> {
        let mut inner = self.lock();
        inner.is_signaled = true;
        let woken = inner.waiters.take();
        drop(inner);
        wake(woken);
        Ok(())
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.lock().is_signaled = false;
        Ok(())
    }
}

impl<T: Send + 'static> CancelMethodCalls for Call<T> {
    fn cancel(&self, patience: Patience) -> Result<(), Hresult> {
        let mut inner = self.lock();
        let Some(carrier) = self.carrier.clone() else {
            // Which of the other errors it is comes first.
            return match inner.state {
                CallState::Pending { .. } => Err(Hresult::CO_E_CANCEL_DISABLED),
                _ => inner.state.cancel(true),
            };
        };
        inner.state.cancel(patience.is_none())?;
        let ticket = inner.ticket;
        let cancellation = Cancellation::new();
        inner.unanswered.retain(|(_, other)| other.strong_count() > 0);
        inner.unanswered.push((ticket, Arc::downgrade(&cancellation)));
        inner.cancellation = Some(cancellation);
        drop(inner);
        if patience.is_none() {
            self.tell_outer(ticket);
            self.wake_if_current(ticket);
        }
        carrier.cancel(ticket, patience);
        Ok(())
    }

    fn test_cancel(&self) -> Hresult {
        match self.lock().state {
            CallState::Canceled { .. } => Hresult::RPC_E_CALL_CANCELED,
            _ => Hresult::RPC_S_CALLPENDING,
        }
    }

    fn cancellation(&self) -> Option<Arc<Cancellation>> {
        self.lock().cancellation.clone()
    }
}

impl<T: Send + 'static> Unknown for Call<T> {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        let synchronize: Arc<dyn Synchronize> = self.clone();
        if let Some(found) = <dyn Synchronize>::answer(synchronize, iid) {
            return Some(found);
        }
        // Without a carrier nobody could be told (contract/calls.md 7).
        self.carrier.as_ref()?;
        let cancel: Arc<dyn CancelMethodCalls> = self.clone();
        <dyn CancelMethodCalls>::answer(cancel, iid)
    }
}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let (CallState::Pending { .. }, Some(carrier)) = (&inner.state, &self.carrier) {
            carrier.abandon(inner.ticket);
        }
        for (_, cancellation) in inner.unanswered.drain(..) {
            if let Some(cancellation) = cancellation.upgrade() {
                cancellation.settle(CancelAnswer::Abandoned);
            }
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        let state = match inner.state {
            CallState::Idle => "idle",
            CallState::Pending { .. } => "pending",
            CallState::Signaled { .. } => "signaled",
            CallState::Canceled { .. } => "canceled",
        };
        f.debug_struct("Call")
            .field("state", &state)
            .field("ticket", &inner.ticket)
            .finish_non_exhaustive()
    }
}
