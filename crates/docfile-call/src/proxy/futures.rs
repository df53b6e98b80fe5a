//! An interface as futures over call objects.
//!
//! Invariant: dropping a future before it is ready cancels its call and writes nothing: what a
//! method gives out is written in the poll that is ready.

use core::marker::PhantomData;
use core::time::Duration;
use std::fmt;
use std::sync::Arc;

use super::method::Asynchronous;
use crate::Hresult;
use crate::call::{CallFactory, CancelMethodCalls, Patience, Signaled, Synchronize, WaitFlags};
use crate::interface::{Interface, Unknown};

/// The methods of the interface `I` as futures, one call object for each call. The attribute
/// [`interface`](macro@crate::interface) gives it the methods, by a trait named after the
/// interface with `Futures` behind.
pub struct Futures<I: ?Sized> {
    factory: Arc<dyn CallFactory>,
    interface: PhantomData<fn() -> Arc<I>>,
}

impl<I: Asynchronous + ?Sized> Futures<I> {
    /// The futures of `object`.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when it makes no call objects: it may live in the caller's own
    /// apartment and is then to be called synchronously.
    pub fn new(object: &Arc<dyn Unknown>) -> Result<Self, Hresult> {
        let factory = object.query_for().ok_or(Hresult::E_NOINTERFACE)?;
        Ok(Self { factory, interface: PhantomData })
    }

    /// A new call object, by the twin `A` of this interface or of one that it derives from.
    #[doc(hidden)]
    pub fn create<A: Interface + ?Sized>(&self) -> Result<BegunCall<A>, Hresult> {
        let pointer = self.factory.create_call(I::Async::ID, None, A::ID)?;
        let object = pointer.get::<A>().ok_or(Hresult::E_NOINTERFACE)?;
        let synchronize = pointer.unknown().query_for().ok_or(Hresult::E_NOINTERFACE)?;
        let cancel = pointer.unknown().query_for();
        Ok(BegunCall { object, synchronize, cancel })
    }
}

impl<I: ?Sized> Clone for Futures<I> {
    fn clone(&self) -> Self {
        Self { factory: self.factory.clone(), interface: PhantomData }
    }
}

impl<I: Interface + ?Sized> fmt::Debug for Futures<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Futures<{}>", I::NAME)
    }
}

/// The call object of one future; dropping it cancels what is on its way.
#[doc(hidden)]
pub struct BegunCall<A: ?Sized> {
    object: Arc<A>,
    synchronize: Arc<dyn Synchronize>,
    cancel: Option<Arc<dyn CancelMethodCalls>>,
}

impl<A: ?Sized> BegunCall<A> {
    /// The call object.
    #[must_use]
    pub const fn object(&self) -> &Arc<A> {
        &self.object
    }

    /// Ready when the call is signaled.
    pub fn signaled(&self) -> Signaled {
        Signaled::new(self.synchronize.clone(), WaitFlags::DEFAULT)
    }
}

impl<A: ?Sized> Drop for BegunCall<A> {
    fn drop(&mut self) {
        if let Some(cancel) = self.cancel.take() {
            // A call that is finished, or never begun, answers that there is none.
            let _answer = cancel.cancel(Patience::For(Duration::ZERO));
        }
    }
}

impl<A: ?Sized> fmt::Debug for BegunCall<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BegunCall")
    }
}
