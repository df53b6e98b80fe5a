//! The properties of an activation as one piece of data ([MS-DCOM] 2.2.22).
//!
//! ```text
//!  size, 0 | header: total size, header size, ids and sizes of the properties | property ...
//! ```
//!
//! Header and properties are each a serialization of their own, padded to eight bytes, and all of
//! it is the data of a custom object reference.

use crate::Guid;
use crate::ndr::{
    Limits, Marshal, NdrError, NdrFault, Unmarshal, deserialize, ndr_struct, serialize,
};

use super::packed::{Packed, packed_len};
use super::{
    ActivationContextInfo, CLSID_ACTIVATION_CONTEXT_INFO, CLSID_ACTIVATION_PROPERTIES_IN,
    CLSID_ACTIVATION_PROPERTIES_OUT, CLSID_INSTANCE_INFO, CLSID_INSTANTIATION_INFO,
    CLSID_SCM_REPLY_INFO, CLSID_SCM_REQUEST_INFO, CLSID_SECURITY_INFO, CLSID_SERVER_LOCATION_INFO,
    CLSID_SPECIAL_SYSTEM_PROPERTIES, IID_ACTIVATION_PROPERTIES_IN, IID_ACTIVATION_PROPERTIES_OUT,
    InstanceInfo, InstantiationInfo, InterfacePointer, LocationInfo, ObjectReference, PropsOutInfo,
    ReferenceForm, ScmReplyInfo, ScmRequestInfo, SecurityInfo, SpecialProperties,
};

/// How many interfaces one activation may ask for (`MAX_REQUESTED_INTERFACES`).
pub const MAX_REQUESTED_INTERFACES: usize = 0x8000;
/// How many protocols a client may speak (`MAX_REQUESTED_PROTSEQS`).
pub const MAX_REQUESTED_PROTOCOLS: usize = 0x8000;
/// How many properties there may be (`MAX_ACTPROP_LIMIT`).
pub const MAX_PROPERTIES: usize = 10;

/// One property.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each names its structure")]
pub enum Property {
    Instantiation(InstantiationInfo),
    Special(SpecialProperties),
    Instance(InstanceInfo),
    ScmRequest(ScmRequestInfo),
    ActivationContext(ActivationContextInfo),
    Location(LocationInfo),
    Security(SecurityInfo),
    ScmReply(ScmReplyInfo),
    PropsOut(PropsOutInfo),
    /// One that is not known, as it came.
    Other {
        /// Its id.
        id: Guid,
        /// Its serialization.
        data: Vec<u8>,
    },
}

/// Which way the properties go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// They are a request.
    In,
    /// They are a reply.
    Out,
}

/// The properties of one request or reply, in order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ActivationProperties {
    /// The properties.
    pub properties: Vec<Property>,
    /// How far away the other side is (`MSHCTX`); other machines are 2. Ignored on receipt.
    pub destination: u32,
}

ndr_struct! {
    form struct HeaderForm {
        total_size: u32,
        header_size: u32,
        reserved: u32,
        destination: u32,
        count: u32,
        class_info_id: Guid,
        ids: Option<Vec<Guid>>,
        sizes: Option<Vec<u32>>,
        reserved_pointer: Option<u32>,
    }
}

impl ActivationProperties {
    /// Another machine (`MSHCTX_DIFFERENTMACHINE`).
    pub const OTHER_MACHINE: u32 = 2;

    /// What a reply says: what became of the wanted interfaces, and then where the exporter is,
    /// which is the order that clients rely on.
    #[must_use]
    pub fn reply(interfaces: PropsOutInfo, exporter: ScmReplyInfo) -> Self {
        Self {
            properties: vec![Property::PropsOut(interfaces), Property::ScmReply(exporter)],
            destination: Self::OTHER_MACHINE,
        }
    }

    /// The reference that carries them as an argument.
    ///
    /// # Errors
    ///
    /// When there are more than [`MAX_PROPERTIES`] or none, or one has no form on the wire.
    pub fn to_pointer(&self, direction: Direction) -> Result<InterfacePointer, NdrError> {
        let (iid, class_id) = ids(direction);
        let form = ReferenceForm::Custom { class_id, extension_len: 0, data: self.emit()? };
        InterfacePointer::new(&ObjectReference { iid, form })
    }

    /// Reads them from an argument.
    ///
    /// # Errors
    ///
    /// When the reference is not a custom one of the class for this direction, or what it holds is
    /// not a valid set of properties.
    pub fn from_pointer(
        pointer: &InterfacePointer,
        direction: Direction,
        limits: &Limits,
    ) -> Result<Self, NdrError> {
        let reference = pointer.reference(limits)?;
        match reference.form {
            ReferenceForm::Custom { class_id, data, .. } if class_id == ids(direction).1 => {
                Self::parse(&data, limits)
            }
            _ => Err(NdrError { fault: NdrFault::Case, offset: 0 }),
        }
    }

