//! The contract suite of `LockBytes` on the reader's face of a filling array, filled at once and
//! filled as it is asked for.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile::fill::{ArrivingBytes, FillLockBytes};
use docfile::{LockBytes, Missing, ReadRequest, Result};
use docfile_testkit::suite::lock_bytes::LockBytesSuite;

/// An array that gets its bytes when the suite says that they arrive.
#[derive(Debug)]
struct Slow {
    content: Vec<u8>,
    reader: Arc<ArrivingBytes>,
}

impl Slow {
    fn new(content: Vec<u8>, in_a_file: bool) -> Self {
        let fill =
            if in_a_file { FillLockBytes::temporary().unwrap() } else { FillLockBytes::memory() };
        fill.set_fill_size(content.len() as u64).unwrap();
        Self { content, reader: fill.lock_bytes() }
    }

    fn arrive(&self, missing: &Missing) {
        for range in missing.required.iter() {
            let at = |offset| usize::try_from(offset).unwrap().min(self.content.len());
            let data = &self.content[at(range.start)..at(range.end)];
            self.reader.fill().fill_at(range.start, data).unwrap();
        }
    }
}

impl LockBytes for Slow {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        self.reader.try_read_many(requests)
    }
    fn len(&self) -> Option<u64> {
        self.reader.len()
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.reader.write_at(offset, data)
    }
    fn flush(&self) -> Result<()> {
        self.reader.flush()
    }
    fn set_size(&self, len: u64) -> Result<()> {
        self.reader.set_size(len)
    }
}

#[test]
fn filled_as_it_is_asked_for() {
    for in_a_file in [false, true] {
        LockBytesSuite::new(move |content| Slow::new(content, in_a_file))
            .arriving_by(Slow::arrive)
            .read_only()
            .run();
    }
}

#[test]
fn filled_at_once() {
    LockBytesSuite::new(|content| {
        let slow = Slow::new(content, false);
        slow.arrive(&Missing::required(0..slow.content.len() as u64));
        slow
    })
    .read_only()
    .run();
}
