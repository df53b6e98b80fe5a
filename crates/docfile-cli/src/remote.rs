//! Sources that lie elsewhere, and local ones that are read as if they did.
//!
//! This chooses the transport and the policy from the address and the flags; everything else is
//! the library's.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use docfile::fill::{Cache, FillLockBytes};
use docfile::serve::{ServeOptions, Server};
use docfile::transfer::{
    Budget, Filling, HttpOptions, HttpTransport, ObjectStoreTransport, PlannerSettings, Policy,
    Transfer, Transport,
};
use docfile::{Error, LockBytes};

use crate::arrival::Arrival;
use crate::bill::Meter;
use crate::failure::Failure;
use crate::session::Session;
use crate::source::{Place, Source};

/// The bytes of a source, and how to wait for those that are missing.
pub(crate) type Bytes = (Arc<dyn LockBytes>, Arrival);

/// The bytes of `source` and how they come, when they have to be transferred.
pub(crate) fn open(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<Option<Bytes>, Failure> {
    let text = source.file_text();
    let failed = |error: Error| Failure::from_engine(&error, &text);
    let common = &session.common;
    let (transport, server) = match source.place() {
        Place::Url(_) if common.link.is_some() => {
            return Err(Failure::misuse("only a local source can be read over a made link")
                .at(text)
                .with_advice("docfile serve --link, on the machine of the source"));
        }
        Place::Url(address) => (transport_of(session, address).map_err(failed)?, None),
        Place::Path(path) if common.link.is_some() || common.no_ranges => {
            let server = serve(session, path).map_err(failed)?;
            let transport = transport_of(session, &server.url()).map_err(failed)?;
            (transport, Some(server))
        }
        Place::Path(_) | Place::Stdin => return Ok(None),
    };
    let mut planned = settings(session, meter);
    let fill = match (cache(session, source)?, source.place()) {
        (Some(cache), Place::Url(address)) => {
            let (fill, resume) = cache.fill(address).map_err(failed)?;
            planned.resume = resume;
            fill
        }
        _ => FillLockBytes::temporary().map_err(failed)?,
    };
    let observer = common.trace.is_some().then(|| session.trace.observer(&text));
    let transfer = Transfer::start(transport, fill.clone(), planned, observer).map_err(failed)?;
    let arrival = Arrival::by(transfer, Arc::clone(meter), server);
    Ok(Some((fill.lock_bytes(), arrival)))
}

/// What keeps what is fetched of `source`; only of what lies elsewhere.
pub(crate) fn cache(session: &Session, source: &Source) -> Result<Option<Cache>, Failure> {
    let (Some(folder), Place::Url(_)) = (&session.common.cache, source.place()) else {
        return Ok(None);
    };
    let failed = |error: Error| Failure::from_engine(&error, &folder.to_string_lossy());
    Cache::open(folder).map(Some).map_err(failed)
}

/// Whether [`open`] transfers `source`.
pub(crate) fn is_transferred(session: &Session, source: &Source) -> bool {
    match source.place() {
        Place::Url(_) => true,
        Place::Path(_) => session.common.link.is_some() || session.common.no_ranges,
        Place::Stdin => false,
    }
}

/// Whether `source` stands for all objects below it.
pub(crate) fn is_prefix(source: &Source) -> bool {
    let is_store = |address: &String| {
        ["s3://", "gs://", "az://"].iter().any(|scheme| address.starts_with(scheme))
    };
    source.names().is_empty()
        && matches!(source.place(), Place::Url(address) if is_store(address) && address.ends_with('/'))
}

/// The addresses of all objects below `source`.
pub(crate) fn list(source: &Source) -> Result<Vec<String>, Failure> {
    let Place::Url(address) = source.place() else { return Ok(Vec::new()) };
    let failed = |error: Error| Failure::from_engine(&error, &source.file_text());
    ObjectStoreTransport::list(address).map_err(failed)
}

fn transport_of(session: &Session, address: &str) -> docfile::Result<Arc<dyn Transport>> {
    transport(address, &session.common.header, session.common.no_ranges)
}

/// The way to `address`.
pub(crate) fn transport(
    address: &str,
    headers: &[(String, String)],
    no_ranges: bool,
) -> docfile::Result<Arc<dyn Transport>> {
    let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(scheme.as_str(), "http" | "https") {
        let headers = headers.to_vec();
        let options = HttpOptions { headers, no_ranges, ..HttpOptions::default() };
        return Ok(Arc::new(HttpTransport::new(address, &options)?));
    }
    Ok(Arc::new(ObjectStoreTransport::new(address, no_ranges)?))
}

/// Serves one local file to the command itself.
pub(crate) fn serve(session: &Session, path: &Path) -> docfile::Result<Server> {
    let options = ServeOptions { no_ranges: session.common.no_ranges, link: session.common.link };
    Server::start_private(path, options)
}

/// How a transfer of this command is planned: what is asked for is fetched, and no more.
pub(crate) fn settings(session: &Session, meter: &Meter) -> PlannerSettings {
    let common = &session.common;
    let many = session.reads_many.load(Ordering::Acquire);
    let frugal = common.frugal || (many && !common.fast);
    let mut settings = PlannerSettings {
        policy: if frugal { Policy::Frugal } else { Policy::Fast },
        filling: Filling::Never,
        budget: Budget { byte_count: meter.allowance(), ..Budget::default() },
        ..PlannerSettings::default()
    };
    settings.retry.jitter_seed = u64::from(std::process::id());
    settings
}
