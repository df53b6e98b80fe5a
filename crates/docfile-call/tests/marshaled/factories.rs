//! contract/calls.md 1.1 and 3: who makes call objects, and for what.

use std::sync::Arc;

use docfile_call::call::{CallFactory, CancelMethodCalls, Synchronize, create_call};
use docfile_call::interface::{Interface, Unknown};
use docfile_call::proxy::{Futures, Registry};
use docfile_call::{Guid, Hresult};

use super::link::Link;
use super::recordset::{
    AsyncRecordset, AsyncSink, OtherFactory, Plain, Recordset, Sink, Synchronous, registry,
};

#[test]
fn a_marshaled_client_always_gets_a_call_object() {
    for server in [Arc::new(Synchronous) as Arc<dyn Unknown>, Arc::new(OtherFactory::default())] {
        let link = Link::new(registry());
        let call = create_call::<dyn AsyncRecordset>(&link.connect(server)).unwrap();
        call.begin_swap(&1, 2).unwrap();
        assert_eq!(call.finish_swap(&mut 0), Ok(1));
    }
}

#[test]
fn an_object_of_the_same_apartment_may_refuse_and_is_called_synchronously() {
    let refuses: Arc<dyn Unknown> = Arc::new(OtherFactory::default());
    let no_factory: Arc<dyn Unknown> = Arc::new(Synchronous);
    for object in [refuses, no_factory] {
        let refused = create_call::<dyn AsyncRecordset>(&object).map(drop);
        assert_eq!(refused, Err(Hresult::E_NOINTERFACE));
        let recordset = object.query_for::<dyn Recordset>().unwrap();
        assert_eq!(recordset.swap(&mut 1, 2), Ok(1));
    }
    let object: Arc<dyn Unknown> = Arc::new(Synchronous);
    let futures = Futures::<dyn Recordset>::new(&object).map(drop);
    assert_eq!(futures, Err(Hresult::E_NOINTERFACE));
}

#[test]
fn the_interface_that_is_wanted_of_the_call_object_is_given() {
    let link = Link::new(registry());
    let factory = link.connect(Arc::new(Synchronous)).query_for::<dyn CallFactory>().unwrap();
    let create = |wanted| factory.create_call(<dyn AsyncRecordset>::ID, None, wanted);
    let interfaces = [
        <dyn Unknown>::ID,
        <dyn Synchronize>::ID,
        <dyn CancelMethodCalls>::ID,
        <dyn AsyncRecordset>::ID,
    ];
    for wanted in interfaces {
        assert_eq!(create(wanted).unwrap().iid(), wanted);
    }
    assert_eq!(create(<dyn Recordset>::ID).unwrap_err(), Hresult::E_NOINTERFACE);
}

#[test]
fn there_is_no_call_object_for_what_has_no_twin_or_is_not_there() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let factory = server.query_for::<dyn CallFactory>().unwrap();
    let create = |iid| factory.create_call(iid, None, <dyn Unknown>::ID).map(drop);
    assert_eq!(create(<dyn Plain>::ID), Err(Hresult::E_NOINTERFACE), "an id that is no twin's");
    assert_eq!(create(<dyn Recordset>::ID), Err(Hresult::E_NOINTERFACE), "a synchronous id");
    assert_eq!(create(Guid::NULL), Err(Hresult::E_NOINTERFACE));
    assert_eq!(create(<dyn AsyncSink>::ID), Err(Hresult::E_NOINTERFACE), "the object has no sink");
    let plain = server.query_for::<dyn Plain>().unwrap();
    assert_eq!(plain.double(21), Ok(42), "it is called synchronously");
}

#[test]
fn an_interface_that_was_registered_without_its_twin_has_no_call_objects() {
    let link = Link::new(Registry::new().with::<dyn Recordset>());
    let server = link.connect(Arc::new(Synchronous));
    let refused = create_call::<dyn AsyncRecordset>(&server).map(drop);
    assert_eq!(refused, Err(Hresult::E_NOINTERFACE));
    assert!(server.query_for::<dyn Sink>().is_none());
    assert_eq!(server.query_for::<dyn Recordset>().unwrap().swap(&mut 1, 2), Ok(1));
}

#[test]
fn the_factory_may_be_let_go_and_the_object_stays() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let call = create_call::<dyn AsyncRecordset>(&server).unwrap();
    drop(server);
    call.begin_swap(&1, 2).unwrap();
    assert_eq!(call.finish_swap(&mut 0), Ok(1));
}
