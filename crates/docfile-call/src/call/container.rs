//! Waiting for one of many (ISynchronizeContainer, contract/calls.md 5).
//!
//! Invariant: an object that a wait has given is no longer in the container, so that a container
//! into which many calls were put gives each of them once. The contract leaves this open.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::synchronize::{Synchronize, WaitFlags};
use super::waiters::WaiterId;
use crate::interface::{Interface, InterfacePointer, Unknown};
use crate::limits::MAX_SYNCHRONIZE_COUNT;
use crate::{Guid, Hresult};

/// The class of containers.
pub const CLSID_SYNCHRONIZE_CONTAINER: Guid =
    Guid::from_u128(0x0000032D_0000_0000_C000_000000000046);
/// The id of ISynchronizeContainer.
pub const IID_SYNCHRONIZE_CONTAINER: Guid = Guid::from_u128(0x00000033_0000_0000_C000_000000000046);

/// Objects, one of which is waited for.
#[derive(Default)]
pub struct SynchronizeContainer {
    objects: Mutex<Vec<Arc<dyn Synchronize>>>,
}

impl SynchronizeContainer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts an object in (AddSynchronize).
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_OUT_OF_RESOURCES`] when [`MAX_SYNCHRONIZE_COUNT`] are in it.
    pub fn add_synchronize(&self, object: Arc<dyn Synchronize>) -> Result<(), Hresult> {
        let mut objects = self.objects();
        if objects.len() >= MAX_SYNCHRONIZE_COUNT {
            return Err(Hresult::RPC_E_OUT_OF_RESOURCES);
        }
        objects.push(object);
        Ok(())
    }

    /// How many objects are in it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.objects().len()
    }

    /// What WaitMultiple of no time answers: an object that is signaled, taken out.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_INVALIDARG`] when all are to be waited for, [`Hresult::RPC_E_NO_SYNC`] when it
    /// is empty, [`Hresult::RPC_E_TIMEOUT`] when none is signaled.
    pub fn try_wait_multiple(&self, flags: WaitFlags) -> Result<Arc<dyn Synchronize>, Hresult> {
        flags.check()?;
        if flags.contains(WaitFlags::ALL) {
            return Err(Hresult::E_INVALIDARG);
        }
        // No lock is held while an object is asked: it may be anybody's.
        let objects = self.objects().clone();
        if objects.is_empty() {
            return Err(Hresult::RPC_E_NO_SYNC);
        }
        for object in objects {
            match object.try_wait(flags) {
                Ok(()) => {
                    self.take_out(&object);
                    return Ok(object);
                }
                Err(Hresult::RPC_S_CALLPENDING | Hresult::RPC_E_TIMEOUT) => {}
                Err(code) => return Err(code),
            }
        }
        Err(Hresult::RPC_E_TIMEOUT)
    }

    /// Ready when one is signaled. Objects that are added meanwhile are waited for from the next
    /// poll on.
    pub const fn wait_multiple(self: Arc<Self>, flags: WaitFlags) -> WaitMultiple {
        WaitMultiple { container: self, flags, enrolled: Vec::new() }
    }

    fn take_out(&self, object: &Arc<dyn Synchronize>) {
        let mut objects = self.objects();
        if let Some(index) = objects
            .iter()
            .position(|other| std::ptr::addr_eq(Arc::as_ptr(other), Arc::as_ptr(object)))
        {
            let taken = objects.remove(index);
            drop(objects);
            drop(taken);
        }
    }

    fn objects(&self) -> MutexGuard<'_, Vec<Arc<dyn Synchronize>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unknown for SynchronizeContainer {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        <dyn Unknown>::answer(self, iid)
    }
}

impl fmt::Debug for SynchronizeContainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SynchronizeContainer({})", self.count())
    }
}

/// A wait for one of a container. Dropping it withdraws its wakers.
#[must_use = "a future does nothing until it is polled"]
#[derive(Debug)]
pub struct WaitMultiple {
    container: Arc<SynchronizeContainer>,
    flags: WaitFlags,
    enrolled: Vec<(Arc<dyn Synchronize>, WaiterId)>,
}

impl WaitMultiple {
    fn withdraw(&mut self) {
        for (object, waiter) in self.enrolled.drain(..) {
            object.withdraw(waiter);
        }
    }
}

impl Future for WaitMultiple {
    type Output = Result<Arc<dyn Synchronize>, Hresult>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.withdraw();
        for object in this.container.objects().clone() {
            let waiter = object.enroll(context.waker());
            this.enrolled.push((object, waiter));
        }
        match this.container.try_wait_multiple(this.flags) {
            Err(Hresult::RPC_E_TIMEOUT) => Poll::Pending,
            done => {
                this.withdraw();
                Poll::Ready(done)
            }
        }
    }
}

impl Drop for WaitMultiple {
    fn drop(&mut self) {
        self.withdraw();
    }
}
