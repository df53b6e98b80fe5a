//! The way from a display name to a hosted document, step by step.

use std::sync::Arc;

use docfile_binding::{
    AnyFile, BindContext, Moniker, Object, RunningObjectTable, parse_display_name,
};
use docfile_compound::{Error, ErrorKind, Result};
use docfile_objects::Opening;

use super::callback::HostCallback;
use super::classes;
use super::failure::engine_error;
use super::hosted::Hosted;
use super::object::{Hostable, HostedObject};
use super::site::{DocumentSite, HostStep};
use crate::apartment;
use crate::bind::{BindStatusCallback, Binder, Bound, Class, ClassTable, Transports, invalid_name};
use crate::fill::Cache;
use crate::transfer::{PlannerSettings, TransferObserver};

/// Opens documents and hosts them.
///
/// ```
/// use docfile::host::{DocumentSite, Host};
/// use docfile::objects::View;
/// # use docfile::{CompoundFile, FileBytes, FormatVersion, OpenMode};
/// # use std::sync::Arc;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("plan.doc");
/// # let bytes = Arc::new(FileBytes::create(&path)?);
/// # let file = CompoundFile::create(bytes, FormatVersion::V3, Default::default())?;
/// # file.root(OpenMode::edit())?.try_commit(Default::default())?;
/// # drop(file);
/// # let name = path.display().to_string();
///
/// struct Printer;
/// impl DocumentSite for Printer {
///     fn on_page(&self, page_index: usize, page: &View) {
///         println!("page {}:\n{page}", page_index + 1);
///     }
/// }
///
/// let mut document = Host::default().open(&name, Arc::new(Printer))?;
/// while document.refresh()? {}
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Host {
    binder: Binder,
    classes: ClassTable<Arc<Class>>,
    table: RunningObjectTable,
}

impl Default for Host {
    fn default() -> Self {
        Self::new(&Opening::default())
    }
}

impl Host {
    /// A host that knows the classes of all kinds of [`docfile_objects`], and opens their documents
    /// as `opening` says.
    #[must_use]
    pub fn new(opening: &Opening) -> Self {
        let classes = classes::table(opening);
        Self { binder: Binder::default(), classes, table: RunningObjectTable::default() }
    }

    /// The same, with a class of somebody else's; it comes before one of ours with the same id.
    /// What its instances hold must be a [`Hostable`].
    #[must_use]
    pub fn with_class(mut self, class: Class) -> Self {
        self.classes.register(class.class_id(), Arc::new(class));
        self
    }

    /// The same, changed by `change`: media types, extensions and patterns of classes.
    #[must_use]
    pub fn with_classes(mut self, change: impl FnOnce(&mut ClassTable<Arc<Class>>)) -> Self {
        change(&mut self.classes);
        self
    }

    /// The same with these transports.
    #[must_use]
    pub fn with_transports(mut self, transports: Arc<dyn Transports>) -> Self {
        self.binder = self.binder.with_transports(transports);
        self
    }

    /// The same with these settings of transfers.
    #[must_use]
    pub fn with_settings(mut self, settings: PlannerSettings) -> Self {
        self.binder = self.binder.with_settings(settings);
        self
    }

    /// The same with a cache of what was fetched.
    #[must_use]
    pub fn with_cache(mut self, cache: Cache) -> Self {
        self.binder = self.binder.with_cache(cache);
        self
    }

    /// The same with somebody who hears what transfers do.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn TransferObserver>) -> Self {
        self.binder = self.binder.with_observer(observer);
        self
    }

    /// Opens the document that `name` names and hosts it in `site`. Returns when its first page is
    /// shown; the rest arrives behind it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] when the name is not understood, [`ErrorKind::NotFound`] when it
    /// leads to nothing, [`ErrorKind::NotCompound`] when there is no compound file,
    /// [`ErrorKind::AccessDenied`] when the document is encrypted and the password is missing or
    /// wrong, [`ErrorKind::Terminated`] when the bind was aborted; what the transfer, the engine
    /// and the object answer.
    pub fn open(&self, name: &str, site: Arc<dyn DocumentSite>) -> Result<Hosted> {
        let moniker = parse_display_name(&BindContext::new(&self.table), name, &AnyFile)
            .map_err(|error| invalid_name(name, error))?;
        self.open_moniker(&moniker, site)
    }

    /// As [`open`](Self::open), from a name that is read already.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_moniker(&self, moniker: &Moniker, site: Arc<dyn DocumentSite>) -> Result<Hosted> {
        let is_async = moniker.is_async();
        site.on_step(&HostStep::NameRead { is_async });
        let context = BindContext::new(&self.table);
        site.on_step(&HostStep::ContextMade);
        let (callback, object) = HostCallback::new(site.clone());
        if is_async {
            context.register_callback(callback as Arc<dyn BindStatusCallback>);
            site.on_step(&HostStep::CallbackRegistered);
        } else {
            site.on_step(&HostStep::BindStarted);
        }
        let binder = self.binder.clone().with_classes(self.classes.clone());
        let object = match binder.bind_to_object(moniker, &context).map_err(engine_error)? {
            Bound::Now(object) => {
                if !is_async {
                    site.on_step(&HostStep::ObjectAvailable);
                    site.on_step(&HostStep::BindStopped);
                }
                object
            }
            Bound::Exists => {
                let text = "it was asked only whether the document exists";
                return Err(Error::new(ErrorKind::InvalidFunction, text));
            }
            Bound::Later(_) => {
                let stopped = |_| Error::new(ErrorKind::Terminated, "the bind was let go");
                let answer = apartment::block_on(object)?.map_err(stopped)?;
                answer.map_err(engine_error)?
            }
        };
        Hosted::host(hosted_object(&object)?, site)
    }
}

fn hosted_object(object: &Object) -> Result<Arc<dyn HostedObject>> {
    let hostable = object.downcast_ref::<Hostable>().ok_or_else(|| {
        Error::new(ErrorKind::Unimplemented, "the object of this class cannot be hosted")
    })?;
    Ok(hostable.0.clone())
}
