//! A document object that arrives: it loads from a moniker, over a storage that never waits, with a
//! callback of its own, and is there as soon as its first page is.
//!
//! Invariant: the pure object is asked again and again, and never waits itself; what waits is the
//! load, on the apartment of the bind, whose queue goes on meanwhile.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use docfile_binding as binding;
use docfile_binding::bind::bind_error;
use docfile_compound::{CompoundFile, Error, ErrorKind, OpenMode, Result, Settings, Storage};
use docfile_objects::{DocumentObject, Info, Opening, View, try_open};

use super::callback::ObjectCallback;
use super::object::{DocumentView, HostedObject};
use super::site::DocumentSite;
use crate::apartment;
use crate::bind::{BindStatusCallback, Bound, Form, Medium, MonikerLoad, PersistMoniker};
use crate::fill::{FillLockBytes, until};

/// Makes the pure object of the document with this root.
pub(super) type MakeObject =
    dyn Fn(Storage, &Opening) -> Result<Box<dyn DocumentObject>> + Send + Sync;

/// An object of a pure document object, which shows itself while it arrives.
pub struct ArrivingObject {
    opening: Opening,
    make: Arc<MakeObject>,
    shown: OnceLock<Arc<Shown>>,
    site: Mutex<Option<Arc<dyn DocumentSite>>>,
}

impl ArrivingObject {
    /// An object that is loaded later, of the kind that the document is of.
    #[must_use]
    pub fn new(opening: Opening) -> Self {
        Self::of(opening, |root, opening| try_open(root, opening.clone()))
    }

    /// An object that is loaded later, which `make` makes from the root of the document.
    pub fn of(
        opening: Opening,
        make: impl Fn(Storage, &Opening) -> Result<Box<dyn DocumentObject>> + Send + Sync + 'static,
    ) -> Self {
        Self { opening, make: Arc::new(make), shown: OnceLock::new(), site: Mutex::new(None) }
    }

    async fn load_from(&self, medium: Medium) -> Result<Shown> {
        let (fill, root) = match &medium {
            Medium::Storage(storage) => (storage.fill().cloned(), storage.engine().clone()),
            Medium::Stream(stream) => {
                let (fill, inner) = (stream.fill().cloned(), stream.engine().clone());
                let bytes = Arc::new(inner);
                let open = || CompoundFile::try_open(bytes.clone(), Settings::default());
                let file = until(fill.as_ref(), open).await?;
                (fill, file.root(OpenMode::read())?)
            }
            Medium::Bytes(_) => {
                return Err(Error::new(ErrorKind::NotCompound, "bytes are no storage"));
            }
        };
        let make = || (self.make)(root.clone(), &self.opening);
        let object = until(fill.as_ref(), make).await?;
        until(fill.as_ref(), || object.try_first_view().map(drop)).await?;
        Ok(Shown { object, fill, _medium: medium })
    }
}

impl PersistMoniker for ArrivingObject {
    fn load(&self, load: &MonikerLoad<'_>) -> binding::Result<()> {
        let (callback, first) = ObjectCallback::new();
        load.context.register_callback(callback as Arc<dyn BindStatusCallback>);
        let bound = load.binder.bind_to_storage(load.moniker, load.context, Form::Storage)?;
        let loading = async {
            let medium = match bound {
                Bound::Now(medium) => medium,
                Bound::Later(_) => first.await.map_err(|_| gone())??,
                // Only contexts that ask for no more than that get it; this one does not.
                Bound::Exists => return Err(gone()),
            };
            self.load_from(medium).await.map_err(bind_error)
        };
        let shown = apartment::block_on(loading).map_err(bind_error)??;
        self.shown.set(Arc::new(shown)).map_err(|_| {
            let text = "the object is loaded already";
            binding::Error::new(binding::ErrorKind::Unexpected, text)
        })
    }
}

fn gone() -> binding::Error {
    binding::Error::new(binding::ErrorKind::Aborted, "the bind of the object was let go")
}

impl HostedObject for ArrivingObject {
    fn set_site(&self, site: Option<Arc<dyn DocumentSite>>) {
        *self.site.lock().unwrap_or_else(PoisonError::into_inner) = site;
    }

    fn create_view(&self) -> Result<Arc<dyn DocumentView>> {
        let unloaded = || Error::new(ErrorKind::InvalidFunction, "the object is not loaded");
        Ok(self.shown.get().cloned().ok_or_else(unloaded)?)
    }
}

impl std::fmt::Debug for ArrivingObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let object = self.shown.get().map(|shown| &shown.object);
        f.debug_struct("ArrivingObject").field("object", &object).finish_non_exhaustive()
    }
}

/// The object, once it is loaded, and its view.
struct Shown {
    object: Box<dyn DocumentObject>,
    fill: Option<FillLockBytes>,
    /// Keeps the transfer alive.
    _medium: Medium,
}

impl DocumentView for Shown {
    /// There is nothing to set up: pages are asked for.
    fn show(&self, _: bool) {}

    fn try_info(&self) -> Result<Info> {
        self.object.try_info()
    }

    fn try_page(&self, page_index: usize) -> Result<Option<View>> {
        self.object.try_page(page_index)
    }

    fn fill(&self) -> Option<FillLockBytes> {
        self.fill.clone()
    }
}
