//! bind_ack and alter_context_resp (\[C706\] 12.6.4.4 and 12.6.4.2): what became of each
//! presentation context.

use super::cursor::{Reader, Writer};
use super::error::{Result, WireFault};
use super::feature::Features;
use super::syntax::SyntaxId;
use crate::Guid;
use crate::limits::MAX_CONTEXTS_PER_BIND;

/// The body of bind_ack and of alter_context_resp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAck {
    /// The longest fragment that the server will send, in bytes.
    pub max_xmit_len: u16,
    /// The longest fragment that the server can take, in bytes.
    pub max_recv_len: u16,
    /// The association group that the connection belongs to.
    pub assoc_group_id: u32,
    /// Where else the server listens (a port, a pipe), without the NUL; empty in
    /// alter_context_resp.
    pub secondary_address: Vec<u8>,
    /// One result for each context that was asked for, in that order.
    pub results: Vec<ContextResult>,
}

/// What became of one presentation context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextResult {
    /// It can be used, with this transfer syntax.
    Accepted(SyntaxId),
    /// The client must not use it.
    UserRejected(RejectReason),
    /// The server cannot serve it.
    ProviderRejected(RejectReason),
    /// It offered features, of which these are agreed ([MS-RPCE] 2.2.2.4).
    Negotiated(Features),
}

/// Why a presentation context was refused (\[C706\] 12.6.3.1, `p_provider_reason_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RejectReason(pub u16);

impl RejectReason {
    /// No reason was given.
    pub const NOT_SPECIFIED: Self = Self(0);
    /// No such interface is served.
    pub const ABSTRACT_SYNTAX_NOT_SUPPORTED: Self = Self(1);
    /// None of the transfer syntaxes is spoken.
    pub const TRANSFER_SYNTAXES_NOT_SUPPORTED: Self = Self(2);
    /// There are too many contexts.
    pub const LOCAL_LIMIT_EXCEEDED: Self = Self(3);
}

const ACCEPTANCE: u16 = 0;
const USER_REJECTION: u16 = 1;
const PROVIDER_REJECTION: u16 = 2;
const NEGOTIATE_ACK: u16 = 3;
const NO_SYNTAX: SyntaxId = SyntaxId { id: Guid::NULL, major: 0, minor: 0 };

impl BindAck {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let max_xmit_len = reader.u16()?;
        let max_recv_len = reader.u16()?;
        let assoc_group_id = reader.u32()?;
        let address_len = reader.u16()?;
        let address = reader.take(address_len.into())?;
        let secondary_address = address.strip_suffix(&[0]).unwrap_or(address).to_vec();
        reader.align(4);
        let count_offset = reader.offset();
        let result_count = reader.u8()?;
        reader.take(3)?;
        if usize::from(result_count) > MAX_CONTEXTS_PER_BIND {
            return Err(WireFault::TooManyContexts.at(count_offset));
        }
        let results =
            (0..result_count).map(|_| ContextResult::read(reader)).collect::<Result<_>>()?;
        Ok(Self { max_xmit_len, max_recv_len, assoc_group_id, secondary_address, results })
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.u16(self.max_xmit_len);
        writer.u16(self.max_recv_len);
        writer.u32(self.assoc_group_id);
        let address = self.secondary_address.get(..MAX_ADDRESS_LEN);
        let address = address.unwrap_or(&self.secondary_address);
        match u16::try_from(address.len()) {
            Ok(len @ 1..) => {
                writer.u16(len + 1);
                writer.bytes(address);
                writer.u8(0);
            }
            _ => writer.u16(0),
        }
        writer.align(4);
        let result_count = u8::try_from(self.results.len()).unwrap_or(u8::MAX);
        writer.bytes(&[result_count, 0, 0, 0]);
        for result in self.results.iter().take(result_count.into()) {
            result.write(writer);
        }
    }
}

/// The longest address that is written, in bytes without the NUL.
const MAX_ADDRESS_LEN: usize = 255;

impl ContextResult {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let offset = reader.offset();
        let result = reader.u16()?;
        let reason = reader.u16()?;
        let syntax = SyntaxId::read(reader)?;
        Ok(match result {
            ACCEPTANCE => Self::Accepted(syntax),
            USER_REJECTION => Self::UserRejected(RejectReason(reason)),
            PROVIDER_REJECTION => Self::ProviderRejected(RejectReason(reason)),
            NEGOTIATE_ACK => Self::Negotiated(Features(reason)),
            _ => return Err(WireFault::ContextResult.at(offset)),
        })
    }

    fn write(self, writer: &mut Writer<'_>) {
        let (result, reason, syntax) = match self {
            Self::Accepted(syntax) => (ACCEPTANCE, 0, syntax),
            Self::UserRejected(reason) => (USER_REJECTION, reason.0, NO_SYNTAX),
            Self::ProviderRejected(reason) => (PROVIDER_REJECTION, reason.0, NO_SYNTAX),
            Self::Negotiated(features) => (NEGOTIATE_ACK, features.0, NO_SYNTAX),
        };
        writer.u16(result);
        writer.u16(reason);
        syntax.write(writer);
    }
}
