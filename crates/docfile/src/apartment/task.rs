//! A piece of work of a single-threaded apartment.
//!
//! Invariant: it is polled by one frame of the stack at a time. When it is woken while it runs, and
//! a modal loop inside it works off the queue, it is polled anew once it has come back.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use futures_core::future::BoxFuture;

use super::single::Queue;

enum Slot {
    Idle(BoxFuture<'static, ()>),
    Running { is_woken: bool },
    Done,
}

pub(super) struct Task {
    queue: Weak<Queue>,
    slot: Mutex<Slot>,
    is_queued: AtomicBool,
}

impl Task {
    pub(super) fn new(queue: &Arc<Queue>, future: BoxFuture<'static, ()>) -> Self {
        Self {
            queue: Arc::downgrade(queue),
            slot: Mutex::new(Slot::Idle(future)),
            is_queued: AtomicBool::new(false),
        }
    }

    /// Polls it once; whether it is done.
    pub(super) fn run(self: &Arc<Self>) -> bool {
        self.is_queued.store(false, Ordering::Release);
        let mut slot = self.slot();
        let mut future = match core::mem::replace(&mut *slot, Slot::Running { is_woken: false }) {
            Slot::Idle(future) => future,
            Slot::Running { .. } => {
                *slot = Slot::Running { is_woken: true };
                return false;
            }
            Slot::Done => {
                *slot = Slot::Done;
                return true;
            }
        };
        drop(slot);
        let waker = Waker::from(self.clone());
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut slot = self.slot();
        let is_woken = match (&*slot, polled) {
            (Slot::Running { is_woken }, Poll::Pending) => *is_woken,
            // It is done, or its apartment was left while it ran.
            _ => {
                *slot = Slot::Done;
                drop(slot);
                return true;
            }
        };
        *slot = Slot::Idle(future);
        drop(slot);
        if is_woken {
            self.wake_by_ref();
        }
        false
    }

    /// Lets go of what is left to do.
    pub(super) fn cancel(&self) {
        let slot = core::mem::replace(&mut *self.slot(), Slot::Done);
        // Dropping it may run code of others.
        drop(slot);
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_queued.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Some(queue) = self.queue.upgrade() {
            queue.push(self.clone());
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Task")
    }
}
