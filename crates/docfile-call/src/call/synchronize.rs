//! Things that one waits for (ISynchronize, contract/calls.md 5).
//!
//! Nothing here waits. [`Synchronize::try_wait`] tells whether one would have to,
//! [`Synchronize::enroll`] names whom to wake. Whoever waits enrols first and tries afterwards, so
//! that no signal falls between.

use std::fmt;
use std::future::Future;
use std::ops::BitOr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::waiters::WaiterId;
use crate::Hresult;
use crate::interface::{Unknown, local_interface};

/// How one waits (the COWAIT flags, contract/calls.md 0.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitFlags(pub u32);

impl WaitFlags {
    /// For one, the apartment's way.
    pub const DEFAULT: Self = Self(0);
    /// For all of many.
    pub const ALL: Self = Self(1);
    /// Until a system call back, too.
    pub const ALERTABLE: Self = Self(2);
    /// Until there is input, too.
    pub const INPUT_AVAILABLE: Self = Self(4);
    /// While calls that come in are served.
    pub const DISPATCH_CALLS: Self = Self(8);
    /// While messages of windows are served.
    pub const DISPATCH_WINDOW_MESSAGES: Self = Self(0x10);

    const KNOWN: u32 = 0x1F;

    /// Whether all flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// # Errors
    ///
    /// [`Hresult::E_INVALIDARG`] when a bit is set that means nothing.
    pub const fn check(self) -> Result<(), Hresult> {
        if self.0 & !Self::KNOWN == 0 { Ok(()) } else { Err(Hresult::E_INVALIDARG) }
    }
}

impl BitOr for WaitFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A thing that is signaled or is not (ISynchronize).
pub trait Synchronize: Unknown {
    /// What a wait of no time answers: `Ok` when it is signaled. An event that resets itself is
    /// not signaled afterwards.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_S_CALLPENDING`] when one would have to wait; others are failures.
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult>;

    /// Has `waker` woken once, when it is signaled after now.
    fn enroll(&self, waker: &Waker) -> WaiterId;

    /// Takes a waker out again. It may have been woken already.
    fn withdraw(&self, waiter: WaiterId);

    /// Marks what is waited for as done.
    ///
    /// # Errors
    ///
    /// What an object that is not of this crate says.
    fn signal(&self) -> Result<(), Hresult>;

    /// Marks it as not yet done.
    ///
    /// # Errors
    ///
    /// As [`signal`](Self::signal).
    fn reset(&self) -> Result<(), Hresult>;
}

local_interface!(Synchronize = 0x00000030_0000_0000_C000_000000000046);

/// Whether a wait ended because it took too long.
///
/// The codes differ: a single object answers "call pending", a container "timeout"
/// (contract/calls.md 5); objects of others may answer either.
#[must_use]
pub fn is_still_pending(code: Hresult) -> bool {
    code == Hresult::RPC_S_CALLPENDING || code == Hresult::RPC_E_TIMEOUT
}

/// Ready when the object is signaled. Dropping it withdraws its waker.
#[must_use = "a future does nothing until it is polled"]
pub struct Signaled<S: Synchronize + ?Sized = dyn Synchronize> {
    object: Arc<S>,
    flags: WaitFlags,
    waiter: Option<WaiterId>,
}

impl<S: Synchronize + ?Sized> Signaled<S> {
    /// Waits for `object`.
    pub const fn new(object: Arc<S>, flags: WaitFlags) -> Self {
        Self { object, flags, waiter: None }
    }

    fn withdraw(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            self.object.withdraw(waiter);
        }
    }
}

impl<S: Synchronize + ?Sized> Future for Signaled<S> {
    type Output = Result<(), Hresult>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.withdraw();
        this.waiter = Some(this.object.enroll(context.waker()));
        match this.object.try_wait(this.flags) {
            Err(Hresult::RPC_S_CALLPENDING) => Poll::Pending,
            done => {
                this.withdraw();
                Poll::Ready(done)
            }
        }
    }
}

impl<S: Synchronize + ?Sized> Drop for Signaled<S> {
    fn drop(&mut self) {
        self.withdraw();
    }
}

impl<S: Synchronize + ?Sized> fmt::Debug for Signaled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signaled").field("waiter", &self.waiter).finish_non_exhaustive()
    }
}
