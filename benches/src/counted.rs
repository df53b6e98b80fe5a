//! Counts what a contender asks of its file, where it asks.
//!
//! Counting runs are apart from timed ones; without a counter the wrapper only passes on.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docfile::{LockBytes, LockType, ReadRequest};

/// Reads and writes so far.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) reads: AtomicU64,
    pub(crate) bytes_read: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) bytes_written: AtomicU64,
    pub(crate) flushes: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self, len: usize) {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.bytes_read.fetch_add(len as u64, Ordering::Relaxed);
    }

    pub(crate) fn wrote(&self, len: usize) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.bytes_written.fetch_add(len as u64, Ordering::Relaxed);
    }

    pub(crate) fn flushed(&self) {
        self.flushes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> Count {
        let load = |counter: &AtomicU64| Some(counter.load(Ordering::Relaxed));
        Count {
            reads: load(&self.reads),
            bytes_read: load(&self.bytes_read),
            writes: load(&self.writes),
            bytes_written: load(&self.bytes_written),
            flushes: load(&self.flushes),
        }
    }
}

/// What was counted; what was not is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) reads: Option<u64>,
    pub(crate) bytes_read: Option<u64>,
    pub(crate) writes: Option<u64>,
    pub(crate) bytes_written: Option<u64>,
    pub(crate) flushes: Option<u64>,
}

impl Count {
    /// The fields with the words by which a child tells them.
    pub(crate) fn fields(&mut self) -> [(&'static str, &mut Option<u64>); 5] {
        [
            ("reads", &mut self.reads),
            ("bytes_read", &mut self.bytes_read),
            ("writes", &mut self.writes),
            ("bytes_written", &mut self.bytes_written),
            ("flushes", &mut self.flushes),
        ]
    }
}

/// A file that tells its counters.
#[derive(Debug)]
pub(crate) struct CountedFile {
    file: File,
    counters: Option<Arc<Counters>>,
}

impl CountedFile {
    pub(crate) fn new(file: File, counters: Option<Arc<Counters>>) -> Self {
        Self { file, counters }
    }

    /// Waits until everything written is durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        if let Some(counters) = &self.counters {
            counters.flushed();
        }
        self.file.sync_data()
    }
}

impl Read for CountedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(buffer)?;
        if let Some(counters) = &self.counters {
            counters.read(len);
        }
        Ok(len)
    }
}

impl Write for CountedFile {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let len = self.file.write(data)?;
        if let Some(counters) = &self.counters {
            counters.wrote(len);
        }
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for CountedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A byte array that tells its counters. A read is a piece asked for, which the array may join
/// with others into one call to the system.
#[derive(Debug)]
pub(crate) struct CountedBytes<B> {
    bytes: B,
    counters: Arc<Counters>,
}

impl<B> CountedBytes<B> {
    pub(crate) const fn new(bytes: B, counters: Arc<Counters>) -> Self {
        Self { bytes, counters }
    }
}

impl<B: LockBytes> LockBytes for CountedBytes<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> docfile::Result<()> {
        self.bytes.try_read_many(requests)?;
        requests.iter().for_each(|request| self.counters.read(request.filled));
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        self.bytes.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> docfile::Result<()> {
        self.counters.wrote(data.len());
        self.bytes.write_at(offset, data)
    }

    fn flush(&self) -> docfile::Result<()> {
        self.counters.flushed();
        self.bytes.flush()
    }

    fn set_size(&self, len: u64) -> docfile::Result<()> {
        self.bytes.set_size(len)
    }

    fn lock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> docfile::Result<()> {
        self.bytes.lock_region(range, kind)
    }

    fn unlock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> docfile::Result<()> {
        self.bytes.unlock_region(range, kind)
    }
}
