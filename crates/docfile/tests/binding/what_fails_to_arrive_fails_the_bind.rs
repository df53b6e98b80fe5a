//! What `contract/observed.md` 3.6 says not to copy: a resource that is not there, a body cut short
//! and a reset are errors, and none of them hangs.

use std::sync::Arc;

use docfile::bind::{Binder, Form, MediaTypes};
use docfile::monikers::{BindContext, ErrorKind, ItemMoniker, Moniker, UrlMoniker};

use super::rig::{ASYNCHRONOUS, Recorder, Server, binder, document, reset, send, until, url};

/// The kind of error that a synchronous bind gives, and the code that an asynchronous one stops
/// with.
fn outcome(make: impl Fn() -> Server, form: Form) -> (ErrorKind, String) {
    let sync = binder(&Arc::new(make())).bind_to_storage(&url(), &BindContext::default(), form);
    let recorder = Recorder::new(ASYNCHRONOUS);
    let _ = binder(&Arc::new(make())).bind_to_storage(&url(), &recorder.context(), form);
    until(|| recorder.has_stopped());
    let words = recorder.words();
    let stops = words.iter().filter(|word| word.starts_with("OSP")).count();
    assert_eq!(stops, 1, "{words:?}");
    (sync.unwrap_err().kind(), words.last().unwrap().clone())
}

#[test]
fn a_resource_that_is_not_there_is_an_error_of_its_own() {
    let missing = || {
        let mut server = Server::holding(b"<p>no such page</p>");
        server.status = 404;
        server
    };
    assert_eq!(outcome(missing, Form::Bytes), (ErrorKind::NotFound, "OSP(800c0006)".to_owned()));
}

#[test]
fn what_is_no_compound_file_is_no_storage() {
    let text = || Server::holding(&[b'x'; 2000]);
    assert_eq!(outcome(text, Form::Storage), (ErrorKind::NoStorage, "OSP(800401ed)".to_owned()));
}

#[test]
fn a_body_cut_short_and_a_reset_stop_the_bind_with_an_error() {
    for is_reset in [false, true] {
        let (server, body) = Server::promising(100_000);
        let recorder = Recorder::new(ASYNCHRONOUS);
        binder(&Arc::new(server))
            .bind_to_storage(&url(), &recorder.context(), Form::Bytes)
            .unwrap();
        send(&body, &[1; 50_000]);
        until(|| recorder.words().contains(&"ODAF".to_owned()));
        if is_reset {
            reset(&body);
        }
        drop(body);
        until(|| recorder.has_stopped());
        let words = recorder.words();
        assert_eq!(words.last().unwrap(), "OSP(800c0008)", "{words:?}");
        assert!(!words.iter().any(|word| word.ends_with('L')), "{words:?}");
    }
}

#[test]
fn media_types_that_were_not_asked_for_are_refused() {
    let bind = |wanted: MediaTypes| {
        let server = Arc::new(Server::holding(&[1; 100]));
        let context = BindContext::default();
        context.register_media_types(wanted);
        binder(&server).bind_to_storage(&url(), &context, Form::Bytes)
    };
    assert!(bind(MediaTypes::new(["application/*"])).is_ok());
    let error = bind(MediaTypes::new(["image/png"])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoValidMedia);
}

#[test]
fn what_names_nothing_that_can_be_brought() {
    let kind = |moniker: Moniker| {
        let bound =
            Binder::default().bind_to_storage(&moniker, &BindContext::default(), Form::Bytes);
        bound.unwrap_err().kind()
    };
    assert_eq!(
        kind(UrlMoniker::new("gopher://host/a").unwrap().into()),
        ErrorKind::UnknownProtocol
    );
    assert_eq!(kind(UrlMoniker::new("only/relative").unwrap().into()), ErrorKind::UnknownProtocol);
    assert_eq!(kind(UrlMoniker::default().into()), ErrorKind::Syntax);
    assert_eq!(kind(ItemMoniker::new("!", "Pool").into()), ErrorKind::InvalidArgument);
    assert_eq!(kind(UrlMoniker::new("file:///no/such/file").unwrap().into()), ErrorKind::NotFound);
}

#[test]
fn a_step_that_leads_to_nothing_is_an_object_that_is_not_there() {
    let server = Arc::new(Server::holding(&document(docfile::Guid::NULL, 10)));
    let inside = url().compose_with(&ItemMoniker::new("!", "None").into()).unwrap().unwrap();
    let bound = binder(&server).bind_to_storage(&inside, &BindContext::default(), Form::Storage);
    assert_eq!(bound.unwrap_err().kind(), ErrorKind::NoObject);
}
