//! Binding over real sockets, against the server of this crate: with ranges and without.

use docfile::bind::{Bound, Form, Medium};
use docfile::monikers::{BindContext, ErrorKind, UrlMoniker};
use docfile::serve::{ServeOptions, Server};

use super::rig::{ASYNCHRONOUS, Recorder, document, name, until};

fn served(options: ServeOptions) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.doc"), document(docfile::Guid::NULL, 300_000)).unwrap();
    let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap(), options).unwrap();
    (folder, server)
}

#[test]
fn with_ranges_and_without() {
    for no_ranges in [false, true] {
        let (_folder, server) = served(ServeOptions { no_ranges, ..ServeOptions::default() });
        let moniker = UrlMoniker::new(&format!("{}/a.doc", server.url())).unwrap().into();
        let recorder = Recorder::new(ASYNCHRONOUS);
        let binder = docfile::bind::Binder::default();
        let bound = binder.bind_to_storage(&moniker, &recorder.context(), Form::Storage).unwrap();
        let Bound::Later(binding) = bound else { panic!() };
        until(|| recorder.has_stopped());
        let words = recorder.words();
        let kept: Vec<_> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "DD" | "ODAI" | "MT"))
            .collect();
        let told = kept.join(" ");
        assert!(told.starts_with("GBI OSB FR CN SR BD "), "{told}");
        assert!(told.ends_with(" OSP(0)") && words.iter().any(|word| word.ends_with('L')));
        let Some(Medium::Storage(storage)) = recorder.medium.lock().unwrap().clone() else {
            panic!()
        };
        assert_eq!(storage.open_stream(&name("Data")).unwrap().len().unwrap(), 300_000);
        if no_ranges {
            assert_eq!(binding.counters().request_count, 1);
        }
    }
}

#[test]
fn a_page_that_is_not_there() {
    let (_folder, server) = served(ServeOptions::default());
    let moniker = UrlMoniker::new(&format!("{}/none", server.url())).unwrap().into();
    let binder = docfile::bind::Binder::default();
    let bound = binder.bind_to_storage(&moniker, &BindContext::default(), Form::Bytes);
    assert_eq!(bound.unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_call_that_waits_is_refused_inside_an_asynchronous_context() {
    let (_folder, server) = served(ServeOptions::default());
    let moniker = UrlMoniker::new(&format!("{}/a.doc", server.url())).unwrap().into();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let binder = docfile::bind::Binder::default();
        let recorder = Recorder::new(docfile::bind::BindInfo::default());
        let bound = binder.bind_to_storage(&moniker, &recorder.context(), Form::Bytes);
        assert_eq!(bound.unwrap_err().kind(), ErrorKind::Unexpected);
        assert_eq!(recorder.words().join(" "), "GBI OSB OSP(8000ffff)");
        let recorder = Recorder::new(ASYNCHRONOUS);
        let bound = binder.bind_to_storage(&moniker, &recorder.context(), Form::Bytes).unwrap();
        assert!(matches!(bound, Bound::Later(_)));
        until(|| recorder.has_stopped());
    });
}
