//! References to objects go both ways, and the server calls back (contract/calls.md 1).

use std::sync::Arc;

use docfile_call::Hresult;
use docfile_call::interface::{Unknown, is_same_object};
use docfile_call::proxy::Pointer;

use super::link::{Event, Link};
use super::recordset::{Changes, Recordset, Sink, Synchronous, registry};

#[test]
fn the_server_calls_the_object_that_the_client_passed() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let recordset = server.query_for::<dyn Recordset>().unwrap();
    let changes = Arc::new(Changes::default());
    let sink: Arc<dyn Sink> = changes.clone();
    let given = recordset.watch(Pointer::from(sink)).unwrap();
    assert_eq!(*changes.0.lock().unwrap(), [7]);
    given.required().unwrap().changed(8).unwrap();
    assert_eq!(*changes.0.lock().unwrap(), [7, 8]);
}

#[test]
fn null_goes_both_ways() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let recordset = server.query_for::<dyn Recordset>().unwrap();
    assert!(recordset.watch(Pointer::NULL).unwrap().get().is_none());
    let events = link.take_events();
    assert!(matches!(&events[0], Event::Request { bytes, .. } if bytes == &[0; 4]));
}

#[test]
fn a_reference_on_the_wire_is_a_unique_pointer_to_counted_bytes() {
    // [MS-DCOM] 2.2.14: referent id, the array's count, the structure's count, the bytes.
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let recordset = server.query_for::<dyn Recordset>().unwrap();
    let sink: Arc<dyn Sink> = Arc::new(Changes::default());
    recordset.watch(Pointer::from(sink)).unwrap();
    let events = link.take_events();
    let Event::Request { bytes, .. } = &events[0] else { panic!("a request") };
    let expected = [0, 0, 2, 0, 8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(bytes.as_slice(), expected);
}

#[test]
fn interfaces_of_one_object_elsewhere_are_one_object() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let recordset: Arc<dyn Unknown> = server.query_for::<dyn Recordset>().unwrap();
    let plain: Arc<dyn Unknown> = server.query_for::<dyn super::recordset::Plain>().unwrap();
    assert!(is_same_object(&recordset, &plain));
    assert!(!is_same_object(&recordset, &link.connect(Arc::new(Synchronous))));
    assert!(recordset.query_for::<dyn Sink>().is_none(), "the server has none");
    assert_eq!(Hresult::E_NOINTERFACE.0, 0x8000_4002);
}
