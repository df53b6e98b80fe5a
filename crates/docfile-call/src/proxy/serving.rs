//! One call, while it is served.
//!
//! Invariants: the method is called in the first poll and not before, so that the driver chooses
//! the thread and sets the context; the context is complete from the signal on; dropping it lets
//! the server's call object go.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::body::{Body, Tools};
use super::method::{Begun, Finisher, guarded};
use super::registry::RegistryEntry;
use crate::Hresult;
use crate::call::{
    CallContext, CallFactory, CancelMethodCalls, MethodIndex, Synchronize, WaitFlags, WaiterId,
};
use crate::interface::InterfacePointer;

/// A call that is served. Ready with the answer's body, or with the fault that the client gets
/// instead of one.
#[must_use = "a call is served only while it is polled"]
pub struct Serving {
    state: State,
    tools: Tools,
    headers: Vec<u8>,
    context: Arc<CallContext>,
}

enum State {
    New {
        entry: RegistryEntry,
        interface: InterfacePointer,
        method: MethodIndex,
        arguments: Body,
    },
    /// Through a call object, which is kept until it is finished.
    Running {
        _call: InterfacePointer,
        finisher: Finisher,
        wait: Option<ServerWait>,
    },
    Done,
}

/// The wait for the server's signal.
struct ServerWait {
    object: Arc<dyn Synchronize>,
    waiter: WaiterId,
}

impl Drop for ServerWait {
    fn drop(&mut self) {
        self.object.withdraw(self.waiter);
    }
}

impl Serving {
    pub(super) const fn new(
        entry: RegistryEntry,
        interface: InterfacePointer,
        method: MethodIndex,
        arguments: Body,
        tools: Tools,
        headers: Vec<u8>,
        context: Arc<CallContext>,
    ) -> Self {
        let state = State::New { entry, interface, method, arguments };
        Self { state, tools, headers, context }
    }

    /// The context of the call, to be set on the thread that polls and told of a cancel.
    #[must_use]
    pub const fn context(&self) -> &Arc<CallContext> {
        &self.context
    }

    /// Calls or begins the method; what there is to wait for is left in the state.
    fn start(
        &mut self,
        entry: RegistryEntry,
        interface: &InterfacePointer,
        method: MethodIndex,
        arguments: &Body,
        context: &Context<'_>,
    ) -> Option<Result<Body, Hresult>> {
        let call = match create_call(&entry, interface) {
            Ok(call) => call,
            Err(Hresult::E_NOINTERFACE) => {
                let headers = core::mem::take(&mut self.headers);
                return Some(entry.call(interface, method, arguments, &self.tools, headers));
            }
            Err(code) => return Some(Err(code)),
        };
        if let Some(cancel) = call.unknown().query_for::<dyn CancelMethodCalls>() {
            self.context.forward_cancel(&cancel);
        }
        // Enrolled before the method begins: it may signal before it returns.
        let wait = call.unknown().query_for::<dyn Synchronize>().map(|object| {
            let waiter = object.enroll(&self.context.completing(context.waker().clone()));
            ServerWait { object, waiter }
        });
        let headers = self.headers.clone();
        match entry.begin(&call, method, arguments, &self.tools, headers) {
            Ok(Begun::Running(finisher)) => {
                self.state = State::Running { _call: call, finisher, wait };
                None
            }
            Ok(Begun::Failed(body)) => Some(Ok(body)),
            Err(code) => Some(Err(code)),
        }
    }

    fn advance(&mut self, context: &Context<'_>) -> Poll<Result<Body, Hresult>> {
        match core::mem::replace(&mut self.state, State::Done) {
            State::New { entry, interface, method, arguments } => {
                match self.start(entry, &interface, method, &arguments, context) {
                    Some(outcome) => Poll::Ready(outcome),
                    None => self.look(),
                }
            }
            State::Running { _call, finisher, wait } => {
                let wait = wait.map(|wait| {
                    let object = wait.object.clone();
                    drop(wait);
                    let waiter = object.enroll(&self.context.completing(context.waker().clone()));
                    ServerWait { object, waiter }
                });
                self.state = State::Running { _call, finisher, wait };
                self.look()
            }
            // It has been polled after it was ready.
            State::Done => Poll::Ready(Err(Hresult::RPC_E_CALL_COMPLETE)),
        }
    }

    /// Finishes the method if it is signaled.
    fn look(&mut self) -> Poll<Result<Body, Hresult>> {
        let State::Running { _call, finisher, wait } =
            core::mem::replace(&mut self.state, State::Done)
        else {
            return Poll::Ready(Err(Hresult::RPC_E_CALL_COMPLETE));
        };
        // A call object that cannot be waited for is finished at once; it may block.
        match wait.as_ref().map_or(Ok(()), |wait| wait.object.try_wait(WaitFlags::DEFAULT)) {
            Ok(()) => {
                self.context.complete();
                Poll::Ready(finisher(&self.tools, core::mem::take(&mut self.headers)))
            }
            Err(Hresult::RPC_S_CALLPENDING) => {
                self.state = State::Running { _call, finisher, wait };
                Poll::Pending
            }
            Err(code) => Poll::Ready(Err(code)),
        }
    }
}

impl Future for Serving {
    type Output = Result<Body, Hresult>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut outcome = Poll::Pending;
        let unwound = guarded(|| {
            outcome = this.advance(context);
            Ok(())
        });
        if let Err(code) = unwound {
            outcome = Poll::Ready(Err(code));
        }
        if outcome.is_ready() {
            this.context.complete();
        }
        outcome
    }
}

/// A call object for the interface, if the object makes any.
fn create_call(
    entry: &RegistryEntry,
    interface: &InterfacePointer,
) -> Result<InterfacePointer, Hresult> {
    let async_iid = entry.async_iid().ok_or(Hresult::E_NOINTERFACE)?;
    let factory = interface.unknown().query_for::<dyn CallFactory>();
    factory.ok_or(Hresult::E_NOINTERFACE)?.create_call(async_iid, None, async_iid)
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::New { .. } => "Serving(new)",
            State::Running { .. } => "Serving(running)",
            State::Done => "Serving(done)",
        })
    }
}
