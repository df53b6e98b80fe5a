//! The properties of an activation, one structure each ([MS-DCOM] 2.2.22.2).

use crate::ndr::{NdrFault, ndr_form, ndr_struct};
use crate::{Guid, Hresult};

use super::{
    ComVersion, DualStringArray, InterfacePointer, Ipid, MAX_REQUESTED_INTERFACES,
    MAX_REQUESTED_PROTOCOLS, Oxid,
};

/// What is to be activated (`InstantiationInfoData`, 2.2.22.2.1). Always present.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct InstantiationInfo {
    /// The class.
    pub class_id: Guid,
    /// Where the class may run (`CLSCTX`).
    pub class_context: u32,
    /// Flags of the activation (`ACTVFLAGS`).
    pub flags: u32,
    /// Ignored on receipt.
    pub is_surrogate: u32,
    /// Ignored on receipt.
    pub instance_flag: u32,
    /// The interfaces that are wanted.
    pub iids: Vec<Guid>,
    /// Ignored on receipt; how long the client thinks that this is.
    pub this_size: u32,
    /// The client's version.
    pub client_version: ComVersion,
}

ndr_struct! {
    form pub struct InstantiationForm {
        class_id: Guid,
        class_context: u32,
        flags: u32,
        is_surrogate: u32,
        count: u32,
        instance_flag: u32,
        iids: Option<Vec<Guid>>,
        this_size: u32,
        client_version: ComVersion,
    }
}

ndr_form!(InstantiationInfo => InstantiationForm);

impl TryFrom<&InstantiationInfo> for InstantiationForm {
    type Error = NdrFault;

    fn try_from(info: &InstantiationInfo) -> Result<Self, NdrFault> {
        Ok(Self {
            class_id: info.class_id,
            class_context: info.class_context,
            flags: info.flags,
            is_surrogate: info.is_surrogate,
            count: short(info.iids.len(), MAX_REQUESTED_INTERFACES)?,
            instance_flag: info.instance_flag,
            iids: Some(info.iids.clone()),
            this_size: info.this_size,
            client_version: info.client_version,
        })
    }
}

impl TryFrom<InstantiationForm> for InstantiationInfo {
    type Error = NdrFault;

    fn try_from(form: InstantiationForm) -> Result<Self, NdrFault> {
        Ok(Self {
            class_id: form.class_id,
            class_context: form.class_context,
            flags: form.flags,
            is_surrogate: form.is_surrogate,
            instance_flag: form.instance_flag,
            iids: counted(form.count, form.iids, MAX_REQUESTED_INTERFACES)?,
            this_size: form.this_size,
            client_version: form.client_version,
        })
    }
}

ndr_struct! {
    /// Sessions and partitions (`SpecialPropertiesData`, 2.2.22.2.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
    pub struct SpecialProperties {
        /// A logon session of the server; all ones for any.
        pub session_id: u32,
        /// Whether a session is named.
        pub is_session_named: u32,
        /// Ignored on receipt.
        pub is_impersonating: u32,
        /// Whether a partition is named.
        pub is_partition_named: u32,
        /// Ignored on receipt.
        pub default_authn_level: u32,
        /// The partition.
        pub partition_id: Guid,
        /// Ignored on receipt.
        pub prt_flags: u32,
        /// Where the class might have run at first.
        pub original_class_context: u32,
        /// Flags.
        pub flags: u32,
        /// Ignored on receipt.
        pub reserved1: u32,
        /// Ignored on receipt.
        pub reserved2: u64,
        /// Ignored on receipt.
        pub reserved3: [u32; 5],
    }
}

ndr_struct! {
    /// What the object is to be loaded from (`InstanceInfoData`, 2.2.22.2.3).
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct InstanceInfo {
        /// A file.
        pub file_name: Option<String>,
        /// How the file is opened.
        pub mode: u32,
        /// Ignored on receipt.
        pub running_object_table: Option<InterfacePointer>,
        /// A storage.
        pub storage: Option<InterfacePointer>,
    }
}

ndr_struct! {
    /// Which protocols the client speaks (`ScmRequestInfoData`, 2.2.22.2.4). Always present.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct ScmRequestInfo {
        /// Null.
        pub reserved: Option<u32>,
        /// The request.
        pub remote_request: Option<ScmRequest>,
    }
}

/// `customREMOTE_REQUEST_SCM_INFO`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ScmRequest {
    /// What the server may do in the client's name; ignored on receipt.
    pub impersonation_level: u32,
    /// The protocols that the client speaks, the preferred first.
    pub tower_ids: Vec<u16>,
}

ndr_struct! {
    form pub struct ScmRequestForm { impersonation_level: u32, count: u16, tower_ids: Option<Vec<u16>> }
}

ndr_form!(ScmRequest => ScmRequestForm);

impl TryFrom<&ScmRequest> for ScmRequestForm {
    type Error = NdrFault;

    fn try_from(request: &ScmRequest) -> Result<Self, NdrFault> {
        let count = short(request.tower_ids.len(), MAX_REQUESTED_PROTOCOLS)?;
        Ok(Self {
            impersonation_level: request.impersonation_level,
            count: u16::try_from(count).map_err(|_| NdrFault::Count)?,
            tower_ids: Some(request.tower_ids.clone()),
        })
    }
}

impl TryFrom<ScmRequestForm> for ScmRequest {
    type Error = NdrFault;

