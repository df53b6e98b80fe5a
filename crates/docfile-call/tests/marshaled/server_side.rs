//! contract/calls.md 6: the server's side of a call.

use std::sync::Arc;

use docfile_call::Hresult;
use docfile_call::call::create_call;
use docfile_call::interface::Unknown;

use super::link::Link;
use super::recordset::{AsyncRecordset, Asynchronous, Recordset, Synchronous, When, registry};

#[test]
fn nobody_acts_for_the_caller_after_the_signal() {
    let link = Link::new(registry());
    let server = Arc::new(Asynchronous::new(When::Told));
    let call = create_call::<dyn AsyncRecordset>(&link.connect(server.clone())).unwrap();
    call.begin_swap(&3, 4).unwrap();
    link.pump();
    let context = link.contexts()[0].clone();
    assert!(context.impersonate().is_ok());
    server.calls()[0].complete();
    // The stub has not looked yet, and still it is over.
    assert_eq!(context.impersonate(), Err(Hresult::RPC_E_CALL_COMPLETE));
}

#[test]
fn a_method_that_panics_is_a_fault_of_the_server() {
    for server in
        [Arc::new(Synchronous) as Arc<dyn Unknown>, Arc::new(Asynchronous::new(When::AtOnce))]
    {
        let link = Link::new(registry());
        let recordset = link.connect(server).query_for::<dyn Recordset>().unwrap();
        assert_eq!(recordset.query("panic", &[]), Err(Hresult::RPC_E_SERVERFAULT));
        assert_eq!(recordset.swap(&mut 1, 2), Ok(1), "the object is still there");
    }
}

#[test]
fn what_cannot_be_sent_begins_nothing() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let call = create_call::<dyn AsyncRecordset>(&server).unwrap();
    let refused = call.begin_query("a\0b", &[]);
    assert_eq!(refused, Err(Hresult::RPC_E_CLIENT_CANTMARSHAL_DATA));
    assert_eq!(call.finish_query(), Err(Hresult::RPC_E_CALL_COMPLETE));
    call.begin_query("ab", &[]).unwrap();
    assert_eq!(call.finish_query(), Ok((Some("AB".to_owned()), 0)));
    assert_eq!(link.job_count(), 0);
}
