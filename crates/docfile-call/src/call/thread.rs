//! What belongs to a thread: its cancel objects, whether its calls can be cancelled, and the
//! contexts of the calls that it serves (contract/calls.md 7).
//!
//! Threads are numbers given by the driver, which keeps one table for the process; 0 is "the
//! current one". Invariants: no lock is held while a cancel object works; whether a call can be
//! cancelled is fixed when it is made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cancel::{CancelMethodCalls, Patience};
use super::context::CallContext;
use crate::interface::{InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// A thread, by the number that its driver gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(pub u32);

impl ThreadId {
    /// Stands for the thread that asks.
    pub const CURRENT: Self = Self(0);

    fn or(self, current: Self) -> Self {
        if self == Self::CURRENT { current } else { self }
    }
}

/// The table of all threads that make or serve calls.
#[derive(Debug, Default)]
pub struct ThreadTable {
    threads: Mutex<BTreeMap<ThreadId, Thread>>,
}

#[derive(Debug, Default)]
struct Thread {
    /// Calls can be cancelled while it is not 0.
    enable_count: u32,
    /// The innermost call is last.
    cancel_objects: Vec<CancelEntry>,
    context: Option<Arc<CallContext>>,
}

#[derive(Debug)]
struct CancelEntry {
    object: Arc<dyn CancelMethodCalls>,
    is_enabled: bool,
    /// Set by the thread itself, not by a call that it makes.
    is_custom: bool,
}

impl Thread {
    fn is_idle(&self) -> bool {
        self.enable_count == 0 && self.cancel_objects.is_empty() && self.context.is_none()
    }
}

impl ThreadTable {
    /// A table without threads.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on synchronous calls that the thread makes can be cancelled. It is counted
    /// (CoEnableCallCancellation).
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_OUT_OF_RESOURCES`] when it cannot be counted further.
    pub fn enable_call_cancellation(&self, thread: ThreadId) -> Result<(), Hresult> {
        self.with(thread, |thread| {
            let count = thread.enable_count.checked_add(1);
            thread.enable_count = count.ok_or(Hresult::RPC_E_OUT_OF_RESOURCES)?;
            Ok(())
        })
    }

    /// Takes one enabling back (CoDisableCallCancellation).
    ///
    /// # Errors
    ///
    /// [`Hresult::CO_E_CANCEL_DISABLED`] when none is left.
    pub fn disable_call_cancellation(&self, thread: ThreadId) -> Result<(), Hresult> {
        self.with(thread, |thread| {
            let count = thread.enable_count.checked_sub(1);
            thread.enable_count = count.ok_or(Hresult::CO_E_CANCEL_DISABLED)?;
            Ok(())
        })
    }

    /// The thread begins a synchronous call, which `object` cancels.
    pub fn enter_call(&self, thread: ThreadId, object: Arc<dyn CancelMethodCalls>) {
        self.with(thread, |thread| {
            let is_enabled = thread.enable_count > 0;
            thread.cancel_objects.push(CancelEntry { object, is_enabled, is_custom: false });
        });
    }

    /// The thread's innermost call has ended, with what was set above it.
    pub fn leave_call(&self, thread: ThreadId) {
        let left = self.with(thread, |thread| {
            let objects = &mut thread.cancel_objects;
            let index = objects.iter().rposition(|entry| !entry.is_custom);
            index.map(|index| objects.split_off(index))
        });
        drop(left);
    }

    /// Sets an object as the topmost of the thread, or takes the topmost one that was set away
    /// (CoSetCancelObject).
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when the object cannot cancel, [`Hresult::E_ACCESSDENIED`] when
    /// there is nothing to take away but a call in progress.
    pub fn set_cancel_object(
        &self,
        thread: ThreadId,
        object: Option<&Arc<dyn Unknown>>,
    ) -> Result<(), Hresult> {
        let Some(object) = object else {
            let taken = self.with(thread, |thread| {
                let objects = &mut thread.cancel_objects;
                let is_call = objects.last().is_some_and(|topmost| !topmost.is_custom);
                if is_call { Err(Hresult::E_ACCESSDENIED) } else { Ok(objects.pop()) }
            })?;
            drop(taken);
            return Ok(());
        };
        let object = object.query_for().ok_or(Hresult::E_NOINTERFACE)?;
        self.with(thread, |thread| {
            let is_enabled = thread.enable_count > 0;
            thread.cancel_objects.push(CancelEntry { object, is_enabled, is_custom: true });
        });
        Ok(())
    }

    /// The topmost cancel object of `thread`, by the interface `iid` (CoGetCancelObject).
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when there is none, or it has no such interface.
    pub fn get_cancel_object(
        &self,
        current: ThreadId,
        thread: ThreadId,
        iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        let (object, _) = self.topmost(thread.or(current))?;
        object.query_interface(iid).ok_or(Hresult::E_NOINTERFACE)
    }

    /// Cancels the innermost call of `thread` (CoCancelCall).
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when there is none, [`Hresult::CO_E_CANCEL_DISABLED`] when the
    /// thread had not enabled it when it made the call; else as [`CancelMethodCalls::cancel`].
    pub fn cancel_call(
        &self,
        current: ThreadId,
        thread: ThreadId,
        patience: Patience,
    ) -> Result<(), Hresult> {
        let (object, is_enabled) = self.topmost(thread.or(current))?;
        if !is_enabled {
            return Err(Hresult::CO_E_CANCEL_DISABLED);
        }
        object.cancel(patience)
    }

    /// Whether the call that the thread serves was cancelled (CoTestCancel):
    /// [`Hresult::RPC_E_CALL_CANCELED`] or [`Hresult::RPC_S_CALLPENDING`];
    /// [`Hresult::RPC_E_CALL_COMPLETE`] when it serves none.
    #[must_use]
    pub fn test_cancel(&self, thread: ThreadId) -> Hresult {
        let context = self.lock().get(&thread).and_then(|thread| thread.context.clone());
        context.map_or(Hresult::RPC_E_CALL_COMPLETE, |context| context.test_cancel())
    }

    /// Makes `new` the call that the thread serves, and gives the one before
    /// (CoSwitchCallContext). Who switches, switches back.
    pub fn switch_call_context(
        &self,
        thread: ThreadId,
        new: Option<Arc<CallContext>>,
    ) -> Option<Arc<CallContext>> {
        self.with(thread, |thread| core::mem::replace(&mut thread.context, new))
    }

    /// The call that the thread serves, by the interface `iid` (CoGetCallContext).
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_COMPLETE`] when it serves none, [`Hresult::E_NOINTERFACE`].
    pub fn get_call_context(
        &self,
        thread: ThreadId,
        iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        let context = self.call_context(thread).ok_or(Hresult::RPC_E_CALL_COMPLETE)?;
        context.query_interface(iid).ok_or(Hresult::E_NOINTERFACE)
    }

    /// The call that the thread serves.
    #[must_use]
    pub fn call_context(&self, thread: ThreadId) -> Option<Arc<CallContext>> {
        self.lock().get(&thread)?.context.clone()
    }

    /// How many threads have anything in the table.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn topmost(&self, thread: ThreadId) -> Result<(Arc<dyn CancelMethodCalls>, bool), Hresult> {
        let threads = self.lock();
        let topmost = threads.get(&thread).and_then(|thread| thread.cancel_objects.last());
        let topmost = topmost.ok_or(Hresult::E_NOINTERFACE)?;
        Ok((topmost.object.clone(), topmost.is_enabled))
    }

    /// Works on the row of a thread, which exists only while there is something in it.
    fn with<R>(&self, id: ThreadId, work: impl FnOnce(&mut Thread) -> R) -> R {
        let mut threads = self.lock();
        let thread = threads.entry(id).or_default();
        let result = work(thread);
        if thread.is_idle() {
            threads.remove(&id);
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ThreadId, Thread>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
