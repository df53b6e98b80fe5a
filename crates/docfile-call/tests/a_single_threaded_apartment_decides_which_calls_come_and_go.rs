//! contract/calls.md 6, 8, 9 and 10: "Call Synchronization" and the message filter.

use std::time::Duration;

use docfile_call::call::{
    ApartmentCalls, ApartmentId, ApartmentKind, CallKind, CallType, IncomingCall, PendingMessage,
    PendingType, Rejection, Retry, ServerCall, TaskId,
};
use docfile_call::limits::MAX_SERVED_DEPTH;
use docfile_call::{Guid, Hresult};

const MINE: Guid = Guid::from_u128(1);
const OTHER: Guid = Guid::from_u128(2);
const FRESH: Guid = Guid::from_u128(3);
const SERVER: TaskId = TaskId(9);
const ADVISE_SINK: Guid = Guid::from_u128(0x0000010F_0000_0000_C000_000000000046);

fn call(causality_id: Guid, kind: CallKind) -> IncomingCall {
    IncomingCall { causality_id, kind }
}

fn call_type(apartment: &ApartmentCalls, causality_id: Guid, kind: CallKind) -> CallType {
    apartment.question(&call(causality_id, kind), Duration::ZERO).call_type
}

#[test]
fn the_type_of_a_call_says_what_the_apartment_waits_for() {
    let mut apartment = ApartmentCalls::new();
    assert_eq!(call_type(&apartment, OTHER, CallKind::Synchronous), CallType::TopLevel);
    assert_eq!(call_type(&apartment, OTHER, CallKind::Notification), CallType::Async);

    let at = Duration::from_secs(10);
    let (id, causality_id) =
        apartment.begin_outgoing(CallKind::Synchronous, SERVER, MINE, at).unwrap();
    assert_eq!(causality_id, MINE);
    assert_eq!(call_type(&apartment, MINE, CallKind::Synchronous), CallType::Nested);
    assert_eq!(call_type(&apartment, OTHER, CallKind::Synchronous), CallType::TopLevelCallPending);
    assert_eq!(call_type(&apartment, OTHER, CallKind::Notification), CallType::AsyncCallPending);
    let later = at + Duration::from_millis(30);
    let question = apartment.question(&call(OTHER, CallKind::Synchronous), later);
    assert_eq!(question.elapsed, Duration::from_millis(30));

    apartment.end_outgoing(id);
    assert_eq!(call_type(&apartment, MINE, CallKind::Synchronous), CallType::TopLevel);
}

#[test]
fn a_filter_turns_calls_away_but_neither_notifications_nor_input_synchronised_ones() {
    let apartment = ApartmentCalls::new();
    let decide =
        |kind, answer| apartment.question(&call(OTHER, kind), Duration::ZERO).decide(answer);
    assert_eq!(decide(CallKind::Synchronous, None), Ok(()), "without a filter all are served");
    assert_eq!(decide(CallKind::Synchronous, Some(ServerCall::IsHandled)), Ok(()));
    let rejected = decide(CallKind::Synchronous, Some(ServerCall::Rejected));
    assert_eq!(rejected, Err(Rejection::Rejected));
    let later = decide(CallKind::Synchronous, Some(ServerCall::RetryLater));
    assert_eq!(later, Err(Rejection::RetryLater));
    for kind in [CallKind::Notification, CallKind::InputSynchronized] {
        for answer in [ServerCall::Rejected, ServerCall::RetryLater] {
            assert_eq!(decide(kind, Some(answer)), Ok(()));
        }
    }
}

#[test]
fn a_nested_call_bears_the_causality_of_the_call_that_is_served() {
    let mut apartment = ApartmentCalls::new();
    let served = apartment.begin_served(call(OTHER, CallKind::Synchronous)).unwrap();
    assert_eq!(apartment.causality_id(), Some(OTHER));
    let (id, causality_id) =
        apartment.begin_outgoing(CallKind::Synchronous, SERVER, FRESH, Duration::ZERO).unwrap();
    assert_eq!(causality_id, OTHER);
    assert_eq!(call_type(&apartment, OTHER, CallKind::Synchronous), CallType::Nested);
    let (callee, _, pending) = apartment.waiting(id, Duration::ZERO).unwrap();
    assert_eq!((callee, pending), (SERVER, PendingType::Nested));
    apartment.end_outgoing(id);
    apartment.end_served(served);
    let (id, causality_id) =
        apartment.begin_outgoing(CallKind::Synchronous, SERVER, FRESH, Duration::ZERO).unwrap();
    assert_eq!(causality_id, FRESH);
    assert_eq!(apartment.waiting(id, Duration::ZERO).unwrap().2, PendingType::TopLevel);
}

#[test]
fn inside_a_notification_no_call_may_wait() {
    let mut apartment = ApartmentCalls::new();
    let mut out = |kind, within| {
        let served = apartment.begin_served(call(OTHER, within)).unwrap();
        let begun = apartment.begin_outgoing(kind, SERVER, FRESH, Duration::ZERO);
        if let Ok((id, _)) = begun {
            apartment.end_outgoing(id);
        }
        apartment.end_served(served);
        begun.map(drop)
    };
    use CallKind::{InputSynchronized, Notification, Synchronous};
    let in_async = Err(Hresult::RPC_E_CANTCALLOUT_INASYNCCALL);
    let in_input = Err(Hresult::RPC_E_CANTCALLOUT_ININPUTSYNCCALL);
    assert_eq!(out(Synchronous, Notification), in_async);
    assert_eq!(out(InputSynchronized, Notification), in_async);
    assert_eq!(out(Notification, Notification), Ok(()));
    assert_eq!(out(Synchronous, InputSynchronized), in_input);
    assert_eq!(out(InputSynchronized, InputSynchronized), Ok(()));
    assert_eq!(out(Notification, InputSynchronized), Ok(()));
    assert_eq!(out(Synchronous, Synchronous), Ok(()));
}

