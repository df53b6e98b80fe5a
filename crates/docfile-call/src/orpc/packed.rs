//! Fixed little-endian fields without alignment, as in an object reference. What is packed does not
//! follow the byte order of the PDU around it.

use crate::Guid;
use crate::ndr::{NdrError, NdrFault};

/// A cursor over packed fields that cannot leave its bytes.
#[derive(Debug)]
pub(super) struct Packed<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Packed<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], NdrError> {
        let (taken, rest) =
            self.rest.split_at_checked(len).ok_or_else(|| self.error(NdrFault::Truncated))?;
        self.rest = rest;
        self.offset += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NdrError> {
        let (taken, rest) =
            self.rest.split_first_chunk().ok_or_else(|| self.error(NdrFault::Truncated))?;
        self.rest = rest;
        self.offset += N;
        Ok(*taken)
    }

    pub(super) fn u16(&mut self) -> Result<u16, NdrError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, NdrError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, NdrError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn guid(&mut self) -> Result<Guid, NdrError> {
        self.array().map(Guid::from_le_bytes)
    }

    /// A length in bytes, which must lie in what is left.
    pub(super) fn len(&mut self) -> Result<usize, NdrError> {
        let len = usize::try_from(self.u32()?).map_err(|_| self.error(NdrFault::Count))?;
        if len > self.rest.len() {
            return Err(self.error(NdrFault::Count));
        }
        Ok(len)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn error(&self, fault: NdrFault) -> NdrError {
        NdrError { fault, offset: self.offset }
    }
}

/// A length in the 32 bits that a packed form has for it.
pub(super) fn packed_len(len: usize) -> Result<[u8; 4], NdrError> {
    u32::try_from(len)
        .map(u32::to_le_bytes)
        .map_err(|_| NdrError { fault: NdrFault::Count, offset: 0 })
}
