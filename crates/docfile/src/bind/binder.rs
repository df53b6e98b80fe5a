//! Binding monikers to storages and to objects (`contract/binding.md` 7 and 8).
//!
//! Invariant: a moniker that is not asynchronous binds without a callback, even where one is
//! registered; one that is asks the callback how it is to be bound. Without a callback the call
//! returns with the result.

use std::sync::Arc;

use docfile_binding::bind::ClassTable;
use docfile_binding::{BindContext, Error, ErrorKind, Moniker, Object, Result};

use super::binding::Binding;
use super::callback::BindStatusCallback;
use super::drive::{Drive, Outcome, Purpose};
use super::existence;
use super::medium::{Form, Medium};
use super::persist::Class;
use super::transports::{Network, Transports};
use crate::fill::Cache;
use crate::transfer::{PlannerSettings, TransferObserver};

/// What came of a call that binds.
#[derive(Debug, Clone)]
pub enum Bound<T> {
    /// The result is here.
    Now(T),
    /// The bind goes on; its result comes by the callback (`MK_S_ASYNCHRONOUS`).
    Later(Binding),
    /// The bind would succeed. Nothing was bound, because the context asks for no more
    /// ([`BindFlags::just_test_existence`](docfile_binding::BindFlags::just_test_existence)).
    Exists,
}

impl<T> Bound<T> {
    /// The result, of a bind that was not asynchronous.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unexpected`] when the bind goes on, or was only tested.
    pub fn now(self) -> Result<T> {
        match self {
            Self::Now(value) => Ok(value),
            Self::Exists => Err(Error::new(ErrorKind::Unexpected, "the bind was only tested")),
            Self::Later(_) => {
                Err(Error::new(ErrorKind::Unexpected, "the bind is asynchronous and goes on"))
            }
        }
    }
}

/// Binds monikers. Clones are the same.
///
/// ```
/// use docfile::bind::{Binder, Form, Medium};
/// use docfile::monikers::{BindContext, FileMoniker};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("a.txt").display().to_string();
/// # std::fs::write(&path, "text")?;
/// let moniker = FileMoniker::new(path).into();
/// let context = BindContext::default();
/// let bound = Binder::default().bind_to_storage(&moniker, &context, Form::Bytes)?;
/// let Medium::Bytes(bytes) = bound.now()? else { panic!() };
/// assert_eq!(std::io::read_to_string(bytes.reader()?)?, "text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Binder(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    classes: ClassTable<Arc<Class>>,
    transports: Arc<dyn Transports>,
    settings: PlannerSettings,
    observer: Option<Arc<dyn TransferObserver>>,
    cache: Option<Cache>,
}

impl Default for Binder {
    fn default() -> Self {
        Self(Arc::new(Inner {
            classes: ClassTable::new(),
            transports: Arc::new(Network::default()),
            settings: PlannerSettings::default(),
            observer: None,
            cache: None,
        }))
    }
}

impl Binder {
    /// The same with these classes of objects.
    #[must_use]
    pub fn with_classes(mut self, classes: ClassTable<Arc<Class>>) -> Self {
        Arc::make_mut(&mut self.0).classes = classes;
        self
    }

    /// The same with these transports.
    #[must_use]
    pub fn with_transports(mut self, transports: Arc<dyn Transports>) -> Self {
        Arc::make_mut(&mut self.0).transports = transports;
        self
    }

    /// The same with these settings of transfers.
    #[must_use]
    pub fn with_settings(mut self, settings: PlannerSettings) -> Self {
        Arc::make_mut(&mut self.0).settings = settings;
        self
    }

