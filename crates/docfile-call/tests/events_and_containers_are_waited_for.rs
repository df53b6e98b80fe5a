//! contract/calls.md 5: events, containers, flags and time-outs.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use docfile_call::Hresult;
use docfile_call::call::{
    CLSID_MANUAL_RESET_EVENT, CLSID_STD_EVENT, Call, Event, Signaled, Synchronize,
    SynchronizeContainer, Timeout, Wait, WaitFlags, is_still_pending,
};

const PENDING: Result<(), Hresult> = Err(Hresult::RPC_S_CALLPENDING);

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_standard_event_lets_one_waiter_pass_and_a_manual_one_all() {
    for (class_id, second) in [(CLSID_STD_EVENT, PENDING), (CLSID_MANUAL_RESET_EVENT, Ok(()))] {
        let event = Event::of_class(class_id).unwrap();
        assert_eq!(event.try_wait(WaitFlags::DEFAULT), PENDING);
        assert_eq!(event.signal(), Ok(()));
        assert_eq!(event.try_wait(WaitFlags::DEFAULT), Ok(()));
        assert_eq!(event.try_wait(WaitFlags::DEFAULT), second);
        event.reset().unwrap();
        assert_eq!(event.try_wait(WaitFlags::DEFAULT), PENDING);
    }
    let other = docfile_call::Guid::NULL;
    assert_eq!(Event::of_class(other).unwrap_err(), Hresult::REGDB_E_CLASSNOTREG);
}

#[test]
fn a_wait_of_no_time_polls_and_a_longer_one_ends_with_call_pending() {
    // The decision of section 5: 0x80010115, whatever its name says.
    let event: Arc<dyn Synchronize> = Arc::new(Event::auto_reset());
    let start = Duration::from_secs(100);
    let poll = Wait::new(event.clone(), WaitFlags::DEFAULT, Timeout::from_millis(0), start);
    assert_eq!(poll.step(start), Poll::Ready(Err(Hresult(0x8001_0115))));

    let wait = Wait::new(event.clone(), WaitFlags::DEFAULT, Timeout::from_millis(20), start);
    let end = wait.deadline().unwrap();
    assert_eq!(end, start + Duration::from_millis(20));
    assert_eq!(wait.step(end - Duration::from_nanos(1)), Poll::Pending);
    let Poll::Ready(Err(code)) = wait.step(end) else { panic!("it is over") };
    assert!(code.is_failure() && is_still_pending(code));
    event.signal().unwrap();
    assert_eq!(wait.step(end), Poll::Ready(Ok(())), "what is signaled counts to the last");

    let endless = Wait::new(event, WaitFlags::DEFAULT, Timeout::from_millis(u32::MAX), start);
    assert_eq!(endless.deadline(), None);
    assert_eq!(endless.step(Duration::MAX), Poll::Pending);
}

#[test]
fn callers_take_either_code_of_a_wait_that_took_too_long() {
    assert!(is_still_pending(Hresult::RPC_S_CALLPENDING));
    assert!(is_still_pending(Hresult::RPC_E_TIMEOUT));
    assert!(!is_still_pending(Hresult::RPC_E_CALL_CANCELED));
}

#[test]
fn flags_that_mean_nothing_are_refused() {
    let event = Event::manual_reset();
    event.signal().unwrap();
    assert_eq!(event.try_wait(WaitFlags(0x20)), Err(Hresult::E_INVALIDARG));
    let all = WaitFlags::ALERTABLE
        | WaitFlags::INPUT_AVAILABLE
        | WaitFlags::DISPATCH_CALLS
        | WaitFlags::DISPATCH_WINDOW_MESSAGES;
    assert_eq!(event.try_wait(all), Ok(()));
}

#[test]
fn a_container_holds_63_objects() {
    let container = SynchronizeContainer::new();
    for _ in 0..63 {
        container.add_synchronize(Arc::new(Event::auto_reset())).unwrap();
    }
    let one_more = container.add_synchronize(Arc::new(Event::auto_reset()));
    assert_eq!(one_more, Err(Hresult::RPC_E_OUT_OF_RESOURCES));
}

#[test]
fn a_container_that_is_empty_or_asked_for_all_refuses() {
    let container = SynchronizeContainer::new();
    let code = |flags| container.try_wait_multiple(flags).map(drop).unwrap_err();
    assert_eq!(code(WaitFlags::DEFAULT), Hresult::RPC_E_NO_SYNC);
    container.add_synchronize(Arc::new(Event::auto_reset())).unwrap();
    assert_eq!(code(WaitFlags::ALL), Hresult::E_INVALIDARG);
    assert_eq!(code(WaitFlags::DEFAULT), Hresult::RPC_E_TIMEOUT);
}

