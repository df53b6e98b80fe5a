//! The context of a client, which an activation request must carry ([MS-DCOM] 2.2.20).
//!
//! Nothing here gives a context a meaning. A client sends one without properties, which is what a
//! client that lives in no context has; a server keeps what it gets as it is.

use crate::Guid;

use super::{CLSID_CONTEXT_MARSHALER, IID_CONTEXT, ObjectReference, ReferenceForm};

const MAJOR_VERSION: u16 = 1;
const MINOR_VERSION: u16 = 1;
/// The context is marshaled by value (`CTXMSHLFLAGS_BYVAL`).
const BY_VALUE: u32 = 2;
const FROZEN: u32 = 1;

/// A context without properties, as a reference.
///
/// ```
/// use docfile_call::orpc::{ReferenceForm, empty_context};
/// use docfile_call::Guid;
/// let ReferenceForm::Custom { data, .. } = empty_context(Guid::from_u128(1)).form
///     else { unreachable!() };
/// assert_eq!(data.len(), 48);
/// ```
#[must_use]
pub fn empty_context(context_id: Guid) -> ObjectReference {
    let mut data = Vec::new();
    data.extend(MAJOR_VERSION.to_le_bytes());
    data.extend(MINOR_VERSION.to_le_bytes());
    data.extend(context_id.to_le_bytes());
    // Flags, reserved, number and size of extents, marshaling flags, number of properties, frozen.
    for field in [BY_VALUE, 0, 0, 0, 0, 0, FROZEN] {
        data.extend(field.to_le_bytes());
    }
    let form = ReferenceForm::Custom { class_id: CLSID_CONTEXT_MARSHALER, extension_len: 0, data };
    ObjectReference { iid: IID_CONTEXT, form }
}
