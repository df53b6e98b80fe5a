//! Aborts in each callback, the start included, and from another thread while a read waits
//! (`contract/binding.md` 11, `contract/observed.md` 3.6; the "abort works at every moment").

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use docfile::bind::{AbortOutcome, BindInfo, Form, Medium};

use super::rig::{ASYNCHRONOUS, Recorder, Server, binder, document, send, until, url};

/// Aborts in the callback of this number, counted from the start's.
fn aborting(info: BindInfo, moment: usize) -> Arc<Recorder> {
    let count = AtomicUsize::new(0);
    Recorder::acting(info, move |recorder, word| {
        if word == "GBI" || word.starts_with("OSP") {
            return Ok(());
        }
        if count.fetch_add(1, Ordering::SeqCst) == moment {
            let binding = recorder.binding.lock().unwrap().clone().unwrap();
            assert_eq!(binding.abort(), AbortOutcome::Aborted);
            assert_eq!(binding.abort(), AbortOutcome::AlreadyAborted);
        }
        Ok(())
    })
}

#[test]
fn in_every_callback_and_only_the_stop_follows() {
    for info in [BindInfo::default(), ASYNCHRONOUS] {
        for moment in 0..7 {
            let (server, body) = Server::promising(100_000);
            send(&body, &[1; 1000]);
            let recorder = aborting(info, moment);
            let bound =
                binder(&Arc::new(server)).bind_to_storage(&url(), &recorder.context(), Form::Bytes);
            until(|| recorder.has_stopped());
            let words = recorder.words();
            assert_eq!(words.len(), moment + 3, "{words:?}");
            assert_eq!(words.last().unwrap(), "OSP(80004004)");
            assert!(bound.is_err() || info.asynchronous);
            let binding = recorder.binding.lock().unwrap().clone().unwrap();
            assert_eq!(binding.result().unwrap().unwrap_err().hresult(), 0x8000_4004);
            assert_eq!(binding.abort(), AbortOutcome::AlreadyEnded);
        }
    }
}

#[test]
fn who_waits_for_bytes_is_free_at_once() {
    let whole = document(docfile::Guid::NULL, 100_000);
    let (server, body) = Server::promising(whole.len());
    let server = Arc::new(server);
    let recorder = Recorder::new(ASYNCHRONOUS);
    binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes).unwrap();
    send(&body, &whole[..600]);
    until(|| recorder.medium.lock().unwrap().is_some());
    let Some(Medium::Bytes(bytes)) = recorder.medium.lock().unwrap().clone() else { panic!() };
    let reading = std::thread::spawn(move || {
        let mut all = Vec::new();
        std::io::Read::read_to_end(&mut bytes.reader().unwrap(), &mut all)
    });
    std::thread::sleep(std::time::Duration::from_millis(20));
    let binding = recorder.binding.lock().unwrap().clone().unwrap();
    assert_eq!(binding.abort(), AbortOutcome::Aborted);
    assert!(reading.join().unwrap().is_err());
    until(|| recorder.has_stopped());
    let stops = recorder.words().iter().filter(|word| word.starts_with("OSP")).count();
    assert_eq!(stops, 1);
}

#[test]
fn a_synchronous_bind_that_waits_for_a_silent_server() {
    let (server, _body) = Server::promising(1000);
    let recorder = Recorder::acting(BindInfo::default(), |recorder, word| {
        if word == "OSB" {
            let binding = recorder.binding.lock().unwrap().clone().unwrap();
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(30));
                binding.abort();
            });
        }
        Ok(())
    });
    let bound =
        binder(&Arc::new(server)).bind_to_storage(&url(), &recorder.context(), Form::Storage);
    assert_eq!(bound.unwrap_err().kind(), docfile::monikers::ErrorKind::Aborted);
    assert_eq!(recorder.words().last().unwrap(), "OSP(80004004)");
}
