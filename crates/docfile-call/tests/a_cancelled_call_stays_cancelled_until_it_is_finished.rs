//! contract/calls.md 4 and 7: cancelling, and what the server makes of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use docfile_call::Hresult;
use docfile_call::call::{
    Call, CancelAnswer, CancelMethodCalls, Carrier, Patience, Synchronize, Ticket, WaitFlags,
};
use docfile_call::interface::Unknown;

const READ: u16 = 3;
const AT_ONCE: Patience = Patience::For(Duration::ZERO);

#[derive(Default)]
struct Record {
    events: Mutex<Vec<String>>,
}

#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
impl Carrier for Record {
    fn cancel(&self, ticket: Ticket, patience: Patience) {
        self.events.lock().unwrap().push(format!("cancel {} {patience:?}", ticket.0));
    }

    fn abandon(&self, ticket: Ticket) {
        self.events.lock().unwrap().push(format!("abandon {}", ticket.0));
    }
}

#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
impl Record {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

fn call() -> (Arc<Record>, Arc<Call<u32>>) {
    let record = Arc::new(Record::default());
    (record.clone(), Arc::new(Call::carried_by(record)))
}

fn is_signaled(call: &Call<u32>) -> bool {
    call.try_wait(WaitFlags::DEFAULT).is_ok()
}

#[test]
fn a_cancel_frees_the_client_at_once_and_asks_the_server() {
    let (record, call) = call();
    call.begin(READ).unwrap();
    assert_eq!(call.test_cancel(), Hresult::RPC_S_CALLPENDING);
    assert_eq!(call.cancel(AT_ONCE), Ok(()));
    assert_eq!(call.test_cancel(), Hresult::RPC_E_CALL_CANCELED);
    // Decision of section 7: who waits is woken.
    assert!(is_signaled(&call));
    assert_eq!(record.take(), ["cancel 1 For(0ns)"]);
    assert_eq!(call.cancel(AT_ONCE), Err(Hresult::RPC_E_CALL_CANCELED));
    assert_eq!(call.begin(READ), Err(Hresult::RPC_S_CALLPENDING));
    assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_CANCELED));
    assert_eq!(call.cancel(AT_ONCE), Err(Hresult::RPC_E_CALL_COMPLETE));
    call.begin(READ).unwrap();
}

#[test]
fn with_patience_the_client_is_freed_when_the_server_answers_or_the_time_is_over() {
    for is_answered in [true, false] {
        let (_, call) = call();
        let ticket = call.begin(READ).unwrap();
        call.cancel(Patience::from_seconds(5)).unwrap();
        assert!(!is_signaled(&call));
        assert_eq!(call.finish(READ), Err(Hresult::RPC_S_CALLPENDING));
        if is_answered {
            assert!(!call.complete(ticket, Ok(7)), "nobody wants the answer");
        } else {
            call.release(ticket);
        }
        assert!(is_signaled(&call));
        assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_CANCELED), "answered: {is_answered}");
    }
    assert_eq!(Patience::from_seconds(u32::MAX), Patience::Infinite);
}

#[test]
fn what_the_server_made_of_a_cancel_is_an_event_that_outlives_the_call() {
    let outcomes = [
        (Err(Hresult::RPC_E_CALL_CANCELED), CancelAnswer::Confirmed),
        (Ok(7), CancelAnswer::Completed),
        (Err(Hresult::RPC_E_DISCONNECTED), CancelAnswer::Failed(Hresult::RPC_E_DISCONNECTED)),
    ];
    for (outcome, answer) in outcomes {
        let (_, call) = call();
        let first = call.begin(READ).unwrap();
        call.cancel(AT_ONCE).unwrap();
        let cancellation = call.cancellation().unwrap();
        assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_CANCELED));
        let second = call.begin(READ).unwrap();
        assert_eq!(cancellation.answer(), None);
        assert!(cancellation.try_wait(WaitFlags::DEFAULT).is_err());

        assert!(!call.complete(first, outcome));
        assert_eq!(cancellation.answer(), Some(answer));
        assert_eq!(cancellation.try_wait(WaitFlags::DEFAULT), Ok(()));
        assert!(!is_signaled(&call), "the late answer is not that of the second call");
        assert!(call.cancellation().is_none());

        assert!(call.complete(second, Ok(9)));
        assert_eq!(call.finish(READ), Ok(9));
    }
}

#[test]
fn a_call_that_is_complete_cannot_be_cancelled() {
    let (record, call) = call();
    assert_eq!(call.cancel(AT_ONCE), Err(Hresult::RPC_E_CALL_COMPLETE));
    let ticket = call.begin(READ).unwrap();
    call.complete(ticket, Ok(7));
    assert_eq!(call.cancel(AT_ONCE), Err(Hresult::RPC_E_CALL_COMPLETE));
    assert_eq!(call.finish(READ), Ok(7));
    assert!(record.take().is_empty());
}

#[test]
fn a_call_that_nothing_carries_cannot_be_cancelled() {
    let call = Arc::new(Call::<u32>::new());
    call.begin(READ).unwrap();
    assert_eq!(call.cancel(AT_ONCE), Err(Hresult::CO_E_CANCEL_DISABLED));
    assert!(!is_signaled(&call));
    let object: Arc<dyn Unknown> = call;
    assert!(object.query_for::<dyn Synchronize>().is_some());
    assert!(object.query_for::<dyn CancelMethodCalls>().is_none());
}

#[test]
fn a_call_object_that_is_released_abandons_its_call() {
    let (record, call) = call();
    call.begin(READ).unwrap();
    drop(call);
    assert_eq!(record.take(), ["abandon 1"]);
}

#[test]
fn nothing_is_abandoned_that_has_ended() {
    let (record, idle) = call();
    drop(idle);
    let complete = Call::<u32>::carried_by(record.clone());
    let ticket = complete.begin(READ).unwrap();
    complete.complete(ticket, Ok(7));
    drop(complete);
    assert!(record.take().is_empty());
}
