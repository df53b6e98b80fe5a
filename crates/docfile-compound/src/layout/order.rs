//! How much of a file must arrive before its parts can be used.
//!
//! Each figure is found by doing the thing, with the engine itself, over ever longer prefixes of
//! the file: it is what a reader will meet, and not a second idea of the format. Only tables are
//! read; of a stream's own bytes it is enough to know where they lie.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::file::{CompoundFile, Settings};
use crate::layout::script::ElementPath;
use crate::layout::source::Source;
use crate::lock_bytes::{LockBytes, ReadRequest};
use crate::missing::Missing;
use crate::open_mode::OpenMode;

/// When the parts of a file become available, as lengths of prefixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOrder {
    /// The length of the file, in bytes.
    pub file_len: u64,
    /// The length of the shortest prefix with which everything in the file can be listed.
    pub listing_len: u64,
    /// Every stream, in natural order.
    pub streams: Vec<StreamOrder>,
}

/// When a stream becomes available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamOrder {
    /// The way to it.
    pub path: ElementPath,
    /// Its length, in bytes.
    pub len: u64,
    /// The length of the shortest prefix of the file with which it opens and reads whole. `None`
    /// when it does not even with all of the file.
    pub prefix_len: Option<u64>,
}

impl FileOrder {
    /// Finds the order of a file that is wholly here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when the length of `bytes` is not known; whatever opening
    /// and listing the file answers.
    pub fn try_of(bytes: &Arc<dyn LockBytes>, settings: Settings) -> Result<Self> {
        let file_len = known_len(bytes)?;
        let source = Source::read(&CompoundFile::try_open(bytes.clone(), settings)?)?;
        let listing_len = listing_len(bytes, settings, file_len)?;
        let mut streams = Vec::new();
        for (element, len) in source.streams() {
            let path = source.path(element);
            let prefix_len = match stream_prefix_len(bytes, settings, file_len, &path) {
                Ok(prefix_len) => Some(prefix_len),
                Err(error) if error.kind() == ErrorKind::Corrupt => None,
                Err(error) => return Err(error),
            };
            streams.push(StreamOrder { path, len, prefix_len });
        }
        Ok(Self { file_len, listing_len, streams })
    }

    /// Finds the length of the shortest prefix of a file with which one stream opens and reads
    /// whole.
    ///
    /// # Errors
    ///
    /// As [`try_of`](Self::try_of), and [`ErrorKind::NotFound`].
    pub fn try_of_stream(
        bytes: &Arc<dyn LockBytes>,
        settings: Settings,
        path: &ElementPath,
    ) -> Result<u64> {
        stream_prefix_len(bytes, settings, known_len(bytes)?, path)
    }
}

fn known_len(bytes: &Arc<dyn LockBytes>) -> Result<u64> {
    bytes.len().ok_or_else(|| {
        Error::new(ErrorKind::InvalidParameter, "the length of the file is not known yet")
    })
}

/// How much of a stream is looked for at once, in bytes.
const STRETCH_LEN: u64 = 1 << 20;

fn stream_prefix_len(
    bytes: &Arc<dyn LockBytes>,
    settings: Settings,
    file_len: u64,
    path: &ElementPath,
) -> Result<u64> {
    let prefix = Prefix::new(bytes.clone(), file_len);
    let file = prefix.grow_until(|bytes| CompoundFile::try_open(bytes, settings))?;
    let mut storage = file.root(OpenMode::read())?;
    let Some((name, storages)) = path.names().split_last() else { return Ok(prefix.len()) };
    let mode = OpenMode::child_read();
    for name in storages {
        storage = prefix.grow_until(|_| storage.try_open_storage(name, mode))?;
    }
    let stream = prefix.grow_until(|_| storage.try_open_stream(name, mode))?;
    let len = prefix.grow_until(|_| stream.try_len())?;
    let mut data_end = 0;
    let mut offset = 0;
    // Stretch by stretch, so that a retry finds the links of one stretch and not of them all.
    while offset < len {
        let ranges =
            prefix.grow_until(|_| stream.try_ranges(offset, STRETCH_LEN.min(len - offset)))?;
        data_end = ranges.into_iter().map(|range| range.end).fold(data_end, u64::max);
        offset += STRETCH_LEN;
    }
    if data_end > file_len {
        return Err(Error::new(ErrorKind::Corrupt, "the file ends within the stream"));
    }
    Ok(prefix.len().max(data_end))
}

