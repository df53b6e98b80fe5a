//! How a document is opened.
//!
//! Invariant: nothing is asked for before it is awaited or waited for. The name is read by
//! `docfile-binding`; this makes of its monikers a transfer and steps inside.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use docfile_binding::{
    AnyFile, BindContext, ItemMoniker, Moniker, parse_display_name, shown_address,
};
use docfile_compound::{
    CompoundFile, ElementKind, Error, ErrorKind, Name, OpenMode, Result, Settings,
};

use super::document::{Document, Target};
use super::transports::{Network, Transports as _};
use crate::apartment;
use crate::fill::{Cache, FillLockBytes, told};
use crate::storage::{AsyncMode, Storage, Stream};
use crate::transfer::{FileBytes, Filling, PlannerSettings, Policy, Transfer, TransferObserver};

/// How a document is opened; made by [`open`](crate::open).
#[derive(Clone)]
pub struct Open {
    name: String,
    settings: PlannerSettings,
    network: Network,
    observer: Option<Arc<dyn TransferObserver>>,
    cache: Option<Cache>,
}

impl Open {
    /// As [`open`](crate::open).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            settings: PlannerSettings::default(),
            network: Network::default(),
            observer: None,
            cache: None,
        }
    }

    /// Few bytes are more important than few round trips.
    #[must_use]
    pub const fn frugal(mut self) -> Self {
        self.settings.policy = Policy::Frugal;
        self
    }

    /// Bring nothing that nobody reads. Else all of the document arrives in the background.
    #[must_use]
    pub const fn on_demand(mut self) -> Self {
        self.settings.filling = Filling::Never;
        self
    }

    /// At most so many bytes are fetched.
    #[must_use]
    pub const fn byte_limit(mut self, count: u64) -> Self {
        self.settings.budget.byte_count = Some(count);
        self
    }

    /// The transfer takes at most so long.
    #[must_use]
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.settings.budget.time = Some(time);
        self
    }

    /// A header for every request to the origin of the URL.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.network.headers.push((name.into(), value.into()));
        self
    }

    /// An authority to trust beside the usual ones, as PEM.
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// Ask for everything at once, as if the server had no ranges.
    #[must_use]
    pub const fn no_ranges(mut self) -> Self {
        self.network.no_ranges = true;
        self
    }

    /// Who hears what the transfer does.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn TransferObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Keep what is fetched in this folder, and fetch nothing again that is in it while the server
    /// confirms that it is still the same; see [`Cache`].
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Opens it, waiting on this thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] when the name is not understood, [`ErrorKind::NotFound`] when
    /// it leads to nothing, [`ErrorKind::InvalidFunction`] inside an asynchronous context; what the
    /// transfer and the engine answer.
    pub fn wait(self) -> Result<Document> {
        apartment::block_on(self.into_future())?
    }

    async fn open(self) -> Result<Document> {
        let moniker = parse_display_name(&BindContext::default(), &self.name, &AnyFile)
            .map_err(|error| invalid_name(&self.name, error))?;
        let Some((first, steps)) = moniker.components().split_first() else {
            return Err(Error::new(ErrorKind::InvalidName, "a name cannot be empty"));
        };
        let (root, transfer) = match first {
            Moniker::File(file) => (local_root(file.path())?, None),
            Moniker::Url(url) => {
                let address = url.url().unwrap_or_default();
                if let Some(path) = local_path(address) {
                    (local_root(&path)?, None)
                } else {
                    let transfer = self.transfer(address)?;
                    let fill = transfer.fill().clone();
                    let root = Storage::open_async(&fill, AsyncMode::Compatibility).await;
                    (root.map_err(|error| told(&fill, error))?, Some(Arc::new(transfer)))
                }
            }
            _ => {
                let text = "only paths, URLs and what is inside them can be opened so far";
                return Err(Error::new(ErrorKind::Unimplemented, text));
            }
        };
        let target = follow(root, steps).await?;
        Ok(Document::new(target, transfer))
    }

    fn transfer(&self, address: &str) -> Result<Transfer> {
        let transport = self.network.transport(address, None)?;
        let mut settings = self.settings.clone();
        let fill = array_for(self.cache.as_ref(), address, &mut settings)?;
        Transfer::start(transport, fill, settings, self.observer.clone())
    }
}

impl fmt::Debug for Open {
    /// Names may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open")
            .field("name", &shown_address(&self.name))
            .field("settings", &self.settings)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for Open {
    type Output = Result<Document>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

/// Where the bytes of a transfer go: into a cache, if there is one.
pub(super) fn array_for(
    cache: Option<&Cache>,
    address: &str,
    settings: &mut PlannerSettings,
) -> Result<FillLockBytes> {
    let Some(cache) = cache else { return FillLockBytes::temporary() };
    let (fill, resume) = cache.fill(address)?;
    settings.resume = resume;
    Ok(fill)
}

/// Steps inside: on a storage to its element, on a stream, behind a `!`, into the compound file
/// that it holds.
pub(super) async fn follow(root: Storage, steps: &[Moniker]) -> Result<Target> {
    let mut target = Target::Storage(root);
    for step in steps {
        let Moniker::Item(item) = step else {
            return Err(Error::new(ErrorKind::Unimplemented, "only items can follow a document"));
        };
        target = step_into(target, item).await?;
    }
    Ok(target)
}

async fn step_into(target: Target, item: &ItemMoniker) -> Result<Target> {
    let storage = match target {
        Target::Storage(storage) => storage,
        Target::Stream(stream) if item.delimiter() == Some("!") => nested(&stream).await?,
        Target::Stream(_) => {
            let text = "this is a stream, which holds no elements; a ! behind it opens a compound file in it";
            return Err(Error::new(ErrorKind::NotFound, text).with_element(item.item()));
        }
    };
    let name = Name::new(&item.item())?;
    let found = storage.find_async(&name).await?;
    match found.map(|stat| stat.kind) {
        Some(ElementKind::Storage) => Ok(Target::Storage(storage.open_storage_async(&name).await?)),
        Some(_) => Ok(Target::Stream(storage.open_stream_async(&name).await?)),
        None => {
            let error = Error::new(ErrorKind::NotFound, "there is no such element");
            Err(error.with_element(item.item()))
        }
    }
}

async fn nested(stream: &Stream) -> Result<Storage> {
    Storage::open_in_async(stream).await
}

fn local_root(path: &str) -> Result<Storage> {
    let file = CompoundFile::try_open(Arc::new(FileBytes::open(path)?), Settings::default())?;
    Ok(Storage::complete(file.root(OpenMode::read())?))
}

/// The path of a `file:` URL of this machine.
pub(super) fn local_path(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()?.into_os_string().into_string().ok()
}

/// The name cannot be read; it is told without credentials.
pub(crate) fn invalid_name(name: &str, error: docfile_binding::Error) -> Error {
    Error::new(ErrorKind::InvalidName, "the name is not understood")
        .with_element(shown_address(name))
        .with_source(error)
}
