//! The events that the system gives (CLSID_StdEvent and CLSID_ManualResetEvent,
//! contract/calls.md 5).
//!
//! Invariant: of an event that resets itself each signal lets one wait through, and none is lost
//! because the waiter that was woken had gone: all are woken, the first that tries takes it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::synchronize::{Synchronize, WaitFlags};
use super::waiters::{WaiterId, Waiters, wake};
use crate::{Guid, Hresult, unknown};

/// The class of events that reset themselves.
pub const CLSID_STD_EVENT: Guid = Guid::from_u128(0x0000032B_0000_0000_C000_000000000046);
/// The class of events that stay signaled until they are reset.
pub const CLSID_MANUAL_RESET_EVENT: Guid = Guid::from_u128(0x0000032C_0000_0000_C000_000000000046);

/// An event.
///
/// ```
/// use docfile_call::Hresult;
/// use docfile_call::call::{Event, Synchronize, WaitFlags};
///
/// let event = Event::auto_reset();
/// event.signal()?;
/// assert_eq!(event.try_wait(WaitFlags::DEFAULT), Ok(()));
/// assert_eq!(event.try_wait(WaitFlags::DEFAULT), Err(Hresult::RPC_S_CALLPENDING));
/// # Ok::<(), Hresult>(())
/// ```
#[derive(Debug)]
pub struct Event {
    resets_itself: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_signaled: bool,
    waiters: Waiters,
}

impl Event {
    /// One that a successful wait resets.
    #[must_use]
    pub fn auto_reset() -> Self {
        Self { resets_itself: true, state: Mutex::default() }
    }

    /// One that stays signaled until it is reset.
    #[must_use]
    pub fn manual_reset() -> Self {
        Self { resets_itself: false, state: Mutex::default() }
    }

    /// The event of a class.
    ///
    /// # Errors
    ///
    /// [`Hresult::REGDB_E_CLASSNOTREG`] when the class is not one of events.
    pub fn of_class(class_id: Guid) -> Result<Self, Hresult> {
        match class_id {
            CLSID_STD_EVENT => Ok(Self::auto_reset()),
            CLSID_MANUAL_RESET_EVENT => Ok(Self::manual_reset()),
            _ => Err(Hresult::REGDB_E_CLASSNOTREG),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Synchronize for Event {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        flags.check()?;
        let mut state = self.state();
        if !state.is_signaled {
            return Err(Hresult::RPC_S_CALLPENDING);
        }
        state.is_signaled = !self.resets_itself;
        Ok(())
    }

    fn enroll(&self, waker: &Waker) -> WaiterId {
        self.state().waiters.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        let withdrawn = self.state().waiters.withdraw(waiter);
        drop(withdrawn);
    }

    fn signal(&self) -> Result<(), Hresult> {
        let mut state = self.state();
        state.is_signaled = true;
        let woken = state.waiters.take();
        drop(state);
        wake(woken);
        Ok(())
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.state().is_signaled = false;
        Ok(())
    }
}

unknown!(Event: dyn Synchronize);

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use super::super::synchronize::Signaled;
    use super::*;

    #[test]
    fn a_wait_that_is_dropped_leaves_no_waker() {
        let event = Arc::new(Event::auto_reset());
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            let mut wait = pin!(Signaled::new(event.clone(), WaitFlags::DEFAULT));
            assert!(wait.as_mut().poll(&mut context).is_pending());
            assert!(wait.as_mut().poll(&mut context).is_pending());
            assert_eq!(event.state().waiters.count(), 1);
        }
        let mut wait = Box::pin(Signaled::new(event.clone(), WaitFlags::DEFAULT));
        assert!(wait.as_mut().poll(&mut context).is_pending());
        event.signal().unwrap();
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(Ok(())));
        assert_eq!(event.state().waiters.count(), 0);
    }
}
