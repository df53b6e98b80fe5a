//! Writing a message fragment by fragment, each with its own signature ([MS-RPCE] 3.3.1.5.2).

use super::securities::{Securities, SecurityKey};
use crate::Guid;
use crate::security::Protected;
use crate::wire::pdu::{
    Fault, FaultStatus, Flags, Header, PacketType, Request, Response, SEC_TRAILER_LEN, Writer,
    finish,
};

/// Stub data of all fragments but the last are a multiple of this many bytes.
const STUB_ALIGN: usize = 8;
/// Stub data that are signed are padded to a multiple of this many bytes, as Windows does.
const SECURE_ALIGN: usize = 16;

/// Something to send.
#[derive(Debug)]
pub(super) enum Message {
    /// A packet that is laid out already.
    Packet(Vec<u8>),
    /// A message with stub data, or at least one that is signed.
    Call(CallMessage),
}

/// A message of a call: its contents, and how far it is written.
#[derive(Debug)]
pub(super) struct CallMessage {
    pub(super) body: CallBody,
    pub(super) call_id: u32,
    /// Flags besides first and last fragment.
    pub(super) flags: Flags,
    /// The context that protects it, if one does.
    pub(super) security: Option<SecurityKey>,
    pub(super) stub: Vec<u8>,
    /// How much of `stub` is written.
    pub(super) written_len: usize,
    pub(super) has_begun: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum CallBody {
    Request { context_id: u16, opnum: u16, object: Option<Guid> },
    Response { context_id: u16, cancel_count: u8 },
    Fault { context_id: u16, cancel_count: u8, status: FaultStatus },
    CoCancel,
    Orphaned,
}

/// Whether there is more to write of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Partial,
    Whole,
}

impl CallMessage {
    pub(super) fn new(
        body: CallBody,
        call_id: u32,
        security: Option<SecurityKey>,
        stub: Vec<u8>,
    ) -> Self {
        let flags = Flags(0);
        Self { body, call_id, flags, security, stub, written_len: 0, has_begun: false }
    }
}

impl Message {
    /// What it costs to keep it, in bytes.
    pub(super) fn cost_len(&self) -> usize {
        let bytes_len = match self {
            Self::Packet(bytes) => bytes.len(),
            Self::Call(message) => message.stub.len(),
        };
        bytes_len.saturating_add(size_of::<Self>())
    }

    pub(super) fn has_begun(&self) -> bool {
        matches!(self, Self::Call(CallMessage { has_begun: true, .. }))
    }

    pub(super) fn into_stub(self) -> Vec<u8> {
        match self {
            Self::Packet(bytes) => bytes,
            Self::Call(message) => message.stub,
        }
    }
}

impl CallBody {
    fn packet_type(self) -> PacketType {
        match self {
            Self::Request { .. } => PacketType::Request,
            Self::Response { .. } => PacketType::Response,
            Self::Fault { .. } => PacketType::Fault,
            Self::CoCancel => PacketType::CoCancel,
            Self::Orphaned => PacketType::Orphaned,
        }
    }

    /// The fields between the common header and the stub data. `left_len` counts the stub data
    /// that are not written yet.
    fn write(self, left_len: usize, writer: &mut Writer<'_>) {
        let alloc_hint = u32::try_from(left_len).unwrap_or(0);
        let stub = &[];
        match self {
            Self::Request { context_id, opnum, object } => {
                Request { alloc_hint, context_id, opnum, object, stub }.write(writer);
            }
            Self::Response { context_id, cancel_count } => {
                Response { alloc_hint, context_id, cancel_count, stub }.write(writer);
            }
            Self::Fault { context_id, cancel_count, status } => {
                // The hint of a fault counts from the status ([C706] 12.6.4.7).
                let alloc_hint = 32;
                Fault { alloc_hint, context_id, cancel_count, status, stub }.write(writer);
            }
            Self::CoCancel | Self::Orphaned => {}
        }
    }
}

/// Writes the next fragment of `message` at the end of `out`.
pub(super) fn write(
    message: &mut Message,
    max_fragment_len: usize,
    securities: &mut Securities,
    out: &mut Vec<u8>,
) -> Progress {
    match message {
        Message::Packet(bytes) => {
            out.extend_from_slice(bytes);
            Progress::Whole
        }
        Message::Call(message) => write_call(message, max_fragment_len, securities, out),
    }
}

fn write_call(
    message: &mut CallMessage,
    max_fragment_len: usize,
    securities: &mut Securities,
    out: &mut Vec<u8>,
) -> Progress {
    let left = message.stub.get(message.written_len..).unwrap_or_default();
    let mut header = Header::new(message.body.packet_type(), message.flags, message.call_id);
    if !message.has_begun {
        header.flags = header.flags.with(Flags::FIRST);
    }
    let packet_start = out.len();
    let mut writer = Writer::new(out, header.order);
    header.write(&mut writer);
    message.body.write(left.len(), &mut writer);
    let stub_offset = writer.len();
    let slot = message.security.and_then(|key| Some((key, securities.get_mut(key)?)));
    let security_len = slot.as_ref().map(|(_, slot)| SEC_TRAILER_LEN + slot.signature_len());
    let room_len = room_len(max_fragment_len.saturating_sub(stub_offset), security_len);
    let chunk = left.get(..room_len).unwrap_or(left);
    writer.bytes(chunk);
    let is_last = chunk.len() == left.len();
    if is_last {
        writer.patch_flags(header.flags.with(Flags::LAST));
    }
    match slot {
        None => finish(&mut writer, 0),
        Some((key, slot)) => {
            let padded_len = chunk.len().next_multiple_of(SECURE_ALIGN);
            // Less than 16; a control packet without stub data needs none.
            let pad_len = padded_len - chunk.len();
            writer.zeros(pad_len);
            slot.trailer(key, u8::try_from(pad_len).unwrap_or(0)).write(&mut writer);
            let signed_len = writer.len();
            writer.zeros(slot.signature_len());
            finish(&mut writer, slot.signature_len());
            let (signed, signature) = writer.written().split_at_mut(signed_len);
            let (before, rest) = signed.split_at_mut(stub_offset);
            let (body, after) = rest.split_at_mut(padded_len);
            if slot.protect(Protected { before, body, after }, signature).is_err() {
                // Only a context that is refused cannot sign, and its connection is at its end:
                // nothing goes out unprotected.
                out.truncate(packet_start);
                return Progress::Whole;
            }
        }
    }
    message.has_begun = true;
    message.written_len += chunk.len();
    if is_last { Progress::Whole } else { Progress::Partial }
}

/// How many bytes of stub data fit into `room_len` bytes with their security, if any.
fn room_len(room_len: usize, security_len: Option<usize>) -> usize {
    let (room_len, align) = match security_len {
        None => (room_len, STUB_ALIGN),
        Some(len) => (room_len.saturating_sub(len), SECURE_ALIGN),
    };
    // A fragment that carries nothing would be followed by others without end.
    (room_len / align * align).max(align)
}
