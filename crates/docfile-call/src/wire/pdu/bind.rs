//! bind and alter_context (\[C706\] 12.6.4.3 and 12.6.4.1): which interfaces, marshaled how, and how
//! long fragments may be.

use super::cursor::{Reader, Writer};
use super::error::{Result, WireFault};
use super::syntax::SyntaxId;
use crate::limits::{MAX_CONTEXTS_PER_BIND, MAX_TRANSFER_SYNTAXES};

/// The body of bind and of alter_context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// The longest fragment that the client will send, in bytes.
    pub max_xmit_len: u16,
    /// The longest fragment that the client can take, in bytes.
    pub max_recv_len: u16,
    /// The association group to join; 0 asks for a new one.
    pub assoc_group_id: u32,
    /// The interfaces, each with the transfer syntaxes that will do.
    pub contexts: Vec<ContextElement>,
}

/// One presentation context that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextElement {
    /// What requests will call it.
    pub context_id: u16,
    /// The interface.
    pub interface: SyntaxId,
    /// The transfer syntaxes that will do, the best first.
    pub transfer_syntaxes: Vec<SyntaxId>,
}

impl Bind {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let max_xmit_len = reader.u16()?;
        let max_recv_len = reader.u16()?;
        let assoc_group_id = reader.u32()?;
        let count_offset = reader.offset();
        let context_count = reader.u8()?;
        reader.take(3)?;
        if usize::from(context_count) > MAX_CONTEXTS_PER_BIND {
            return Err(WireFault::TooManyContexts.at(count_offset));
        }
        let contexts =
            (0..context_count).map(|_| ContextElement::read(reader)).collect::<Result<_>>()?;
        Ok(Self { max_xmit_len, max_recv_len, assoc_group_id, contexts })
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.u16(self.max_xmit_len);
        writer.u16(self.max_recv_len);
        writer.u32(self.assoc_group_id);
        let context_count = u8::try_from(self.contexts.len()).unwrap_or(u8::MAX);
        writer.bytes(&[context_count, 0, 0, 0]);
        for context in self.contexts.iter().take(context_count.into()) {
            context.write(writer);
        }
    }
}

impl ContextElement {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let context_id = reader.u16()?;
        let count_offset = reader.offset();
        let syntax_count = reader.u8()?;
        reader.u8()?;
        if usize::from(syntax_count) > MAX_TRANSFER_SYNTAXES {
            return Err(WireFault::TooManyContexts.at(count_offset));
        }
        let interface = SyntaxId::read(reader)?;
        let transfer_syntaxes =
            (0..syntax_count).map(|_| SyntaxId::read(reader)).collect::<Result<_>>()?;
        Ok(Self { context_id, interface, transfer_syntaxes })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.u16(self.context_id);
        let syntax_count = u8::try_from(self.transfer_syntaxes.len()).unwrap_or(u8::MAX);
        writer.bytes(&[syntax_count, 0]);
        self.interface.write(writer);
        for syntax in self.transfer_syntaxes.iter().take(syntax_count.into()) {
            syntax.write(writer);
        }
    }
}
