//! contract/calls.md 3: a call object as part of an aggregate.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use docfile_call::call::{CallFactory, CancelMethodCalls, Event, Synchronize, WaitFlags, WaiterId};
use docfile_call::interface::{Interface, InterfacePointer, Unknown, is_same_object};
use docfile_call::{Guid, Hresult};

use super::link::Link;
use super::recordset::{AsyncRecordset, Synchronous, registry};

/// An outer object with a synchronisation of its own, so that it is told of the completion.
struct Outer {
    inner: OnceLock<Arc<dyn Unknown>>,
    event: Event,
    reset_count: AtomicU32,
    signal_count: AtomicU32,
}

impl Outer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: OnceLock::new(),
            event: Event::manual_reset(),
            reset_count: AtomicU32::new(0),
            signal_count: AtomicU32::new(0),
        })
    }
}

impl Unknown for Outer {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        let synchronize: Arc<dyn Synchronize> = self.clone();
        // What it does not have itself it hands on to the inner unknown.
        <dyn Synchronize>::answer(synchronize, iid)
            .or_else(|| self.inner.get()?.clone().query_interface(iid))
    }
}

impl Synchronize for Outer {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        self.event.try_wait(flags)
    }

    fn enroll(&self, waker: &std::task::Waker) -> WaiterId {
        self.event.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        self.event.withdraw(waiter);
    }

    fn signal(&self) -> Result<(), Hresult> {
        self.signal_count.fetch_add(1, Ordering::Relaxed);
        self.event.signal()
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.reset_count.fetch_add(1, Ordering::Relaxed);
        self.event.reset()
    }
}

fn factory(link: &Arc<Link>) -> Arc<dyn CallFactory> {
    link.connect(Arc::new(Synchronous)).query_for().unwrap()
}

#[test]
fn of_an_aggregate_only_the_inner_unknown_is_given() {
    let link = Link::new(registry());
    let outer: Arc<dyn Unknown> = Outer::new();
    let create =
        |wanted| factory(&link).create_call(<dyn AsyncRecordset>::ID, Some(&outer), wanted);
    for wanted in [<dyn AsyncRecordset>::ID, <dyn Synchronize>::ID] {
        assert_eq!(create(wanted).unwrap_err(), Hresult::E_INVALIDARG);
    }
    assert!(create(<dyn Unknown>::ID).is_ok());
}

#[test]
fn the_outer_object_is_the_identity_and_is_told_of_begin_and_completion() {
    let link = Link::new(registry());
    let outer = Outer::new();
    let control: Arc<dyn Unknown> = outer.clone();
    let inner = factory(&link)
        .create_call(<dyn AsyncRecordset>::ID, Some(&control), <dyn Unknown>::ID)
        .unwrap();
    assert!(outer.inner.set(inner.unknown().clone()).is_ok());

    let call = control.query_for::<dyn AsyncRecordset>().unwrap();
    assert!(control.query_for::<dyn CancelMethodCalls>().is_some(), "handed on to the inner");
    let through_call: Arc<dyn Unknown> = call.clone();
    let synchronize = through_call.query_for::<dyn Synchronize>().unwrap();
    assert!(std::ptr::addr_eq(Arc::as_ptr(&synchronize), Arc::as_ptr(&outer)));
    let identity: Arc<dyn Unknown> = synchronize;
    assert!(is_same_object(&through_call, &identity));
    assert!(!is_same_object(&through_call, inner.unknown()), "the inner one is known to none");

    call.begin_swap(&1, 2).unwrap();
    assert_eq!(outer.reset_count.load(Ordering::Relaxed), 1);
    assert_eq!(outer.signal_count.load(Ordering::Relaxed), 0);
    link.pump();
    assert_eq!(outer.signal_count.load(Ordering::Relaxed), 1);
    assert_eq!(outer.try_wait(WaitFlags::DEFAULT), Ok(()));
    assert_eq!(call.finish_swap(&mut 0), Ok(1));
}

#[test]
fn an_aggregate_does_not_keep_itself_alive() {
    let link = Link::new(registry());
    let outer = Outer::new();
    let control: Arc<dyn Unknown> = outer.clone();
    let inner = factory(&link)
        .create_call(<dyn AsyncRecordset>::ID, Some(&control), <dyn Unknown>::ID)
        .unwrap();
    assert!(outer.inner.set(inner.unknown().clone()).is_ok());
    let weak = Arc::downgrade(&control);
    drop((outer, control, inner));
    assert!(weak.upgrade().is_none());
}
