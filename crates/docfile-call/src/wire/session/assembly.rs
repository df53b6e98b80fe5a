//! Putting fragments together (\[C706\] 12.6.2.4): first to last, of one type, one byte order, one
//! context and one protection.

use super::end::{EndReason, LimitKind, ProtocolFault};
use super::securities::{Securities, SecurityKey};
use crate::limits::{CallLimits, MAX_RESERVED_LEN};
use crate::wire::pdu::{ByteOrder, Flags, Frame, Header};

/// A message whose last fragment has not come.
#[derive(Debug)]
pub(super) struct Assembly {
    order: ByteOrder,
    context_id: u16,
    security: Option<SecurityKey>,
    fragment_count: u32,
    stub: Vec<u8>,
    /// Whether the stub data are dropped as they come.
    is_discarded: bool,
}

impl Assembly {
    /// Begins with the first fragment, whose stub data are not taken yet. `stub` is an empty
    /// buffer.
    pub(super) fn begin(
        frame: &Frame<'_>,
        context_id: u16,
        alloc_hint: u32,
        mut stub: Vec<u8>,
        is_discarded: bool,
    ) -> Self {
        let Header { order, flags, .. } = frame.header;
        if !is_discarded {
            // One fragment shows all that there is; of more, only so much is believed.
            let body_len = frame.body().len();
            let is_whole = flags.contains(Flags::WHOLE);
            let hint_len = usize::try_from(alloc_hint).unwrap_or(0).min(MAX_RESERVED_LEN);
            stub.reserve(if is_whole { body_len } else { hint_len.max(body_len) });
        }
        let security = frame.security.map(|trailer| trailer.context_id);
        Self { order, context_id, security, fragment_count: 0, stub, is_discarded }
    }

    /// Whether `frame` may follow the fragments that came.
    pub(super) fn fits(&self, frame: &Frame<'_>, context_id: u16) -> bool {
        self.order == frame.header.order
            && self.context_id == context_id
            && self.security == frame.security.map(|trailer| trailer.context_id)
    }

    /// Takes the stub data of the next fragment, once its signature is found right.
    pub(super) fn take(
        &mut self,
        frame: &Frame<'_>,
        stub_offset: usize,
        securities: &mut Securities,
        limits: &CallLimits,
    ) -> Result<(), EndReason> {
        match &frame.security {
            None => self.stub.extend_from_slice(frame.padded_from(stub_offset)),
            Some(trailer) => {
                let slot = securities.of_trailer(trailer).ok_or(ProtocolFault::SecurityContext)?;
                slot.open(frame, stub_offset, &mut self.stub)?;
            }
        }
        self.fragment_count += 1;
        if self.is_discarded {
            self.stub.clear();
        }
        if self.fragment_count > limits.fragment_count {
            return Err(LimitKind::FragmentCount.into());
        }
        if self.stub.len() > limits.stub_len {
            return Err(LimitKind::StubLength.into());
        }
        Ok(())
    }

    pub(super) fn context_id(&self) -> u16 {
        self.context_id
    }

    pub(super) fn security(&self) -> Option<SecurityKey> {
        self.security
    }

    pub(super) fn order(&self) -> ByteOrder {
        self.order
    }

    pub(super) fn stub(&self) -> &[u8] {
        &self.stub
    }

    pub(super) fn into_stub(self) -> Vec<u8> {
        self.stub
    }
}
