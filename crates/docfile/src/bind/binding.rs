//! The control of a bind (`IBinding`, `contract/binding.md` 11).
//!
//! Invariant: any of it works at every moment, from any thread, and inside every callback, the
//! start included. Dropping it changes nothing.

use std::fmt;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;

use docfile_binding::Result;
use docfile_binding::bind::{AbortOutcome, BindSequence};

use super::resource::Resource;
use crate::fill::FillLockBytes;
use crate::transfer::Counters;

/// The control of a bind. Clones are the same.
#[derive(Clone)]
pub struct Binding(Arc<Shared>);

struct Shared {
    sequence: Mutex<BindSequence>,
    resource: OnceLock<Arc<Resource>>,
    priority: AtomicI32,
    /// Whoever makes the calls.
    driver: Mutex<Option<Waker>>,
}

impl Binding {
    pub(super) fn new(sequence: BindSequence) -> Self {
        Self(Arc::new(Shared {
            sequence: Mutex::new(sequence),
            resource: OnceLock::new(),
            priority: AtomicI32::new(0),
            driver: Mutex::new(None),
        }))
    }

    /// Stops the bind and its transfer, also where another bind shares it. Who waits for its bytes
    /// is free at once; of the callbacks only the stop follows. Once the bind has ended, nothing
    /// happens: what goes on arriving behind an object ends with the object's storage.
    pub fn abort(&self) -> AbortOutcome {
        let outcome = self.sequence().abort();
        if outcome == AbortOutcome::Aborted {
            if let Some(transfer) = self.resource().and_then(|resource| resource.transfer()) {
                transfer.abort();
            }
            self.wake();
        }
        outcome
    }

    /// Nothing is asked for and nothing is told until [`resume`](Self::resume); an abort still is.
    pub fn suspend(&self) {
        self.sequence().suspend();
        if let Some(transfer) = self.resource().and_then(|resource| resource.transfer()) {
            transfer.suspend();
        }
    }

    /// Goes on after [`suspend`](Self::suspend).
    pub fn resume(&self) {
        self.sequence().resume();
        if let Some(transfer) = self.resource().and_then(|resource| resource.transfer()) {
            transfer.resume();
        }
        self.wake();
    }

    /// The priority among binds. It is kept and told, and no transfer gives way by it yet.
    pub fn set_priority(&self, priority: i32) {
        self.0.priority.store(priority, Ordering::Relaxed);
    }

    /// The priority among binds.
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.0.priority.load(Ordering::Relaxed)
    }

    /// What came of the bind, from the stop on (`GetBindResult`).
    #[must_use]
    pub fn result(&self) -> Option<Result<()>> {
        self.sequence().result().cloned()
    }

    /// What was asked and received so far; nothing for a local file.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let transfer = self.resource().and_then(|resource| resource.transfer());
        transfer.map(|transfer| transfer.counters()).unwrap_or_default()
    }

    /// The array that is being filled; none for a local file.
    #[must_use]
    pub fn fill(&self) -> Option<FillLockBytes> {
        self.resource().and_then(|resource| resource.bytes().fill().cloned())
    }

    /// The media type that the server told, once it has.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        self.resource().and_then(|resource| resource.feed().media_type())
    }

    pub(super) fn sequence(&self) -> MutexGuard<'_, BindSequence> {
        self.0.sequence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on the control reaches the transfer too.
    pub(super) fn attach(&self, resource: Arc<Resource>) {
        // A bind has one resource for ever.
        let _ = self.0.resource.set(resource);
    }

    pub(super) fn resource(&self) -> Option<&Arc<Resource>> {
        self.0.resource.get()
    }

    pub(super) fn set_driver(&self, waker: &Waker) {
        let mut driver = self.0.driver.lock().unwrap_or_else(PoisonError::into_inner);
        *driver = Some(waker.clone());
    }

    fn wake(&self) {
        let driver = self.0.driver.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(driver) = driver {
            driver.wake();
        }
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binding").field("result", &self.result()).finish_non_exhaustive()
    }
}
