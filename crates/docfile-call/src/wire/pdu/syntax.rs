//! Ids of interfaces and of ways to marshal, with their versions (\[C706\] 12.6.3.1, `p_syntax_id_t`).

use core::fmt;

use super::cursor::{Reader, Writer};
use super::error::Result;
use crate::Guid;

/// The transfer syntax NDR 2.0 (\[C706\] appendix I), the only one that is spoken here.
pub const NDR: SyntaxId =
    SyntaxId { id: Guid::from_u128(0x8a885d04_1ceb_11c9_9fe8_08002b104860), major: 2, minor: 0 };

/// An interface, or a transfer syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SyntaxId {
    /// Which one.
    pub id: Guid,
    /// The version of it before the dot; 0 for every interface of DCOM.
    pub major: u16,
    /// The version of it after the dot.
    pub minor: u16,
}

impl SyntaxId {
    /// An interface of DCOM, which always has version 0.0 ([MS-DCOM] 2.1).
    #[must_use]
    pub const fn of_interface(id: Guid) -> Self {
        Self { id, major: 0, minor: 0 }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let id = reader.guid()?;
        // One number of 32 bits whose low half is the major version, in either byte order.
        let version = reader.u32()?;
        let [major, minor] = [version & 0xFFFF, version >> 16].map(half);
        Ok(Self { id, major, minor })
    }

    pub(super) fn write(self, writer: &mut Writer<'_>) {
        writer.guid(self.id);
        writer.u32(u32::from(self.minor) << 16 | u32::from(self.major));
    }
}

/// A number that has 16 bits.
fn half(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

impl fmt::Display for SyntaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}", self.id, self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::pdu::ByteOrder;

    #[test]
    fn the_version_is_one_number_in_either_byte_order() {
        for (order, end) in [(ByteOrder::Little, [2, 0, 1, 0]), (ByteOrder::Big, [0, 1, 0, 2])] {
            let mut out = Vec::new();
            let syntax = SyntaxId { minor: 1, ..NDR };
            syntax.write(&mut Writer::new(&mut out, order));
            assert_eq!(out[16..], end);
            assert_eq!(SyntaxId::read(&mut Reader::new(&out, 0, order)), Ok(syntax));
        }
    }
}
