//! Whatever is written, a check finds nothing wrong with it: neither with a new file, nor after
//! any number of edits, nor after everything was removed again ([MS-CFB] in its strictest
//! reading).

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ElementKind, FileTime, FormatVersion, Guid, Limits, MemoryBytes,
    Name, OpenMode, Settings, Storage, try_check,
};
use docfile_testkit::boundary;
use docfile_testkit::random::Random;

const VERSIONS: [FormatVersion; 2] = [FormatVersion::V3, FormatVersion::V4];

fn new_file(version: FormatVersion) -> (Arc<MemoryBytes>, Storage) {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), version, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    (bytes, root)
}

#[track_caller]
fn commit_and_check(root: &Storage, bytes: &Arc<MemoryBytes>, what: &str) {
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    let report = try_check(bytes.clone(), Limits::default()).unwrap();
    assert!(report.is_clean(), "{what}: {:#?}", report.findings);
}

fn write_new(storage: &Storage, name: &Name, data: &[u8]) {
    let stream = storage.try_create_stream(name, OpenMode::child_edit()).unwrap();
    assert_eq!(stream.try_write_at(0, data).unwrap(), data.len());
}

fn numbered(index: u32) -> Name {
    Name::new(&format!("stream {}", index.wrapping_mul(0x9E37_79B1))).unwrap()
}

#[test]
fn an_empty_file_has_none() {
    for version in VERSIONS {
        let (bytes, root) = new_file(version);
        commit_and_check(&root, &bytes, "empty");
    }
}

#[test]
fn a_file_of_many_streams_has_none_nor_when_they_are_gone() {
    for version in VERSIONS {
        let (bytes, root) = new_file(version);
        for index in 0..600 {
            write_new(&root, &numbered(index), &vec![7; (index as usize % 50) * 100]);
        }
        commit_and_check(&root, &bytes, "600 streams");
        for index in (0..600).step_by(3) {
            root.try_destroy(&numbered(index)).unwrap();
        }
        commit_and_check(&root, &bytes, "400 streams");
        for index in (0..600).filter(|index| index % 3 != 0) {
            root.try_destroy(&numbered(index)).unwrap();
        }
        commit_and_check(&root, &bytes, "none left");
    }
}

#[test]
fn a_file_whose_fat_needs_a_difat_has_none() {
    let (bytes, root) = new_file(FormatVersion::V3);
    write_new(&root, &numbered(0), &vec![1; 9 << 20]);
    commit_and_check(&root, &bytes, "9 MiB");
    write_new(&root, &numbered(1), &vec![2; 1 << 20]);
    commit_and_check(&root, &bytes, "10 MiB");
    root.try_destroy(&numbered(0)).unwrap();
    commit_and_check(&root, &bytes, "1 MiB left");
    write_new(&root, &numbered(2), &[3; 100]);
    commit_and_check(&root, &bytes, "a short one beside it");
}

#[test]
fn a_file_has_none_after_any_edits() {
    for seed in 0..40 {
        let mut random = Random::seeded(seed);
        let version = *random.pick(&VERSIONS);
        let (bytes, root) = new_file(version);
        for round in 0..8 {
            for _ in 0..random.below(12) {
                edit(&root, &mut random, 0);
            }
            commit_and_check(&root, &bytes, &format!("seed {seed}, commit {round}"));
        }
    }
}

/// One random change somewhere below `storage`.
fn edit(storage: &Storage, random: &mut Random, depth: u32) {
    let children = storage.try_list().unwrap();
    let storages: Vec<Name> = children
        .iter()
        .filter(|stat| stat.kind == ElementKind::Storage)
        .map(|stat| stat.name)
        .collect();
    if depth < 4 && !storages.is_empty() && random.chance(1, 2) {
        let name = random.pick(&storages);
        let below = storage.try_open_storage(name, OpenMode::child_edit()).unwrap();
        return edit(&below, random, depth + 1);
    }
    let names: Vec<Name> = children.iter().map(|stat| stat.name).collect();
    let streams: Vec<Name> =
        names.iter().filter(|name| !storages.contains(name)).copied().collect();
    let new_name = boundary::name(random);
    let is_new = !names.iter().any(|name| name.compare(&new_name).is_eq());
    match random.below(8) {
        0 | 1 if is_new => {
            let len = usize::try_from(boundary::len(random, 40_000)).unwrap();
            write_new(storage, &new_name, &random.bytes(len));
        }
        2 if is_new => {
            let below = storage.try_create_storage(&new_name, OpenMode::child_edit()).unwrap();
            below.try_set_state_bits(random.next_u32(), u32::MAX).unwrap();
        }
        3 if is_new && !names.is_empty() => {
            storage.try_rename(random.pick(&names), &new_name).unwrap();
        }
        4 if !names.is_empty() => storage.try_destroy(random.pick(&names)).unwrap(),
        5 | 6 if !streams.is_empty() => {
            let name = random.pick(&streams);
            let stream = storage.try_open_stream(name, OpenMode::child_edit()).unwrap();
            stream.try_set_len(boundary::len(random, 40_000)).unwrap();
        }
        _ => {
            storage.try_set_class_id(Guid::from_u128(u128::from(random.next_u64()))).unwrap();
            let now = FileTime(random.next_u64() >> 8);
            storage.try_set_times(None, Some(now), Some(now)).unwrap();
        }
    }
}
