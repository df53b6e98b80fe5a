//! The verification trailer ([MS-RPCE] 2.2.2.13): what a client says once more, under the
//! signature of the stub data, about fields that are not signed.
//!
//! It stands behind the stub data of a request, aligned to four. Nothing says where: it is found
//! by its magic bytes, and only if it is of its form up to the last byte.

use super::cursor::{Reader, Writer};
use super::error::{Result, WireError, WireFault};
use super::header::{ByteOrder, Header, PacketType};
use super::syntax::SyntaxId;

const MAGIC: [u8; 8] = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71];
const COMMAND_BITMASK: u16 = 1;
const COMMAND_PRESENTATION: u16 = 2;
const COMMAND_HEADER: u16 = 3;
const COMMAND_MASK: u16 = 0x3FFF;
/// This command is the last.
const COMMAND_END: u16 = 0x4000;
/// Who does not know this command must refuse the request.
const COMMAND_MUST_PROCESS: u16 = 0x8000;
/// In the mask of bits: the client can sign headers.
const HEADER_SIGNING: u32 = 1;

/// The longest trailer that is looked for, in bytes: every known command once is 80, and a few
/// unknown ones may be among them.
const MAX_LEN: usize = 256;

/// What a verification trailer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct VerificationTrailer {
    /// Whether the client can sign headers, if it says so.
    pub header_signing: Option<bool>,
    /// The interface and the transfer syntax that the call is for.
    pub presentation: Option<(SyntaxId, SyntaxId)>,
    /// Call id, presentation context and method of the request.
    pub request: Option<(u32, u16, u16)>,
}

impl VerificationTrailer {
    /// Finds the trailer at the end of the stub data of a request.
    ///
    /// # Errors
    ///
    /// A trailer that is well formed but for a command that must be understood and is not, or
    /// that is about a packet other than a little-endian request.
    pub fn find(stub: &[u8]) -> Result<Option<Self>> {
        let first_offset = stub.len().saturating_sub(MAX_LEN).next_multiple_of(4);
        for offset in (first_offset..stub.len()).step_by(4) {
            let Some(rest) = stub.get(offset..).and_then(|rest| rest.strip_prefix(&MAGIC)) else {
                continue;
            };
            match Self::read(&mut Reader::new(rest, offset + MAGIC.len(), ByteOrder::Little)) {
                Err(WireError { fault: WireFault::Truncated, .. }) => {}
                found => return found.map(Some),
            }
        }
        Ok(None)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut trailer = Self::default();
        loop {
            let offset = reader.offset();
            let command = reader.u16()?;
            let len = reader.u16()?;
            let value = reader.take(len.into())?;
            let mut value = Reader::new(value, offset + 4, ByteOrder::Little);
            match command & COMMAND_MASK {
                COMMAND_BITMASK => {
                    trailer.header_signing = Some(value.u32()? & HEADER_SIGNING != 0);
                }
                COMMAND_PRESENTATION => {
                    let interface = SyntaxId::read(&mut value)?;
                    trailer.presentation = Some((interface, SyntaxId::read(&mut value)?));
                }
                COMMAND_HEADER => trailer.request = Some(read_header(&mut value)?),
                _ if command & COMMAND_MUST_PROCESS != 0 => {
                    return Err(WireFault::VerificationTrailer.at(offset));
                }
                _ => {}
            }
            if command & COMMAND_END != 0 {
                // Bytes behind the last command mean that these were data after all.
                return match reader.rest() {
                    [] => Ok(trailer),
                    _ => Err(WireFault::Truncated.at(reader.offset())),
                };
            }
        }
    }

    /// Whether the trailer agrees with what the request says of itself.
    #[must_use]
    pub fn agrees(
        &self,
        header: &Header,
        context_id: u16,
        opnum: u16,
        interface: SyntaxId,
        transfer: SyntaxId,
    ) -> bool {
        self.presentation.is_none_or(|presentation| presentation == (interface, transfer))
            && self.request.is_none_or(|request| request == (header.call_id, context_id, opnum))
    }

