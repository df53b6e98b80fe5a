//! "Open children stay valid and their own uncommitted changes are not published"
//! (`contract/storage.md` 8, Commit): a transaction within another goes on over what its parent
//! committed meanwhile, and what it commits later is all that it was told, and no more.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ErrorKind, FormatVersion, MemoryBytes, Name, OpenMode, Settings,
    Storage,
};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn nested_edit() -> OpenMode {
    OpenMode::child_edit() | OpenMode::TRANSACTED
}

fn write(storage: &Storage, stream: &str, offset: u64, bytes: &[u8]) {
    let stream = match storage.try_find(&name(stream)).unwrap() {
        Some(_) => storage.try_open_stream(&name(stream), OpenMode::child_edit()),
        None => storage.try_create_stream(&name(stream), OpenMode::child_edit()),
    };
    stream.unwrap().try_write_at(offset, bytes).unwrap();
}

fn read(storage: &Storage, stream: &str) -> Vec<u8> {
    let stream = storage.try_open_stream(&name(stream), OpenMode::child_read()).unwrap();
    let mut bytes = vec![0; usize::try_from(stream.try_len().unwrap()).unwrap()];
    assert_eq!(stream.try_read_at(0, &mut bytes).unwrap(), bytes.len());
    bytes
}

fn names(storage: &Storage) -> Vec<String> {
    storage.try_list().unwrap().iter().map(|stat| stat.name.to_string()).collect()
}

fn reopened(bytes: &Arc<MemoryBytes>) -> Storage {
    let root = Storage::try_open(bytes.clone()).unwrap();
    root.try_open_storage(&name("inner"), OpenMode::child_read()).unwrap()
}

fn created() -> (Arc<MemoryBytes>, Storage) {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    (bytes, file.root(OpenMode::edit()).unwrap())
}

#[test]
fn its_changes_are_published_step_by_step() {
    let (bytes, root) = created();
    let inner = root.try_create_storage(&name("inner"), nested_edit()).unwrap();
    write(&inner, "a", 0, &[1; 10_000]);
    write(&inner, "b", 0, &[1; 100]);
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    assert_eq!(names(&reopened(&bytes)), [""; 0]);

    inner.try_commit(CommitFlags::DEFAULT).unwrap();
    write(&inner, "a", 5_000, &[2; 100]);
    write(&inner, "c", 0, &[3; 5_000]);
    inner.try_destroy(&name("b")).unwrap();
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    assert_eq!(names(&reopened(&bytes)), ["a", "b"]);
    assert_eq!(read(&reopened(&bytes), "a"), [1; 10_000]);

    let mut changed = vec![1; 10_000];
    changed[5_000..5_100].fill(2);
    assert_eq!(names(&inner), ["a", "c"]);
    assert_eq!(read(&inner, "a"), changed);
    inner.try_commit(CommitFlags::DEFAULT).unwrap();
    assert_eq!(names(&reopened(&bytes)), ["a", "b"]);
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    assert_eq!(names(&reopened(&bytes)), ["a", "c"]);
    assert_eq!(read(&reopened(&bytes), "a"), changed);
    assert_eq!(read(&reopened(&bytes), "c"), [3; 5_000]);
}

#[test]
fn reverting_it_forgets_no_more_than_its_own() {
    let (bytes, root) = created();
    let inner = root.try_create_storage(&name("inner"), nested_edit()).unwrap();
    write(&inner, "a", 0, &[1; 10_000]);
    inner.try_commit(CommitFlags::DEFAULT).unwrap();
    let open = inner.try_open_stream(&name("a"), OpenMode::child_edit()).unwrap();
    open.try_write_at(0, &[9; 20_000]).unwrap();
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    inner.try_revert().unwrap();
    assert_eq!(open.try_read_at(0, &mut [0; 1]).unwrap_err().kind(), ErrorKind::Reverted);
    assert_eq!(read(&inner, "a"), [1; 10_000]);
    write(&root, "other", 0, &[5; 40_000]);
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    assert_eq!(read(&inner, "a"), [1; 10_000]);
    assert_eq!(read(&reopened(&bytes), "a"), [1; 10_000]);
}

#[test]
fn three_levels_hand_up_one_by_one() {
    let (bytes, root) = created();
    let inner = root.try_create_storage(&name("inner"), nested_edit()).unwrap();
    let deep = inner.try_create_storage(&name("deep"), nested_edit()).unwrap();
    for round in 1..6u8 {
        write(&deep, "x", 0, &vec![round; 3_000 * usize::from(round)]);
        deep.try_commit(CommitFlags::DEFAULT).unwrap();
        root.try_commit(CommitFlags::DEFAULT).unwrap();
        write(&deep, "x", 10, &[99; 50]);
        inner.try_commit(CommitFlags::DEFAULT).unwrap();
        root.try_commit(CommitFlags::DEFAULT).unwrap();
        let stored = reopened(&bytes);
        let deep = stored.try_open_storage(&name("deep"), OpenMode::child_read()).unwrap();
        let expected = vec![round; 3_000 * usize::from(round)];
        assert!(read(&deep, "x").starts_with(&expected[..10]), "round {round}");
    }
}
