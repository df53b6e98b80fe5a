//! Where a thread waits, and where callbacks arrive.
//!
//! | type | what it is |
//! |---|---|
//! | [`Apartment`] | a thread's apartment: a single-threaded one of its own, or the multi-threaded one of all others |
//! | [`SingleThreaded`] | a queue that one thread works off, also while it waits for bytes (a modal loop) |
//! | [`Entered`] | the time that a thread spends in its apartment |
//!
//! Invariant: a thread that waits here holds no lock of this crate. While it waits in a
//! single-threaded apartment, it works off the queue of that apartment, so that code of the
//! apartment may run in the middle of a read: it can be re-entered, and it can be told to stop.

mod single;
mod task;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use docfile_compound::{Error, ErrorKind, Result};
use futures_core::future::BoxFuture;

pub use single::{Entered, SingleThreaded};

use crate::runtime;

/// The apartment that a thread is in.
#[derive(Debug, Clone)]
pub enum Apartment {
    /// One of its own: what is posted runs on that thread, one thing after the other.
    Single(SingleThreaded),
    /// The one of all threads that entered none: what is posted runs on a thread of its own.
    Multi,
}

impl Apartment {
    /// The apartment of this thread.
    #[must_use]
    pub fn current() -> Self {
        SingleThreaded::current().map_or(Self::Multi, Self::Single)
    }

    /// Runs `job` in this apartment, later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when the thread has left the apartment,
    /// [`ErrorKind::ReadFault`] when the system gives no thread.
    pub fn post(&self, job: impl FnOnce() + Send + 'static) -> Result<()> {
        self.spawn(Box::pin(async move { job() }))
    }

    /// Works `future` off in this apartment, on threads that may wait.
    pub(crate) fn spawn(&self, future: BoxFuture<'static, ()>) -> Result<()> {
        match self {
            Self::Single(single) => single.spawn(future),
            Self::Multi => {
                let named = thread::Builder::new().name("docfile-callbacks".to_owned());
                let begun = named.spawn(move || wait(future, None, || false));
                begun.map(drop).map_err(|error| {
                    Error::new(ErrorKind::ReadFault, "the system gives no thread")
                        .with_source(error)
                })
            }
        }
    }
}

/// Waits on this thread until `future` is ready. In a single-threaded apartment, works off its
/// queue meanwhile.
///
/// # Errors
///
/// [`ErrorKind::InvalidFunction`] inside an asynchronous context, [`ErrorKind::Terminated`] when
/// the apartment is told to stop.
pub fn block_on<F: Future>(future: F) -> Result<F::Output> {
    runtime::refuse_to_wait()?;
    wait(future, None, is_apartment_stopped).ok_or_else(stopped)
}

/// As [`block_on`], until `is_stopped` too, which is asked at least once in every `patience`.
pub(crate) fn block_on_unless<F: Future>(
    future: F,
    patience: Duration,
    mut is_stopped: impl FnMut() -> bool,
) -> Result<F::Output> {
    runtime::refuse_to_wait()?;
    let is_stopped = || is_apartment_stopped() || is_stopped();
    wait(future, Some(patience), is_stopped).ok_or_else(stopped)
}

fn is_apartment_stopped() -> bool {
    SingleThreaded::current().is_some_and(|apartment| apartment.is_stopped())
}

fn stopped() -> Error {
    Error::new(ErrorKind::Terminated, "stopped while it waited")
}

/// Wakes a thread, and remembers whom it was woken for: what runs in a modal loop waits on the same
/// thread, and may take the wake of what it interrupted.
struct Unpark {
    thread: Thread,
    is_woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn wait<F: Future>(
    future: F,
    patience: Option<Duration>,
    mut is_stopped: impl FnMut() -> bool,
) -> Option<F::Output> {
    let apartment = SingleThreaded::current();
    let unpark = Arc::new(Unpark { thread: thread::current(), is_woken: AtomicBool::new(true) });
    let waker = Waker::from(unpark.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if unpark.is_woken.swap(false, Ordering::Acquire)
            && let Poll::Ready(output) = future.as_mut().poll(&mut context)
        {
            return Some(output);
        }
        if is_stopped() {
            return None;
        }
        if apartment.as_ref().is_some_and(SingleThreaded::run_one)
            || unpark.is_woken.load(Ordering::Acquire)
        {
            continue;
        }
        match patience {
            Some(patience) => thread::park_timeout(patience),
            None => thread::park(),
        }
    }
}
