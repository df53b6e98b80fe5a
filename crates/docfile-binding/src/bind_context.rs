//! What the parties to one binding share (`contract/binding.md` 4; rules 44, 45, 59 and 60 of
//! `contract/observed.md`).
//!
//! A context is a handle: clones are the same context, and a nested bind gets the same one. It
//! keeps alive what is registered with it, until it is revoked, released, or the last handle goes.
//! It decides nothing, reads no clock and calls nobody; the locks inside are held for single steps
//! only.
//!
//! Parameters are found by their keys and not enumerated, as the contract has it.

mod callback;
mod options;

use core::fmt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use callback::CallbackHolder;
pub use options::{BindFlags, BindOptions, BindSpeed, ClassContext};

use crate::error::{Error, ErrorKind, Result};
use crate::object::{Object, same_object};
use crate::running_object_table::RunningObjectTable;

/// The key of the holder of the registered callback.
pub const CALLBACK_HOLDER: &str = "_BSCB_Holder_";
/// The key of the moniker that completes relative URLs.
pub const URL_CONTEXT: &str = "URL Context";
/// The key of the moniker that the user has to connect by hand.
pub const CONNECT_MANUALLY: &str = "ConnectManually";
/// The key of the first moniker that exceeded the deadline; those of others have a number behind.
pub const EXCEEDED_DEADLINE: &str = "ExceededDeadline";

/// What the parties to one binding share: options, parameters, objects that must stay alive, and
/// the running object table.
///
/// ```
/// use docfile_binding::{BindContext, Object};
/// use std::sync::Arc;
///
/// let context = BindContext::default();
/// context.register_object_param("Key", Arc::new(7));
/// let nested = context.clone();
/// assert_eq!(nested.object_param("Key")?.downcast_ref(), Some(&7));
/// assert!(context.object_param("key").is_err(), "keys are told apart by case");
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct BindContext(Arc<Inner>);

#[derive(Default)]
struct Inner {
    table: RunningObjectTable,
    /// The context that parameters belong to, where this one wraps another.
    wrapped: Option<BindContext>,
    is_async: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    options: BindOptions,
    bound: Vec<Object>,
    params: BTreeMap<String, Object>,
}

impl BindContext {
    /// A context whose monikers are looked up in `table` (`CreateBindCtx`). Its options are those
    /// of [`BindOptions::default`].
    #[must_use]
    pub fn new(table: &RunningObjectTable) -> Self {
        Self(Arc::new(Inner { table: table.clone(), ..Inner::default() }))
    }

    /// A context for an asynchronous bind that `callback` watches (`CreateAsyncBindCtx`). Its
    /// options are those of [`BindOptions::asynchronous`].
    #[must_use]
    pub fn asynchronous<C>(table: &RunningObjectTable, callback: Arc<C>) -> Self
    where
        C: ?Sized + Send + Sync + 'static,
    {
        let context = Self::new(table);
        context.set_options(BindOptions::asynchronous());
        context.register_callback(callback);
        context
    }

    /// An asynchronous context over this one: parameters, the callback among them, are those of
    /// this one; options and bound objects are its own (`CreateAsyncBindCtxEx`).
    #[must_use]
    pub fn wrap_asynchronous(&self) -> Self {
        let state = State { options: BindOptions::asynchronous(), ..State::default() };
        Self(Arc::new(Inner {
            table: self.0.table.clone(),
            wrapped: Some(self.clone()),
            is_async: true,
            state: Mutex::new(state),
        }))
    }

    /// Whether this context was made by [`wrap_asynchronous`](Self::wrap_asynchronous), the one
    /// form that answers `IAsyncBindCtx`.
    #[must_use]
    pub fn is_async(&self) -> bool {
        self.0.is_async
    }

    /// The table in which monikers are looked up.
    #[must_use]
    pub fn running_object_table(&self) -> &RunningObjectTable {
        &self.0.table
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> BindOptions {
        self.state().options
    }

    /// Replaces the options.
    pub fn set_options(&self, options: BindOptions) {
        self.state().options = options;
    }

    /// Keeps `object` alive as long as the context, so that what was bound on the way is not
    /// closed and loaded anew.
    pub fn register_object_bound(&self, object: Object) {
        self.state().bound.push(object);
    }

    /// Takes one registration of `object` back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotBound`] when there is none.
    pub fn revoke_object_bound(&self, object: &Object) -> Result<()> {
        let mut state = self.state();
        let index = state.bound.iter().position(|bound| same_object(bound, object));
        let index = index.ok_or_else(|| {
            Error::new(ErrorKind::NotBound, "the object is not registered with the bind context")
        })?;
        let revoked = state.bound.remove(index);
        // Dropping it may run its owner's code, which may ask this context.
        drop(state);
        drop(revoked);
        Ok(())
    }

    /// Lets go of all objects that were registered as bound. Parameters stay.
    pub fn release_bound_objects(&self) {
        let released = core::mem::take(&mut self.state().bound);
        drop(released);
    }

    /// How many registrations of bound objects there are.
    #[must_use]
    pub fn bound_object_count(&self) -> usize {
        self.state().bound.len()
    }

    /// Keeps `object` under `key`, in place of what was there.
    pub fn register_object_param(&self, key: &str, object: Object) {
        let owner = self.param_owner();
        let replaced = owner.state().params.insert(key.to_owned(), object);
        drop(replaced);
    }

    /// The object under `key`; keys are told apart by case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoParameter`] when there is none.
    pub fn object_param(&self, key: &str) -> Result<Object> {
        let owner = self.param_owner();
        owner.state().params.get(key).cloned().ok_or_else(|| no_parameter(key))
    }

    /// Lets go of the object under `key`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoParameter`] when there is none.
    pub fn revoke_object_param(&self, key: &str) -> Result<()> {
        let owner = self.param_owner();
        let revoked = owner.state().params.remove(key);
        revoked.map(drop).ok_or_else(|| no_parameter(key))
    }

    /// Whether both are the same context.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The innermost context, to which parameters belong. A context wraps one that was there
    /// before it, so that there is an innermost one.
    fn param_owner(&self) -> &Self {
        let mut owner = self;
        while let Some(wrapped) = &owner.0.wrapped {
            owner = wrapped;
        }
        owner
    }

    /// No code of others runs under this lock, so that what a panic left is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for BindContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<_> = self.param_owner().state().params.keys().cloned().collect();
        f.debug_struct("BindContext")
            .field("options", &self.options())
            .field("params", &params)
            .field("bound_object_count", &self.bound_object_count())
            .finish()
    }
}

fn no_parameter(key: &str) -> Error {
    Error::new(ErrorKind::NoParameter, "the bind context has no such parameter").with_name(key)
}
