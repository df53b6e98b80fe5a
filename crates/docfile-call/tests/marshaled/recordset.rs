//! The interfaces of these tests, and servers of them.

use std::sync::{Arc, Mutex};

use docfile_call::call::{
    Call, CallFactory, Synchronize, Ticket, WaitFlags, WaiterId, check_create_call,
};
use docfile_call::interface::{InterfacePointer, Unknown};
use docfile_call::proxy::{Pointer, Registry};
use docfile_call::{Guid, Hresult, interface, unknown};

/// What a recordset tells of itself.
#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a02"
)]
pub(crate) trait Sink {
    fn changed(&self, row: u32) -> Result<(), Hresult>;
}

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a03",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a04"
)]
pub(crate) trait Recordset {
    /// [in, out], [in], [out] as the result.
    fn swap(&self, x: &mut i32, y: i32) -> Result<i32, Hresult>;
    /// [out] before [in].
    fn read(&self, #[out] buffer: &mut Vec<u8>, count: u32) -> Result<u32, Hresult>;
    /// Two results.
    #[returns(first, count)]
    fn query(&self, text: &str, fields: &[u16]) -> Result<(Option<String>, u64), Hresult>;
    /// References both ways.
    fn watch(&self, sink: Pointer<dyn Sink>) -> Result<Pointer<dyn Sink>, Hresult>;
    /// Nothing either way.
    fn rewind(&self) -> Result<(), Hresult>;
}

/// It derives, and so has the methods of the other before its own.
#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a05",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a06"
)]
pub(crate) trait Table: Recordset {
    fn column_count(&self) -> Result<u16, Hresult>;
}

/// It has no twin.
#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7a07")]
pub(crate) trait Plain {
    fn double(&self, value: i64) -> Result<i64, Hresult>;
}

pub(crate) const SWAP: u16 = 3;
pub(crate) const READ: u16 = 4;

pub(crate) fn registry() -> Registry {
    Registry::new()
        .with_asynchronous::<dyn Sink>()
        .with_asynchronous::<dyn Recordset>()
        .with_asynchronous::<dyn Table>()
        .with::<dyn Plain>()
}

/// Serves synchronously.
#[derive(Debug, Default)]
pub(crate) struct Synchronous;

impl Recordset for Synchronous {
    fn swap(&self, x: &mut i32, y: i32) -> Result<i32, Hresult> {
        let old = std::mem::replace(x, y);
        if y < 0 { Err(Hresult(0x8004_0000 | u32::try_from(-y).unwrap())) } else { Ok(old) }
    }

    fn read(&self, buffer: &mut Vec<u8>, count: u32) -> Result<u32, Hresult> {
        *buffer = (0..count).map(|byte| byte.to_le_bytes()[0]).collect();
        Ok(count)
    }

    fn query(&self, text: &str, fields: &[u16]) -> Result<(Option<String>, u64), Hresult> {
        if text == "panic" {
            panic!("the server fails");
        }
        let first = (!text.is_empty()).then(|| text.to_uppercase());
        Ok((first, fields.iter().map(|field| u64::from(*field)).sum()))
    }

    fn watch(&self, sink: Pointer<dyn Sink>) -> Result<Pointer<dyn Sink>, Hresult> {
        if let Some(sink) = sink.get() {
            sink.changed(7)?;
        }
        Ok(sink)
    }

    fn rewind(&self) -> Result<(), Hresult> {
        Err(Hresult::E_NOTIMPL)
    }
}

impl Table for Synchronous {
    fn column_count(&self) -> Result<u16, Hresult> {
        Ok(5)
    }
}

impl Plain for Synchronous {
    fn double(&self, value: i64) -> Result<i64, Hresult> {
        Ok(value * 2)
    }
}

unknown!(Synchronous: dyn Table, dyn Plain);

/// When a call of the asynchronous server is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Before begin returns.
    AtOnce,
    /// On another thread, soon.
    Soon,
    /// When the test says so.
    Told,
}

/// A factory that makes no call object for these interfaces.
#[derive(Debug, Default)]
pub(crate) struct OtherFactory(Synchronous);