fn list(bytes: Arc<dyn LockBytes>, settings: Settings) -> Result<()> {
    let root = CompoundFile::try_open(bytes, settings)?.root(OpenMode::read())?;
    root.try_walk().map(drop)
}

fn listing_len(bytes: &Arc<dyn LockBytes>, settings: Settings, file_len: u64) -> Result<u64> {
    let grown = Prefix::new(bytes.clone(), file_len);
    grown.grow_until(|bytes| list(bytes, settings))?;
    // A listing asks for all of the directory, also for pages that turn out to hold nothing.
    let (mut short, mut enough) = (0, grown.len());
    while short < enough {
        let middle = short + (enough - short) / 2;
        let prefix = Arc::new(PrefixBytes::new(bytes.clone(), file_len, middle));
        match list(prefix, settings) {
            Ok(()) => enough = middle,
            Err(error) if error.is_pending() => short = middle + 1,
            Err(error) => return Err(error),
        }
    }
    Ok(enough)
}

/// A prefix that grows by what is required and by nothing else.
struct Prefix(Arc<PrefixBytes>);

impl Prefix {
    fn new(bytes: Arc<dyn LockBytes>, file_len: u64) -> Self {
        Self(Arc::new(PrefixBytes::new(bytes, file_len, 0)))
    }

    fn len(&self) -> u64 {
        self.0.arrived_len.load(Ordering::Relaxed)
    }

    /// Repeats a question until it is answered. What was verified for a failed attempt serves the
    /// next one, so a question costs no more than its answer.
    fn grow_until<T>(&self, question: impl Fn(Arc<dyn LockBytes>) -> Result<T>) -> Result<T> {
        loop {
            let error = match question(self.0.clone()) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let end = error
                .missing()
                .and_then(|missing| missing.required.iter().map(|range| range.end).max())
                .filter(|end| *end > self.len());
            let Some(end) = end else { return Err(error) };
            self.0.arrived_len.store(end, Ordering::Relaxed);
        }
    }
}

/// The first bytes of an array of known length, the rest on its way.
#[derive(Debug)]
struct PrefixBytes {
    bytes: Arc<dyn LockBytes>,
    file_len: u64,
    arrived_len: AtomicU64,
}

impl PrefixBytes {
    fn new(bytes: Arc<dyn LockBytes>, file_len: u64, arrived_len: u64) -> Self {
        Self { bytes, file_len, arrived_len: AtomicU64::new(arrived_len) }
    }

    fn read_only() -> Error {
        Error::new(ErrorKind::AccessDenied, "the first bytes of a file are for reading")
    }
}

impl LockBytes for PrefixBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let arrived_len = self.arrived_len.load(Ordering::Relaxed);
        let mut missing = Missing::default();
        for request in &*requests {
            let range = request.range();
            let end = range.end.min(self.file_len);
            if end > arrived_len && range.start < end {
                missing.required.insert(range.start.max(arrived_len)..end);
            }
        }
        if missing.required.is_empty() {
            return self.bytes.try_read_many(requests);
        }
        Err(Error::pending(missing))
    }

    fn len(&self) -> Option<u64> {
        Some(self.file_len)
    }

    fn write_at(&self, _offset: u64, _data: &[u8]) -> Result<()> {
        Err(Self::read_only())
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn set_size(&self, _len: u64) -> Result<()> {
        Err(Self::read_only())
    }

    fn nesting_depth(&self) -> usize {
        self.bytes.nesting_depth()
    }
}
