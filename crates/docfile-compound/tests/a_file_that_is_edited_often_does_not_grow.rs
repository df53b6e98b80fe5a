//! Freed sectors, mini sectors and directory entries are used again: a file that is edited a
//! thousand times, in one session or in a thousand, stays as long as a few versions of it are.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails loudly"
)]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, FormatVersion, LockBytes, MemoryBytes, Name, OpenMode, Settings,
};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn edit(file: &CompoundFile, round: u32) {
    let root = file.root(OpenMode::edit()).unwrap();
    let mode = OpenMode::child_edit() | OpenMode::CREATE;
    for index in 0..4 {
        let seed = round.wrapping_mul(31).wrapping_add(index * 17);
        let len = [0, 60, 700, 4095, 4096, 9000, 30_000][seed as usize % 7] + seed as usize % 50;
        let stream = name(&format!("stream {}", seed % 9));
        let stream = root.try_create_stream(&stream, mode).unwrap();
        stream.try_write_at(0, &vec![seed as u8; len]).unwrap();
    }
    let storage = name(&format!("storage {}", round % 5));
    if root.try_find(&storage).unwrap().is_some() {
        root.try_destroy(&storage).unwrap();
    } else {
        root.try_create_storage(&storage, OpenMode::child_edit()).unwrap();
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();
}

fn created(version: FormatVersion) -> (Arc<MemoryBytes>, CompoundFile) {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), version, Settings::default()).unwrap();
    (bytes, file)
}

#[test]
fn in_one_session() {
    for version in [FormatVersion::V3, FormatVersion::V4] {
        let (bytes, file) = created(version);
        (0..100).for_each(|round| edit(&file, round));
        let settled = bytes.len().unwrap();
        (100..1000).for_each(|round| edit(&file, round));
        let end = bytes.len().unwrap();
        assert!(end < settled * 2, "{version:?}: {settled} bytes, then {end}");
    }
}

#[test]
fn in_a_session_each() {
    for version in [FormatVersion::V3, FormatVersion::V4] {
        let (bytes, file) = created(version);
        edit(&file, 0);
        drop(file);
        let open = || CompoundFile::try_open(bytes.clone(), Settings::default()).unwrap();
        (1..100).for_each(|round| edit(&open(), round));
        let settled = bytes.len().unwrap();
        (100..1000).for_each(|round| edit(&open(), round));
        let end = bytes.len().unwrap();
        assert!(end < settled * 2, "{version:?}: {settled} bytes, then {end}");
    }
}
