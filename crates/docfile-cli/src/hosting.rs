//! How the command hosts a document: over which transports, and how it is stopped.
//!
//! Invariant: what is read is metered where it happens, of local files as of others; a halt ends a
//! bind under way and everything that waits for bytes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use docfile::bind::{BindProgress, Binding, Transports};
use docfile::fill::Termination;
use docfile::host::{DocumentSite, Host, HostStep, Hosted};
use docfile::objects::View;
use docfile::serve::Server;
use docfile::transfer::{Filling, Transport};
use docfile::{FileBytes, LockBytes};

use crate::bill::{Meter, MeteredBytes};
use crate::failure::Failure;
use crate::remote;
use crate::session::Session;
use crate::source::{Place, Source};
use crate::stop;
use crate::trace::StepListener;

/// How long a halt may go unnoticed.
const PATIENCE: Duration = Duration::from_millis(25);

/// Which way leads to a source, counted by its meter.
struct Metered {
    headers: Vec<(String, String)>,
    no_ranges: bool,
    meter: Arc<Meter>,
}

impl Transports for Metered {
    fn transport(&self, address: &str, _: Option<&str>) -> docfile::Result<Arc<dyn Transport>> {
        remote::transport(address, &self.headers, self.no_ranges)
    }

    fn local(&self, path: &str) -> docfile::Result<Arc<dyn LockBytes>> {
        Ok(Arc::new(MeteredBytes::new(FileBytes::open(path)?, Arc::clone(&self.meter))))
    }
}

impl fmt::Debug for Metered {
    /// Headers may be credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metered").field("no_ranges", &self.no_ranges).finish_non_exhaustive()
    }
}

/// A document of the command, hosted.
pub(crate) struct Opened {
    pub(crate) document: Hosted,
    /// Serves a local source to the command itself.
    _server: Option<Server>,
}

/// Opens `source` and hosts it in `site`. With `fills`, all of it arrives in the background.
pub(crate) fn open(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
    fills: bool,
    site: Arc<Site>,
) -> Result<Opened, Failure> {
    let place = source.to_string();
    let failed = |error: docfile::Error| Failure::from_engine(&error, &place);
    let server = match source.place() {
        Place::Path(path) if remote::is_transferred(session, source) => {
            Some(remote::serve(session, path).map_err(failed)?)
        }
        _ => None,
    };
    let name = match &server {
        Some(server) => format!("{}{}", server.url(), source.steps_text()),
        None => source.full_text(),
    };
    let mut settings = remote::settings(session, meter);
    settings.filling = if fills { Filling::WhenIdle } else { Filling::Never };
    let transports = Metered {
        headers: session.common.header.clone(),
        no_ranges: session.common.no_ranges,
        meter: Arc::clone(meter),
    };
    let mut host =
        Host::new(&session.opening()).with_transports(Arc::new(transports)).with_settings(settings);
    if session.common.trace.is_some() {
        host = host.with_observer(session.trace.observer(&place));
    }
    if let Some(cache) = remote::cache(session, source)? {
        host = host.with_cache(cache);
    }
    let document = host.open(&name, site).map_err(failed)?;
    Ok(Opened { document, _server: server })
}

/// Who shows pages.
type PageListener = Box<dyn Fn(usize, &View) + Send + Sync>;

/// Shows what the host tells, and keeps what is needed to stop it.
pub(crate) struct Site {
    meter: Arc<Meter>,
    started: Instant,
    binding: Mutex<Option<Binding>>,
    on_step: Option<StepListener>,
    on_page: PageListener,
}

impl Site {
    /// A site that gives pages to `on_page`.
    pub(crate) fn new(
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
        on_page: impl Fn(usize, &View) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let is_traced = session.common.trace.is_some();
        Arc::new(Self {
            meter: Arc::clone(meter),
            started: Instant::now(),
            binding: Mutex::new(None),
            on_step: is_traced.then(|| session.trace.steps(&source.to_string())),
            on_page: Box::new(on_page),
        })
    }

    /// The bind, once it has begun; never for what is on this machine.
    pub(crate) fn binding(&self) -> Option<Binding> {
        self.binding.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over what the transfer has counted.
    pub(crate) fn note(&self) {
        if let Some(binding) = self.binding() {
            let total = binding.fill().and_then(|fill| fill.len());
            self.meter.note_transfer(binding.counters(), total);
        }
    }

    /// Stops the bind, the transfer, and everything that waits for it.
    pub(crate) fn stop(&self) {
        if let Some(binding) = self.binding() {
            binding.abort();
            if let Some(fill) = binding.fill() {
                fill.terminate(Termination::Cancelled);
            }
        }
    }

    /// Stops when the command is halted. Goes on until `self` is let go elsewhere.
    pub(crate) fn stop_on_halt(self: &Arc<Self>) {
        let site = Arc::downgrade(self);
        std::thread::spawn(move || {
            while let Some(site) = site.upgrade() {
                if stop::reason().is_some() {
                    site.stop();
                    return;
                }
                drop(site);
                std::thread::sleep(PATIENCE);
            }
        });
    }
}

impl DocumentSite for Site {
    fn on_step(&self, step: &HostStep) {
        if let Some(on_step) = &self.on_step {
            on_step(self.started.elapsed(), step);
        }
    }

    fn on_binding(&self, binding: &Binding) {
        *self.binding.lock().unwrap_or_else(PoisonError::into_inner) = Some(binding.clone());
    }

    fn on_progress(&self, _: &BindProgress) {
        self.note();
    }

    fn on_page(&self, page_index: usize, page: &View) {
        self.note();
        if page_index == 0 {
            self.meter.note_first_view();
        }
        (self.on_page)(page_index, page);
    }
}
