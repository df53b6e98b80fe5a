//! The future of bytes that are missing.
//!
//! Invariant: it is registered from its first poll that was pending until it is ready or dropped;
//! dropping it takes its demand back. It is ready when everything required is here, or when the
//! transfer is over: the read that is repeated then tells which.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use docfile_binding::fill::{Registration, WaiterId};
use docfile_compound::Missing;

use super::lock_bytes::FillLockBytes;

/// Ready when bytes that were missing are here, or will not come.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Wait {
    fill: FillLockBytes,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Boxed, so that a hundred thousand that wait do not carry it.
    New(Box<Missing>),
    Registered(WaiterId),
    Done,
}

impl Wait {
    pub(super) fn new(fill: FillLockBytes, missing: Missing) -> Self {
        Self { fill, stage: Stage::New(Box::new(missing)) }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waits = match &self.stage {
            Stage::New(missing) => match self.fill.register(missing, context.waker()) {
                Registration::Ready => false,
                Registration::Waiting(id) => {
                    self.stage = Stage::Registered(id);
                    true
                }
            },
            Stage::Registered(id) => self.fill.keep_waiting(*id, context.waker()),
            Stage::Done => false,
        };
        if waits {
            return Poll::Pending;
        }
        self.stage = Stage::Done;
        Poll::Ready(())
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Stage::Registered(id) = self.stage {
            self.fill.deregister(id);
        }
    }
}
