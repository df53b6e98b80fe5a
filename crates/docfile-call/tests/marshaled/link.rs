//! A link in memory: both ends of a session in one thread, and all that passes between them.

use std::collections::BTreeMap;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use docfile_call::call::{Call, CallContext, Caller, CancelMethodCalls as _, Patience};
use docfile_call::interface::{InterfaceMarshaler, InterfacePointer, Unknown, is_same_object};
use docfile_call::ndr::{DataRepresentation, Limits};
use docfile_call::proxy::{
    Answer, Body, CallKey, Channel, Registry, RemoteIdentity, RemoteObject, Request, Serving, Stub,
    Tools,
};
use docfile_call::{Guid, Hresult};

/// Headers of the two directions: 32 bytes of ORPCTHIS, 8 of ORPCTHAT.
const REQUEST_HEADER: [u8; 32] = [0x11; 32];
const ANSWER_HEADER: [u8; 8] = [0x22; 8];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Request { iid: Guid, method: u16, bytes: Vec<u8> },
    Answer(Vec<u8>),
    Fault(Hresult),
    Cancel(Patience),
    Abandon,
}

pub(crate) struct Link {
    registry: Arc<Registry>,
    objects: Mutex<Vec<Arc<dyn Unknown>>>,
    jobs: Mutex<BTreeMap<CallKey, Job>>,
    events: Mutex<Vec<Event>>,
    next: AtomicU64,
    this: Weak<Self>,
}

struct Job {
    serving: Pin<Box<Serving>>,
    context: Arc<CallContext>,
    answer: Answer,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    pub(crate) fn new(registry: Registry) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            registry: Arc::new(registry),
            objects: Mutex::default(),
            jobs: Mutex::default(),
            events: Mutex::default(),
            next: AtomicU64::new(1),
            this: this.clone(),
        })
    }

    /// The object of the other side, as this side sees it.
    pub(crate) fn connect(&self, object: Arc<dyn Unknown>) -> Arc<dyn Unknown> {
        self.remote(self.export(object))
    }

    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    pub(crate) fn job_count(&self) -> usize {
        self.jobs.lock().unwrap().len()
    }

    /// Serves what can be served now.
    pub(crate) fn pump(&self) {
        let keys: Vec<_> = self.jobs.lock().unwrap().keys().copied().collect();
        for key in keys {
            let Some(mut job) = self.jobs.lock().unwrap().remove(&key) else { continue };
            let polled = job.serving.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            let Poll::Ready(outcome) = polled else {
                self.jobs.lock().unwrap().insert(key, job);
                continue;
            };
            let outcome = outcome.map(|body| {
                assert!(body.clone().into_buffer().0.starts_with(&ANSWER_HEADER));
                self.note(Event::Answer(body.as_bytes().to_vec()));
                arrived(body)
            });
            if let Err(code) = outcome {
                self.note(Event::Fault(code));
            }
            job.answer.complete(outcome);
        }
    }

    /// Answers a cancelled call as a server does that has stopped.
    pub(crate) fn confirm_cancels(&self) {
        let jobs = std::mem::take(&mut *self.jobs.lock().unwrap());
        for (key, job) in jobs {
            let is_canceled = job.context.test_cancel() == Hresult::RPC_E_CALL_CANCELED;
            if is_canceled {
                job.answer.complete(Err(Hresult::RPC_E_CALL_CANCELED));
            } else {
                self.jobs.lock().unwrap().insert(key, job);
            }
        }
    }

    /// Ends the patience of all.
    pub(crate) fn end_patience(&self) {
        let answers: Vec<_> =
            self.jobs.lock().unwrap().values().map(|job| job.answer.clone()).collect();
        answers.iter().for_each(Answer::release);
    }

    /// The connection is lost.
    pub(crate) fn cut(&self, code: Hresult) {
        let jobs = std::mem::take(&mut *self.jobs.lock().unwrap());
        for job in jobs.into_values() {
            job.answer.complete(Err(code));
        }
    }

    pub(crate) fn contexts(&self) -> Vec<Arc<CallContext>> {
        self.jobs.lock().unwrap().values().map(|job| job.context.clone()).collect()
    }

    fn note(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn export(&self, object: Arc<dyn Unknown>) -> u64 {
        let mut objects = self.objects.lock().unwrap();
        let known = objects.iter().position(|other| is_same_object(other, &object));
        let index = known.unwrap_or_else(|| {
            objects.push(object);
            objects.len() - 1
        });
        u64::try_from(index).unwrap()
    }

    fn remote(&self, number: u64) -> Arc<dyn Unknown> {
        let identity = Identity { link: self.this.clone(), number };
        RemoteObject::new(Arc::new(identity), self.registry.clone())
    }

    fn tools(&self) -> Tools {
        let marshaler: Arc<dyn InterfaceMarshaler> = self.this.upgrade().unwrap();
        Tools { marshaler: Some(marshaler), limits: Limits::default() }
    }
}