    /// The data alone.
    ///
    /// # Errors
    ///
    /// Those of [`to_pointer`](Self::to_pointer).
    pub fn emit(&self) -> Result<Vec<u8>, NdrError> {
        check_count(self.properties.len())?;
        let mut ids = Vec::new();
        let mut sizes = Vec::new();
        let mut body = Vec::new();
        for property in &self.properties {
            let (id, data) = property.emit()?;
            ids.push(id);
            sizes.push(u32::from_le_bytes(packed_len(data.len())?));
            body.extend(data);
        }
        let mut header = HeaderForm {
            total_size: 0,
            header_size: 0,
            reserved: 0,
            destination: self.destination,
            count: u32::from_le_bytes(packed_len(ids.len())?),
            class_info_id: Guid::NULL,
            ids: Some(ids),
            sizes: Some(sizes),
            reserved_pointer: None,
        };
        // The header counts itself; its length does not depend on what it says.
        let header_len = serialize(&header)?.len();
        let total_len = packed_len(header_len + body.len())?;
        header.header_size = u32::from_le_bytes(packed_len(header_len)?);
        header.total_size = u32::from_le_bytes(total_len);
        let mut data = total_len.to_vec();
        data.extend([0; 4]);
        data.extend(serialize(&header)?);
        data.extend(body);
        Ok(data)
    }

    /// Reads the data alone. The sizes in front of it are not believed beyond what is there.
    ///
    /// # Errors
    ///
    /// When the bytes end, or the header or a known property is not valid.
    pub fn parse(data: &[u8], limits: &Limits) -> Result<Self, NdrError> {
        let mut packed = Packed::new(data);
        packed.u32()?;
        packed.u32()?;
        let (header, header_len) = deserialize::<HeaderForm>(packed.rest(), limits)?;
        packed.bytes(header_len)?;
        let ids = header.ids.unwrap_or_default();
        let sizes = header.sizes.unwrap_or_default();
        check_count(ids.len())?;
        if ids.len() != sizes.len() || usize::try_from(header.count) != Ok(ids.len()) {
            return Err(packed.error(NdrFault::Conformance));
        }
        let mut properties = Vec::new();
        for (id, size) in ids.into_iter().zip(sizes) {
            let size = usize::try_from(size).map_err(|_| packed.error(NdrFault::Count))?;
            let offset = packed.offset();
            let data = packed.bytes(size)?;
            let property = Property::parse(id, data, limits).map_err(|error| NdrError {
                offset: offset.saturating_add(error.offset),
                ..error
            })?;
            properties.push(property);
        }
        Ok(Self { properties, destination: header.destination })
    }
}

macro_rules! known_properties {
    ($($case:ident($type:ty) = $id:ident, $getter:ident;)*) => {
        impl Property {
            fn emit(&self) -> Result<(Guid, Vec<u8>), NdrError> {
                match self {
                    $(Self::$case(value) => Ok(($id, emit_known(value)?)),)*
                    Self::Other { id, data } => Ok((*id, data.clone())),
                }
            }

            fn parse(id: Guid, data: &[u8], limits: &Limits) -> Result<Self, NdrError> {
                match id {
                    $($id => parse_known(data, limits).map(Self::$case),)*
                    _ => Ok(Self::Other { id, data: data.to_vec() }),
                }
            }
        }

        impl ActivationProperties {
            $(
                /// The first such property.
                #[must_use]
                pub fn $getter(&self) -> Option<&$type> {
                    self.properties.iter().find_map(|property| match property {
                        Property::$case(value) => Some(value),
                        _ => None,
                    })
                }
            )*
        }
    };
}

known_properties! {
    Instantiation(InstantiationInfo) = CLSID_INSTANTIATION_INFO, instantiation;
    Special(SpecialProperties) = CLSID_SPECIAL_SYSTEM_PROPERTIES, special;
    Instance(InstanceInfo) = CLSID_INSTANCE_INFO, instance;
    ScmRequest(ScmRequestInfo) = CLSID_SCM_REQUEST_INFO, scm_request;
    ActivationContext(ActivationContextInfo) = CLSID_ACTIVATION_CONTEXT_INFO, activation_context;
    Location(LocationInfo) = CLSID_SERVER_LOCATION_INFO, location;
    Security(SecurityInfo) = CLSID_SECURITY_INFO, security;
    ScmReply(ScmReplyInfo) = CLSID_SCM_REPLY_INFO, scm_reply;
    PropsOut(PropsOutInfo) = CLSID_ACTIVATION_PROPERTIES_OUT, props_out;
}

fn emit_known(value: &impl Marshal) -> Result<Vec<u8>, NdrError> {
    serialize(value)
}

fn parse_known<T: Unmarshal>(data: &[u8], limits: &Limits) -> Result<T, NdrError> {
    deserialize(data, limits).map(|(value, _)| value)
}

fn ids(direction: Direction) -> (Guid, Guid) {
    match direction {
        Direction::In => (IID_ACTIVATION_PROPERTIES_IN, CLSID_ACTIVATION_PROPERTIES_IN),
        Direction::Out => (IID_ACTIVATION_PROPERTIES_OUT, CLSID_ACTIVATION_PROPERTIES_OUT),
    }
}

fn check_count(count: usize) -> Result<(), NdrError> {
    if (1..=MAX_PROPERTIES).contains(&count) {
        Ok(())
    } else {
        Err(NdrError { fault: NdrFault::Count, offset: 0 })
    }
}
