//! Ids of interfaces and of ways to marshal, with their versions ([C706] 12.6.3.1, `p_syntax_id_t`).

use core::fmt;

use super::cursor::{Reader, Writer};
use super::error::Result;
use crate::Guid;

/// The transfer syntax NDR 2.0 ([C706] appendix I), the only one that is spoken here.
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
        Ok(Self { id: reader.guid()?, major: reader.u16()?, minor: reader.u16()? })
    }

    pub(super) fn write(self, writer: &mut Writer<'_>) {
        writer.guid(self.id);
        writer.u16(self.major);
        writer.u16(self.minor);
    }
}

impl fmt::Display for SyntaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}", self.id, self.major, self.minor)
    }
}
