//! The decision protocol on storages and streams that wait. Source: `contract/storage.md` 4 and 5.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

use std::sync::{Arc, Mutex};

use docfile::fill::{FillLockBytes, Termination};
use docfile::storage::{AsyncMode, Progress, ProgressAnswer, ProgressNotify, Storage};
use docfile::{ErrorKind, MemoryBytes, Name, OpenMode};

/// A document with one stream, `Data`, of so many bytes.
fn document(len: usize) -> Vec<u8> {
    let bytes = Arc::new(MemoryBytes::default());
    let settings = docfile::Settings::default();
    let file =
        docfile::CompoundFile::create(bytes.clone(), docfile::FormatVersion::V3, settings).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let stream =
        root.try_create_stream(&Name::new("Data").unwrap(), OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, &vec![7; len]).unwrap();
    root.try_commit(docfile::CommitFlags::default()).unwrap();
    bytes.to_vec()
}

type Calls = Arc<Mutex<Vec<(&'static str, bool)>>>;

/// A sink that keeps its calls, does something, and answers.
struct Sink<F> {
    name: &'static str,
    calls: Calls,
    answer: F,
}

impl<F: Fn() -> ProgressAnswer + Send + Sync> ProgressNotify for Sink<F> {
    fn on_progress(&self, _: Progress, is_owner: bool) -> ProgressAnswer {
        self.calls.lock().unwrap().push((self.name, is_owner));
        (self.answer)()
    }
}

fn sink<F>(name: &'static str, calls: &Calls, answer: F) -> Arc<Sink<F>> {
    Arc::new(Sink { name, calls: calls.clone(), answer })
}

/// The document without the last 100 bytes of its stream, the root, and those bytes.
fn almost_all() -> (FillLockBytes, Storage, Vec<u8>, u64) {
    let whole = document(10_000);
    let fill = FillLockBytes::memory();
    fill.set_fill_size(whole.len() as u64).unwrap();
    let reference = FillLockBytes::memory();
    reference.fill_append(&whole).unwrap();
    let data = Storage::open(&reference, AsyncMode::Default)
        .unwrap()
        .open_stream(&Name::new("Data").unwrap())
        .unwrap();
    let ranges = data.engine().try_ranges(9_900, 100).unwrap();
    let hole = ranges[0].start;
    let (start, end) = (usize::try_from(hole).unwrap(), usize::try_from(ranges[0].end).unwrap());
    fill.fill_at(0, &whole[..start]).unwrap();
    fill.fill_at(end as u64, &whole[end..]).unwrap();
    let root = Storage::open(&fill, AsyncMode::Compatibility).unwrap();
    (fill, root, whole[start..end].to_vec(), hole)
}

#[test]
fn the_first_that_does_not_only_watch_decides_and_the_others_are_told() {
    let (_fill, root, ..) = almost_all();
    let calls = Calls::default();
    root.advise(sink("inherited", &calls, || ProgressAnswer::Block)).unwrap();
    let stream = root.open_stream(&Name::new("Data").unwrap()).unwrap();
    stream.advise(sink("watcher", &calls, || ProgressAnswer::Monitoring)).unwrap();
    stream.advise(sink("owner", &calls, || ProgressAnswer::Pending)).unwrap();
    let error = stream.read_at(9_900, &mut [0; 100]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pending);
    let expected = [("watcher", true), ("owner", true), ("inherited", false)];
    assert_eq!(*calls.lock().unwrap(), expected);
}

#[test]
fn who_says_retry_now_has_waited_by_itself() {
    let (fill, root, rest, hole) = almost_all();
    let calls = Calls::default();
    let filler = fill.clone();
    let answer = move || {
        // This thread is the one that fills and the one that is asked.
        filler.fill_at(hole, &rest).unwrap();
        ProgressAnswer::RetryNow
    };
    let stream = root.open_stream(&Name::new("Data").unwrap()).unwrap();
    stream.advise(sink("modal", &calls, answer)).unwrap();
    let mut buffer = [0; 100];
    assert_eq!(stream.read_at(9_900, &mut buffer).unwrap(), 100);
    assert_eq!(buffer, [7; 100]);
    assert_eq!(calls.lock().unwrap().len(), 1);
}

#[test]
fn an_error_of_a_sink_is_the_error_of_the_read() {
    let (_fill, root, ..) = almost_all();
    let stream = root.open_stream(&Name::new("Data").unwrap()).unwrap();
    let answer = || ProgressAnswer::Fail(docfile::Error::new(ErrorKind::AccessDenied, "no"));
    let cookie = stream.advise(sink("stern", &Calls::default(), answer)).unwrap();
    assert_eq!(stream.read_at(9_900, &mut [0; 9]).unwrap_err().kind(), ErrorKind::AccessDenied);
    stream.unadvise(cookie).unwrap();
    assert!(stream.unadvise(cookie).is_err());
    // What has arrived is readable all the while.
    assert_eq!(stream.read_at(0, &mut [0; 9]).unwrap(), 9);
}

#[test]
fn without_a_sink_a_read_waits_for_its_bytes_or_the_end() {
    let (fill, root, rest, hole) = almost_all();
    let stream = root.open_stream(&Name::new("Data").unwrap()).unwrap();
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| stream.read_at(9_900, &mut [0; 100]));
        while fill.waiter_count() == 0 {
            std::thread::yield_now();
        }
        assert_eq!(fill.demand().required, docfile::Missing::required(hole..hole + 100).required);
        fill.fill_at(hole, &rest).unwrap();
        assert_eq!(waits.join().unwrap().unwrap(), 100);
    });
    let (fill, root, ..) = almost_all();
    let stream = root.open_stream(&Name::new("Data").unwrap()).unwrap();
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| stream.read_at(9_900, &mut [0; 100]));
        while fill.waiter_count() == 0 {
            std::thread::yield_now();
        }
        fill.terminate(Termination::Cancelled);
        assert_eq!(waits.join().unwrap().unwrap_err().kind(), ErrorKind::Terminated);
    });
}
