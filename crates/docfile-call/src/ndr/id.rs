//! Ids, result codes and times as they travel.

use crate::{Guid, Hresult};

use super::scalar::as_scalar;
use super::structure::ndr_struct;
use super::{Decoder, Encoder, Layout, Marshal, NdrError, Unmarshal};

/// A point in time: hundreds of nanoseconds since the first day of 1601, UTC ([MS-DTYP] 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileTime(pub u64);

ndr_struct! { foreign Guid { data1: u32, data2: u16, data3: u16, data4: [u8; 8] } }

as_scalar!(Hresult, u32, |code| code.0, Hresult);

impl Layout for FileTime {
    // Two halves of 32 bits each, which is why it is not aligned to 8.
    const ALIGN: usize = u32::ALIGN;
}

impl Marshal for FileTime {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.align(Self::ALIGN);
        encoder.bytes(&self.0.to_le_bytes());
        Ok(())
    }
}

impl Unmarshal for FileTime {
    type Partial = Self;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let low = u32::unmarshal(decoder)?;
        let high = u32::unmarshal(decoder)?;
        Ok(Self(u64::from(high) << 32 | u64::from(low)))
    }

    fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(partial)
    }
}
