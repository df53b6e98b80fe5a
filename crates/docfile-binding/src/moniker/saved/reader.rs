//! A place in hostile bytes that only moves forward and never past their end.

use docfile_compound::Guid;

use crate::error::{Error, ErrorKind, Result};

/// Reads little-endian fields one after another.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
    offset: usize,
}

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    /// How many bytes were read, counted from the start of the outermost reader.
    pub(super) const fn offset(&self) -> usize {
        self.offset
    }

    pub(super) const fn rest(&self) -> &'b [u8] {
        self.rest
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(|| {
            Error::new(ErrorKind::Truncated, "a saved moniker ends too early")
                .with_offset(self.offset)
        })?;
        self.rest = rest;
        self.offset += len;
        Ok(taken)
    }

    /// A reader of the next `len` bytes alone.
    pub(super) fn sub(&mut self, len: usize) -> Result<Self> {
        let offset = self.offset;
        Ok(Self { rest: self.take(len)?, offset })
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A length in bytes. One that no memory could hold is cut short and so fails where it is used.
    pub(super) fn len(&mut self) -> Result<usize> {
        self.u32().map(|len| usize::try_from(len).unwrap_or(usize::MAX))
    }

    pub(super) fn guid(&mut self) -> Result<Guid> {
        self.array().map(Guid::from_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        // What was taken is as long as asked.
        Ok(self.take(N)?.try_into().unwrap_or([0; N]))
    }
}