    /// The same with somebody who hears what transfers do.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn TransferObserver>) -> Self {
        Arc::make_mut(&mut self.0).observer = Some(observer);
        self
    }

    /// The same with a folder in which transfers keep what they bring.
    #[must_use]
    pub fn with_cache(mut self, cache: Cache) -> Self {
        Arc::make_mut(&mut self.0).cache = Some(cache);
        self
    }

    pub(super) fn classes(&self) -> &ClassTable<Arc<Class>> {
        &self.0.classes
    }

    pub(super) fn transports(&self) -> &dyn Transports {
        &*self.0.transports
    }

    pub(super) fn settings(&self) -> &PlannerSettings {
        &self.0.settings
    }

    pub(super) fn cache(&self) -> Option<&Cache> {
        self.0.cache.as_ref()
    }

    pub(super) fn observer(&self) -> Option<Arc<dyn TransferObserver>> {
        self.0.observer.clone()
    }

    /// Binds to the bytes that `moniker` names, in the form that is wanted.
    ///
    /// A synchronous bind returns as soon as they can be read, and the transfer goes on behind it;
    /// an asynchronous one tells of all that arrives, and stops when everything has.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ExceededDeadline`] when the deadline of the context has passed first;
    /// [`ErrorKind::NotFound`] when there is no such resource, [`ErrorKind::NoObject`] when it has
    /// nothing of that name inside, [`ErrorKind::NoStorage`] when it is no compound file,
    /// [`ErrorKind::UnknownProtocol`] when no transport leads there, [`ErrorKind::NotBindable`] for
    /// monikers that name no bytes, [`ErrorKind::Aborted`]; what the callback answers.
    pub fn bind_to_storage(
        &self,
        moniker: &Moniker,
        context: &BindContext,
        form: Form,
    ) -> Result<Bound<Medium>> {
        let medium = |outcome| match outcome {
            Outcome::Medium(medium) => Some(medium),
            Outcome::Object(_) => None,
        };
        self.bind(moniker, context, Purpose::Storage(form), medium)
    }

    /// Binds to the object that `moniker` names: one that runs already, or else a new one of the
    /// class of the data, loaded from it.
    ///
    /// # Errors
    ///
    /// As [`bind_to_storage`](Self::bind_to_storage); [`ErrorKind::ClassNotRegistered`] when no
    /// class here is that of the data, [`ErrorKind::CannotInstantiate`] when it makes no object,
    /// [`ErrorKind::CannotLoad`] when the object has no way to load; what the object answers.
    pub fn bind_to_object(
        &self,
        moniker: &Moniker,
        context: &BindContext,
    ) -> Result<Bound<Object>> {
        if let Ok(running) = context.running_object_table().object(moniker) {
            return Ok(match context.options().flags.just_test_existence {
                true => Bound::Exists,
                false => Bound::Now(running),
            });
        }
        match moniker {
            Moniker::Pointer(pointer) => {
                let none = || Error::new(ErrorKind::Unexpected, "a pointer moniker to nothing");
                return pointer.object().cloned().ok_or_else(none).map(Bound::Now);
            }
            Moniker::Class(class) => {
                let class = self.classes().get(class.class_id()).cloned();
                let none = || Error::new(ErrorKind::ClassNotRegistered, "no such class is known");
                return Ok(Bound::Now(class.ok_or_else(none)? as Object));
            }
            _ => {}
        }
        let object = |outcome| match outcome {
            Outcome::Object(object) => Some(object),
            Outcome::Medium(_) => None,
        };
        self.bind(moniker, context, Purpose::Object, object)
    }

    fn bind<T>(
        &self,
        moniker: &Moniker,
        context: &BindContext,
        purpose: Purpose,
        wanted: impl FnOnce(Outcome) -> Option<T>,
    ) -> Result<Bound<T>> {
        if context.options().flags.just_test_existence {
            return existence::test(self, moniker, context, purpose).map(|()| Bound::Exists);
        }
        let callback = context.callback::<dyn BindStatusCallback>();
        let callback = callback.filter(|_| moniker.is_async());
        let drive = Drive::start(self.clone(), moniker, context, callback, purpose)?;
        if drive.returns_at_once() {
            return Ok(Bound::Later(drive.run_behind()?));
        }
        let none = || Error::new(ErrorKind::Unexpected, "the bind ended without a result");
        wanted(drive.run_here()?).map(Bound::Now).ok_or_else(none)
    }
}
