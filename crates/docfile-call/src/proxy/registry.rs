//! The interfaces that travel: for each, how proxies, call objects and stubs of it are made.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::body::{Body, Tools};
use super::call_proxy::CallProxy;
use super::channel::Channel;
use super::method::{Asynchronous, Begun, Remote};
use super::object::RemoteObject;
use super::sync_proxy::Proxy;
use crate::call::MethodIndex;
use crate::interface::{InterfaceDescription, InterfacePointer, Unknown};
use crate::{Guid, Hresult};

type MakeCall =
    fn(Arc<RemoteObject>, Arc<dyn Channel>, Option<&Arc<dyn Unknown>>) -> Arc<dyn Unknown>;
type CallMethod =
    fn(&InterfacePointer, MethodIndex, &Body, &Tools, Vec<u8>) -> Result<Body, Hresult>;
type BeginMethod =
    fn(&InterfacePointer, MethodIndex, &Body, &Tools, Vec<u8>) -> Result<Begun, Hresult>;

/// How one interface travels.
#[derive(Clone, Copy)]
pub struct RegistryEntry {
    description: InterfaceDescription,
    make_proxy: fn(Arc<RemoteObject>, Arc<dyn Channel>) -> InterfacePointer,
    call: CallMethod,
    twin: Option<(MakeCall, BeginMethod)>,
}

impl RegistryEntry {
    /// The entry of an interface without a twin.
    #[must_use]
    pub fn of<I: Remote + ?Sized>() -> Self {
        Self {
            description: I::DESCRIPTION,
            make_proxy: |object, channel| {
                InterfacePointer::new(I::from_proxy(Proxy::<I>::new(object, channel)))
            },
            call: |object, method, arguments, tools, headers| {
                let object = object.get::<I>().ok_or(Hresult::E_NOINTERFACE)?;
                I::call(&object, method, arguments, tools, headers)
            },
            twin: None,
        }
    }

    /// The entry of an interface with a twin.
    #[must_use]
    pub fn of_asynchronous<I: Asynchronous + ?Sized>() -> Self {
        let make_call: MakeCall = CallProxy::<I>::create;
        let begin: BeginMethod = |object, method, arguments, tools, headers| {
            let object = object.get::<I::Async>().ok_or(Hresult::E_NOINTERFACE)?;
            I::begin(&object, method, arguments, tools, headers)
        };
        Self { twin: Some((make_call, begin)), ..Self::of::<I>() }
    }

    /// What the interface is made of.
    #[must_use]
    pub const fn description(&self) -> &InterfaceDescription {
        &self.description
    }

    /// The id of the interface.
    #[must_use]
    pub const fn iid(&self) -> Guid {
        self.description.iid
    }

    /// The id of its twin.
    #[must_use]
    pub const fn async_iid(&self) -> Option<Guid> {
        self.description.async_iid
    }

    pub(super) fn make_proxy(
        &self,
        object: Arc<RemoteObject>,
        channel: Arc<dyn Channel>,
    ) -> InterfacePointer {
        (self.make_proxy)(object, channel)
    }

    pub(super) fn make_call(
        &self,
        object: Arc<RemoteObject>,
        channel: Arc<dyn Channel>,
        control: Option<&Arc<dyn Unknown>>,
    ) -> Result<Arc<dyn Unknown>, Hresult> {
        let (make_call, _) = self.twin.ok_or(Hresult::E_NOINTERFACE)?;
        Ok(make_call(object, channel, control))
    }

    pub(super) fn call(
        &self,
        object: &InterfacePointer,
        method: MethodIndex,
        arguments: &Body,
        tools: &Tools,
        headers: Vec<u8>,
    ) -> Result<Body, Hresult> {
        (self.call)(object, method, arguments, tools, headers)
    }

    pub(super) fn begin(
        &self,
        call: &InterfacePointer,
        method: MethodIndex,
        arguments: &Body,
        tools: &Tools,
        headers: Vec<u8>,
    ) -> Result<Begun, Hresult> {
        let (_, begin) = self.twin.ok_or(Hresult::E_NOINTERFACE)?;
        begin(call, method, arguments, tools, headers)
    }
}

impl fmt::Debug for RegistryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryEntry({} {})", self.description.name, self.description.iid)
    }
}

/// The interfaces that travel, by their ids. Without an entry here an interface has no proxy and
/// no stub.
#[derive(Debug, Default)]
pub struct Registry {
    entries: BTreeMap<Guid, RegistryEntry>,
    by_async_iid: BTreeMap<Guid, Guid>,
}

impl Registry {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the interface `I`.
    #[must_use]
    pub fn with<I: Remote + ?Sized>(mut self) -> Self {
        self.insert(RegistryEntry::of::<I>());
        self
    }

    /// With the interface `I` and its twin.
    #[must_use]
    pub fn with_asynchronous<I: Asynchronous + ?Sized>(mut self) -> Self {
        self.insert(RegistryEntry::of_asynchronous::<I>());
        self
    }

    /// Takes an interface in; the last one of an id counts.
    pub fn insert(&mut self, entry: RegistryEntry) {
        if let (Some(async_iid), true) = (entry.async_iid(), entry.twin.is_some()) {
            self.by_async_iid.insert(async_iid, entry.iid());
        }
        self.entries.insert(entry.iid(), entry);
    }

    /// The interface of an id.
    #[must_use]
    pub fn get(&self, iid: Guid) -> Option<&RegistryEntry> {
        self.entries.get(&iid)
    }

    /// The interface whose twin has an id.
    #[must_use]
    pub fn get_async(&self, async_iid: Guid) -> Option<&RegistryEntry> {
        self.get(*self.by_async_iid.get(&async_iid)?)
    }
}
