//! The resource that a name begins with, shared by the binds that use it.
//!
//! Invariant: it is transferred once, however many binds there are: a bind that an object makes
//! while it is loaded finds the resource in its bind context, under [`RUNNING_BIND`].

use std::sync::Arc;

use docfile_binding::bind::bind_error;
use docfile_binding::{
    BindContext, Error, ErrorKind, FileMoniker, Moniker, Result, URL_CONTEXT, UrlMoniker,
};

use super::binder::Binder;
use super::feed::Feed;
use super::medium::ResourceBytes;
use super::open::local_path;
use crate::fill::FillLockBytes;
use crate::transfer::Transfer;

/// The key under which the bind context of an object's own bind has the running transfer.
const RUNNING_BIND: &str = "CBinding Context";

/// A resource, and what is told of its transfer.
#[derive(Debug)]
pub(super) struct Resource {
    /// The outermost moniker of the name.
    moniker: Moniker,
    address: String,
    bytes: ResourceBytes,
    feed: Arc<Feed>,
}

/// Where a resource is.
#[derive(Debug)]
pub(super) enum Place {
    Local(String),
    Remote(String),
}

impl Place {
    /// Where `moniker`, the outermost of a name, is.
    pub(super) fn of(moniker: &Moniker, context: &BindContext) -> Result<Self> {
        match moniker {
            Moniker::File(file) => Ok(Self::Local(file.path().to_owned())),
            Moniker::Url(url) => {
                let url = absolute(url, context)?;
                let address = url.url().unwrap_or_default().to_owned();
                Ok(local_path(&address).map_or(Self::Remote(address), Self::Local))
            }
            Moniker::Item(_) => {
                let text = "an item is bound only inside what is at its left";
                Err(Error::new(ErrorKind::InvalidArgument, text))
            }
            _ => {
                let text = "this kind of moniker leads to no bytes";
                Err(Error::new(ErrorKind::NotBindable, text))
            }
        }
    }
}

/// A relative URL is completed by the URL context, if there is one.
fn absolute(url: &UrlMoniker, context: &BindContext) -> Result<UrlMoniker> {
    if url.url().is_none() {
        return Err(Error::new(ErrorKind::Syntax, "a URL moniker that was never given a URL"));
    }
    if url.is_absolute() {
        return Ok(url.clone());
    }
    let base = context.object_param(URL_CONTEXT).ok();
    match base.as_ref().and_then(|base| base.downcast_ref::<Moniker>()) {
        Some(Moniker::Url(base)) => base.resolve(url),
        _ => {
            let text = "a relative URL, and nothing that completes it";
            Err(Error::new(ErrorKind::UnknownProtocol, text))
        }
    }
}

impl Resource {
    /// The resource that a running bind has of the same name.
    pub(super) fn running(moniker: &Moniker, context: &BindContext) -> Option<Arc<Self>> {
        let running = context.object_param(RUNNING_BIND).ok()?.downcast::<Self>().ok()?;
        (running.moniker == *moniker).then_some(running)
    }

    /// Begins to bring it.
    pub(super) fn begin(
        moniker: &Moniker,
        place: Place,
        context: &BindContext,
        binder: &Binder,
    ) -> Result<Self> {
        let moniker = moniker.clone();
        match place {
            Place::Local(path) => {
                let bytes = binder.transports().local(&path).map_err(bind_error)?;
                let bytes = ResourceBytes::local(&path, bytes);
                Ok(Self { moniker, address: path, bytes, feed: Arc::default() })
            }
            Place::Remote(address) => {
                let accept = context.media_types().accept_field();
                let accept = (accept != "*/*").then_some(accept.as_str());
                let transport = binder.transports().transport(&address, accept);
                let transport = transport.map_err(bind_error)?;
                let feed = Arc::new(Feed::new(host(&address), binder.observer()));
                let fill = FillLockBytes::temporary().map_err(bind_error)?;
                let settings = binder.settings().clone();
                let transfer = Transfer::start(transport, fill, settings, Some(feed.clone()))
                    .map_err(bind_error)?;
                let bytes = ResourceBytes::arriving(Arc::new(transfer));
                Ok(Self { moniker, address, bytes, feed })
            }
        }
    }

    /// A context for what an object binds while it is loaded: a new one, so that it is not mistaken
    /// for the outer bind's callback, in which this resource is found.
    pub(super) fn nested_context(self: &Arc<Self>, outer: &BindContext) -> BindContext {
        let context = BindContext::new(outer.running_object_table());
        context.set_options(docfile_binding::BindOptions::asynchronous());
        context.register_object_param(RUNNING_BIND, self.clone());
        context
    }

    pub(super) const fn bytes(&self) -> &ResourceBytes {
        &self.bytes
    }

    pub(super) const fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    pub(super) const fn transfer(&self) -> Option<&Arc<Transfer>> {
        self.bytes.transfer()
    }

    /// The path, for its extension.
    pub(super) fn path(&self) -> String {
        let url = url::Url::parse(&self.address).ok().filter(|url| url.scheme().len() > 1);
        url.map_or_else(|| self.address.clone(), |url| url.path().to_owned())
    }
}

/// What names of resources are called in progress texts: without credentials.
pub(super) fn shown_name(moniker: &Moniker) -> Option<String> {
    match moniker {
        Moniker::File(file) => Some(FileMoniker::path(file).to_owned()),
        Moniker::Url(url) => {
            let mut url = url::Url::parse(url.url()?).ok()?;
            // They fail only where there can be no credentials.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            Some(url.into())
        }
        _ => None,
    }
}

fn host(address: &str) -> Option<String> {
    url::Url::parse(address).ok()?.host_str().map(str::to_owned)
}
