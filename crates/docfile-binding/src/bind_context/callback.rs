//! Who watches a bind (`contract/binding.md` 4; rule 45 of `contract/observed.md`).
//!
//! A context does not keep the callback itself under its key but a holder, which stays the same
//! while callbacks in it are replaced: who holds the holder always reaches the last one
//! registered. What a callback can do is not known here.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{BindContext, CALLBACK_HOLDER};
use crate::object::Object;

/// Holds the callback that was registered last; the object under [`CALLBACK_HOLDER`].
pub struct CallbackHolder<C: ?Sized> {
    current: Mutex<Arc<C>>,
}

impl<C: ?Sized> CallbackHolder<C> {
    /// The callback that was registered last.
    #[must_use]
    pub fn callback(&self) -> Arc<C> {
        self.current().clone()
    }

    fn replace(&self, callback: Arc<C>) -> Arc<C> {
        core::mem::replace(&mut *self.current(), callback)
    }

    fn current(&self) -> MutexGuard<'_, Arc<C>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: ?Sized> fmt::Debug for CallbackHolder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackHolder({:?})", Arc::as_ptr(&self.current()))
    }
}

impl BindContext {
    /// Makes `callback` the one that is called, and gives back the one before, so that the caller
    /// can call it too or put it back. `C` is mostly a trait object, and the same for all callers.
    ///
    /// ```
    /// use docfile_binding::BindContext;
    /// use std::sync::Arc;
    ///
    /// let context = BindContext::default();
    /// let (browsers, objects) = (Arc::new("browser"), Arc::new("object"));
    /// assert!(context.register_callback(browsers.clone()).is_none());
    /// let previous = context.register_callback(objects);
    /// assert_eq!(previous.as_deref(), Some(&"browser"));
    /// assert_eq!(context.callback::<&str>().as_deref(), Some(&"object"));
    /// context.revoke_callback(&browsers); // It is not the one registered.
    /// assert!(context.callback::<&str>().is_some());
    /// ```
    pub fn register_callback<C>(&self, callback: Arc<C>) -> Option<Arc<C>>
    where
        C: ?Sized + Send + Sync + 'static,
    {
        let owner = self.param_owner();
        let mut state = owner.state();
        let registered = state.params.get(CALLBACK_HOLDER).cloned();
        if let Some(holder) = registered.and_then(as_holder) {
            drop(state);
            return Some(holder.replace(callback));
        }
        let holder = CallbackHolder { current: Mutex::new(callback) };
        let other = state.params.insert(CALLBACK_HOLDER.to_owned(), Arc::new(holder));
        // Dropping what somebody else kept here may run their code, which may ask this context.
        drop(state);
        drop(other);
        None
    }

    /// Takes `callback` back; nothing happens when it is not the one registered.
    pub fn revoke_callback<C>(&self, callback: &Arc<C>)
    where
        C: ?Sized + Send + Sync + 'static,
    {
        let is_callback = |holder: &Arc<CallbackHolder<C>>| {
            core::ptr::addr_eq(Arc::as_ptr(&holder.callback()), Arc::as_ptr(callback))
        };
        let owner = self.param_owner();
        let mut state = owner.state();
        let registered = state.params.get(CALLBACK_HOLDER).cloned();
        if registered.and_then(as_holder).filter(is_callback).is_some() {
            let revoked = state.params.remove(CALLBACK_HOLDER);
            drop(state);
            drop(revoked);
        }
    }

    /// The callback that was registered last.
    #[must_use]
    pub fn callback<C>(&self) -> Option<Arc<C>>
    where
        C: ?Sized + Send + Sync + 'static,
    {
        let registered = self.object_param(CALLBACK_HOLDER).ok()?;
        as_holder(registered).map(|holder| holder.callback())
    }
}

/// The holder of callbacks of this type, if the object is one.
fn as_holder<C>(object: Object) -> Option<Arc<CallbackHolder<C>>>
where
    C: ?Sized + Send + Sync + 'static,
{
    object.downcast().ok()
}
