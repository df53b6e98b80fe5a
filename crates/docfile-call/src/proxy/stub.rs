//! What serves the calls of one interface of an object.

use std::fmt;
use std::sync::Arc;

use super::body::{Body, Tools};
use super::registry::{Registry, RegistryEntry};
use super::serving::Serving;
use crate::call::{CallContext, MethodIndex};
use crate::interface::{InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// Serves the calls of one interface of an object.
///
/// When the object is a factory of call objects for the interface, each call gets a call object of
/// its own; else the method is called as it is (contract/calls.md 1.1 and 6). The client cannot
/// tell.
#[derive(Clone)]
pub struct Stub {
    entry: RegistryEntry,
    interface: InterfacePointer,
}

impl Stub {
    /// For the interface `iid` of `object`.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when the object has no such interface, or it is not registered.
    pub fn new(object: &Arc<dyn Unknown>, iid: Guid, registry: &Registry) -> Result<Self, Hresult> {
        let entry = *registry.get(iid).ok_or(Hresult::E_NOINTERFACE)?;
        let interface = object.clone().query_interface(iid).ok_or(Hresult::E_NOINTERFACE)?;
        Ok(Self { entry, interface })
    }

    /// The interface.
    #[must_use]
    pub const fn interface(&self) -> &InterfacePointer {
        &self.interface
    }

    /// Serves a call when it is polled. `headers` stand before the answer.
    pub fn serve(
        &self,
        method: MethodIndex,
        arguments: Body,
        tools: Tools,
        headers: Vec<u8>,
        context: Arc<CallContext>,
    ) -> Serving {
        Serving::new(self.entry, self.interface.clone(), method, arguments, tools, headers, context)
    }
}

impl fmt::Debug for Stub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stub").field(&self.entry).finish()
    }
}
