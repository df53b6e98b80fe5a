//! An interface of an object elsewhere whose methods wait for the answer.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::body::{Body, Incoming, Outgoing, Side};
use super::channel::{Channel, ChannelCarrier, Request, begin};
use super::method::Remote;
use super::object::RemoteObject;
use crate::call::{Call, MethodIndex};
use crate::interface::{InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// The interface `I` of an object elsewhere.
pub struct Proxy<I: ?Sized> {
    object: Arc<RemoteObject>,
    channel: Arc<dyn Channel>,
    interface: PhantomData<fn() -> Arc<I>>,
}

impl<I: Remote + ?Sized> Proxy<I> {
    pub(super) fn new(object: Arc<RemoteObject>, channel: Arc<dyn Channel>) -> Arc<Self> {
        Arc::new(Self { object, channel, interface: PhantomData })
    }

    /// The arguments of a call in the making.
    #[doc(hidden)]
    #[must_use]
    pub fn arguments(&self) -> Outgoing {
        Outgoing::new(Side::Client, &self.channel.tools(), self.channel.headers())
    }

    /// Calls, waits, and reads the answer with `read`.
    #[doc(hidden)]
    pub fn invoke<R>(
        &self,
        method: MethodIndex,
        arguments: Outgoing,
        read: impl FnOnce(&mut Incoming<'_>) -> Result<R, Hresult>,
    ) -> Result<R, Hresult> {
        let (call, number) = ChannelCarrier::open(&self.channel);
        let request = Request { iid: I::ID, method, body: arguments.into_body() };
        begin(&self.channel, &call, number, request)?;
        let answer = wait_and_finish(&self.channel, &call, method)?;
        read(&mut Incoming::new(Side::Client, &self.channel.tools(), &answer))
    }
}

/// Waits for a call if that is needed, and finishes it.
pub(super) fn wait_and_finish(
    channel: &Arc<dyn Channel>,
    call: &Arc<Call<Body>>,
    method: MethodIndex,
) -> Result<Body, Hresult> {
    // A method that was not begun is told so at once.
    match call.finish(method) {
        Err(Hresult::RPC_S_CALLPENDING) if call.is_waited_for() => {}
        done => return done,
    }
    channel.wait(call)?;
    call.finish(method)
}

impl<I: Remote + ?Sized> Unknown for Proxy<I> {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        if iid == I::ID {
            return Some(InterfacePointer::new(I::from_proxy(self)));
        }
        self.object.clone().query_interface(iid)
    }
}

impl<I: Remote + ?Sized> fmt::Debug for Proxy<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy<{}>({:?})", I::NAME, self.channel)
    }
}
