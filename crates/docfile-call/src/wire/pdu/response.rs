//! response (\[C706\] 12.6.4.10): the answer to a call, or a fragment of it.

use super::cursor::{Reader, Writer};
use super::error::Result;
use super::header::HEADER_LEN;

/// The body of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// How many bytes of stub data are left, this fragment included; 0 says nothing.
    pub alloc_hint: u32,
    /// The presentation context of the request.
    pub context_id: u16,
    /// How many cancels of this call had come.
    pub cancel_count: u8,
    /// The stub data of this fragment.
    pub stub: &'a [u8],
}

impl<'a> Response<'a> {
    /// Where the stub data start, in bytes from the start of the packet.
    pub const STUB_OFFSET: usize = HEADER_LEN + 8;

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let alloc_hint = reader.u32()?;
        let context_id = reader.u16()?;
        let cancel_count = reader.u8()?;
        reader.u8()?;
        Ok(Self { alloc_hint, context_id, cancel_count, stub: reader.rest() })
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.u32(self.alloc_hint);
        writer.u16(self.context_id);
        writer.bytes(&[self.cancel_count, 0]);
        writer.bytes(self.stub);
    }
}
