//! contract/calls.md 7: thread-bound cancel objects, counting, and call contexts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use docfile_call::call::{
    CallContext, Caller, CancelMethodCalls, Event, Patience, Synchronize, ThreadId, ThreadTable,
    WaitFlags,
};
use docfile_call::interface::{Interface, Unknown};
use docfile_call::{Guid, Hresult, unknown};

const HERE: ThreadId = ThreadId(7);
const THERE: ThreadId = ThreadId(8);
const CAUSE: Guid = Guid::from_u128(5);

#[derive(Debug, Default)]
struct Canceler {
    cancel_count: AtomicU32,
}

impl CancelMethodCalls for Canceler {
    fn cancel(&self, _: Patience) -> Result<(), Hresult> {
        match self.cancel_count.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(Hresult::RPC_E_CALL_CANCELED),
        }
    }

    fn test_cancel(&self) -> Hresult {
        Hresult::RPC_S_CALLPENDING
    }
}

unknown!(Canceler: dyn CancelMethodCalls);

fn cancel(table: &ThreadTable, thread: ThreadId) -> Result<(), Hresult> {
    table.cancel_call(HERE, thread, Patience::from_seconds(0))
}

#[test]
fn enabling_is_counted_and_off_at_first() {
    let table = ThreadTable::new();
    assert_eq!(table.disable_call_cancellation(HERE), Err(Hresult::CO_E_CANCEL_DISABLED));
    table.enable_call_cancellation(HERE).unwrap();
    table.enable_call_cancellation(HERE).unwrap();
    assert_eq!(table.disable_call_cancellation(THERE), Err(Hresult::CO_E_CANCEL_DISABLED));
    assert_eq!(table.disable_call_cancellation(HERE), Ok(()));
    assert_eq!(table.disable_call_cancellation(HERE), Ok(()));
    assert_eq!(table.disable_call_cancellation(HERE), Err(Hresult::CO_E_CANCEL_DISABLED));
    assert_eq!(table.count(), 0);
}

#[test]
fn whether_a_call_can_be_cancelled_is_fixed_when_it_is_made() {
    let table = ThreadTable::new();
    table.enter_call(THERE, Arc::new(Canceler::default()));
    table.enable_call_cancellation(THERE).unwrap();
    assert_eq!(cancel(&table, THERE), Err(Hresult::CO_E_CANCEL_DISABLED));
    let inner = Arc::new(Canceler::default());
    table.enter_call(THERE, inner.clone());
    table.disable_call_cancellation(THERE).unwrap();
    assert_eq!(cancel(&table, THERE), Ok(()));
    assert_eq!(cancel(&table, THERE), Err(Hresult::RPC_E_CALL_CANCELED));
    assert_eq!(inner.cancel_count.load(Ordering::Relaxed), 2);
    table.leave_call(THERE);
    assert_eq!(cancel(&table, THERE), Err(Hresult::CO_E_CANCEL_DISABLED), "the outer call again");
    table.leave_call(THERE);
    assert_eq!(cancel(&table, THERE), Err(Hresult::E_NOINTERFACE));
    assert_eq!(table.count(), 0);
}

#[test]
fn the_innermost_cancel_object_is_given_and_zero_is_the_current_thread() {
    let table = ThreadTable::new();
    let iid = <dyn CancelMethodCalls>::ID;
    let get = |thread| table.get_cancel_object(HERE, thread, iid);
    assert_eq!(get(ThreadId::CURRENT).unwrap_err(), Hresult::E_NOINTERFACE);
    let object = Arc::new(Canceler::default());
    table.enter_call(HERE, object.clone());
    for thread in [ThreadId::CURRENT, HERE] {
        let found = get(thread).unwrap().get::<dyn CancelMethodCalls>().unwrap();
        assert!(std::ptr::addr_eq(Arc::as_ptr(&found), Arc::as_ptr(&object)));
    }
    assert_eq!(get(THERE).unwrap_err(), Hresult::E_NOINTERFACE);
    let other = table.get_cancel_object(HERE, HERE, <dyn Synchronize>::ID);
    assert_eq!(other.unwrap_err(), Hresult::E_NOINTERFACE);
}

#[test]
fn an_object_of_ones_own_can_be_set_and_taken_away() {
    let table = ThreadTable::new();
    let event: Arc<dyn Unknown> = Arc::new(Event::auto_reset());
    assert_eq!(table.set_cancel_object(HERE, Some(&event)), Err(Hresult::E_NOINTERFACE));
    table.enable_call_cancellation(HERE).unwrap();
    let custom = Arc::new(Canceler::default());
    let unknown: Arc<dyn Unknown> = custom.clone();
    table.set_cancel_object(HERE, Some(&unknown)).unwrap();
    assert_eq!(cancel(&table, ThreadId::CURRENT), Ok(()));
    assert_eq!(custom.cancel_count.load(Ordering::Relaxed), 1);
    table.set_cancel_object(HERE, None).unwrap();
    assert_eq!(cancel(&table, HERE), Err(Hresult::E_NOINTERFACE));
    assert_eq!(Arc::strong_count(&custom), 2);

    table.enter_call(HERE, custom.clone());
    assert_eq!(table.set_cancel_object(HERE, None), Err(Hresult::E_ACCESSDENIED));
}

fn context() -> Arc<CallContext> {
    CallContext::new(CAUSE, Caller { user: Some("ann".into()), authentication_level: 6 })
}

#[test]
fn a_server_thread_tests_the_call_that_it_serves() {
    let table = ThreadTable::new();
    assert_eq!(table.test_cancel(HERE), Hresult::RPC_E_CALL_COMPLETE);
    let iid = <dyn CancelMethodCalls>::ID;
    let none = table.get_call_context(HERE, iid).unwrap_err();
    assert_eq!(none, Hresult::RPC_E_CALL_COMPLETE);

    let outer = context();
    assert!(table.switch_call_context(HERE, Some(outer.clone())).is_none());
    assert_eq!(table.test_cancel(HERE), Hresult::RPC_S_CALLPENDING);
    assert!(table.get_call_context(HERE, iid).is_ok());
    outer.note_cancel();
    assert_eq!(table.test_cancel(HERE), Hresult::RPC_E_CALL_CANCELED);
    assert_eq!(outer.try_wait(WaitFlags::DEFAULT), Ok(()), "a cancel is an event for the server");

    let old = table.switch_call_context(HERE, Some(context())).unwrap();
    assert_eq!(table.test_cancel(HERE), Hresult::RPC_S_CALLPENDING, "that of the inner call");
    assert!(table.switch_call_context(HERE, Some(old)).is_some());
    assert_eq!(table.test_cancel(HERE), Hresult::RPC_E_CALL_CANCELED);
    table.switch_call_context(HERE, None);
    assert_eq!(table.count(), 0);
}

#[test]
fn after_the_signal_nobody_acts_for_the_caller() {
    // contract/calls.md 6, "Impersonation and Asynchronous Calls".
    let context = context();
    let token = context.impersonate().unwrap();
    context.complete();
    assert_eq!(context.impersonate(), Err(Hresult::RPC_E_CALL_COMPLETE));
    assert_eq!(token.user.as_deref(), Some("ann"), "one taken before stays");
}
