//! What stands for an object elsewhere.

use std::fmt;
use std::sync::Arc;

use super::channel::Channel;
use super::registry::Registry;
use crate::call::{CallFactory, check_create_call};
use crate::interface::{Interface, InterfacePointer, Unknown};
use crate::{Guid, Hresult};

/// Finds the way to the interfaces of one object elsewhere. The driver of a session implements it.
pub trait RemoteIdentity: fmt::Debug + Send + Sync {
    /// The way to the interface `iid`; it may ask the server, and wait for it.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when the object has no such interface; when the server cannot be
    /// asked.
    fn channel(&self, iid: Guid) -> Result<Arc<dyn Channel>, Hresult>;
}

/// An object elsewhere: its identity on this side. One is made for an object, whatever of its
/// interfaces come this way.
pub struct RemoteObject {
    identity: Arc<dyn RemoteIdentity>,
    registry: Arc<Registry>,
}

impl RemoteObject {
    /// The object to which `identity` knows the way.
    #[must_use]
    pub fn new(identity: Arc<dyn RemoteIdentity>, registry: Arc<Registry>) -> Arc<Self> {
        Arc::new(Self { identity, registry })
    }

    /// Its interface `iid`.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when it has none, or the interface is not registered here; when
    /// the server cannot be asked.
    pub fn interface(self: &Arc<Self>, iid: Guid) -> Result<InterfacePointer, Hresult> {
        if iid == <dyn Unknown>::ID {
            let unknown: Arc<dyn Unknown> = self.clone();
            return Ok(InterfacePointer::new(unknown));
        }
        if iid == <dyn CallFactory>::ID {
            let factory: Arc<dyn CallFactory> = Arc::new(Factory(self.clone()));
            return Ok(InterfacePointer::new(factory));
        }
        let entry = self.registry.get(iid).ok_or(Hresult::E_NOINTERFACE)?;
        Ok(entry.make_proxy(self.clone(), self.identity.channel(iid)?))
    }

    fn create_call(
        self: &Arc<Self>,
        async_iid: Guid,
        control: Option<&Arc<dyn Unknown>>,
        wanted_iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        check_create_call(control, wanted_iid)?;
        let entry = self.registry.get_async(async_iid).ok_or(Hresult::E_NOINTERFACE)?;
        let channel = self.identity.channel(entry.iid())?;
        let call = entry.make_call(self.clone(), channel, control)?;
        call.query_interface(wanted_iid).ok_or(Hresult::E_NOINTERFACE)
    }
}

impl Unknown for RemoteObject {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        self.interface(iid).ok()
    }
}

impl fmt::Debug for RemoteObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteObject").field(&self.identity).finish()
    }
}

/// The object as its factory of call objects.
struct Factory(Arc<RemoteObject>);

impl Unknown for Factory {
    fn query_interface(self: Arc<Self>, iid: Guid) -> Option<InterfacePointer> {
        self.0.clone().query_interface(iid)
    }
}

impl CallFactory for Factory {
    fn create_call(
        &self,
        async_iid: Guid,
        control: Option<&Arc<dyn Unknown>>,
        wanted_iid: Guid,
    ) -> Result<InterfacePointer, Hresult> {
        self.0.create_call(async_iid, control, wanted_iid)
    }
}
