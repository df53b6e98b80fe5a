//! contract/calls.md 4 and 7, over a link: cancel, abandonment, lost connections.

use std::sync::Arc;
use std::time::Duration;

use docfile_call::Hresult;
use docfile_call::call::{
    CancelAnswer, CancelMethodCalls, Patience, Synchronize, ThreadId, ThreadTable, WaitFlags,
    create_call,
};
use docfile_call::interface::Unknown;

use super::link::{Event, Link};
use super::recordset::{AsyncRecordset, Asynchronous, When, registry};

const AT_ONCE: Patience = Patience::For(Duration::ZERO);

struct Bench {
    link: Arc<Link>,
    server: Arc<Asynchronous>,
    call: Arc<dyn AsyncRecordset>,
    synchronize: Arc<dyn Synchronize>,
    cancel: Arc<dyn CancelMethodCalls>,
}

fn bench() -> Bench {
    let link = Link::new(registry());
    let server = Arc::new(Asynchronous::new(When::Told));
    let object = link.connect(server.clone());
    let call = create_call::<dyn AsyncRecordset>(&object).unwrap();
    let unknown: Arc<dyn Unknown> = call.clone();
    let synchronize = unknown.query_for().unwrap();
    // Section 7: always there for what is marshaled.
    let cancel = unknown.query_for().unwrap();
    Bench { link, server, call, synchronize, cancel }
}

impl Bench {
    fn is_signaled(&self) -> bool {
        self.synchronize.try_wait(WaitFlags::DEFAULT).is_ok()
    }
}

#[test]
fn a_call_object_serves_one_call_after_another() {
    let bench = bench();
    for y in [4, 5] {
        bench.call.begin_swap(&3, y).unwrap();
        bench.link.pump();
        assert!(!bench.is_signaled());
        assert_eq!(bench.call.begin_read(1), Err(Hresult::RPC_S_CALLPENDING));
        assert_eq!(bench.call.finish_read(&mut Vec::new()), Err(Hresult::E_UNEXPECTED));
        bench.server.calls()[0].complete();
        bench.link.pump();
        assert!(bench.is_signaled());
        let mut x = 0;
        assert_eq!(bench.call.finish_swap(&mut x), Ok(3));
        assert_eq!(x, y);
        assert_eq!(bench.call.finish_swap(&mut x), Err(Hresult::RPC_E_CALL_COMPLETE));
        assert!(bench.server.calls().is_empty(), "one server call object for each call");
    }
}

#[test]
fn a_cancel_frees_the_client_and_is_confirmed_later() {
    let bench = bench();
    bench.call.begin_swap(&3, 4).unwrap();
    bench.link.pump();
    bench.link.take_events();
    assert_eq!(bench.cancel.cancel(AT_ONCE), Ok(()));
    assert!(bench.is_signaled());
    assert_eq!(bench.cancel.cancel(AT_ONCE), Err(Hresult::RPC_E_CALL_CANCELED));
    assert_eq!(bench.call.begin_read(1), Err(Hresult::RPC_S_CALLPENDING));
    let cancellation = bench.cancel.cancellation().unwrap();
    let mut x = 77;
    assert_eq!(bench.call.finish_swap(&mut x), Err(Hresult::RPC_E_CALL_CANCELED));
    assert_eq!(x, 77, "nothing was written");
    assert_eq!(bench.link.take_events(), [Event::Cancel(AT_ONCE)]);

    bench.call.begin_read(1).unwrap();
    assert_eq!(cancellation.answer(), None);
    bench.link.confirm_cancels();
    assert_eq!(cancellation.answer(), Some(CancelAnswer::Confirmed));
    assert_eq!(cancellation.try_wait(WaitFlags::DEFAULT), Ok(()));
    assert!(!bench.is_signaled());
    bench.link.pump();
    bench.server.calls()[0].complete();
    assert_eq!(bench.call.finish_read(&mut Vec::new()), Ok(1));
}

#[test]
fn a_server_that_answers_all_the_same_is_told_of_too() {
    let bench = bench();
    bench.call.begin_swap(&3, 4).unwrap();
    bench.link.pump();
    bench.cancel.cancel(Patience::Infinite).unwrap();
    assert!(!bench.is_signaled());
    bench.server.calls()[0].complete();
    bench.link.pump();
    assert!(bench.is_signaled());
    let cancellation = bench.cancel.cancellation().unwrap();
    assert_eq!(cancellation.answer(), Some(CancelAnswer::Completed));
    assert_eq!(bench.call.finish_swap(&mut 0), Err(Hresult::RPC_E_CALL_CANCELED));
}

#[test]
fn the_patience_ends_when_the_driver_says_so() {
    let bench = bench();
    bench.call.begin_swap(&3, 4).unwrap();
    bench.link.pump();
    bench.cancel.cancel(Patience::from_seconds(2)).unwrap();
    assert!(!bench.is_signaled());
    bench.link.end_patience();
    assert!(bench.is_signaled());
    assert_eq!(bench.call.finish_swap(&mut 0), Err(Hresult::RPC_E_CALL_CANCELED));
}

#[test]
fn the_server_sees_the_cancel_on_its_context() {
    let bench = bench();
    bench.call.begin_swap(&3, 4).unwrap();
    bench.link.pump();
    let context = bench.link.contexts()[0].clone();
    let table = ThreadTable::new();
    let thread = ThreadId(1);
    let old = table.switch_call_context(thread, Some(context));
    assert_eq!(table.test_cancel(thread), Hresult::RPC_S_CALLPENDING);
    bench.cancel.cancel(AT_ONCE).unwrap();
    assert_eq!(table.test_cancel(thread), Hresult::RPC_E_CALL_CANCELED);
    table.switch_call_context(thread, old);
}

#[test]
fn a_call_that_is_let_go_is_abandoned() {
    // Section 1, fire and forget; section 4, "call abandoned and cleaned up".
    let Bench { link, server, call, synchronize, cancel } = bench();
    call.begin_swap(&3, 4).unwrap();
    link.pump();
    assert_eq!(link.job_count(), 1);
    link.take_events();
    drop((call, synchronize));
    assert!(link.take_events().is_empty(), "one reference is left");
    drop(cancel);
    assert_eq!(link.take_events(), [Event::Abandon]);
    assert_eq!(link.job_count(), 0);
    assert!(server.calls().is_empty(), "the server's call object has gone");
}

#[test]
fn a_lost_connection_is_what_finish_gives() {
    for code in [Hresult::RPC_E_DISCONNECTED, Hresult::RPC_E_SERVER_DIED] {
        let bench = bench();
        bench.call.begin_swap(&3, 4).unwrap();
        bench.link.cut(code);
        assert!(bench.is_signaled());
        assert_eq!(bench.call.finish_swap(&mut 0), Err(code));
        bench.call.begin_swap(&3, 4).unwrap();
    }
}

#[test]
fn a_cancelled_call_whose_connection_is_lost_says_so_in_its_cancellation() {
    let bench = bench();
    bench.call.begin_swap(&3, 4).unwrap();
    bench.cancel.cancel(AT_ONCE).unwrap();
    let cancellation = bench.cancel.cancellation().unwrap();
    bench.link.cut(Hresult::RPC_E_DISCONNECTED);
    let answer = CancelAnswer::Failed(Hresult::RPC_E_DISCONNECTED);
    assert_eq!(cancellation.answer(), Some(answer));
}
