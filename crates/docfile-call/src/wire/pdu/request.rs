//! request (\[C706\] 12.6.4.9): a call, or a fragment of one.

use super::cursor::{Reader, Writer};
use super::error::Result;
use super::header::{Flags, HEADER_LEN, Header};
use crate::Guid;

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// How many bytes of stub data are left, this fragment included; 0 says nothing.
    pub alloc_hint: u32,
    /// Which presentation context, and so which interface.
    pub context_id: u16,
    /// Which method, counted from 0.
    pub opnum: u16,
    /// Which object; an IPID in DCOM. The header's flag [`Flags::OBJECT`] says that there is one.
    pub object: Option<Guid>,
    /// The stub data of this fragment.
    pub stub: &'a [u8],
}

impl<'a> Request<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>, header: &Header) -> Result<Self> {
        Ok(Self {
            alloc_hint: reader.u32()?,
            context_id: reader.u16()?,
            opnum: reader.u16()?,
            object: match header.flags.contains(Flags::OBJECT) {
                true => Some(reader.guid()?),
                false => None,
            },
            stub: reader.rest(),
        })
    }

    /// Where the stub data start, in bytes from the start of the packet.
    #[must_use]
    pub const fn stub_offset(has_object: bool) -> usize {
        HEADER_LEN + 8 + if has_object { 16 } else { 0 }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.u32(self.alloc_hint);
        writer.u16(self.context_id);
        writer.u16(self.opnum);
        if let Some(object) = self.object {
            writer.guid(object);
        }
        writer.bytes(self.stub);
    }
}
