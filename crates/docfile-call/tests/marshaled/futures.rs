//! The futures of an interface: begun by the first poll, cancelled by a drop.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use docfile_call::Hresult;
use docfile_call::proxy::Futures;

use super::link::{Event, Link};
use super::recordset::{
    Asynchronous, Recordset, RecordsetFutures as _, Synchronous, Table, TableFutures as _, When,
    registry,
};

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn a_future_is_begun_by_its_first_poll_and_woken_by_the_answer() {
    let link = Link::new(registry());
    let server = Arc::new(Asynchronous::new(When::Told));
    let recordset = Futures::<dyn Recordset>::new(&link.connect(server.clone())).unwrap();
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut context = Context::from_waker(&waker);
    let mut x = 3;
    {
        let mut swap = pin!(assert_send(recordset.swap(&mut x, 4)));
        assert!(link.take_events().is_empty());
        assert!(swap.as_mut().poll(&mut context).is_pending());
        assert_eq!(link.take_events().len(), 1);
        link.pump();
        server.calls()[0].complete();
        link.pump();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert_eq!(swap.as_mut().poll(&mut context), Poll::Ready(Ok(3)));
    }
    assert_eq!(x, 4);
    assert!(!link.take_events().contains(&Event::Abandon));
}

#[test]
fn a_future_that_is_dropped_cancels_and_writes_nothing() {
    let link = Link::new(registry());
    let server = Arc::new(Asynchronous::new(When::Told));
    let recordset = Futures::<dyn Recordset>::new(&link.connect(server)).unwrap();
    let mut x = 3;
    {
        let mut swap = Box::pin(recordset.swap(&mut x, 4));
        assert!(swap.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        link.take_events();
    }
    assert_eq!(x, 3);
    let events = link.take_events();
    assert!(matches!(events[..], [Event::Cancel(_)]), "{events:?}");
    let mut never_polled = 3;
    drop(recordset.swap(&mut never_polled, 4));
    assert!(link.take_events().is_empty());
}

#[test]
fn futures_run_many_calls_at_once_and_have_the_methods_of_the_base() {
    let link = Link::new(registry());
    let table = Futures::<dyn Table>::new(&link.connect(Arc::new(Synchronous))).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(table.query("a", &[1]));
    let mut second = pin!(table.column_count());
    let mut third = pin!(table.rewind());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    assert!(third.as_mut().poll(&mut context).is_pending());
    assert_eq!(link.job_count(), 3);
    link.pump();
    assert_eq!(first.poll(&mut context), Poll::Ready(Ok((Some("A".to_owned()), 1))));
    assert_eq!(second.poll(&mut context), Poll::Ready(Ok(5)));
    assert_eq!(third.poll(&mut context), Poll::Ready(Err(Hresult::E_NOTIMPL)));
}