#[test]
fn only_a_synchronous_call_has_a_modal_loop() {
    for (kind, is_modal) in [
        (CallKind::Synchronous, true),
        (CallKind::InputSynchronized, false),
        (CallKind::Notification, false),
    ] {
        let mut apartment = ApartmentCalls::new();
        apartment.begin_outgoing(kind, SERVER, FRESH, Duration::ZERO).unwrap();
        assert_eq!(apartment.is_modal(), is_modal, "{kind:?}");
    }
}

#[test]
fn the_methods_that_are_called_in_their_own_way_are_known() {
    let ole = |number: u128| Guid::from_u128(number << 96 | 0xC000_000000000046);
    assert_eq!(CallKind::of(ole(0x114), 3), CallKind::InputSynchronized, "IOleWindow::GetWindow");
    assert_eq!(CallKind::of(ole(0x114), 4), CallKind::Synchronous);
    assert_eq!(CallKind::of(ole(0x113), 7), CallKind::InputSynchronized, "SetObjectRects");
    assert_eq!(CallKind::of(ole(0x116), 12), CallKind::InputSynchronized, "SetStatusText");
    assert_eq!(CallKind::of(ole(0x116), 9), CallKind::Synchronous, "InsertMenus");
    for method in 3..=7 {
        let kind = CallKind::of(ADVISE_SINK, method);
        assert_eq!(kind, CallKind::Notification);
        assert_eq!(kind.in_multi_threaded(), CallKind::Synchronous);
    }
    assert_eq!(CallKind::of(ADVISE_SINK, 2), CallKind::Synchronous);
    assert_eq!(CallKind::InputSynchronized.in_multi_threaded(), CallKind::InputSynchronized);
}

#[test]
fn a_call_that_was_turned_away_is_made_again_as_the_filter_says() {
    use Rejection::{Rejected, RetryLater};
    let fail = |code| Retry::Fail(code);
    assert_eq!(Retry::from_answer(Rejected, None), fail(Hresult::RPC_E_CALL_REJECTED));
    let busy = fail(Hresult::RPC_E_SERVERCALL_RETRYLATER);
    assert_eq!(Retry::from_answer(RetryLater, None), busy);
    for rejection in [Rejected, RetryLater] {
        let retry = |answer| Retry::from_answer(rejection, Some(answer));
        assert_eq!(retry(u32::MAX), fail(Hresult::RPC_E_CALL_REJECTED));
        assert_eq!(retry(0), Retry::After(Duration::ZERO));
        assert_eq!(retry(99), Retry::After(Duration::ZERO));
        assert_eq!(retry(100), Retry::After(Duration::from_millis(100)));
    }
}

#[test]
fn a_filter_gives_a_waiting_call_up_or_waits_on() {
    let canceled = Err(Hresult::RPC_E_CALL_CANCELED);
    assert_eq!(PendingMessage::decide(Some(PendingMessage::CancelCall)), canceled);
    assert_eq!(PendingMessage::decide(Some(PendingMessage::WaitNoProcess)), Ok(false));
    assert_eq!(PendingMessage::decide(Some(PendingMessage::WaitDefaultProcess)), Ok(true));
    assert_eq!(PendingMessage::decide(None), Ok(true));
}

#[test]
fn calls_inside_one_another_are_bounded() {
    let mut apartment = ApartmentCalls::new();
    let served: Vec<_> = (0..MAX_SERVED_DEPTH)
        .map(|_| apartment.begin_served(call(OTHER, CallKind::Synchronous)).unwrap())
        .collect();
    let refused = apartment.begin_served(call(OTHER, CallKind::Synchronous));
    assert_eq!(refused, Err(Hresult::RPC_E_OUT_OF_RESOURCES));
    apartment.end_served(served[0]);
    assert_eq!(apartment.causality_id(), None, "with a call end those inside it");
}

#[test]
fn a_thread_keeps_its_kind_and_objects_their_apartment() {
    use ApartmentKind::{MultiThreaded, SingleThreaded};
    assert_eq!(ApartmentKind::enter(None, SingleThreaded), Ok(Hresult::S_OK));
    assert_eq!(ApartmentKind::enter(Some(SingleThreaded), SingleThreaded), Ok(Hresult::S_FALSE));
    let changed = Err(Hresult::RPC_E_CHANGED_MODE);
    assert_eq!(ApartmentKind::enter(Some(SingleThreaded), MultiThreaded), changed);
    assert_eq!(ApartmentKind::enter(Some(MultiThreaded), SingleThreaded), changed);
    assert_eq!(ApartmentId(1).check(ApartmentId(1)), Ok(()));
    assert_eq!(ApartmentId(1).check(ApartmentId(2)), Err(Hresult::RPC_E_WRONG_THREAD));
}
