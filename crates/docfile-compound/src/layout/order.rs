//! How much of a file must arrive before its parts can be used.
//!
//! Each figure is found by doing the thing, with the engine itself, over ever longer prefixes of
//! the file: it is what a reader will meet, and not a second idea of the format. Only tables are
//! read; of a stream's own bytes it is enough to know where they lie.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::file::{CompoundFile, Settings};
use crate::layout::prefix::{Prefix, known_len, try_shortest_prefix};
use crate::layout::script::ElementPath;
use crate::layout::source::Source;
use crate::lock_bytes::LockBytes;
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
        let listing_len = try_shortest_prefix(bytes, |prefix| list(prefix, settings))?;
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
