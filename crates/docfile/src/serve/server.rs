//! The server: listens, and gives each connection a task.
//!
//! Invariant: dropping it ends everything that it began; a client that misbehaves costs its own
//! connection only.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docfile_compound::{Error, ErrorKind, Result};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::answer::{Answering, Observer};
use super::folder::Served;
use super::link::{Link, SharedLink};
use crate::runtime;

/// How a server behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServeOptions {
    /// Serve no ranges: every answer is the whole file.
    pub no_ranges: bool,
    /// Behave as over this link.
    pub link: Option<Link>,
}

/// Serves over HTTP until it is dropped.
///
/// # Example
///
/// ```
/// use docfile::serve::{ServeOptions, Server};
///
/// let folder = tempfile::tempdir()?;
/// let server = Server::start(folder.path(), "127.0.0.1:0".parse()?, ServeOptions::default())?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// Of the one file, where it has a name of its own.
    path: String,
    task: AbortHandle,
}

impl Server {
    /// Serves the files below `folder`; or one file, under every name, when `folder` is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such folder, [`ErrorKind::AccessDenied`] when it
    /// cannot listen there.
    pub fn start(
        folder: impl AsRef<Path>,
        address: SocketAddr,
        options: ServeOptions,
    ) -> Result<Self> {
        let folder = folder.as_ref().canonicalize().map_err(|error| {
            Error::new(ErrorKind::NotFound, "there is no such folder").with_source(error)
        })?;
        let served = if folder.is_dir() { Served::Folder(folder) } else { Served::File(folder) };
        Self::listen(served, address, options, (String::new(), None))
    }

    /// Serves one file on the loopback address, to who knows the address that
    /// [`url`](Self::url) then tells: other users of this machine can reach the server too, and
    /// must not read the file by it.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_private(file: impl AsRef<Path>, options: ServeOptions) -> Result<Self> {
        let file = file.as_ref().canonicalize().map_err(|error| {
            Error::new(ErrorKind::NotFound, "there is no such file").with_source(error)
        })?;
        Self::listen_privately(file, options, None)
    }

    /// Serves one file as [`start_private`](Self::start_private) does, and tells `observer` of each
    /// range of its bytes when they are about to be sent, from whichever thread sends them. What
    /// was sent may lie a buffer of the system ahead of what the client has read.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_observed(
        file: impl AsRef<Path>,
        options: ServeOptions,
        observer: Observer,
    ) -> Result<Self> {
        let file = file.as_ref().canonicalize().map_err(|error| {
            Error::new(ErrorKind::NotFound, "there is no such file").with_source(error)
        })?;
        Self::listen_privately(file, options, Some(observer))
    }

    fn listen_privately(
        file: PathBuf,
        options: ServeOptions,
        observer: Option<Observer>,
    ) -> Result<Self> {
        // The keys of the standard library's hashers come from the system's random numbers.
        let random = || RandomState::new().build_hasher().finish();
        let name = format!("{:016x}{:016x}", random(), random());
        let served = Served::Private(file, name.clone());
        let address = ([127, 0, 0, 1], 0).into();
        Self::listen(served, address, options, (format!("/{name}"), observer))
    }

    fn listen(
        served: Served,
        address: SocketAddr,
        options: ServeOptions,
        (path, observer): (String, Option<Observer>),
    ) -> Result<Self> {
        let no_listening = |error: std::io::Error| {
            Error::new(ErrorKind::AccessDenied, "it is not possible to listen there")
                .with_source(error)
        };
        let listener = StdListener::bind(address).map_err(no_listening)?;
        listener.set_nonblocking(true).map_err(no_listening)?;
        let address = listener.local_addr().map_err(no_listening)?;
        let link = options.link.map(SharedLink::new);
        let answering =
            Arc::new(Answering { served, no_ranges: options.no_ranges, link, observer });
        let handle = runtime::handle()?;
        let listener = {
            let _inside = handle.enter();
            TcpListener::from_std(listener).map_err(no_listening)?
        };
        let task = handle.spawn(accept(listener, answering)).abort_handle();
        Ok(Self { address, path, task })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Connections are in the set, so that they end with this future.
async fn accept(listener: TcpListener, answering: Arc<Answering>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, answering.clone()));
                }
                // Out of descriptors, perhaps: some connection will end.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, answering: Arc<Answering>) {
    if let Some(link) = &answering.link {
        link.travel().await;
    }
    // It only makes small answers quicker.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let answering = answering.clone();
        async move { Ok::<_, std::convert::Infallible>(answering.answer(request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    // What goes wrong with a connection is its client's to tell.
    let _ = connection.await;
}
