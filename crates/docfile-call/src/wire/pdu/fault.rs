//! fault (\[C706\] 12.6.4.7): why a call has no answer.

use super::cursor::{Reader, Writer};
use super::error::Result;
use super::header::HEADER_LEN;
use super::status::FaultStatus;

/// The body of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// As in a response.
    pub alloc_hint: u32,
    /// The presentation context of the request.
    pub context_id: u16,
    /// How many cancels of this call had come.
    pub cancel_count: u8,
    /// Why.
    pub status: FaultStatus,
    /// What a fault that the interface declares carries; none of COM does.
    pub stub: &'a [u8],
}

impl<'a> Fault<'a> {
    /// Where the stub data start, in bytes from the start of the packet.
    pub const STUB_OFFSET: usize = HEADER_LEN + 16;

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let alloc_hint = reader.u32()?;
        let context_id = reader.u16()?;
        let cancel_count = reader.u8()?;
        reader.u8()?;
        let status = FaultStatus(reader.u32()?);
        // Some servers leave out the reserved field behind the status.
        let stub = match reader.rest() {
            [] => &[],
            _ => {
                reader.u32()?;
                reader.rest()
            }
        };
        Ok(Self { alloc_hint, context_id, cancel_count, status, stub })
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.u32(self.alloc_hint);
        writer.u16(self.context_id);
        writer.bytes(&[self.cancel_count, 0]);
        writer.u32(self.status.0);
        writer.u32(0);
        writer.bytes(self.stub);
    }
}
