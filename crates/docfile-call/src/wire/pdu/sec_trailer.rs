//! The security trailer ([MS-RPCE] 2.2.2.11): eight bytes that stand, aligned to four, before the
//! token at the end of a packet.

use super::cursor::{Reader, Writer};
use super::error::{Result, WireFault};

/// The length of the trailer without its token, in bytes.
pub const SEC_TRAILER_LEN: usize = 8;

/// Which provider of security the token is for ([MS-RPCE] 2.2.1.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthType(pub u8);

impl AuthType {
    /// The negotiation of [MS-SPNG].
    pub const SPNEGO: Self = Self(9);
    /// [MS-NLMP].
    pub const NTLM: Self = Self(10);
    /// [MS-KILE].
    pub const KERBEROS: Self = Self(16);
}

/// How much of a call is protected ([MS-RPCE] 2.2.1.1.8). Greater protects more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AuthLevel {
    /// Nothing; nobody says who he is.
    None = 1,
    /// Who is there, at the start.
    Connect = 2,
    /// Treated as [`Packet`](Self::Packet).
    Call = 3,
    /// Every packet comes from whom it says. Protected as [`Integrity`](Self::Integrity).
    Packet = 4,
    /// Every packet is signed.
    Integrity = 5,
    /// Every packet is signed, and its stub data are encrypted.
    Privacy = 6,
}

impl AuthLevel {
    /// The level of that number.
    #[must_use]
    pub const fn from_u8(value: u8) -> Option<Self> {
        Some(match value {
            1 => Self::None,
            2 => Self::Connect,
            3 => Self::Call,
            4 => Self::Packet,
            5 => Self::Integrity,
            6 => Self::Privacy,
            _ => return None,
        })
    }

    /// Whether every packet of a call bears a signature.
    #[must_use]
    pub fn signs(self) -> bool {
        self >= Self::Call
    }
}

/// The trailer of a packet, without its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecTrailer {
    /// Which provider.
    pub auth_type: AuthType,
    /// Which level.
    pub level: AuthLevel,
    /// How many bytes before the trailer are padding.
    pub pad_len: u8,
    /// Which security context of the connection.
    pub context_id: u32,
}

impl SecTrailer {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let auth_type = AuthType(reader.u8()?);
        let level_offset = reader.offset();
        let level = AuthLevel::from_u8(reader.u8()?)
            .ok_or_else(|| WireFault::AuthLevel.at(level_offset))?;
        let pad_len = reader.u8()?;
        reader.u8()?;
        Ok(Self { auth_type, level, pad_len, context_id: reader.u32()? })
    }

    pub(crate) fn write(self, writer: &mut Writer<'_>) {
        writer.bytes(&[self.auth_type.0, self.level as u8, self.pad_len, 0]);
        writer.u32(self.context_id);
    }
}
