//! Different streams, and the same one, are read from many threads at once through shared
//! handles, while others list and look up.

use std::sync::Arc;
use std::thread;

use docfile_compound::{
    CommitFlags, CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Settings, Storage,
};

#[test]
fn all_threads_read_the_right_bytes() {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let stream_name = |index: u8| Name::new(&format!("stream {index}")).unwrap();
    for index in 0..8u8 {
        let stream = root.try_create_stream(&stream_name(index), OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, &vec![index; 2_000 * (1 + usize::from(index))]).unwrap();
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();

    let root = Storage::try_open(bytes).unwrap();
    let streams: Vec<_> = (0..8)
        .map(|index| root.try_open_stream(&stream_name(index), OpenMode::child_read()).unwrap())
        .collect();
    thread::scope(|scope| {
        for worker in 0..8u64 {
            let (root, streams) = (&root, &streams);
            scope.spawn(move || {
                let mut buffer = vec![0; 777];
                for step in 0..2_000u64 {
                    let index = (worker + step) % 8;
                    let len = 2_000 * (1 + index);
                    let offset = (step * 131) % len;
                    let read = streams[index as usize].try_read_at(offset, &mut buffer).unwrap();
                    assert_eq!(read as u64, (len - offset).min(777));
                    assert!(buffer[..read].iter().all(|byte| u64::from(*byte) == index));
                    if step % 500 == 0 {
                        assert_eq!(root.try_list().unwrap().len(), 8);
                    }
                }
            });
        }
    });
}
