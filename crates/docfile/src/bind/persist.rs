//! How an object loads itself (`contract/binding.md` 7.8 to 7.14 and 12).
//!
//! An object has one or more ways; the first of these that it has is taken: a moniker, a storage, a
//! stream, a file. An object that loads from a moniker binds it itself, to a storage that waits or
//! not as it likes, and shares the transfer that is under way already.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use docfile_binding::{BindContext, Moniker, Object, Result};
use docfile_compound::{Guid, OpenMode};

use super::binder::Binder;
use crate::storage::Storage;

/// Loads from what a moniker names (`IPersistMoniker`).
pub trait PersistMoniker: Send + Sync {
    /// Loads; returns when it has enough to be shown. `binder` and `context` are for its own
    /// [`bind_to_storage`](Binder::bind_to_storage) of `moniker`.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn load(&self, load: &MonikerLoad<'_>) -> Result<()>;
}

/// What [`PersistMoniker::load`] loads from.
#[derive(Debug, Clone, Copy)]
pub struct MonikerLoad<'l> {
    /// Whether all of the data is here already.
    pub is_fully_available: bool,
    /// What is loaded.
    pub moniker: &'l Moniker,
    /// Binds it.
    pub binder: &'l Binder,
    /// A context in which the running transfer is found; the object registers its own callback.
    pub context: &'l BindContext,
    /// How storages are to be opened.
    pub mode: OpenMode,
}

/// Loads from a storage (`IPersistStorage`).
pub trait PersistStorage: Send + Sync {
    /// Loads; a read of what has not arrived waits.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn load(&self, storage: &Storage) -> Result<()>;
}

/// Loads from a stream (`IPersistStream`).
pub trait PersistStream: Send + Sync {
    /// Loads; a read of what has not arrived waits.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn load(&self, stream: &mut dyn Read) -> Result<()>;
}

/// Loads from a file (`IPersistFile`).
pub trait PersistFile: Send + Sync {
    /// Loads; everything is in the file, which may vanish after the call.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn load(&self, path: &Path) -> Result<()>;
}

/// A new object, and the ways in which it can load itself.
#[derive(Clone)]
pub struct Instance {
    pub(super) object: Object,
    pub(super) moniker: Option<Arc<dyn PersistMoniker>>,
    pub(super) storage: Option<Arc<dyn PersistStorage>>,
    pub(super) stream: Option<Arc<dyn PersistStream>>,
    pub(super) file: Option<Arc<dyn PersistFile>>,
}

impl Instance {
    /// An object that cannot load itself yet.
    #[must_use]
    pub fn new(object: Object) -> Self {
        Self { object, moniker: None, storage: None, stream: None, file: None }
    }

    /// It loads from a moniker.
    #[must_use]
    pub fn with_moniker(mut self, way: Arc<dyn PersistMoniker>) -> Self {
        self.moniker = Some(way);
        self
    }

    /// It loads from a storage.
    #[must_use]
    pub fn with_storage(mut self, way: Arc<dyn PersistStorage>) -> Self {
        self.storage = Some(way);
        self
    }

    /// It loads from a stream.
    #[must_use]
    pub fn with_stream(mut self, way: Arc<dyn PersistStream>) -> Self {
        self.stream = Some(way);
        self
    }

    /// It loads from a file.
    #[must_use]
    pub fn with_file(mut self, way: Arc<dyn PersistFile>) -> Self {
        self.file = Some(way);
        self
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance")
            .field("moniker", &self.moniker.is_some())
            .field("storage", &self.storage.is_some())
            .field("stream", &self.stream.is_some())
            .field("file", &self.file.is_some())
            .finish_non_exhaustive()
    }
}

/// Makes objects of one class; also what a bind to the class gives.
pub struct Class {
    class_id: Guid,
    make: Box<dyn Fn() -> Result<Instance> + Send + Sync>,
}

impl Class {
    /// The class with this id, of which `make` makes objects.
    #[must_use]
    pub fn new(
        class_id: Guid,
        make: impl Fn() -> Result<Instance> + Send + Sync + 'static,
    ) -> Self {
        Self { class_id, make: Box::new(make) }
    }

    /// Its id.
    #[must_use]
    pub const fn class_id(&self) -> Guid {
        self.class_id
    }

    /// A new object.
    ///
    /// # Errors
    ///
    /// What its maker answers.
    pub fn instance(&self) -> Result<Instance> {
        (self.make)()
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Class({})", self.class_id)
    }
}
