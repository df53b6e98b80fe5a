//! The common header: the first sixteen bytes of every packet (\[C706\] 12.6.3.1).
//!
//! ```text
//! offset  length
//!      0       1  version, 5
//!      1       1  minor version, 0 (1 is read as well)
//!      2       1  packet type
//!      3       1  flags
//!      4       4  data representation; the first byte's high half says the byte order
//!      8       2  length of the fragment, header and trailer included
//!     10       2  length of the security token, without its trailer
//!     12       4  call id
//! ```

use super::cursor::{Reader, Writer};
use super::error::{Result, WireFault};

/// The length of the common header, in bytes.
pub const HEADER_LEN: usize = 16;

const VERSION: u8 = 5;
const MAX_MINOR_VERSION: u8 = 1;
pub(super) const FLAGS_OFFSET: usize = 3;
const REPRESENTATION_OFFSET: usize = 4;
pub(super) const FRAG_LEN_OFFSET: usize = 8;
pub(super) const AUTH_LEN_OFFSET: usize = 10;

/// How integers are laid out; the high half of the first byte of the data representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ByteOrder {
    /// Least significant byte first. What is sent.
    #[default]
    Little,
    /// Most significant byte first. Read, never sent.
    Big,
}

/// What a packet is (\[C706\] 12.6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of the protocol say it; the module's page groups them")]
pub enum PacketType {
    Request = 0,
    Response = 2,
    Fault = 3,
    Bind = 11,
    BindAck = 12,
    BindNak = 13,
    AlterContext = 14,
    AlterContextResponse = 15,
    Auth3 = 16,
    Shutdown = 17,
    CoCancel = 18,
    Orphaned = 19,
}

impl PacketType {
    const ALL: [Self; 12] = [
        Self::Request,
        Self::Response,
        Self::Fault,
        Self::Bind,
        Self::BindAck,
        Self::BindNak,
        Self::AlterContext,
        Self::AlterContextResponse,
        Self::Auth3,
        Self::Shutdown,
        Self::CoCancel,
        Self::Orphaned,
    ];

    fn from_u8(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|packet_type| *packet_type as u8 == value)
    }
}

/// The flags of a packet (\[C706\] 12.6.3.1, [MS-RPCE] 2.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// The first fragment of a message.
    pub const FIRST: Self = Self(0x01);
    /// The last fragment of a message.
    pub const LAST: Self = Self(0x02);
    /// The only fragment of a message.
    pub const WHOLE: Self = Self(0x03);
    /// In bind, alter_context, their answers and auth3: the header is signed as well.
    pub const SUPPORT_HEADER_SIGN: Self = Self(0x04);
    /// In every other packet: a cancel was pending when the call was sent.
    pub const PENDING_CANCEL: Self = Self(0x04);
    /// Several calls of one connection may be under way at a time.
    pub const CONCURRENT_MULTIPLEXING: Self = Self(0x10);
    /// In a fault: the call was not begun, and can be repeated.
    pub const DID_NOT_EXECUTE: Self = Self(0x20);
    /// In a request: no answer is wanted.
    pub const MAYBE: Self = Self(0x40);
    /// In a request: the id of an object precedes the stub data.
    pub const OBJECT: Self = Self(0x80);

    /// Whether all of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The common header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the packet is.
    pub packet_type: PacketType,
    /// First and last fragment, and more.
    pub flags: Flags,
    /// The byte order of the whole packet, stub data included.
    pub order: ByteOrder,
    /// The length of the fragment in bytes, this header and the security token included.
    pub frag_len: u16,
    /// The length of the security token in bytes, its trailer of 8 bytes not included.
    pub auth_len: u16,
    /// Which call of the connection this is about.
    pub call_id: u32,
}

impl Header {
    /// A header of a packet that is not laid out yet: its lengths are 0, its order is the usual.
    #[must_use]
    pub const fn new(packet_type: PacketType, flags: Flags, call_id: u32) -> Self {
        Self { packet_type, flags, order: ByteOrder::Little, frag_len: 0, auth_len: 0, call_id }
    }

    /// Reads the header at the start of `bytes`; more may follow.
    ///
    /// # Errors
    ///
    /// Too few bytes, another version, an unknown type or byte order, or a fragment that is
    /// shorter than its header.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let &[version, minor, packet_type, flags, representation, _, _, _, ..] = bytes else {
            return Err(WireFault::Truncated.at(bytes.len()));
        };
        if version != VERSION {
            return Err(WireFault::Version.at(0));
        }
        if minor > MAX_MINOR_VERSION {
            return Err(WireFault::Version.at(1));
        }
        let packet_type =
            PacketType::from_u8(packet_type).ok_or_else(|| WireFault::PacketType.at(2))?;
        let order = match representation >> 4 {
            0 => ByteOrder::Big,
            1 => ByteOrder::Little,
            _ => return Err(WireFault::Representation.at(REPRESENTATION_OFFSET)),
        };
        let rest = bytes.get(FRAG_LEN_OFFSET..).unwrap_or_default();
        let mut reader = Reader::new(rest, FRAG_LEN_OFFSET, order);
        let frag_len = reader.u16()?;
        let auth_len = reader.u16()?;
        let call_id = reader.u32()?;
        if usize::from(frag_len) < HEADER_LEN {
            return Err(WireFault::FragmentLength.at(FRAG_LEN_OFFSET));
        }
        Ok(Self { packet_type, flags: Flags(flags), order, frag_len, auth_len, call_id })
    }

    /// Writes the sixteen bytes at the end of `out`.
    pub fn emit(&self, out: &mut Vec<u8>) {
        self.write(&mut Writer::new(out, self.order));
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        // Characters are ASCII and floats are IEEE, in either byte order.
        let representation = match self.order {
            ByteOrder::Little => 0x10,
            ByteOrder::Big => 0,
        };
        writer.bytes(&[VERSION, 0, self.packet_type as u8, self.flags.0, representation, 0, 0, 0]);
        writer.u16(self.frag_len);
        writer.u16(self.auth_len);
        writer.u32(self.call_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_laid_out_as_drawn() {
        let header = Header {
            frag_len: 0x1234,
            auth_len: 0x10,
            ..Header::new(PacketType::AlterContext, Flags::WHOLE, 7)
        };
        let mut out = Vec::new();
        header.emit(&mut out);
        assert_eq!(out, [5, 0, 14, 3, 0x10, 0, 0, 0, 0x34, 0x12, 0x10, 0, 7, 0, 0, 0]);
        assert_eq!(out.len(), HEADER_LEN);
        assert_eq!(Header::parse(&out), Ok(header));
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said_with_its_offset() {
        let mut good = Vec::new();
        Header { frag_len: 16, ..Header::new(PacketType::Bind, Flags::WHOLE, 1) }.emit(&mut good);
        for (offset, value, fault) in [
            (0, 4, WireFault::Version),
            (1, 2, WireFault::Version),
            (2, 1, WireFault::PacketType),
            (4, 0x20, WireFault::Representation),
            (8, 15, WireFault::FragmentLength),
        ] {
            let mut bad = good.clone();
            bad[offset] = value;
            assert_eq!(Header::parse(&bad), Err(fault.at(offset)));
        }
        for len in 0..HEADER_LEN {
            let error = Header::parse(&good[..len]).unwrap_err();
            assert_eq!(error.fault, WireFault::Truncated, "{len}");
        }
    }
}
