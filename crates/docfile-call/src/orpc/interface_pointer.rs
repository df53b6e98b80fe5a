//! An object reference as an argument ([MS-DCOM] 2.2.14).

use crate::ndr::{Limits, NdrError, NdrFault, ndr_form, ndr_struct};

use super::ObjectReference;

/// `MInterfacePointer`: the bytes of an [`ObjectReference`]. A null interface is the null pointer,
/// `Option<InterfacePointer>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfacePointer {
    /// A packed object reference, not yet looked into.
    pub data: Vec<u8>,
}

impl InterfacePointer {
    /// Packs a reference.
    ///
    /// # Errors
    ///
    /// When a part of it is too long for its count.
    pub fn new(reference: &ObjectReference) -> Result<Self, NdrError> {
        reference.emit().map(|data| Self { data })
    }

    /// Unpacks the reference.
    ///
    /// # Errors
    ///
    /// When the bytes are not one.
    pub fn reference(&self, limits: &Limits) -> Result<ObjectReference, NdrError> {
        ObjectReference::parse(&self.data, limits)
    }
}

ndr_struct! {
    form pub struct InterfacePointerForm {
        len: u32,
        data: Vec<u8>,
    }
}

ndr_form!(InterfacePointer => InterfacePointerForm);

impl TryFrom<&InterfacePointer> for InterfacePointerForm {
    type Error = NdrFault;

    fn try_from(pointer: &InterfacePointer) -> Result<Self, NdrFault> {
        let len = u32::try_from(pointer.data.len()).map_err(|_| NdrFault::Count)?;
        Ok(Self { len, data: pointer.data.clone() })
    }
}

impl TryFrom<InterfacePointerForm> for InterfacePointer {
    type Error = NdrFault;

    fn try_from(form: InterfacePointerForm) -> Result<Self, NdrFault> {
        if usize::try_from(form.len) != Ok(form.data.len()) {
            return Err(NdrFault::Conformance);
        }
        Ok(Self { data: form.data })
    }
}
