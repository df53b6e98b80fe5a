//! `IActivation` and `IRemoteSCMActivator`: how an object comes to be ([MS-DCOM] 3.1.2.5.2).
//!
//! Both are plain RPC, and yet the header of an object's call is their first argument and their
//! first result.

use crate::ndr::{Decoder, Encoder, NdrError, NdrFault};
use crate::{Guid, Hresult};

use super::arguments::{arguments, marshal_counted, same_count, unmarshal_counted};
use super::{
    Arguments, ComVersion, DualStringArray, InterfacePointer, Ipid, MAX_REQUESTED_INTERFACES,
    OrpcThat, OrpcThis, Oxid,
};

/// `IActivation::RemoteActivation`.
pub const REMOTE_ACTIVATION: u16 = 0;
/// `IRemoteSCMActivator::RemoteGetClassObject`.
pub const REMOTE_GET_CLASS_OBJECT: u16 = 3;
/// `IRemoteSCMActivator::RemoteCreateInstance`.
pub const REMOTE_CREATE_INSTANCE: u16 = 4;

/// Arguments of `RemoteActivation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteActivation {
    /// The header.
    pub this: OrpcThis,
    /// The class.
    pub class_id: Guid,
    /// A file to load the object from.
    pub object_name: Option<String>,
    /// A storage to load the object from.
    pub object_storage: Option<InterfacePointer>,
    /// What the server may do in the client's name.
    pub impersonation_level: u32,
    /// [`GET_CLASS_OBJECT`](Self::GET_CLASS_OBJECT), or how the file is opened.
    pub mode: u32,
    /// The interfaces that are wanted.
    pub iids: Vec<Guid>,
    /// The protocols that the client speaks, the preferred first.
    pub tower_ids: Vec<u16>,
}

impl RemoteActivation {
    /// The mode that asks for the class object (`MODE_GET_CLASS_OBJECT`).
    pub const GET_CLASS_OBJECT: u32 = 0xFFFF_FFFF;
}

impl Arguments for RemoteActivation {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.value(&self.this)?;
        encoder.value(&self.class_id)?;
        encoder.value(&self.object_name)?;
        encoder.value(&self.object_storage)?;
        encoder.value(&self.impersonation_level)?;
        encoder.value(&self.mode)?;
        encoder.count(self.iids.len())?;
        encoder.value(&Some(self.iids.as_slice()))?;
        marshal_counted(&self.tower_ids, encoder)
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let this = decoder.value()?;
        let class_id = decoder.value()?;
        let object_name = decoder.value()?;
        let object_storage = decoder.value()?;
        let impersonation_level = decoder.value()?;
        let mode = decoder.value()?;
        let count = decoder.count()?;
        if count > MAX_REQUESTED_INTERFACES {
            return Err(decoder.error(NdrFault::Count));
        }
        let iids = decoder.value::<Option<Vec<Guid>>>()?.unwrap_or_default();
        same_count(count, iids.len(), decoder)?;
        let tower_ids = unmarshal_counted(decoder)?;
        Ok(Self {
            this,
            class_id,
            object_name,
            object_storage,
            impersonation_level,
            mode,
            iids,
            tower_ids,
        })
    }
}

arguments! {
    /// Results of `RemoteActivation`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemoteActivationReply {
        /// The header.
        pub that: OrpcThat,
        /// The exporter of the object.
        pub oxid: Oxid,
        /// Where the exporter is.
        pub bindings: Option<DualStringArray>,
        /// Its `IRemUnknown`.
        pub rem_unknown: Ipid,
        /// The least authentication level that it takes.
        pub authn_hint: u32,
        /// Its version.
        pub version: ComVersion,
        /// How the activation went.
        pub result: Hresult,
        /// A reference to each wanted interface that the object has.
        pub pointers: Vec<Option<InterfacePointer>>,
        /// Whether it has each wanted interface.
        pub results: Vec<Hresult>,
        /// How the call went.
        pub status: Hresult,
    }

    /// Arguments of `RemoteGetClassObject`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemoteGetClassObject {
        /// The header.
        pub this: OrpcThis,
        /// The [properties](super::ActivationProperties) of the request.
        pub properties: Option<InterfacePointer>,
    }

    /// Arguments of `RemoteCreateInstance`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemoteCreateInstance {
        /// The header.
        pub this: OrpcThis,
        /// Null: no aggregate reaches from one machine to another.
        pub outer: Option<InterfacePointer>,
        /// The [properties](super::ActivationProperties) of the request.
        pub properties: Option<InterfacePointer>,
    }

    /// Results of both methods of `IRemoteSCMActivator`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ActivatorReply {
        /// The header.
        pub that: OrpcThat,
        /// The [properties](super::ActivationProperties) of the reply.
        pub properties: Option<InterfacePointer>,
        /// How it went.
        pub result: Hresult,
    }
}
