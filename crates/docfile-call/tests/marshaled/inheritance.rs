//! contract/calls.md 2: an interface that derives has the methods of its base first, and so has its
//! twin.

use std::sync::Arc;

use docfile_call::call::create_call;
use docfile_call::interface::{Interface, Unknown};
use docfile_call::proxy::{AsyncMethods, Methods};

use super::link::{Event, Link};
use super::recordset::{AsyncRecordset, AsyncTable, Recordset, Sink, Synchronous, Table, registry};

#[test]
fn inherited_methods_keep_their_numbers() {
    assert_eq!(<dyn Recordset>::METHOD_COUNT, 8);
    assert_eq!(<dyn Table>::METHOD_COUNT, 9);
    let link = Link::new(registry());
    let table = link.connect(Arc::new(Synchronous)).query_for::<dyn Table>().unwrap();
    assert_eq!(table.swap(&mut 1, 2), Ok(1));
    assert_eq!(table.column_count(), Ok(5));
    let events = link.take_events();
    let methods: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Request { iid, method, .. } => Some((*iid, *method)),
            _ => None,
        })
        .collect();
    assert_eq!(methods, [(<dyn Table>::ID, 3), (<dyn Table>::ID, 8)]);
}

#[test]
fn the_twin_derives_from_the_twin_of_the_base() {
    fn is_twin<I: AsyncMethods<Async = A> + ?Sized, A: ?Sized>() {}
    is_twin::<dyn Table, dyn AsyncTable>();
    is_twin::<dyn Recordset, dyn AsyncRecordset>();

    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let call = create_call::<dyn AsyncTable>(&server).unwrap();
    call.begin_swap(&1, 2).unwrap();
    assert_eq!(call.finish_swap(&mut 0), Ok(1));
    call.begin_column_count().unwrap();
    assert_eq!(call.finish_column_count(), Ok(5));
    let unknown: Arc<dyn Unknown> = call;
    assert!(unknown.query_for::<dyn AsyncRecordset>().is_some(), "the base, of the same object");
}

#[test]
fn an_object_answers_for_the_bases_of_its_interfaces() {
    let object: Arc<dyn Unknown> = Arc::new(Synchronous);
    for iid in [<dyn Unknown>::ID, <dyn Recordset>::ID, <dyn Table>::ID] {
        assert_eq!(object.clone().query_interface(iid).unwrap().iid(), iid);
    }
    assert!(object.query_interface(<dyn Sink>::ID).is_none());
}
