//! docfile as a source: a file on disk, opened for reading with the settings everybody gets.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use docfile::{CompoundFile, FileBytes, LockBytes, Name, OpenMode, Settings, Storage, Stream};

use super::{ReadAt, Source};
use crate::counted::{CountedBytes, Counters};
use crate::job::Job;

/// The byte array, counted when there is a counter.
pub(crate) fn counted(bytes: FileBytes, counters: Option<Arc<Counters>>) -> Arc<dyn LockBytes> {
    match counters {
        Some(counters) => Arc::new(CountedBytes::new(bytes, counters)),
        None => Arc::new(bytes),
    }
}

/// The root of the job's file, opened for reading.
pub(crate) fn open_root(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Storage> {
    let bytes = FileBytes::open(job.file()?).map_err(io::Error::other)?;
    CompoundFile::try_open(counted(bytes, counters), Settings::default())
        .and_then(|file| file.root(OpenMode::read()))
        .map_err(io::Error::other)
}

/// A stream is opened once, as elements are open to one handle only; threads share the handle.
pub(crate) struct OursSource {
    root: Storage,
    streams: Mutex<BTreeMap<String, Stream>>,
}

impl OursSource {
    pub(crate) fn open(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Self> {
        Ok(Self { root: open_root(job, counters)?, streams: Mutex::default() })
    }
}

impl Source for OursSource {
    fn stream(&self, name: &str) -> io::Result<Box<dyn ReadAt + '_>> {
        let mut streams = self.streams.lock().map_err(|_| io::Error::other("a reader panicked"))?;
        if let Some(stream) = streams.get(name) {
            return Ok(Box::new(stream.clone()));
        }
        let stream = Name::new(name)
            .and_then(|name| self.root.try_open_stream(&name, OpenMode::child_read()))
            .map_err(io::Error::other)?;
        streams.insert(name.to_owned(), stream.clone());
        Ok(Box::new(stream))
    }
}

impl ReadAt for Stream {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.try_read_at(offset + filled as u64, rest).map_err(io::Error::other)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(())
    }
}
