//! Threads: `contract/binding.md` 10, "Threading", and the modal loop of `contract/storage.md` 4.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use docfile::apartment::SingleThreaded;
use docfile::bind::{BindInfo, Form, Medium};
use docfile::fill::FillLockBytes;
use docfile::monikers::BindContext;
use docfile::{ErrorKind, Missing};

use super::rig::{ASYNCHRONOUS, Recorder, Server, binder, document, name, send, until, url};

#[test]
fn a_single_threaded_one_hears_them_when_it_pumps() {
    let entered = SingleThreaded::enter().unwrap();
    let apartment = entered.apartment().clone();
    let server = Arc::new(Server::holding(&[1; 5000]));
    let stopper = apartment.clone();
    let recorder = Recorder::acting(ASYNCHRONOUS, move |_, word| {
        if word.starts_with("OSP") {
            stopper.stop();
        }
        Ok(())
    });
    binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(recorder.words().join(" "), "GBI OSB", "nothing arrives before it pumps");
    apartment.run().unwrap();
    assert!(recorder.has_stopped());
    let here = std::thread::current().id();
    assert!(recorder.threads().iter().all(|thread| *thread == here));
}

#[test]
fn in_the_multi_threaded_one_they_need_no_pump() {
    let server = Arc::new(Server::holding(&[1; 5000]));
    let recorder = Recorder::new(ASYNCHRONOUS);
    binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes).unwrap();
    until(|| recorder.has_stopped());
    // The wishes and the start inside the call, all others on one other thread.
    let threads = recorder.threads();
    assert!(threads[2..].iter().all(|thread| *thread == threads[2]));
}

#[test]
fn a_read_that_waits_keeps_the_apartment_alive_and_can_be_re_entered() {
    let entered = SingleThreaded::enter().unwrap();
    let apartment = entered.apartment().clone();
    let whole = document(docfile::Guid::NULL, 100_000);
    let (server, body) = Server::promising(whole.len());
    send(&body, &whole[..whole.len() - 10_000]);
    let bound =
        binder(&Arc::new(server)).bind_to_storage(&url(), &BindContext::default(), Form::Bytes);
    let Medium::Bytes(bytes) = bound.unwrap().now().unwrap() else { panic!() };
    let ticks = Arc::new(AtomicUsize::new(0));
    let (counter, counted, again) = (ticks.clone(), ticks.clone(), bytes.clone());
    let rest = whole[whole.len() - 10_000..].to_vec();
    let clock = std::thread::spawn(move || {
        for _ in 0..5 {
            let (counted, again) = (counted.clone(), again.clone());
            let tick = move || {
                // What has arrived can be read inside the loop.
                let mut first = [0; 8];
                again.lock_bytes().try_read_at(0, &mut first).unwrap();
                assert_eq!(first[0], 0xD0);
                counted.fetch_add(1, Ordering::SeqCst);
            };
            apartment.post(tick).unwrap();
        }
        // The reader cannot be done before the ticks are.
        until(|| counter.load(Ordering::SeqCst) == 5);
        send(&body, &rest);
    });
    let mut all = Vec::new();
    std::io::Read::read_to_end(&mut bytes.reader().unwrap(), &mut all).unwrap();
    assert_eq!(all, whole);
    clock.join().unwrap();
    assert_eq!(ticks.load(Ordering::SeqCst), 5);
}

#[test]
fn a_read_that_waits_can_be_told_to_stop() {
    let entered = SingleThreaded::enter().unwrap();
    let apartment = entered.apartment().clone();
    let fill = FillLockBytes::memory();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        apartment.post(|| SingleThreaded::current().unwrap().stop()).unwrap();
    });
    let error = fill.wait(&Missing::required(0..10)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Terminated);
    assert_eq!(fill.waiter_count(), 0);
    stopper.join().unwrap();
}

#[test]
fn a_synchronous_bind_that_is_stopped_so_tells_its_stop() {
    let entered = SingleThreaded::enter().unwrap();
    let apartment = entered.apartment().clone();
    let (server, _body) = Server::promising(1000);
    let recorder = Recorder::acting(BindInfo::default(), move |_, word| {
        if word == "OSB" {
            apartment.stop();
        }
        Ok(())
    });
    let bound = binder(&Arc::new(server)).bind_to_storage(&url(), &recorder.context(), Form::Bytes);
    assert!(bound.is_err());
    assert_eq!(recorder.words().last().unwrap(), "OSP(80004004)");
}

#[test]
fn a_filler_that_is_the_one_notified_does_not_deadlock() {
    let entered = SingleThreaded::enter().unwrap();
    let apartment = entered.apartment().clone();
    let whole = document(docfile::Guid::NULL, 10_000);
    let fill = FillLockBytes::memory();
    for (index, piece) in whole.chunks(700).enumerate() {
        let (fill, piece) = (fill.clone(), piece.to_vec());
        apartment.post(move || fill.fill_at(index as u64 * 700, &piece).unwrap()).unwrap();
    }
    let root =
        docfile::storage::Storage::open(&fill, docfile::storage::AsyncMode::Default).unwrap();
    let stream = root.open_stream(&name("Data")).unwrap();
    let mut buffer = vec![0; 10_000];
    assert_eq!(stream.read_at(0, &mut buffer).unwrap(), 10_000);
    assert!(buffer.iter().all(|byte| *byte == 7));
}
