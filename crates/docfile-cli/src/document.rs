//! From a source to what it names: bytes, compound file, steps inside.
//!
//! A step on a storage goes into it, a step on a stream opens the compound file that the stream
//! holds, over the stream as a byte array. Nothing is copied, and only what the steps need is
//! read. Everything is opened for reading.

use std::fs::File;
use std::sync::Arc;

use docfile::{
    CompoundFile, Error, ErrorKind, FileBytes, LockBytes, Name, OpenMode, Stat, Storage, Stream,
};

use crate::arrival::Arrival;
use crate::bill::{Meter, MeteredBytes};
use crate::failure::Failure;
use crate::prefix::PrefixBytes;
use crate::remote;
use crate::session::Session;
use crate::source::{Place, Source, StepName};

/// What a source names, open for reading.
#[derive(Debug)]
pub(crate) struct Document {
    /// The innermost compound file on the way.
    pub(crate) file: CompoundFile,
    /// The bytes of that file.
    pub(crate) bytes: Arc<dyn LockBytes>,
    /// What the last step leads to.
    pub(crate) target: Target,
    /// The names from the root of `file` to the target.
    pub(crate) path: Vec<Name>,
    /// How to wait for bytes that are missing.
    pub(crate) arrival: Arrival,
}

/// A storage or a stream.
#[derive(Debug)]
pub(crate) enum Target {
    Storage(Storage),
    Stream(Stream, Stat),
}

impl Document {
    /// Opens what `source` names.
    pub(crate) fn open(
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Self, Failure> {
        let place = source.to_string();
        let (bytes, arrival) = open_bytes(session, source, meter)?;
        let opened = Self::follow(session, bytes, arrival, source.names());
        opened.map_err(|error| failure_of(&error, &place, source))
    }

    /// Opens what `source` names, and if that is a stream, the compound file in it.
    pub(crate) fn open_container(
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Self, Failure> {
        let document = Self::open(session, source, meter)?;
        let Target::Stream(stream, _) = document.target else { return Ok(document) };
        Self::follow(session, Arc::new(stream), document.arrival, &[])
            .map_err(|error| failure_of(&error, &source.to_string(), source))
    }

    /// The root of the document that `source` names, and how to wait for it.
    pub(crate) fn open_root(
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<(Storage, Arrival), Failure> {
        let document = Self::open_container(session, source, meter)?;
        match document.target {
            Target::Storage(root) => Ok((root, document.arrival)),
            Target::Stream(..) => {
                Err(Failure::misuse("a stream is no document").at(source.to_string()))
            }
        }
    }

    fn follow(
        session: &Session,
        bytes: Arc<dyn LockBytes>,
        arrival: Arrival,
        names: &[StepName],
    ) -> Result<Self, Error> {
        let open = |bytes: &Arc<dyn LockBytes>| {
            arrival.until(|| CompoundFile::try_open(bytes.clone(), session.settings()))
        };
        let mut file = open(&bytes)?;
        let mut bytes = bytes;
        let mut storage = file.root(OpenMode::read())?;
        let mut path = Vec::new();
        let mut rest = names;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            match arrival.until(|| storage.try_find(&step.name))? {
                None if step.name.units().is_empty() => {}
                None => return Err(not_found(&step.name, &path)),
                Some(stat) if stat.kind == docfile::ElementKind::Storage => {
                    let mode = OpenMode::child_read();
                    storage = arrival.until(|| storage.try_open_storage(&stat.name, mode))?;
                    path.push(stat.name);
                }
                Some(stat) => {
                    let mode = OpenMode::child_read();
                    let stream = arrival.until(|| storage.try_open_stream(&stat.name, mode))?;
                    path.push(stat.name);
                    if rest.is_empty() {
                        let target = Target::Stream(stream, stat);
                        return Ok(Self { file, bytes, target, path, arrival });
                    }
                    if !step.ends_step {
                        return Err(stream_in_the_way(&path));
                    }
                    bytes = Arc::new(stream);
                    file = open(&bytes)?;
                    storage = file.root(OpenMode::read())?;
                    path.clear();
                }
            }
        }
        Ok(Self { file, bytes, target: Target::Storage(storage), path, arrival })
    }
}

/// The names of a path as one display text.
pub(crate) fn path_text(names: &[Name]) -> String {
    names.iter().map(Name::to_string).collect::<Vec<_>>().join("/")
}

pub(crate) fn not_found(name: &Name, above: &[Name]) -> Error {
    let mut path = above.to_vec();
    path.push(*name);
    Error::new(ErrorKind::NotFound, "there is no such element").with_element(path_text(&path))
}

pub(crate) fn stream_in_the_way(path: &[Name]) -> Error {
    Error::new(
        ErrorKind::NotFound,
        "this is a stream, which holds no elements; a ! behind it opens a compound file in it",
    )
    .with_element(path_text(path))
}

/// A failure on the way to what `source` names; an element that it tells is on that way already.
pub(crate) fn failure_of(error: &Error, place: &str, source: &Source) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::from_engine(error, &source.file_text()),
        _ => Failure::from_engine(error, place),
    }
}

/// The bytes of the outermost file, metered, and how to wait for those that are missing.
pub(crate) fn open_bytes(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<remote::Bytes, Failure> {
    if let Some(transferred) = remote::open(session, source, meter)? {
        return Ok(transferred);
    }
    open_local_bytes(session, source, meter).map(|bytes| (bytes, Arrival::complete()))
}

fn open_local_bytes(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<Arc<dyn LockBytes>, Failure> {
    let text = source.file_text();
    let failed = |error: Error| Failure::from_engine(&error, &text);
    let path = match source.place() {
        Place::Stdin => return stdin_bytes(session, meter).map_err(failed),
        Place::Path(path) => path,
        Place::Url(_) => return Err(Failure::misuse("this source lies elsewhere").at(text)),
    };
    let metadata = std::fs::metadata(path).map_err(|error| {
        let failure = Failure::io(&error, path);
        match unsplit_file(source) {
            Some(whole) => failure.with_advice(format!("{whole}, if that is its name")),
            None => failure,
        }
    })?;
    if metadata.is_dir() {
        return Err(Failure::misuse("this is a folder").at(&text));
    }
    if is_pipe(&metadata) {
        let file = File::open(path).map_err(|error| Failure::io(&error, path))?;
        return Ok(Arc::new(PrefixBytes::read(file, meter).map_err(failed)?));
    }
    let bytes = FileBytes::open(path).map_err(failed)?;
    Ok(Arc::new(MeteredBytes::new(bytes, Arc::clone(meter))))
}

fn stdin_bytes(session: &Session, meter: &Meter) -> Result<Arc<dyn LockBytes>, Error> {
    if let Some(bytes) = session.stdin.get() {
        return Ok(bytes.clone());
    }
    let read = Arc::new(PrefixBytes::read(std::io::stdin().lock(), meter)?);
    Ok(session.stdin.get_or_init(|| read).clone())
}

/// Whether the file gives its bytes once and in order.
pub(crate) fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_socket() || kind.is_char_device()
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// The source text for the file whose name the whole source is, exclamation marks and all, if
/// there is such a file.
fn unsplit_file(source: &Source) -> Option<String> {
    let whole = std::path::PathBuf::from(source.to_string());
    (!source.names().is_empty() && whole.exists()).then(|| Source::from_path(whole).to_string())
}
