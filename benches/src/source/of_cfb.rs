//! The crate `cfb` as a source, with its default buffer or the job's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use super::{ReadAt, Source};
use crate::counted::{CountedFile, Counters};
use crate::job::Job;

/// Opens the job's file for reading.
pub(crate) fn open_cfb(
    job: &Job,
    counters: Option<Arc<Counters>>,
) -> io::Result<cfb::CompoundFile<CountedFile>> {
    let mut options = cfb::OpenOptions::new();
    if let Ok(len) = job.number("buffer") {
        options = options.max_buffer_size(len);
    }
    options.open_with(CountedFile::new(File::open(job.file()?)?, counters))
}

/// Opening a stream takes the file for itself; reading does not.
pub(crate) struct CfbSource(pub(crate) Mutex<cfb::CompoundFile<CountedFile>>);

impl Source for CfbSource {
    fn stream(&self, name: &str) -> io::Result<Box<dyn ReadAt + '_>> {
        let mut file = self.0.lock().map_err(|_| io::Error::other("a reader panicked"))?;
        Ok(Box::new(file.open_stream(name)?))
    }
}

impl<F: Read + Seek> ReadAt for cfb::Stream<F> {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.stream_position()? != offset {
            self.seek(SeekFrom::Start(offset))?;
        }
        self.read_exact(buffer)
    }
}