/// Hands the methods of a recordset to another one.
macro_rules! recordset_by {
    ($type:ty) => {
        impl Recordset for $type {
            fn swap(&self, x: &mut i32, y: i32) -> Result<i32, Hresult> {
                self.0.swap(x, y)
            }

            fn read(&self, buffer: &mut Vec<u8>, count: u32) -> Result<u32, Hresult> {
                self.0.read(buffer, count)
            }

            fn query(&self, text: &str, fields: &[u16]) -> Result<(Option<String>, u64), Hresult> {
                self.0.query(text, fields)
            }

            fn watch(&self, sink: Pointer<dyn Sink>) -> Result<Pointer<dyn Sink>, Hresult> {
                self.0.watch(sink)
            }

            fn rewind(&self) -> Result<(), Hresult> {
                self.0.rewind()
            }
        }
    };
}

recordset_by!(OtherFactory);

impl CallFactory for OtherFactory {
    fn create_call(
        &self,
        _: Guid,
        control: Option<&Arc<dyn Unknown>>,
        wanted_iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        check_create_call(control, wanted_iid)?;
        Err(Hresult::E_NOINTERFACE)
    }
}

unknown!(OtherFactory: dyn Recordset, dyn CallFactory);

/// Serves through call objects; its synchronous methods must never be called.
#[derive(Debug)]
pub(crate) struct Asynchronous {
    when: When,
    made: Arc<Mutex<Vec<std::sync::Weak<ServerCall>>>>,
}

impl Asynchronous {
    pub(crate) fn new(when: When) -> Self {
        Self { when, made: Arc::default() }
    }

    /// The call objects that the stub still holds.
    pub(crate) fn calls(&self) -> Vec<Arc<ServerCall>> {
        self.made.lock().unwrap().iter().filter_map(std::sync::Weak::upgrade).collect()
    }
}

impl Recordset for Asynchronous {
    fn swap(&self, _: &mut i32, _: i32) -> Result<i32, Hresult> {
        unreachable!("there is a call object")
    }

    fn read(&self, _: &mut Vec<u8>, _: u32) -> Result<u32, Hresult> {
        unreachable!("there is a call object")
    }

    fn query(&self, _: &str, _: &[u16]) -> Result<(Option<String>, u64), Hresult> {
        unreachable!("there is a call object")
    }

    fn watch(&self, _: Pointer<dyn Sink>) -> Result<Pointer<dyn Sink>, Hresult> {
        unreachable!("there is a call object")
    }

    fn rewind(&self) -> Result<(), Hresult> {
        unreachable!("there is a call object")
    }
}

impl CallFactory for Asynchronous {
    fn create_call(
        &self,
        async_iid: Guid,
        control: Option<&Arc<dyn Unknown>>,
        wanted_iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        use docfile_call::interface::Interface as _;
        check_create_call(control, wanted_iid)?;
        if async_iid != <dyn AsyncRecordset>::ID {
            return Err(Hresult::E_NOINTERFACE);
        }
        if control.is_some() {
            return Err(Hresult::CLASS_E_NOAGGREGATION);
        }
        let call = Arc::new(ServerCall { when: self.when, core: Arc::default() });
        self.made.lock().unwrap().push(Arc::downgrade(&call));
        call.query_interface(wanted_iid).ok_or(Hresult::E_NOINTERFACE)
    }
}

unknown!(Asynchronous: dyn Recordset, dyn CallFactory);

/// What a method gives out.
#[derive(Debug)]
enum Output {
    Swap(i32, i32),
    Read(Vec<u8>, u32),
    Query(Option<String>, u64),
    Watch(Pointer<dyn Sink>),
}

/// A call object that a server wrote by hand.
pub(crate) struct ServerCall {
    when: When,
    core: Arc<Core>,
}

#[derive(Default)]
struct Core {
    call: Call<Output>,
    work: Mutex<Option<(Ticket, Result<Output, Hresult>)>>,
}