    fn try_from(form: ScmRequestForm) -> Result<Self, NdrFault> {
        Ok(Self {
            impersonation_level: form.impersonation_level,
            tower_ids: counted(form.count.into(), form.tower_ids, MAX_REQUESTED_PROTOCOLS)?,
        })
    }
}

ndr_struct! {
    /// The client's context (`ActivationContextInfoData`, 2.2.22.2.5). Always present.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct ActivationContextInfo {
        /// Ignored on receipt.
        pub client_ok: u32,
        /// Ignored on receipt.
        pub reserved1: u32,
        /// Ignored on receipt.
        pub reserved2: u32,
        /// Ignored on receipt.
        pub reserved3: u32,
        /// The context that the client lives in. The specification forbids null, and there are
        /// clients that send it.
        pub client_context: Option<InterfacePointer>,
        /// A context to make the object in.
        pub prototype_context: Option<InterfacePointer>,
    }
}

ndr_struct! {
    /// Where the object is to be (`LocationInfoData`, 2.2.22.2.6). Always present, ignored on
    /// receipt.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct LocationInfo {
        /// Null.
        pub machine_name: Option<String>,
        /// Zero.
        pub process_id: u32,
        /// Zero.
        pub apartment_id: u32,
        /// Zero.
        pub context_id: u32,
    }
}

ndr_struct! {
    /// How the client proved itself (`SecurityInfoData`, 2.2.22.2.7).
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct SecurityInfo {
        /// Ignored on receipt.
        pub authn_flags: u32,
        /// The server as the client calls it.
        pub server_info: Option<ServerInfo>,
        /// Null.
        pub reserved: Option<u32>,
    }
}

ndr_struct! {
    /// `COSERVERINFO`.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct ServerInfo {
        /// Ignored on receipt.
        pub reserved1: u32,
        /// The server's name.
        pub name: Option<String>,
        /// Null.
        pub reserved2: Option<u32>,
        /// Ignored on receipt.
        pub reserved3: u32,
    }
}

ndr_struct! {
    /// Where the exporter of the new object is (`ScmReplyInfoData`, 2.2.22.2.8). The second
    /// property of a reply.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct ScmReplyInfo {
        /// Null.
        pub reserved: Option<u32>,
        /// The reply.
        pub remote_reply: Option<ScmReply>,
    }
}

ndr_struct! {
    /// `customREMOTE_REPLY_SCM_INFO`.
    #[derive(Clone, Debug, PartialEq, Eq, Default)]
    pub struct ScmReply {
        /// The exporter of the object.
        pub oxid: Oxid,
        /// Where it is.
        pub bindings: Option<DualStringArray>,
        /// Its `IRemUnknown`.
        pub rem_unknown: Ipid,
        /// The least authentication level that it takes.
        pub authn_hint: u32,
        /// Its version.
        pub version: ComVersion,
    }
}

/// What became of the wanted interfaces (`PropsOutInfo`, 2.2.22.2.9). The first property of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PropsOutInfo {
    /// One for each wanted interface.
    pub interfaces: Vec<ActivatedInterface>,
}

/// One interface of [`PropsOutInfo`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivatedInterface {
    /// The interface.
    pub iid: Guid,
    /// Whether the object has it.
    pub result: Hresult,
    /// A reference to it, if the object has it.
    pub pointer: Option<InterfacePointer>,
}

ndr_struct! {
    form pub struct PropsOutForm {
        count: u32,
        iids: Option<Vec<Guid>>,
        results: Option<Vec<Hresult>>,
        pointers: Option<Vec<Option<InterfacePointer>>>,
    }
}

ndr_form!(PropsOutInfo => PropsOutForm);

impl TryFrom<&PropsOutInfo> for PropsOutForm {
    type Error = NdrFault;

    fn try_from(info: &PropsOutInfo) -> Result<Self, NdrFault> {
        let all = info.interfaces.iter();
        Ok(Self {
            count: short(info.interfaces.len(), MAX_REQUESTED_INTERFACES)?,
            iids: Some(all.clone().map(|one| one.iid).collect()),
            results: Some(all.clone().map(|one| one.result).collect()),
            pointers: Some(all.map(|one| one.pointer.clone()).collect()),
        })
    }
}

impl TryFrom<PropsOutForm> for PropsOutInfo {
    type Error = NdrFault;

    fn try_from(form: PropsOutForm) -> Result<Self, NdrFault> {
        let iids = counted(form.count, form.iids, MAX_REQUESTED_INTERFACES)?;
        let results = counted(form.count, form.results, MAX_REQUESTED_INTERFACES)?;
        let pointers = counted(form.count, form.pointers, MAX_REQUESTED_INTERFACES)?;
        let all = iids.into_iter().zip(results).zip(pointers);
        let interfaces = all
            .map(|((iid, result), pointer)| ActivatedInterface { iid, result, pointer })
            .collect();
        Ok(Self { interfaces })
    }
}

/// A count that its field can hold and that the definition allows.
fn short(count: usize, max: usize) -> Result<u32, NdrFault> {
    u32::try_from(count).ok().filter(|_| count <= max).ok_or(NdrFault::Count)
}

/// The items behind a pointer, of which there are as many as a field says.
fn counted<T>(count: u32, items: Option<Vec<T>>, max: usize) -> Result<Vec<T>, NdrFault> {
    let items = items.unwrap_or_default();
    if items.len() > max {
        return Err(NdrFault::Count);
    }
    if usize::try_from(count) == Ok(items.len()) { Ok(items) } else { Err(NdrFault::Conformance) }
}
