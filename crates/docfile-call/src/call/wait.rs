//! A wait that may take only so long (the arguments of ISynchronize::Wait and
//! ISynchronizeContainer::WaitMultiple, contract/calls.md 5).
//!
//! Time is an argument: whoever waits asks [`Wait::step`] with the time, and is told the answer or
//! how long to sleep.

use core::time::Duration;
use std::fmt;
use std::sync::Arc;
use std::task::Poll;

use super::container::SynchronizeContainer;
use super::synchronize::{Synchronize, WaitFlags, is_still_pending};
use crate::Hresult;

/// How long a wait may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeout {
    /// As long as it takes.
    Infinite,
    /// So long; nothing at all only asks.
    After(Duration),
}

impl Timeout {
    /// As the argument of the contract: milliseconds, `0xFFFFFFFF` for ever.
    #[must_use]
    pub const fn from_millis(millis: u32) -> Self {
        match millis {
            u32::MAX => Self::Infinite,
            millis => Self::After(Duration::from_millis(millis as u64)),
        }
    }
}

/// A wait for one object, for one of a container, or for one or all of several.
#[derive(Debug)]
pub struct Wait<T> {
    target: T,
    flags: WaitFlags,
    deadline: Option<Duration>,
}

/// What can be waited for.
pub trait Waitable: fmt::Debug {
    /// What the wait gives.
    type Output;
    /// What it answers when it takes too long.
    const TOO_LONG: Hresult;

    /// What a wait of no time gives.
    ///
    /// # Errors
    ///
    /// [`Self::TOO_LONG`] when one would have to wait; others are failures.
    fn try_wait(&self, flags: WaitFlags) -> Result<Self::Output, Hresult>;
}

impl fmt::Debug for dyn Synchronize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Synchronize")
    }
}

impl Waitable for Arc<dyn Synchronize> {
    type Output = ();
    const TOO_LONG: Hresult = Hresult::RPC_S_CALLPENDING;

    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        Synchronize::try_wait(&**self, flags)
    }
}

impl Waitable for Arc<SynchronizeContainer> {
    type Output = Arc<dyn Synchronize>;
    const TOO_LONG: Hresult = Hresult::RPC_E_TIMEOUT;

    fn try_wait(&self, flags: WaitFlags) -> Result<Self::Output, Hresult> {
        self.try_wait_multiple(flags)
    }
}

/// Several objects at once (CoWaitForMultipleHandles): which of them is signaled, or the first when
/// all are waited for and are.
impl Waitable for Vec<Arc<dyn Synchronize>> {
    type Output = usize;
    const TOO_LONG: Hresult = Hresult::RPC_S_CALLPENDING;

    fn try_wait(&self, flags: WaitFlags) -> Result<usize, Hresult> {
        flags.check()?;
        if self.is_empty() {
            return Err(Hresult::RPC_E_NO_SYNC);
        }
        if !flags.contains(WaitFlags::ALL) {
            for (index, object) in self.iter().enumerate() {
                match Synchronize::try_wait(&**object, flags) {
                    Err(Hresult::RPC_S_CALLPENDING | Hresult::RPC_E_TIMEOUT) => {}
                    done => return done.map(|()| index),
                }
            }
            return Err(Self::TOO_LONG);
        }
        for (index, object) in self.iter().enumerate() {
            if let Err(code) = Synchronize::try_wait(&**object, flags) {
                // The wait may have reset those before it; they are signaled still.
                for taken in self.iter().take(index) {
                    taken.signal()?;
                }
                return Err(if is_still_pending(code) { Self::TOO_LONG } else { code });
            }
        }
        Ok(0)
    }
}

impl<T: Waitable> Wait<T> {
    /// Begins to wait at `now`.
    pub fn new(target: T, flags: WaitFlags, timeout: Timeout, now: Duration) -> Self {
        let deadline = match timeout {
            Timeout::Infinite => None,
            Timeout::After(time) => Some(now.saturating_add(time)),
        };
        Self { target, flags, deadline }
    }

    /// How one waits.
    #[must_use]
    pub const fn flags(&self) -> WaitFlags {
        self.flags
    }

    /// When [`step`](Self::step) is to be asked even if nothing was signaled.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// What came of it by `now`. Pending: sleep until the [`deadline`](Self::deadline) or a wake.
    pub fn step(&self, now: Duration) -> Poll<Result<T::Output, Hresult>> {
        match self.target.try_wait(self.flags) {
            Err(code) if code == T::TOO_LONG => {}
            done => return Poll::Ready(done),
        }
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            return Poll::Ready(Err(T::TOO_LONG));
        }
        Poll::Pending
    }
}
