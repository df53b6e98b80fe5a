//! The deadline of a bind context, and the flag that asks for nothing but whether the bind would
//! succeed. Source: `contract/binding.md` 4 and 3.2.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use docfile::bind::{Binder, Bound, Form, tick_count};
use docfile::monikers::{
    BindContext, BindFlags, BindOptions, EXCEEDED_DEADLINE, ErrorKind, FileMoniker, Moniker,
};

use crate::rig::{ASYNCHRONOUS, Recorder, Server, binder, document, send, until, url};

fn within(context: &BindContext, millis: u32) {
    let deadline = tick_count().wrapping_add(millis);
    context.set_options(BindOptions { deadline, ..context.options() });
}

#[test]
fn a_synchronous_bind_ends_when_its_time_is_up() {
    let (server, body) = Server::promising(5000);
    send(&body, b"too little");
    let context = BindContext::default();
    within(&context, 300);
    let began_at = Instant::now();
    let bound = binder(&Arc::new(server)).bind_to_storage(&url(), &context, Form::Storage);
    let error = bound.unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::ExceededDeadline, 0x8004_01E1));
    assert!((250..5000).contains(&began_at.elapsed().as_millis()), "{:?}", began_at.elapsed());
    let late = context.object_param(EXCEEDED_DEADLINE).unwrap();
    assert_eq!(late.downcast_ref::<Moniker>(), Some(&url()));
}

#[test]
fn an_asynchronous_bind_is_told_its_stop_also_while_it_is_suspended() {
    for suspends in [false, true] {
        let (server, body) = Server::promising(5000);
        send(&body, b"too little");
        let recorder = Recorder::new(ASYNCHRONOUS);
        let context = recorder.context();
        within(&context, 300);
        let bound = binder(&Arc::new(server)).bind_to_storage(&url(), &context, Form::Bytes);
        let Bound::Later(binding) = bound.unwrap() else { panic!() };
        if suspends {
            binding.suspend();
        }
        until(|| recorder.has_stopped());
        assert_eq!(recorder.words().last().map(String::as_str), Some("OSP(800401e1)"));
        drop(body);
    }
}

#[test]
fn a_bind_that_is_done_in_time_is_not_disturbed_later() {
    let server = Arc::new(Server::holding(&document(docfile::Guid::NULL, 5000)));
    let context = BindContext::default();
    within(&context, 2000);
    let bound = binder(&server).bind_to_storage(&url(), &context, Form::Storage);
    let medium = bound.unwrap().now().unwrap();
    std::thread::sleep(Duration::from_millis(2200));
    let docfile::bind::Medium::Storage(storage) = medium else { panic!() };
    assert_eq!(storage.list().unwrap().elements.len(), 1);
}

#[test]
fn a_deadline_that_has_passed_asks_for_nothing() {
    let server = Arc::new(Server::holding(&[1; 100]));
    let context = BindContext::default();
    let options = BindOptions { deadline: tick_count().wrapping_sub(5), ..context.options() };
    context.set_options(options);
    let bound = binder(&server).bind_to_storage(&url(), &context, Form::Bytes);
    assert_eq!(bound.unwrap_err().kind(), ErrorKind::ExceededDeadline);
    assert_eq!(server.request_count.load(Ordering::SeqCst), 0);
}

fn testing(context: &BindContext) {
    let flags = BindFlags { just_test_existence: true, ..BindFlags::default() };
    context.set_options(BindOptions { flags, ..context.options() });
}

#[test]
fn a_test_of_existence_binds_nothing_and_calls_nobody() {
    let server = Arc::new(Server::holding(&document(docfile::Guid::NULL, 5000)));
    let recorder = Recorder::new(ASYNCHRONOUS);
    let context = recorder.context();
    testing(&context);
    let bound = binder(&server).bind_to_storage(&url(), &context, Form::Storage).unwrap();
    assert!(matches!(bound, Bound::Exists));
    assert!(recorder.words().is_empty(), "{:?}", recorder.words());
    assert_eq!(server.request_count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_test_of_existence_says_what_the_bind_would() {
    let context = BindContext::default();
    testing(&context);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.doc");
    let file: Moniker = FileMoniker::new(path.display().to_string()).into();
    let test = |form| Binder::default().bind_to_storage(&file, &context, form);
    assert_eq!(test(Form::Bytes).unwrap_err().kind(), ErrorKind::NotFound);
    std::fs::write(&path, "text").unwrap();
    assert!(matches!(test(Form::Bytes).unwrap(), Bound::Exists));
    assert_eq!(test(Form::Storage).unwrap_err().kind(), ErrorKind::NoStorage);
    let unknown = Binder::default().bind_to_object(&file, &context);
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::ClassNotRegistered);

    let (server, _body) = Server::promising(5000);
    within(&context, 300);
    let late = binder(&Arc::new(server)).bind_to_storage(&url(), &context, Form::Bytes);
    assert_eq!(late.unwrap_err().kind(), ErrorKind::ExceededDeadline);
}
