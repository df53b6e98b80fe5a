//! contract/calls.md 1 and 4: one call at a time, then another; late answers meet nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use docfile_call::call::{Call, Synchronize, WaitFlags};
use docfile_call::interface::Unknown;
use docfile_call::{Guid, Hresult, unknown};

const READ: u16 = 3;
const WRITE: u16 = 4;

#[test]
fn any_method_may_be_begun_next_on_the_same_object() {
    let call = Call::<u32>::new();
    for (method, value) in [(READ, 1), (READ, 2), (WRITE, 3)] {
        let ticket = call.begin(method).unwrap();
        assert!(call.try_wait(WaitFlags::DEFAULT).is_err(), "a begin resets");
        assert_eq!(call.begin(WRITE), Err(Hresult::RPC_S_CALLPENDING));
        assert!(call.complete(ticket, Ok(value)));
        assert_eq!(call.begin(READ), Err(Hresult::RPC_S_CALLPENDING), "not finished yet");
        assert_eq!(call.finish(method), Ok(value));
        assert_eq!(call.finish(method), Err(Hresult::RPC_E_CALL_COMPLETE));
    }
}

#[test]
fn finishing_another_method_changes_nothing() {
    let call = Call::<u32>::new();
    let ticket = call.begin(READ).unwrap();
    assert_eq!(call.finish(WRITE), Err(Hresult::E_UNEXPECTED));
    call.complete(ticket, Ok(1));
    assert_eq!(call.finish(WRITE), Err(Hresult::E_UNEXPECTED));
    assert_eq!(call.finish(READ), Ok(1));
}

#[test]
fn an_answer_counts_once_and_only_for_its_own_call() {
    let call = Call::<u32>::new();
    let first = call.begin(READ).unwrap();
    assert!(call.complete(first, Ok(1)));
    assert!(!call.complete(first, Ok(2)));
    assert_eq!(call.finish(READ), Ok(1));
    let second = call.begin(READ).unwrap();
    assert!(!call.complete(first, Ok(3)));
    assert!(call.is_waited_for());
    assert!(call.complete(second, Err(Hresult::RPC_E_SERVER_DIED)));
    assert_eq!(call.finish(READ), Err(Hresult::RPC_E_SERVER_DIED));
}

#[test]
fn a_begin_that_is_taken_back_leaves_the_object_idle() {
    let call = Call::<u32>::new();
    let ticket = call.begin(READ).unwrap();
    call.withdraw_begin(ticket);
    assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_COMPLETE));
    call.begin(WRITE).unwrap();
}

/// An outer object with a synchronisation of its own, which may fail.
#[derive(Default)]
struct Outer {
    reset_count: AtomicU32,
    signal_count: AtomicU32,
    reset_code: AtomicU32,
    signal_code: AtomicU32,
}

fn answer(code: &AtomicU32) -> Result<(), Hresult> {
    match Hresult(code.load(Ordering::Relaxed)) {
        Hresult::S_OK => Ok(()),
        code => Err(code),
    }
}

impl Synchronize for Outer {
    fn try_wait(&self, _: WaitFlags) -> Result<(), Hresult> {
        Err(Hresult::RPC_S_CALLPENDING)
    }

    fn enroll(&self, waker: &std::task::Waker) -> docfile_call::call::WaiterId {
        docfile_call::call::Event::auto_reset().enroll(waker)
    }

    fn withdraw(&self, _: docfile_call::call::WaiterId) {}

    fn signal(&self) -> Result<(), Hresult> {
        self.signal_count.fetch_add(1, Ordering::Relaxed);
        answer(&self.signal_code)
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.reset_count.fetch_add(1, Ordering::Relaxed);
        answer(&self.reset_code)
    }
}

unknown!(Outer: dyn Synchronize);

fn aggregated() -> (Arc<Outer>, Call<u32>) {
    let outer = Arc::new(Outer::default());
    let call = Call::new();
    let unknown: Arc<dyn Unknown> = outer.clone();
    call.aggregate(Arc::downgrade(&unknown));
    (outer, call)
}

#[test]
fn an_outer_object_is_reset_before_the_call_and_signaled_after_it() {
    // contract/calls.md 3: the way to be told without polling.
    let (outer, call) = aggregated();
    let ticket = call.begin(READ).unwrap();
    assert_eq!(outer.reset_count.load(Ordering::Relaxed), 1);
    assert_eq!(outer.signal_count.load(Ordering::Relaxed), 0);
    call.complete(ticket, Ok(1));
    assert_eq!(outer.signal_count.load(Ordering::Relaxed), 1);
    assert_eq!(call.finish(READ), Ok(1));
}

#[test]
fn a_call_whose_outer_object_fails_fails() {
    let (outer, call) = aggregated();
    outer.reset_code.store(Hresult::E_FAIL.0, Ordering::Relaxed);
    assert_eq!(call.begin(READ), Err(Hresult::E_FAIL));
    assert_eq!(call.finish(READ), Err(Hresult::RPC_E_CALL_COMPLETE));
    outer.reset_code.store(0, Ordering::Relaxed);
    outer.signal_code.store(Hresult::E_OUTOFMEMORY.0, Ordering::Relaxed);
    let ticket = call.begin(READ).unwrap();
    call.complete(ticket, Ok(1));
    assert_eq!(call.finish(READ), Err(Hresult::E_OUTOFMEMORY));
}

#[test]
fn an_object_that_is_asked_for_an_unknown_interface_says_so() {
    let call: Arc<dyn Unknown> = Arc::new(Call::<u32>::new());
    assert!(call.query_interface(Guid::from_u128(1)).is_none());
}