/// As if it had come over the wire.
fn arrived(body: Body) -> Body {
    let (bytes, start) = body.into_buffer();
    Body::received(bytes, start, DataRepresentation::LITTLE_ENDIAN)
}

impl InterfaceMarshaler for Link {
    fn marshal_interface(&self, pointer: &InterfacePointer) -> Result<Vec<u8>, Hresult> {
        Ok(self.export(pointer.unknown().clone()).to_le_bytes().to_vec())
    }

    fn unmarshal_interface(&self, bytes: &[u8], iid: Guid) -> Result<InterfacePointer, Hresult> {
        let number = bytes.try_into().map_err(|_| Hresult::RPC_E_INVALID_DATA)?;
        let object = self.remote(u64::from_le_bytes(number));
        object.query_interface(iid).ok_or(Hresult::E_NOINTERFACE)
    }
}

#[derive(Debug)]
struct Identity {
    link: Weak<Link>,
    number: u64,
}

impl RemoteIdentity for Identity {
    fn channel(&self, iid: Guid) -> Result<Arc<dyn Channel>, Hresult> {
        let link = self.link.upgrade().ok_or(Hresult::RPC_E_DISCONNECTED)?;
        let index = usize::try_from(self.number).unwrap();
        let object = link.objects.lock().unwrap().get(index).cloned();
        let object = object.ok_or(Hresult::RPC_E_INVALID_OBJECT)?;
        let stub = Stub::new(&object, iid, &link.registry)?;
        Ok(Arc::new(InMemory { link, stub }))
    }
}

#[derive(Debug)]
struct InMemory {
    link: Arc<Link>,
    stub: Stub,
}

impl Channel for InMemory {
    fn open_call(&self) -> u64 {
        self.link.next.fetch_add(1, Ordering::Relaxed)
    }

    fn headers(&self) -> Vec<u8> {
        REQUEST_HEADER.to_vec()
    }

    fn tools(&self) -> Tools {
        self.link.tools()
    }

    fn send(&self, request: Request, key: CallKey, answer: Answer) -> Result<(), Hresult> {
        let Request { iid, method, body } = request;
        assert!(body.clone().into_buffer().0.starts_with(&REQUEST_HEADER));
        let bytes = body.as_bytes().to_vec();
        self.link.note(Event::Request { iid, method, bytes });
        let caller = Caller { user: None, authentication_level: 1 };
        let context = CallContext::new(Guid::from_u128(1), caller);
        let headers = ANSWER_HEADER.to_vec();
        let serving =
            self.stub.serve(method, arrived(body), self.tools(), headers, context.clone());
        let job = Job { serving: Box::pin(serving), context, answer };
        self.link.jobs.lock().unwrap().insert(key, job);
        Ok(())
    }

    fn wait(&self, call: &Arc<Call<Body>>) -> Result<(), Hresult> {
        for _ in 0..1_000 {
            self.link.pump();
            if !call.is_waited_for() {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Err(Hresult::RPC_E_TIMEOUT)
    }

    fn cancel(&self, key: CallKey, patience: Patience) {
        self.link.note(Event::Cancel(patience));
        let context = self.link.jobs.lock().unwrap().get(&key).map(|job| job.context.clone());
        if let Some(context) = context {
            context.note_cancel();
        }
    }

    fn abandon(&self, key: CallKey) {
        self.link.note(Event::Abandon);
        let job = self.link.jobs.lock().unwrap().remove(&key);
        drop(job);
    }
}
