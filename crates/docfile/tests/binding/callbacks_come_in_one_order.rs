//! The orders of `contract/binding.md` 10 and `contract/observed.md` 3.1, 3.2, 3.5.

use std::sync::Arc;

use docfile::LockBytes as _;
use docfile::bind::{Bound, Form, Medium};
use docfile::monikers::UrlMoniker;

use super::rig::{ASYNCHRONOUS, Recorder, Server, binder, no, send, until, url};

/// Words that say the same, however many pieces the bytes come in.
fn folded(words: Vec<String>) -> String {
    let kept = words.into_iter().filter(|word| word != "DD" && word != "ODAI");
    kept.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_synchronous_bind_returns_what_can_be_read_while_the_rest_comes() {
    let (server, body) = Server::promising(100_000);
    let server = Arc::new(server);
    send(&body, &[1; 1000]);
    let recorder = Recorder::new(docfile::bind::BindInfo::default());
    let bound = binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes);
    let Medium::Bytes(bytes) = bound.unwrap().now().unwrap() else { panic!() };
    assert_eq!(recorder.words().join(" "), "GBI OSB FR CN SR MT BD ODAF OSP(0)");
    send(&body, &[2; 99_000]);
    drop(body);
    let mut all = Vec::new();
    bytes.reader().unwrap().read_to_end(&mut all).unwrap();
    assert_eq!(all.len(), 100_000);
    let binding = recorder.binding.lock().unwrap().clone().unwrap();
    assert_eq!(binding.media_type().as_deref(), Some("application/x-probe"));
    assert!(matches!(binding.result(), Some(Ok(()))));
}

#[test]
fn an_asynchronous_bind_tells_of_everything_and_stops_last() {
    let (server, body) = Server::promising(3000);
    let server = Arc::new(server);
    let recorder = Recorder::new(ASYNCHRONOUS);
    let bound = binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes);
    assert!(matches!(bound.unwrap(), Bound::Later(_)));
    let first = recorder.words().into_iter().take(2).collect::<Vec<_>>().join(" ");
    assert_eq!(first, "GBI OSB", "inside the call");
    for count in 1..=3 {
        send(&body, &[1; 1000]);
        // The notice tells of the last bytes before the next come.
        until(|| recorder.words().iter().filter(|word| word.starts_with("ODA")).count() >= count);
    }
    drop(body);
    until(|| recorder.has_stopped());
    let words = recorder.words();
    assert!(words.contains(&"ODAI".to_owned()), "{words:?}");
    let downloading = words.iter().position(|word| word == "DD").unwrap();
    assert_eq!(words[downloading + 1], "ODAI");
    assert_eq!(folded(words), "GBI OSB FR CN SR MT BD ODAF ED ODAIL OSP(0)");
}

#[test]
fn a_file_url_is_told_whole_inside_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "sixteen bytes ..").unwrap();
    let moniker = UrlMoniker::new(&format!("file://{}", path.display())).unwrap().into();
    let recorder = Recorder::new(ASYNCHRONOUS);
    let bound = docfile::bind::Binder::default().bind_to_storage(
        &moniker,
        &recorder.context(),
        Form::Bytes,
    );
    let Medium::Bytes(bytes) = bound.unwrap().now().unwrap() else { panic!() };
    assert_eq!(bytes.lock_bytes().len(), Some(16));
    assert_eq!(recorder.words().join(" "), "GBI OSB SR BD ED ODAFL OSP(0)");
}

#[test]
fn refused_wishes_start_nothing_and_a_refused_start_is_stopped() {
    for (refused, told, code) in [
        ("GBI", "GBI", 0x8000_FFFF_u32),
        // 3.3: also of an asynchronous bind.
        ("OSB", "GBI OSB OSP(800c0008)", 0x800C_0008),
    ] {
        let server = Arc::new(Server::holding(&[1; 100]));
        let recorder = Recorder::acting(ASYNCHRONOUS, move |_, word| match word {
            word if word == refused => Err(no()),
            _ => Ok(()),
        });
        let bound = binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes);
        assert_eq!(bound.unwrap_err().hresult(), code);
        assert_eq!(recorder.words().join(" "), told);
        assert_eq!(server.request_count.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
}

#[test]
fn refused_data_ends_the_bind() {
    let (server, body) = Server::promising(3000);
    let server = Arc::new(server);
    send(&body, &[1; 1000]);
    let act = |_: &Recorder, word: &str| if word == "ODAF" { Err(no()) } else { Ok(()) };
    let recorder = Recorder::acting(ASYNCHRONOUS, act);
    binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes).unwrap();
    until(|| recorder.has_stopped());
    assert_eq!(recorder.words().join(" "), "GBI OSB FR CN SR MT BD ODAF ED OSP(8000ffff)");
}

#[test]
fn while_suspended_nothing_is_told() {
    let (server, body) = Server::promising(2000);
    let server = Arc::new(server);
    let recorder = Recorder::new(ASYNCHRONOUS);
    binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Bytes).unwrap();
    send(&body, &[1; 1000]);
    until(|| recorder.words().contains(&"ODAF".to_owned()));
    let binding = recorder.binding.lock().unwrap().clone().unwrap();
    binding.suspend();
    let before = recorder.words();
    send(&body, &[1; 1000]);
    drop(body);
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(recorder.words(), before);
    binding.resume();
    until(|| recorder.has_stopped());
    assert!(matches!(binding.result(), Some(Ok(()))));
}

use std::io::Read as _;
