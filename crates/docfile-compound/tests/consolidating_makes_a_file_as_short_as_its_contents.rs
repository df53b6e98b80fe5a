//! [`CommitFlags::CONSOLIDATE`] leaves a file as long as its contents need, contents unchanged.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CommitOutcome, CompoundFile, FormatVersion, LockBytes, MemoryBytes, Name,
    OpenMode, Settings, Storage, Validation,
};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn put(root: &Storage, stream: &str, bytes: &[u8]) {
    let mode = OpenMode::child_edit() | OpenMode::CREATE;
    root.try_create_stream(&name(stream), mode).unwrap().try_write_at(0, bytes).unwrap();
}

fn contents(bytes: &Arc<MemoryBytes>) -> Vec<(String, Vec<u8>)> {
    let settings = Settings { validation: Validation::Strict, ..Settings::default() };
    let file = CompoundFile::try_open(bytes.clone(), settings).unwrap();
    let root = file.root(OpenMode::read()).unwrap();
    let read = |name: &Name| {
        let stream = root.try_open_stream(name, OpenMode::child_read()).unwrap();
        let mut bytes = vec![0; usize::try_from(stream.try_len().unwrap()).unwrap()];
        assert_eq!(stream.try_read_at(0, &mut bytes).unwrap(), bytes.len());
        bytes
    };
    root.try_list().unwrap().iter().map(|stat| (stat.name.to_string(), read(&stat.name))).collect()
}

#[test]
fn what_is_free_is_cut_wherever_it_lies() {
    for version in [FormatVersion::V3, FormatVersion::V4] {
        let bytes = Arc::new(MemoryBytes::default());
        let file = CompoundFile::create(bytes.clone(), version, Settings::default()).unwrap();
        let root = file.root(OpenMode::edit()).unwrap();
        for index in 0..40u8 {
            put(&root, &format!("long {index}"), &vec![index; 3_000 * usize::from(index)]);
            put(&root, &format!("short {index}"), &vec![index; 20 * usize::from(index)]);
        }
        root.try_commit(CommitFlags::DEFAULT).unwrap();
        for index in (0..40u8).filter(|index| index % 3 != 0) {
            root.try_destroy(&name(&format!("long {index}"))).unwrap();
        }
        root.try_commit(CommitFlags::DEFAULT).unwrap();
        let before = contents(&bytes);
        let long = bytes.len().unwrap();
        assert_eq!(root.try_commit(CommitFlags::CONSOLIDATE).unwrap(), CommitOutcome::Committed);
        assert_eq!(contents(&bytes), before);
        let used: usize = before.iter().map(|(_, bytes)| bytes.len()).sum();
        let (short, used) = (bytes.len().unwrap(), used as u64);
        let overhead = used / 10 + 40 * file.sector_len() as u64;
        assert!(short < used + overhead, "{version:?}: {long} to {short}, {used} used");

        // The file goes on being edited as before.
        put(&root, "long 0", &[9; 50_000]);
        root.try_commit(CommitFlags::DEFAULT).unwrap();
        assert_eq!(contents(&bytes).len(), before.len());
    }
}

#[test]
fn others_who_have_it_open_keep_the_file_as_it_is() {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
    let shared = OpenMode::READWRITE | OpenMode::TRANSACTED | OpenMode::SHARE_DENY_NONE;
    let root = file.root(shared).unwrap();
    put(&root, "stream", &[1; 9_000]);
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    let _other = file.root(shared).unwrap();
    let outcome = root.try_commit(CommitFlags::CONSOLIDATE).unwrap();
    assert_eq!(outcome, CommitOutcome::MultipleOpens);
}
