//! The futures face under tokio, smol and a bare `block_on`; dropping a future takes its demand
//! back. Source: `design.md` 5.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

use std::future::Future;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::task::{Context, Waker};

use docfile::fill::{Availability, FillLockBytes, Termination};
use docfile::storage::{AsyncMode, Storage};
use docfile::{ErrorKind, MemoryBytes, Missing, Name, OpenMode};
use futures::StreamExt as _;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

fn content() -> Vec<u8> {
    (0..70_000_u32).map(|index| u8::try_from(index % 241).unwrap()).collect()
}

fn document() -> Vec<u8> {
    let bytes = Arc::new(MemoryBytes::default());
    let settings = docfile::Settings::default();
    let file =
        docfile::CompoundFile::create(bytes.clone(), docfile::FormatVersion::V3, settings).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let stream =
        root.try_create_stream(&Name::new("Data").unwrap(), OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, &content()).unwrap();
    root.try_commit(docfile::CommitFlags::default()).unwrap();
    bytes.to_vec()
}

/// An array that a thread of its own fills, a little at a time, from the end.
fn arriving() -> FillLockBytes {
    let fill = FillLockBytes::memory();
    let filler = fill.clone();
    std::thread::spawn(move || {
        let whole = document();
        filler.set_fill_size(whole.len() as u64).unwrap();
        for (index, piece) in whole.chunks(777).enumerate().rev() {
            filler.fill_at(index as u64 * 777, piece).unwrap();
            std::thread::yield_now();
        }
        filler.terminate(Termination::Success);
    });
    fill
}

async fn read_all(fill: FillLockBytes) {
    let root = Storage::open_async(&fill, AsyncMode::Default).await.unwrap();
    assert_eq!(root.list_async().await.unwrap().elements.len(), 1);
    let stream = root.open_stream_async(&Name::new("Data").unwrap()).await.unwrap();
    let mut bytes = Vec::new();
    let mut reader = stream.reader();
    AsyncReadExt::read_to_end(&mut reader, &mut bytes).await.unwrap();
    assert_eq!(bytes, content());
    AsyncSeekExt::seek(&mut reader, SeekFrom::End(-10)).await.unwrap();
    let mut last = [0; 10];
    AsyncReadExt::read_exact(&mut reader, &mut last).await.unwrap();
    assert_eq!(last, content()[69_990..]);
}

#[test]
fn under_tokio() {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(read_all(arriving()));
}

#[test]
fn under_smol() {
    smol::block_on(read_all(arriving()));
}

#[test]
fn under_a_bare_block_on() {
    futures::executor::block_on(read_all(arriving()));
}

#[test]
fn blocking_readers_know_nothing_of_it() {
    let fill = arriving();
    let root = Storage::open(&fill, AsyncMode::Default).unwrap();
    let mut reader = root.open_stream(&Name::new("Data").unwrap()).unwrap().reader();
    Seek::seek(&mut reader, SeekFrom::Start(60_000)).unwrap();
    let mut bytes = Vec::new();
    Read::read_to_end(&mut reader, &mut bytes).unwrap();
    assert_eq!(bytes, content()[60_000..]);
}

#[test]
fn a_verb_that_waits_is_refused_where_waiting_would_be_a_deadlock() {
    let fill = FillLockBytes::memory();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(async { Storage::open(&fill, AsyncMode::Default).unwrap_err() });
    assert_eq!(error.kind(), ErrorKind::InvalidFunction);
}

#[test]
fn a_future_that_is_dropped_leaves_no_demand() {
    let fill = FillLockBytes::memory();
    let mut future = Box::pin(fill.wait_async(Missing::required(100..200)));
    assert!(fill.demand().required.is_empty(), "nothing is registered before the first poll");
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert_eq!((fill.waiter_count(), fill.demand()), (1, Missing::required(100..200)));
    drop(future);
    assert_eq!((fill.waiter_count(), fill.demand()), (0, Missing::default()));
}

#[test]
fn what_arrives_is_a_stream_of_events_that_ends() {
    let fill = arriving();
    let events: Vec<Availability> = smol::block_on(fill.availability().collect());
    let (last, before) = events.split_last().unwrap();
    assert!(matches!(last, Availability::Ended(Termination::Success)));
    let mut seen = 0;
    for event in before {
        let Availability::Arrived { ranges, .. } = event else { panic!("{event:?}") };
        assert!(ranges.byte_count() > seen);
        seen = ranges.byte_count();
    }
    assert_eq!(Some(seen), fill.len());
}

#[test]
fn unmodified_readers_get_their_first_stream_before_the_end() {
    let whole = document();
    let outer = FillLockBytes::memory();
    outer.set_fill_size(whole.len() as u64 + 1000).unwrap();
    outer.fill_append(&whole).unwrap();
    // The crate `cfb` reads through a stream of ours that is not all here: 1000 bytes never come.
    let reader = docfile::fill::ArrivingReader::new(&outer);
    let mut foreign = cfb::CompoundFile::open(reader).unwrap();
    let mut bytes = Vec::new();
    Read::read_to_end(&mut foreign.open_stream("/Data").unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, content());
    assert!(outer.termination().is_none());
}
