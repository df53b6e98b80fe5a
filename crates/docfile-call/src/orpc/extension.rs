//! Data that travels beside arguments and results ([MS-DCOM] 2.2.13.1 and 2.2.13.2).
//!
//! Each piece is padded to eight bytes, and the array of pieces to an even number, with null. What
//! nobody knows is ignored.

use crate::Guid;
use crate::ndr::{NdrFault, ndr_form, ndr_struct};

/// `ORPC_EXTENT`: one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// What it is.
    pub id: Guid,
    /// Its bytes, without padding.
    pub data: Vec<u8>,
}

/// `ORPC_EXTENT_ARRAY`: all pieces of one call.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Extensions(pub Vec<Extension>);

impl Extensions {
    /// The first piece with this id.
    #[must_use]
    pub fn find(&self, id: Guid) -> Option<&[u8]> {
        self.0.iter().find(|piece| piece.id == id).map(|piece| piece.data.as_slice())
    }
}

ndr_struct! {
    form pub struct ExtentForm {
        id: Guid,
        size: u32,
        data: Vec<u8>,
    }
}

ndr_struct! {
    form pub struct ExtentArrayForm {
        size: u32,
        reserved: u32,
        extents: Option<Vec<Option<Extension>>>,
    }
}

ndr_form!(Extension => ExtentForm);
ndr_form!(Extensions => ExtentArrayForm);

const DATA_ALIGN: usize = 8;
const ARRAY_ALIGN: usize = 2;

impl TryFrom<&Extension> for ExtentForm {
    type Error = NdrFault;

    fn try_from(piece: &Extension) -> Result<Self, NdrFault> {
        let size = u32::try_from(piece.data.len()).map_err(|_| NdrFault::Count)?;
        let mut data = piece.data.clone();
        data.resize(data.len().next_multiple_of(DATA_ALIGN), 0);
        Ok(Self { id: piece.id, size, data })
    }
}

impl TryFrom<ExtentForm> for Extension {
    type Error = NdrFault;

    fn try_from(form: ExtentForm) -> Result<Self, NdrFault> {
        let mut data = form.data;
        let size = usize::try_from(form.size).map_err(|_| NdrFault::Count)?;
        if size > data.len() {
            return Err(NdrFault::Conformance);
        }
        data.truncate(size);
        Ok(Self { id: form.id, data })
    }
}

impl TryFrom<&Extensions> for ExtentArrayForm {
    type Error = NdrFault;

    fn try_from(all: &Extensions) -> Result<Self, NdrFault> {
        let size = u32::try_from(all.0.len()).map_err(|_| NdrFault::Count)?;
        let mut extents: Vec<_> = all.0.iter().cloned().map(Some).collect();
        extents.resize(extents.len().next_multiple_of(ARRAY_ALIGN), None);
        Ok(Self { size, reserved: 0, extents: (size > 0).then_some(extents) })
    }
}

impl TryFrom<ExtentArrayForm> for Extensions {
    type Error = NdrFault;

    fn try_from(form: ExtentArrayForm) -> Result<Self, NdrFault> {
        // The padding, and whatever else is null, is not there.
        Ok(Self(form.extents.unwrap_or_default().into_iter().flatten().collect()))
    }
}
