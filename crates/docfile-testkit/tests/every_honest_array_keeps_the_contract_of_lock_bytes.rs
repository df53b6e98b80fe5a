//! Holds the array in memory and every well-behaved wrapper of this kit to the contract of
//! `LockBytes`, and shows that the suite notices an array that breaks it.

use docfile_compound::{Error, LockBytes, MemoryBytes, Missing, ReadRequest, Result};
use docfile_testkit::lying::{Arriving, Busy, Counting, Crashing, Failing, ReadOnly, Short};
use docfile_testkit::suite::lock_bytes::LockBytesSuite;

#[test]
fn memory() {
    LockBytesSuite::new(MemoryBytes::new).run();
}

#[test]
fn counting() {
    LockBytesSuite::new(|bytes| Counting::new(MemoryBytes::new(bytes))).run();
}

#[test]
fn arriving() {
    LockBytesSuite::new(|bytes| Arriving::new(MemoryBytes::new(bytes)))
        .arriving_by(Arriving::arrive_required)
        .run();
}

#[test]
fn arriving_of_unknown_length() {
    LockBytesSuite::new(|bytes| Arriving::of_unknown_len(MemoryBytes::new(bytes)))
        .arriving_by(Arriving::arrive_required)
        .run();
}

#[test]
fn busy() {
    LockBytesSuite::new(|bytes| Busy::seeded(MemoryBytes::new(bytes), 9)).run();
}

#[test]
fn read_only() {
    LockBytesSuite::new(|bytes| ReadOnly::new(MemoryBytes::new(bytes))).read_only().run();
}

#[test]
fn crashing_while_the_power_is_on() {
    LockBytesSuite::new(|bytes| Crashing::new(MemoryBytes::new(bytes))).run();
}

#[test]
fn failing_before_its_fault() {
    LockBytesSuite::new(|bytes| Failing::new(MemoryBytes::new(bytes))).run();
}

#[test]
fn short_where_it_is_long_enough() {
    LockBytesSuite::new(|bytes| Short::new(MemoryBytes::new(bytes), 1 << 40)).run();
}

/// Names the first missing part only.
#[derive(Debug)]
struct Forgetful(Arriving<MemoryBytes>);

impl LockBytes for Forgetful {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        self.0.try_read_many(requests).map_err(|error| match error.into_missing() {
            Ok(missing) => {
                let first = missing.required.iter().next().unwrap_or(0..0);
                Error::pending(Missing::required(first.start..first.start + 1))
            }
            Err(error) => error,
        })
    }
    fn len(&self) -> Option<u64> {
        self.0.len()
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.0.write_at(offset, data)
    }
    fn flush(&self) -> Result<()> {
        self.0.flush()
    }
    fn set_size(&self, len: u64) -> Result<()> {
        self.0.set_size(len)
    }
}

#[test]
#[should_panic(expected = "naming every missing part")]
fn an_array_that_names_too_little_is_found_out() {
    LockBytesSuite::new(|bytes| Forgetful(Arriving::new(MemoryBytes::new(bytes))))
        .arriving_by(|bytes, missing| bytes.0.arrive_required(missing))
        .run();
}

#[test]
#[should_panic(expected = "filled short only where the array is known to end")]
fn an_array_that_loses_its_end_is_found_out() {
    LockBytesSuite::new(|bytes| Short::new(MemoryBytes::new(bytes), 10_006))
        .only_the_end_is_short();
}
