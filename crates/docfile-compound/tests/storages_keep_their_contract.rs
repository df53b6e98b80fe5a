//! Holds the engine to the contract of storages and streams, clause by clause, for files of both
//! versions: in memory, in memory with holes, and as a stream of another compound file.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, FormatVersion, LockBytes, MemoryBytes, Name, OpenMode, Settings,
};
use docfile_testkit::sparse::SparseMemory;
use docfile_testkit::suite::lock_bytes::LockBytesSuite;
use docfile_testkit::suite::storage::StorageSuite;

#[test]
fn version_3_in_memory() {
    StorageSuite::new(FormatVersion::V3, || Arc::new(MemoryBytes::default())).run();
}

#[test]
fn version_4_in_memory_with_holes() {
    StorageSuite::new(FormatVersion::V4, || Arc::new(SparseMemory::default())).run();
}

/// A stream of a file of its own that can be written.
fn stream_of_another_file() -> docfile_compound::Result<impl LockBytes> {
    let outer = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(outer, FormatVersion::V3, Settings::default())?;
    let root = file.root(OpenMode::direct())?;
    root.try_create_stream(&Name::new("inner file")?, OpenMode::child_edit())
}

#[test]
fn version_3_in_a_stream_of_another_file() {
    let make = || -> Arc<dyn LockBytes> { Arc::new(stream_of_another_file().unwrap()) };
    StorageSuite::new(FormatVersion::V3, make).run();
}

#[test]
fn a_stream_keeps_the_contract_of_lock_bytes() {
    LockBytesSuite::new(|bytes| {
        let stream = stream_of_another_file().unwrap();
        stream.write_at(0, &bytes).unwrap();
        stream
    })
    .run();
}