impl ServerCall {
    fn begin(&self, method: u16, outcome: Result<Output, Hresult>) -> Result<(), Hresult> {
        let ticket = self.core.call.begin(method)?;
        *self.core.work.lock().unwrap() = Some((ticket, outcome));
        match self.when {
            When::AtOnce => self.complete(),
            When::Soon => {
                let core = self.core.clone();
                std::thread::spawn(move || core.complete());
            }
            When::Told => {}
        }
        Ok(())
    }

    /// Signals what was begun.
    pub(crate) fn complete(&self) {
        self.core.complete();
    }
}

impl Core {
    fn complete(&self) {
        if let Some((ticket, outcome)) = self.work.lock().unwrap().take() {
            self.call.complete(ticket, outcome);
        }
    }
}

impl AsyncRecordset for ServerCall {
    fn begin_swap(&self, x: &i32, y: i32) -> Result<(), Hresult> {
        let mut new = *x;
        let outcome = Synchronous.swap(&mut new, y);
        // As the synchronous method: what is in and out is written even then.
        let outcome = match outcome {
            Ok(old) => Ok(Output::Swap(new, old)),
            Err(_) => Ok(Output::Swap(new, i32::MIN)),
        };
        self.begin(SWAP, outcome)
    }

    fn finish_swap(&self, x: &mut i32) -> Result<i32, Hresult> {
        match self.core.call.finish(SWAP)? {
            Output::Swap(new, i32::MIN) => {
                *x = new;
                Err(Hresult(0x8004_0000 | u32::try_from(-new).unwrap()))
            }
            Output::Swap(new, old) => {
                *x = new;
                Ok(old)
            }
            _ => Err(Hresult::E_UNEXPECTED),
        }
    }

    fn begin_read(&self, count: u32) -> Result<(), Hresult> {
        let mut buffer = Vec::new();
        let outcome = Synchronous.read(&mut buffer, count);
        self.begin(READ, outcome.map(|got| Output::Read(buffer, got)))
    }

    fn finish_read(&self, buffer: &mut Vec<u8>) -> Result<u32, Hresult> {
        let Output::Read(bytes, got) = self.core.call.finish(READ)? else {
            return Err(Hresult::E_UNEXPECTED);
        };
        *buffer = bytes;
        Ok(got)
    }

    fn begin_query(&self, text: &str, fields: &[u16]) -> Result<(), Hresult> {
        let outcome = Synchronous.query(text, fields);
        self.begin(5, outcome.map(|(first, count)| Output::Query(first, count)))
    }

    fn finish_query(&self) -> Result<(Option<String>, u64), Hresult> {
        match self.core.call.finish(5)? {
            Output::Query(first, count) => Ok((first, count)),
            _ => Err(Hresult::E_UNEXPECTED),
        }
    }

    fn begin_watch(&self, sink: Pointer<dyn Sink>) -> Result<(), Hresult> {
        self.begin(6, Synchronous.watch(sink).map(Output::Watch))
    }

    fn finish_watch(&self) -> Result<Pointer<dyn Sink>, Hresult> {
        match self.core.call.finish(6)? {
            Output::Watch(sink) => Ok(sink),
            _ => Err(Hresult::E_UNEXPECTED),
        }
    }

    /// A begin that fails stands for the whole method.
    fn begin_rewind(&self) -> Result<(), Hresult> {
        Err(Hresult::E_NOTIMPL)
    }

    fn finish_rewind(&self) -> Result<(), Hresult> {
        Err(Hresult::RPC_E_CALL_COMPLETE)
    }
}

impl Synchronize for ServerCall {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        self.core.call.try_wait(flags)
    }

    fn enroll(&self, waker: &std::task::Waker) -> WaiterId {
        self.core.call.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        self.core.call.withdraw(waiter);
    }

    fn signal(&self) -> Result<(), Hresult> {
        self.core.call.signal()
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.core.call.reset()
    }
}

unknown!(ServerCall: dyn AsyncRecordset, dyn Synchronize);

/// Remembers which rows changed.
#[derive(Debug, Default)]
pub(crate) struct Changes(pub(crate) Mutex<Vec<u32>>);

impl Sink for Changes {
    fn changed(&self, row: u32) -> Result<(), Hresult> {
        self.0.lock().unwrap().push(row);
        Ok(())
    }
}

unknown!(Changes: dyn Sink);
