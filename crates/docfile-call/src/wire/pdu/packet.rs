//! A whole packet: header, body, and what secures it.
//!
//! The sessions read requests and responses through [`Frame`], because those may be encrypted; a
//! [`Packet`] is for everything whose body is in the clear, and for tests and tools.

use super::bind::Bind;
use super::bind_ack::BindAck;
use super::bind_nak::BindNak;
use super::cursor::Writer;
use super::error::Result;
use super::fault::Fault;
use super::frame::Frame;
use super::header::{AUTH_LEN_OFFSET, FRAG_LEN_OFFSET, Flags, Header, PacketType};
use super::request::Request;
use super::response::Response;
use super::sec_trailer::SecTrailer;

/// A packet that is not encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The common header. [`emit`](Self::emit) sets its type and its lengths from the rest.
    pub header: Header,
    /// What it says.
    pub body: Body<'a>,
    /// The security trailer and its token. [`emit`](Self::emit) sets the length of the padding.
    pub security: Option<(SecTrailer, &'a [u8])>,
}

/// What a packet says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// A call.
    Request(Request<'a>),
    /// Its answer.
    Response(Response<'a>),
    /// Why it has none.
    Fault(Fault<'a>),
    /// The first words of a client.
    Bind(Bind),
    /// More interfaces, or another security context.
    AlterContext(Bind),
    /// The answer to bind.
    BindAck(BindAck),
    /// The answer to alter_context.
    AlterContextResponse(BindAck),
    /// The refusal of a bind.
    BindNak(BindNak),
    /// The third leg of a handshake, which has no answer.
    Auth3,
    /// The server asks its client to leave.
    Shutdown,
    /// The client asks that the call be cancelled.
    CoCancel,
    /// The client has abandoned the call.
    Orphaned,
}

impl Body<'_> {
    /// The type of the packet that says this.
    #[must_use]
    pub fn packet_type(&self) -> PacketType {
        match self {
            Self::Request(_) => PacketType::Request,
            Self::Response(_) => PacketType::Response,
            Self::Fault(_) => PacketType::Fault,
            Self::Bind(_) => PacketType::Bind,
            Self::AlterContext(_) => PacketType::AlterContext,
            Self::BindAck(_) => PacketType::BindAck,
            Self::AlterContextResponse(_) => PacketType::AlterContextResponse,
            Self::BindNak(_) => PacketType::BindNak,
            Self::Auth3 => PacketType::Auth3,
            Self::Shutdown => PacketType::Shutdown,
            Self::CoCancel => PacketType::CoCancel,
            Self::Orphaned => PacketType::Orphaned,
        }
    }
}

impl<'a> Packet<'a> {
    /// A packet without security.
    #[must_use]
    pub fn new(flags: Flags, call_id: u32, body: Body<'a>) -> Self {
        Self { header: Header::new(body.packet_type(), flags, call_id), body, security: None }
    }

    /// Reads `bytes`, which must be one packet from its first byte to its last.
    ///
    /// # Errors
    ///
    /// What [`Frame::parse`] says, and a body that is not of its packet's form.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        Self::from_frame(&Frame::parse(bytes)?)
    }

    /// Reads the body of a packet that is cut already.
    ///
    /// # Errors
    ///
    /// A body that is not of its packet's form, with the offset where it departs from it.
    pub fn from_frame(frame: &Frame<'a>) -> Result<Self> {
        let mut reader = frame.reader();
        let reader = &mut reader;
        let body = match frame.header.packet_type {
            PacketType::Request => Body::Request(Request::read(reader, &frame.header)?),
            PacketType::Response => Body::Response(Response::read(reader)?),
            PacketType::Fault => Body::Fault(Fault::read(reader)?),
            PacketType::Bind => Body::Bind(Bind::read(reader)?),
            PacketType::AlterContext => Body::AlterContext(Bind::read(reader)?),
            PacketType::BindAck => Body::BindAck(BindAck::read(reader)?),
            PacketType::AlterContextResponse => Body::AlterContextResponse(BindAck::read(reader)?),
            PacketType::BindNak => Body::BindNak(BindNak::read(reader)?),
            PacketType::Auth3 => Body::Auth3,
            PacketType::Shutdown => Body::Shutdown,
            PacketType::CoCancel => Body::CoCancel,
            PacketType::Orphaned => Body::Orphaned,
        };
        let security = frame.security.map(|trailer| (trailer, frame.token()));
        Ok(Self { header: frame.header, body, security })
    }

    /// Writes the packet at the end of `out`, in the byte order of its header.
    ///
    /// The bytes are what [`parse`](Self::parse) reads, as long as the whole fits into 65,535
    /// bytes; what is longer gets a length that every reader refuses.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let header = Header { packet_type: self.body.packet_type(), ..self.header };
        let mut writer = Writer::new(out, header.order);
        header.write(&mut writer);
        self.body.write(&mut writer);
        let mut auth_len = 0;
        if let Some((trailer, token)) = self.security {
            let body_len = writer.len();
            writer.align(4);
            // At most 3.
            let pad_len = u8::try_from(writer.len() - body_len).unwrap_or(0);
            SecTrailer { pad_len, ..trailer }.write(&mut writer);
            writer.bytes(token);
            auth_len = token.len();
        }
        finish(&mut writer, auth_len);
    }
}

/// Writes the lengths into the header of a packet that is otherwise whole.
pub(crate) fn finish(writer: &mut Writer<'_>, auth_len: usize) {
    let frag_len = u16::try_from(writer.len()).unwrap_or(0);
    writer.patch_u16(FRAG_LEN_OFFSET, frag_len);
    writer.patch_u16(AUTH_LEN_OFFSET, u16::try_from(auth_len).unwrap_or(0));
}

impl Body<'_> {
    fn write(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Request(request) => request.write(writer),
            Self::Response(response) => response.write(writer),
            Self::Fault(fault) => fault.write(writer),
            Self::Bind(bind) | Self::AlterContext(bind) => bind.write(writer),
            Self::BindAck(ack) | Self::AlterContextResponse(ack) => ack.write(writer),
            Self::BindNak(nak) => nak.write(writer),
            // Four bytes that are ignored ([MS-RPCE] 2.2.2.10).
            Self::Auth3 => writer.zeros(4),
            Self::Shutdown | Self::CoCancel | Self::Orphaned => {}
        }
    }
}
