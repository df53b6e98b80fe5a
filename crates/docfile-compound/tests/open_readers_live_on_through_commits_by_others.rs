//! A root that is open goes on seeing the generation it was opened on, byte for byte, whatever
//! other roots commit, and however often the sectors that are freed meanwhile are used again.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CommitOutcome, CompoundFile, ErrorKind, FormatVersion, MemoryBytes, Name,
    OpenMode, Result, Settings, Storage,
};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// Many roots that may write, each with its own snapshot (`contract/storage.md` 7).
fn shared_edit() -> OpenMode {
    OpenMode::READWRITE | OpenMode::TRANSACTED | OpenMode::SHARE_DENY_NONE
}

fn shared_read() -> OpenMode {
    OpenMode::READ | OpenMode::TRANSACTED | OpenMode::SHARE_DENY_NONE
}

fn file() -> CompoundFile {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    put(&root, "long", &[1; 20_000]).unwrap();
    put(&root, "short", &[1; 100]).unwrap();
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    file
}

fn put(root: &Storage, stream: &str, bytes: &[u8]) -> Result<()> {
    let mode = OpenMode::child_edit() | OpenMode::CREATE;
    root.try_create_stream(&name(stream), mode)?.try_write_at(0, bytes).map(drop)
}

fn read(root: &Storage, stream: &str) -> Result<Vec<u8>> {
    let stream = root.try_open_stream(&name(stream), OpenMode::child_read())?;
    let mut bytes = vec![0; usize::try_from(stream.try_len()?).unwrap()];
    let read = stream.try_read_at(0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

#[test]
fn each_reader_sees_its_own_generation() {
    let file = file();
    let writer = file.root(shared_edit()).unwrap();
    let mut readers = Vec::new();
    for round in 2..40u8 {
        readers.push((round - 1, file.root(shared_read()).unwrap()));
        if readers.len() > 5 {
            readers.remove(usize::from(round) % 5);
        }
        put(&writer, "long", &vec![round; 20_000 + usize::from(round) * 300]).unwrap();
        put(&writer, "short", &vec![round; 100 + usize::from(round)]).unwrap();
        writer.try_commit(CommitFlags::DEFAULT).unwrap();
        for (seen, reader) in &readers {
            for stream in ["long", "short"] {
                let bytes = read(reader, stream).unwrap();
                assert!(bytes.iter().all(|byte| byte == seen), "{stream} of generation {seen}");
            }
        }
    }
}

#[test]
fn a_stream_that_is_open_keeps_its_bytes_while_others_commit() {
    let file = file();
    let reader = file.root(shared_read()).unwrap();
    let stream = reader.try_open_stream(&name("long"), OpenMode::child_read()).unwrap();
    let writer = file.root(shared_edit()).unwrap();
    for round in 2..20u8 {
        writer.try_destroy(&name("long")).unwrap();
        put(&writer, "long", &[round; 30_000]).unwrap();
        writer.try_commit(CommitFlags::DEFAULT).unwrap();
        let mut bytes = [0; 5000];
        let offset = u64::from(round) * 700;
        assert_eq!(stream.try_read_at(offset, &mut bytes).unwrap(), 5000);
        assert_eq!(bytes, [1; 5000]);
    }
}

#[test]
fn a_stale_root_commits_over_others_unless_it_asks_to_be_current() {
    let file = file();
    let (first, second) = (file.root(shared_edit()).unwrap(), file.root(shared_edit()).unwrap());
    put(&first, "long", &[7; 9000]).unwrap();
    put(&first, "of the first", &[7; 5000]).unwrap();
    put(&second, "of the second", &[8; 5000]).unwrap();
    first.try_commit(CommitFlags::DEFAULT).unwrap();
    let refused = second.try_commit(CommitFlags::ONLY_IF_CURRENT).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotCurrent);
    assert_eq!(second.try_commit(CommitFlags::DEFAULT).unwrap(), CommitOutcome::Committed);

    let now = file.root(shared_read()).unwrap();
    assert_eq!(read(&now, "long").unwrap(), [1; 20_000]);
    assert_eq!(read(&now, "of the second").unwrap(), [8; 5000]);
    assert_eq!(read(&now, "of the first").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(read(&first, "of the first").unwrap(), [7; 5000]);
    drop(now);

    // What the first root took and freed is used and freed again without harm to anybody.
    for round in 9..60u8 {
        put(&second, "more", &vec![round; 3000 + usize::from(round) * 97]).unwrap();
        second.try_commit(CommitFlags::DEFAULT).unwrap();
        assert_eq!(read(&second, "long").unwrap(), [1; 20_000]);
        assert_eq!(read(&first, "of the first").unwrap(), [7; 5000]);
    }
    let now = file.root(shared_read()).unwrap();
    assert_eq!(read(&now, "long").unwrap(), [1; 20_000]);
    assert_eq!(read(&now, "of the second").unwrap(), [8; 5000]);
}

#[test]
fn uncommitted_changes_are_nobody_elses() {
    let file = file();
    let (first, second) = (file.root(shared_edit()).unwrap(), file.root(shared_edit()).unwrap());
    put(&first, "long", &[2; 50_000]).unwrap();
    put(&second, "long", &[3; 50_000]).unwrap();
    assert_eq!(read(&first, "long").unwrap(), [2; 50_000]);
    assert_eq!(read(&second, "long").unwrap(), [3; 50_000]);
    drop(first);
    second.try_revert().unwrap();
    assert_eq!(read(&second, "long").unwrap(), [1; 20_000]);
}
