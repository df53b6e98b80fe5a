//! A hundred thousand call objects with a call on its way each take less than 1 KiB, counted by
//! the allocator: the call object, its core, its waiter and its place in a table of what is on its
//! way. The request itself is the transport's once it is sent.

use std::alloc::System;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use docfile_call::call::{Call, Patience, Synchronize, create_call};
use docfile_call::interface::Unknown;
use docfile_call::proxy::{
    Answer, Body, CallKey, Channel, Registry, RemoteIdentity, RemoteObject, Request, Tools,
};
use docfile_call::{Guid, Hresult, interface};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const COUNT: usize = 100_000;

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7b01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7b02"
)]
trait Slow {
    fn ask(&self, question: u64) -> Result<u64, Hresult>;
}

/// Keeps only to whom the answers go.
#[derive(Debug, Default)]
struct Outbox {
    next: AtomicU64,
    waiting: Mutex<HashMap<CallKey, Answer>>,
}

impl Channel for Outbox {
    fn open_call(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn tools(&self) -> Tools {
        Tools::default()
    }

    fn send(&self, _: Request, key: CallKey, answer: Answer) -> Result<(), Hresult> {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.insert(key, answer);
        }
        Ok(())
    }

    fn wait(&self, _: &Arc<Call<Body>>) -> Result<(), Hresult> {
        Err(Hresult::RPC_E_TIMEOUT)
    }

    fn cancel(&self, _: CallKey, _: Patience) {}

    fn abandon(&self, key: CallKey) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.remove(&key);
        }
    }
}

#[derive(Debug)]
struct Identity(Arc<Outbox>);

impl RemoteIdentity for Identity {
    fn channel(&self, _: Guid) -> Result<Arc<dyn Channel>, Hresult> {
        Ok(self.0.clone())
    }
}

#[test]
fn each_takes_less_than_a_kibibyte() {
    let outbox = Arc::new(Outbox::default());
    let registry = Arc::new(Registry::new().with_asynchronous::<dyn Slow>());
    let object: Arc<dyn Unknown> = RemoteObject::new(Arc::new(Identity(outbox.clone())), registry);

    let mut calls = Vec::with_capacity(COUNT);
    let region = Region::new(ALLOCATOR);
    for question in 0..COUNT as u64 {
        let call = create_call::<dyn AsyncSlow>(&object).unwrap();
        call.begin_ask(question).unwrap();
        let unknown: Arc<dyn Unknown> = call.clone();
        let synchronize = unknown.query_for::<dyn Synchronize>().unwrap();
        synchronize.enroll(Waker::noop());
        calls.push(call);
    }
    let change = region.change();
    let held = change.bytes_allocated - change.bytes_deallocated;
    let each = held / COUNT;
    println!("{each} bytes for each of {COUNT} outstanding calls");
    assert_eq!(outbox.waiting.lock().unwrap().len(), COUNT);
    assert!(each < 1024, "{each} bytes each");

    drop(calls);
    assert!(outbox.waiting.lock().unwrap().is_empty(), "all are abandoned");
}
