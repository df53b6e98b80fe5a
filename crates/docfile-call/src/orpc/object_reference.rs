//! Object references ([MS-DCOM] 2.2.18): who an object is, and where its resolver is.
//!
//! ```text
//!  "MEOW"  form  iid   then by form
//!                      standard  STDOBJREF  resolver's bindings
//!                      handler   STDOBJREF  clsid  resolver's bindings
//!                      custom    clsid  extension length  length  data
//!                      extended  STDOBJREF  "VYSN"  resolver's bindings  1  "VYSN"  element
//! ```
//!
//! All of it is packed and little-endian, whatever surrounds it.

use crate::Guid;
use crate::ndr::{Limits, NdrError, NdrFault, ndr_struct};

use super::packed::{Packed, packed_len};
use super::{DualStringArray, Ipid, Oid, Oxid};

ndr_struct! {
    /// `STDOBJREF`: an interface of an object, and references to it ([MS-DCOM] 2.2.18.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct StandardReference {
        /// [`NO_PING`](Self::NO_PING) or none.
        pub flags: u32,
        /// How many references the receiver now holds.
        pub public_ref_count: u32,
        /// The exporter.
        pub oxid: Oxid,
        /// The object.
        pub oid: Oid,
        /// The interface.
        pub ipid: Ipid,
    }
}

impl StandardReference {
    /// The object does not want to be pinged, and lives as long as it likes (`SORF_NOPING`).
    pub const NO_PING: u32 = 0x1000;
}

/// `OBJREF`: a reference to an interface of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectReference {
    /// The interface that was marshaled.
    pub iid: Guid,
    /// The rest, by form.
    pub form: ReferenceForm,
}

/// The four forms of an [`ObjectReference`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceForm {
    /// The object is called where it lives.
    Standard {
        /// The interface.
        standard: StandardReference,
        /// Where the resolver is.
        resolver: DualStringArray,
    },
    /// As standard, with a class that stands before the object at the client's.
    Handler {
        /// The interface.
        standard: StandardReference,
        /// The class of the handler.
        class_id: Guid,
        /// Where the resolver is.
        resolver: DualStringArray,
    },
    /// Only its class can read it.
    Custom {
        /// The class.
        class_id: Guid,
        /// The length of an extension that is not defined; ignored on receipt.
        extension_len: u32,
        /// What the class marshaled.
        data: Vec<u8>,
    },
    /// As standard, with a context.
    Extended {
        /// The interface.
        standard: StandardReference,
        /// Where the resolver is.
        resolver: DualStringArray,
        /// The id of the context.
        context_id: Guid,
        /// The marshaled context, without padding.
        context: Vec<u8>,
    },
}

const SIGNATURE: u32 = 0x574F_454D;
const EXTENDED_SIGNATURE: u32 = 0x4E53_5956;
const STANDARD: u32 = 1;
const HANDLER: u32 = 2;
const CUSTOM: u32 = 4;
const EXTENDED: u32 = 8;
const CONTEXT_ALIGN: usize = 8;
/// What the size of a custom reference may count beside its data.
const CUSTOM_SLACK_LEN: usize = 8;

impl ObjectReference {
    /// The interface that can be called without knowing a class: that of every form but custom.
    #[must_use]
    pub fn standard(&self) -> Option<(&StandardReference, &DualStringArray)> {
        match &self.form {
            ReferenceForm::Standard { standard, resolver }
            | ReferenceForm::Handler { standard, resolver, .. }
            | ReferenceForm::Extended { standard, resolver, .. } => Some((standard, resolver)),
            ReferenceForm::Custom { .. } => None,
        }
    }

