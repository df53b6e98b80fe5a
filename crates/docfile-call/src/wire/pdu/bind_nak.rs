//! bind_nak (\[C706\] 12.6.4.5): why there is no connection.

use super::cursor::{Reader, Writer};
use super::error::Result;

/// The body of bind_nak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindNak {
    /// Why.
    pub reason: NakReason,
    /// The versions of the protocol that the server speaks, before and after the dot.
    pub versions: Vec<(u8, u8)>,
}

/// Why a bind was refused (\[C706\] 12.6.3.1, `p_reject_reason_t`; [MS-RPCE] 2.2.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NakReason(pub u16);

impl NakReason {
    /// No reason was given.
    pub const NOT_SPECIFIED: Self = Self(0);
    /// Too much is going on; later perhaps.
    pub const TEMPORARY_CONGESTION: Self = Self(1);
    /// A limit was reached.
    pub const LOCAL_LIMIT_EXCEEDED: Self = Self(2);
    /// The version of the protocol is not spoken.
    pub const PROTOCOL_VERSION_NOT_SUPPORTED: Self = Self(4);
    /// The provider of security is not known.
    pub const AUTHENTICATION_TYPE_NOT_RECOGNIZED: Self = Self(8);
    /// The token was refused.
    pub const INVALID_CHECKSUM: Self = Self(9);
}

impl BindNak {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let reason = NakReason(reader.u16()?);
        // Some servers end here.
        let version_count = reader.u8().unwrap_or(0);
        let versions =
            (0..version_count).map(|_| Ok((reader.u8()?, reader.u8()?))).collect::<Result<_>>()?;
        Ok(Self { reason, versions })
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.u16(self.reason.0);
        let version_count = u8::try_from(self.versions.len()).unwrap_or(u8::MAX);
        writer.u8(version_count);
        for (major, minor) in self.versions.iter().take(version_count.into()) {
            writer.bytes(&[*major, *minor]);
        }
        writer.align(4);
    }
}