    /// Appends the trailer to stub data.
    pub fn append(&self, stub: &mut Vec<u8>) {
        stub.resize(stub.len().next_multiple_of(4), 0);
        let mut writer = Writer::new(stub, ByteOrder::Little);
        writer.bytes(&MAGIC);
        let mut commands = self.commands();
        let Some(last) = commands.pop() else {
            writer.u16(COMMAND_BITMASK | COMMAND_END);
            writer.u16(4);
            return writer.u32(0);
        };
        for (command, value) in commands {
            write_command(&mut writer, command, &value);
        }
        write_command(&mut writer, last.0 | COMMAND_END, &last.1);
    }

    fn commands(&self) -> Vec<(u16, Vec<u8>)> {
        let mut commands = Vec::new();
        let mut push = |command, fill: &dyn Fn(&mut Writer<'_>)| {
            let mut value = Vec::new();
            fill(&mut Writer::new(&mut value, ByteOrder::Little));
            commands.push((command, value));
        };
        if let Some(signs) = self.header_signing {
            push(COMMAND_BITMASK, &|writer| writer.u32(u32::from(signs)));
        }
        if let Some((interface, transfer)) = self.presentation {
            push(COMMAND_PRESENTATION, &|writer| {
                interface.write(writer);
                transfer.write(writer);
            });
        }
        if let Some((call_id, context_id, opnum)) = self.request {
            push(COMMAND_HEADER, &|writer| {
                writer.bytes(&[PacketType::Request as u8, 0, 0, 0, 0x10, 0, 0, 0]);
                writer.u32(call_id);
                writer.u16(context_id);
                writer.u16(opnum);
            });
        }
        commands
    }
}

fn read_header(value: &mut Reader<'_>) -> Result<(u32, u16, u16)> {
    let offset = value.offset();
    let packet_type = value.u8()?;
    value.take(3)?;
    let representation = value.u8()?;
    value.take(3)?;
    if packet_type != PacketType::Request as u8 || representation != 0x10 {
        return Err(WireFault::VerificationTrailer.at(offset));
    }
    Ok((value.u32()?, value.u16()?, value.u16()?))
}

fn write_command(writer: &mut Writer<'_>, command: u16, value: &[u8]) {
    writer.u16(command);
    // The values written here have at most 40 bytes.
    writer.u16(u16::try_from(value.len()).unwrap_or(0));
    writer.bytes(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Guid;
    use crate::wire::pdu::{Flags, NDR};

    fn trailer() -> VerificationTrailer {
        VerificationTrailer {
            header_signing: Some(true),
            presentation: Some((SyntaxId::of_interface(Guid::from_u128(7)), NDR)),
            request: Some((3, 1, 4)),
        }
    }

    #[test]
    fn a_trailer_is_found_behind_stub_data_of_any_length() {
        for len in 0..400 {
            let mut stub = vec![0xAB; len];
            assert_eq!(VerificationTrailer::find(&stub), Ok(None));
            trailer().append(&mut stub);
            assert_eq!(VerificationTrailer::find(&stub), Ok(Some(trailer())), "{len}");
            stub.push(0);
            assert_eq!(VerificationTrailer::find(&stub), Ok(None), "{len}");
        }
    }

    #[test]
    fn a_trailer_agrees_with_its_own_request_alone() {
        let header = Header::new(PacketType::Request, Flags::WHOLE, 3);
        let interface = SyntaxId::of_interface(Guid::from_u128(7));
        assert!(trailer().agrees(&header, 1, 4, interface, NDR));
        assert!(!trailer().agrees(&header, 1, 5, interface, NDR));
        assert!(!trailer().agrees(&header, 2, 4, interface, NDR));
        assert!(!trailer().agrees(&header, 1, 4, NDR, NDR));
        let other_call = Header { call_id: 4, ..header };
        assert!(!trailer().agrees(&other_call, 1, 4, interface, NDR));
    }

    #[test]
    fn a_command_that_must_be_understood_and_is_not_is_refused() {
        let mut stub = MAGIC.to_vec();
        stub.extend_from_slice(&[0x77, 0xC0, 0, 0]);
        assert_eq!(
            VerificationTrailer::find(&stub),
            Err(WireFault::VerificationTrailer.at(MAGIC.len()))
        );
        // Without the bit it is passed over.
        stub[9] = 0x40;
        assert_eq!(VerificationTrailer::find(&stub), Ok(Some(VerificationTrailer::default())));
    }
}