    /// Packs it.
    ///
    /// # Errors
    ///
    /// When a part is too long for its count, or a binding cannot be sent.
    pub fn emit(&self) -> Result<Vec<u8>, NdrError> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        let form = match &self.form {
            ReferenceForm::Standard { .. } => STANDARD,
            ReferenceForm::Handler { .. } => HANDLER,
            ReferenceForm::Custom { .. } => CUSTOM,
            ReferenceForm::Extended { .. } => EXTENDED,
        };
        bytes.extend(form.to_le_bytes());
        bytes.extend(self.iid.to_le_bytes());
        match &self.form {
            ReferenceForm::Standard { standard, resolver } => {
                emit_standard(&mut bytes, standard);
                bytes.extend(resolver.emit()?);
            }
            ReferenceForm::Handler { standard, class_id, resolver } => {
                emit_standard(&mut bytes, standard);
                bytes.extend(class_id.to_le_bytes());
                bytes.extend(resolver.emit()?);
            }
            ReferenceForm::Custom { class_id, extension_len, data } => {
                bytes.extend(class_id.to_le_bytes());
                bytes.extend(extension_len.to_le_bytes());
                bytes.extend(packed_len(data.len())?);
                bytes.extend(data);
            }
            ReferenceForm::Extended { standard, resolver, context_id, context } => {
                emit_standard(&mut bytes, standard);
                bytes.extend(EXTENDED_SIGNATURE.to_le_bytes());
                bytes.extend(resolver.emit()?);
                bytes.extend(1_u32.to_le_bytes());
                bytes.extend(EXTENDED_SIGNATURE.to_le_bytes());
                bytes.extend(context_id.to_le_bytes());
                let rounded_len = context.len().next_multiple_of(CONTEXT_ALIGN);
                bytes.extend(packed_len(context.len())?);
                bytes.extend(packed_len(rounded_len)?);
                bytes.extend(context);
                bytes.extend(core::iter::repeat_n(0, rounded_len - context.len()));
            }
        }
        Ok(bytes)
    }

    /// Unpacks one. Bytes behind it are not looked at: an interface pointer may be longer than what
    /// is in it.
    ///
    /// # Errors
    ///
    /// When the bytes end or are not an object reference.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, NdrError> {
        let mut packed = Packed::new(bytes);
        expect(&mut packed, SIGNATURE, "an object reference begins with its signature")?;
        let form = packed.u32()?;
        let iid = packed.guid()?;
        let form = match form {
            STANDARD => ReferenceForm::Standard {
                standard: take_standard(&mut packed)?,
                resolver: DualStringArray::take(&mut packed, limits)?,
            },
            HANDLER => ReferenceForm::Handler {
                standard: take_standard(&mut packed)?,
                class_id: packed.guid()?,
                resolver: DualStringArray::take(&mut packed, limits)?,
            },
            CUSTOM => take_custom(&mut packed)?,
            EXTENDED => take_extended(&mut packed, limits)?,
            _ => return Err(packed.error(NdrFault::Case)),
        };
        Ok(Self { iid, form })
    }
}

fn emit_standard(bytes: &mut Vec<u8>, standard: &StandardReference) {
    bytes.extend(standard.flags.to_le_bytes());
    bytes.extend(standard.public_ref_count.to_le_bytes());
    bytes.extend(standard.oxid.0.to_le_bytes());
    bytes.extend(standard.oid.0.to_le_bytes());
    bytes.extend(standard.ipid.0.to_le_bytes());
}

fn take_standard(packed: &mut Packed<'_>) -> Result<StandardReference, NdrError> {
    Ok(StandardReference {
        flags: packed.u32()?,
        public_ref_count: packed.u32()?,
        oxid: Oxid(packed.u64()?),
        oid: Oid(packed.u64()?),
        ipid: Ipid(packed.guid()?),
    })
}

fn take_custom(packed: &mut Packed<'_>) -> Result<ReferenceForm, NdrError> {
    let class_id = packed.guid()?;
    let extension_len = packed.u32()?;
    // [MS-DCOM] 2.2.18.6 has the field ignored on receipt, and clients count eight bytes too many:
    // the data is what is there, but no more than that claims.
    let claimed = usize::try_from(packed.u32()?).map_err(|_| packed.error(NdrFault::Count))?;
    if claimed > packed.rest().len().saturating_add(CUSTOM_SLACK_LEN) {
        return Err(packed.error(NdrFault::Count));
    }
    let data = packed.bytes(claimed.min(packed.rest().len()))?.to_vec();
    Ok(ReferenceForm::Custom { class_id, extension_len, data })
}

fn take_extended(packed: &mut Packed<'_>, limits: &Limits) -> Result<ReferenceForm, NdrError> {
    let standard = take_standard(packed)?;
    expect(packed, EXTENDED_SIGNATURE, "the bindings follow their signature")?;
    let resolver = DualStringArray::take(packed, limits)?;
    expect(packed, 1, "there is one element")?;
    expect(packed, EXTENDED_SIGNATURE, "the element follows its signature")?;
    let context_id = packed.guid()?;
    let len = packed.len()?;
    let rounded_len = packed.len()?;
    if rounded_len != len.next_multiple_of(CONTEXT_ALIGN) {
        return Err(packed.error(NdrFault::Conformance));
    }
    let context = packed.bytes(rounded_len)?.get(..len).unwrap_or_default().to_vec();
    Ok(ReferenceForm::Extended { standard, resolver, context_id, context })
}

fn expect(packed: &mut Packed<'_>, value: u32, rule: &'static str) -> Result<(), NdrError> {
    let error = packed.error(NdrFault::Value(rule));
    if packed.u32()? == value { Ok(()) } else { Err(error) }
}