#[test]
fn a_container_gives_each_call_once() {
    let container = Arc::new(SynchronizeContainer::new());
    let calls: Vec<_> = (0..3).map(|_| Arc::new(Call::<u32>::new())).collect();
    let tickets: Vec<_> = calls.iter().map(|call| call.begin(3).unwrap()).collect();
    for call in &calls {
        container.add_synchronize(call.clone()).unwrap();
    }
    for index in [1, 2, 0] {
        calls[index].complete(tickets[index], Ok(0));
        let found = container.try_wait_multiple(WaitFlags::DEFAULT).unwrap();
        assert!(std::ptr::addr_eq(Arc::as_ptr(&found), Arc::as_ptr(&calls[index])));
    }
    assert_eq!(container.count(), 0);
}

#[test]
fn a_wait_for_one_of_many_is_woken_by_any_and_ends_with_timeout() {
    let container = Arc::new(SynchronizeContainer::new());
    let events = [(); 2].map(|()| Arc::new(Event::auto_reset()));
    for event in &events {
        container.add_synchronize(event.clone()).unwrap();
    }
    let wait =
        Wait::new(container.clone(), WaitFlags::DEFAULT, Timeout::from_millis(5), Duration::ZERO);
    let Poll::Ready(Err(code)) = wait.step(Duration::from_millis(5)) else { panic!("it is over") };
    assert_eq!(code, Hresult::RPC_E_TIMEOUT);

    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut context = Context::from_waker(&waker);
    let mut many = pin!(container.wait_multiple(WaitFlags::DEFAULT));
    assert!(many.as_mut().poll(&mut context).is_pending());
    events[1].signal().unwrap();
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    let Poll::Ready(Ok(found)) = many.as_mut().poll(&mut context) else { panic!("signaled") };
    assert!(std::ptr::addr_eq(Arc::as_ptr(&found), Arc::as_ptr(&events[1])));
    assert_eq!(events[1].try_wait(WaitFlags::DEFAULT), PENDING, "the wait has reset it");
}

#[test]
fn a_signal_between_two_polls_is_not_lost() {
    let event = Arc::new(Event::auto_reset());
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut context = Context::from_waker(&waker);
    let mut gone = Box::pin(Signaled::new(event.clone(), WaitFlags::DEFAULT));
    let mut stays = Box::pin(Signaled::new(event.clone(), WaitFlags::DEFAULT));
    assert!(gone.as_mut().poll(&mut context).is_pending());
    assert!(stays.as_mut().poll(&mut context).is_pending());
    event.signal().unwrap();
    assert_eq!(count.0.load(Ordering::Relaxed), 2, "all are woken");
    drop(gone);
    assert_eq!(stays.as_mut().poll(&mut context), Poll::Ready(Ok(())));
}

#[test]
fn several_objects_are_waited_for_by_index() {
    // CoWaitForMultipleHandles.
    let now = Duration::ZERO;
    let step = |objects: &[Arc<Event>], flags| {
        let objects: Vec<Arc<dyn Synchronize>> =
            objects.iter().map(|object| object.clone() as Arc<dyn Synchronize>).collect();
        match Wait::new(objects, flags, Timeout::from_millis(0), now).step(now) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("a wait of no time polls"),
        }
    };
    assert_eq!(step(&[], WaitFlags::DEFAULT), Err(Hresult::RPC_E_NO_SYNC));
    let events = [(); 3].map(|()| Arc::new(Event::auto_reset()));
    assert_eq!(step(&events, WaitFlags::DEFAULT), Err(Hresult::RPC_S_CALLPENDING));
    events[2].signal().unwrap();
    assert_eq!(step(&events, WaitFlags::DEFAULT), Ok(2));
    assert_eq!(step(&events, WaitFlags::DEFAULT), Err(Hresult::RPC_S_CALLPENDING));

    events[0].signal().unwrap();
    events[1].signal().unwrap();
    assert_eq!(step(&events, WaitFlags::ALL), Err(Hresult::RPC_S_CALLPENDING));
    events[2].signal().unwrap();
    assert_eq!(step(&events, WaitFlags::ALL), Ok(0), "the first two were not lost");
    assert_eq!(step(&events, WaitFlags::ALL), Err(Hresult::RPC_S_CALLPENDING));
}
