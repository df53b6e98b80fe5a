//! A local file is a byte array like any other: the suite that every implementation runs.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile::{FileBytes, LockBytes, LockType, ReadRequest, Result};
use docfile_testkit::suite::lock_bytes::LockBytesSuite;

/// A file of its own, which goes when the array does.
#[derive(Debug)]
struct TemporaryFile {
    bytes: FileBytes,
    _folder: Arc<tempfile::TempDir>,
}

impl TemporaryFile {
    fn new(content: &[u8], open: impl Fn(std::path::PathBuf) -> Result<FileBytes>) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        Self { bytes: open(path).unwrap(), _folder: folder }
    }
}

impl LockBytes for TemporaryFile {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        self.bytes.try_read_many(requests)
    }
    fn len(&self) -> Option<u64> {
        self.bytes.len()
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.bytes.write_at(offset, data)
    }
    fn flush(&self) -> Result<()> {
        self.bytes.flush()
    }
    fn set_size(&self, len: u64) -> Result<()> {
        self.bytes.set_size(len)
    }
    fn lock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> Result<()> {
        self.bytes.lock_region(range, kind)
    }
    fn unlock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> Result<()> {
        self.bytes.unlock_region(range, kind)
    }
}

#[test]
fn a_file_opened_for_change() {
    LockBytesSuite::new(|content| TemporaryFile::new(&content, FileBytes::open_for_edit)).run();
}

#[test]
fn a_file_opened_for_reading() {
    LockBytesSuite::new(|content| TemporaryFile::new(&content, FileBytes::open)).read_only().run();
}
