//! A call object of an object elsewhere.
//!
//! Invariants: as part of an aggregate it answers every query with the outer object, and only its
//! inner unknown knows its own interfaces; it refers to the outer object weakly, because that one
//! holds the inner unknown.

use std::fmt;
use std::sync::{Arc, Weak};
use std::task::Waker;

use super::body::{Body, Incoming, Outgoing, Side};
use super::channel::{Channel, ChannelCarrier, Request, begin};
use super::method::Asynchronous;
use super::object::RemoteObject;
use super::sync_proxy::wait_and_finish;
use crate::call::{
    Call, CancelMethodCalls, Cancellation, MethodIndex, Patience, Synchronize, WaitFlags, WaiterId,
};
use crate::interface::{Interface, InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// A call object for the asynchronous twin of `I`. It holds the object for as long as it lives.
pub struct CallProxy<I: ?Sized> {
    object: Arc<RemoteObject>,
    channel: Arc<dyn Channel>,
    call: Arc<Call<Body>>,
    number: u64,
    outer: Option<Weak<dyn Unknown>>,
    interface: core::marker::PhantomData<fn() -> Arc<I>>,
}

impl<I: Asynchronous + ?Sized> CallProxy<I> {
    /// A call object, by its inner unknown if it is part of an aggregate.
    pub(super) fn create(
        object: Arc<RemoteObject>,
        channel: Arc<dyn Channel>,
        control: Option<&Arc<dyn Unknown>>,
    ) -> Arc<dyn Unknown> {
        let (call, number) = ChannelCarrier::open(&channel);
        let outer = control.map(Arc::downgrade);
        let interface = core::marker::PhantomData;
        let made = Self { object, channel, call, number, outer, interface };
        let Some(outer) = &made.outer else { return Arc::new(made) };
        made.call.aggregate(outer.clone());
        Arc::new(Inner(Arc::new(made)))
    }

    /// Its own interfaces.
    fn query_inner(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        if let Some(found) = I::Async::answer(I::from_call_proxy(self.clone()), iid) {
            return Some(found);
        }
        let synchronize: Arc<dyn Synchronize> = self.clone();
        if let Some(found) = <dyn Synchronize>::answer(synchronize, iid) {
            return Some(found);
        }
        let cancel: Arc<dyn CancelMethodCalls> = self;
        <dyn CancelMethodCalls>::answer(cancel, iid)
    }

    /// The arguments of a call in the making.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_S_CALLPENDING`] while a call is not finished.
    #[doc(hidden)]
    pub fn arguments(&self) -> Result<Outgoing, Hresult> {
        if !self.call.is_idle() {
            return Err(Hresult::RPC_S_CALLPENDING);
        }
        Ok(Outgoing::new(Side::Client, &self.channel.tools(), self.channel.headers()))
    }

    #[doc(hidden)]
    pub fn begin(&self, method: MethodIndex, arguments: Outgoing) -> Result<(), Hresult> {
        let request = Request { iid: I::ID, method, body: arguments.into_body() };
        begin(&self.channel, &self.call, self.number, request)
    }

    /// Waits if that is needed, and reads the answer with `read`.
    #[doc(hidden)]
    pub fn finish<R>(
        &self,
        method: MethodIndex,
        read: impl FnOnce(&mut Incoming<'_>) -> Result<R, Hresult>,
    ) -> Result<R, Hresult> {
        let answer = wait_and_finish(&self.channel, &self.call, method)?;
        read(&mut Incoming::new(Side::Client, &self.channel.tools(), &answer))
    }
}

impl<I: ?Sized> CallProxy<I> {
    /// The object whose methods it calls.
    #[must_use]
    pub const fn object(&self) -> &Arc<RemoteObject> {
        &self.object
    }
}

impl<I: Asynchronous + ?Sized> Unknown for CallProxy<I> {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        match &self.outer {
            Some(outer) => outer.upgrade()?.query_interface(iid),
            None => self.query_inner(iid),
        }
    }
}

impl<I: Asynchronous + ?Sized> Synchronize for CallProxy<I> {
    fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> {
        self.call.try_wait(flags)
    }

    fn enroll(&self, waker: &Waker) -> WaiterId {
        self.call.enroll(waker)
    }

    fn withdraw(&self, waiter: WaiterId) {
        self.call.withdraw(waiter);
    }

    fn signal(&self) -> Result<(), Hresult> {
        self.call.signal()
    }

    fn reset(&self) -> Result<(), Hresult> {
        self.call.reset()
    }
}

impl<I: Asynchronous + ?Sized> CancelMethodCalls for CallProxy<I> {
    fn cancel(&self, patience: Patience) -> Result<(), Hresult> {
        self.call.cancel(patience)
    }

    fn test_cancel(&self) -> Hresult {
        self.call.test_cancel()
    }

    fn cancellation(&self) -> Option<Arc<Cancellation>> {
        self.call.cancellation()
    }
}

impl<I: ?Sized> fmt::Debug for CallProxy<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallProxy({:?}, {:?})", self.call, self.channel)
    }
}

/// The inner unknown of a call object that is part of an aggregate.
struct Inner<I: ?Sized>(Arc<CallProxy<I>>);

impl<I: Asynchronous + ?Sized> Unknown for Inner<I> {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        if iid == <dyn Unknown>::ID {
            let unknown: Arc<dyn Unknown> = self;
            return Some(InterfacePointer::new(unknown));
        }
        self.0.clone().query_inner(iid)
    }
}
