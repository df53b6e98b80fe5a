//! bind, alter_context and the legs of handshakes ([MS-RPCE] 3.3.1.5.3 and 3.3.1.5.2).
//!
//! One question is under way at a time. The first interface is asked for with bind, every other
//! with alter_context. A handshake that is done with its second leg ends in auth3, which has no
//! answer; one that is not goes on inside alter_context.

use core::time::Duration;
use std::collections::VecDeque;

use super::event::{BindFailure, BindingId, ClientEvent};
use super::machine::ClientSession;
use crate::limits::{MAX_TOKEN_LEN, MIN_FRAGMENT_LEN};
use crate::security::{SecurityFault, Step};
use crate::wire::pdu::{
    Bind, BindAck, Body, ContextElement, ContextResult, Features, Flags, Frame, NDR, Packet,
    PacketType, RejectReason, SyntaxId,
};
use crate::wire::session::end::{EndReason, LimitKind, ProtocolFault};
use crate::wire::session::fragment::Message;
use crate::wire::session::securities::SecurityKey;

/// An interface that was asked for; its index is what requests call it.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) interface: SyntaxId,
    pub(super) security: Option<SecurityKey>,
    pub(super) state: BindingState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BindingState {
    Wanted,
    Bound,
    Failed,
}

#[derive(Debug, Default)]
pub(super) struct Negotiation {
    pub(super) bindings: Vec<Binding>,
    pub(super) wanted: VecDeque<BindingId>,
    asked: Option<Asked>,
}

/// The question that is under way.
#[derive(Debug, Clone, Copy)]
struct Asked {
    binding: BindingId,
    call_id: u32,
    answer_type: PacketType,
    deadline: Duration,
    /// What came of the interface, when only legs of the handshake are left.
    result: Option<ContextResult>,
}

impl Negotiation {
    pub(super) fn is_bound(&self, id: BindingId) -> bool {
        let binding = self.bindings.get(usize::from(id.0));
        binding.is_some_and(|binding| binding.state == BindingState::Bound)
    }

    pub(super) fn is_asked(&self, call_id: u32) -> bool {
        self.asked.is_some_and(|asked| asked.call_id == call_id)
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.asked.map(|asked| asked.deadline)
    }

    /// Takes out all that is not answered.
    pub(super) fn end(&mut self) -> Vec<BindingId> {
        let asked = self.asked.take().map(|asked| asked.binding);
        asked.into_iter().chain(core::mem::take(&mut self.wanted)).collect()
    }
}

impl ClientSession {
    /// Asks the next question, unless one is under way.
    pub(super) fn negotiate(&mut self, now: Duration) -> Result<(), EndReason> {
        if self.negotiation.asked.is_some() {
            return Ok(());
        }
        let Some(binding) = self.negotiation.wanted.pop_front() else { return Ok(()) };
        let call_id = self.calls.new_id();
        let deadline = now.saturating_add(self.settings.limits.handshake_time);
        let answer_type = match self.channel.is_bound {
            true => PacketType::AlterContextResponse,
            false => PacketType::BindAck,
        };
        let asked = Asked { binding, call_id, answer_type, deadline, result: None };
        self.negotiation.asked = Some(asked);
        let token = match self.security_of(binding) {
            None => Vec::new(),
            Some(key) => match self.securities.get_mut(key) {
                None => return Err(ProtocolFault::SecurityContext.into()),
                Some(slot) if slot.is_established() => Vec::new(),
                Some(slot) => slot.step(&[])?.token,
            },
        };
        self.ask(asked, &token);
        Ok(())
    }

    fn security_of(&self, id: BindingId) -> Option<SecurityKey> {
        self.negotiation.bindings.get(usize::from(id.0))?.security
    }

    fn ask(&mut self, asked: Asked, token: &[u8]) {
        let Asked { binding: BindingId(context_id), call_id, answer_type, .. } = asked;
        let Some(binding) = self.negotiation.bindings.get(usize::from(context_id)) else { return };
        let element = |syntax| ContextElement {
            context_id,
            interface: binding.interface,
            transfer_syntaxes: vec![syntax],
        };
        let mut contexts = vec![element(NDR)];
        let is_bind = answer_type == PacketType::BindAck;
        if is_bind {
            // The id is one that no interface gets.
            let features = element(Features::ALL.to_syntax());
            contexts.push(ContextElement { context_id: u16::MAX, ..features });
        }
        let len = self.settings.limits.fragment_len;
        let assoc_group_id = self.channel.assoc_group_id;
        let bind = Bind { max_xmit_len: len, max_recv_len: len, assoc_group_id, contexts };
        let mut flags = Flags::WHOLE;
        if is_bind {
            flags = flags.with(Flags::CONCURRENT_MULTIPLEXING);
        }
        if !token.is_empty() {
            flags = flags.with(Flags::SUPPORT_HEADER_SIGN);
        }
        let body = if is_bind { Body::Bind(bind) } else { Body::AlterContext(bind) };
        self.send_with_token(Packet::new(flags, call_id, body), binding.security, token);
    }

    fn send_with_token(
        &mut self,
        mut packet: Packet<'_>,
        security: Option<SecurityKey>,
        token: &[u8],
    ) {
        let mut bytes = Vec::new();
        if let Some(key) = security.filter(|_| !token.is_empty())
            && let Some(slot) = self.securities.get(key)
        {
            let with_token = Packet {
                security: Some((slot.trailer(key, 0), token)),
                header: packet.header,
                body: core::mem::replace(&mut packet.body, Body::Auth3),
            };
            with_token.emit(&mut bytes);
        } else {
            packet.emit(&mut bytes);
        }
        self.outbox.push(Message::Packet(bytes));
    }

    pub(super) fn handle_negotiation(
        &mut self,
        frame: &Frame<'_>,
        body: &Body<'_>,
        now: Duration,
    ) -> Result<(), EndReason> {
        let asked = self.negotiation.asked.ok_or(ProtocolFault::BindAnswer)?;
        let ack = match body {
            Body::BindAck(ack) | Body::AlterContextResponse(ack)
                if frame.header.packet_type == asked.answer_type =>
            {
                ack
            }
            Body::BindNak(nak) if asked.answer_type == PacketType::BindAck => {
                return Err(EndReason::BindRefused(nak.reason));
            }
            _ => return Err(ProtocolFault::BindAnswer.into()),
        };
        if frame.header.call_id != asked.call_id {
            return Err(ProtocolFault::CallId.into());
        }
        if asked.answer_type == PacketType::BindAck {
            self.agree(frame, ack);
        }
        // A leg of a handshake repeats the interface; the first answer counts.
        let result = match asked.result {
            Some(result) => result,
            None => *ack.results.first().ok_or(ProtocolFault::BindAnswer)?,
        };
        if self.continue_handshake(frame, asked, result)? {
            self.conclude_binding(asked.binding, result);
            self.negotiation.asked = None;
            return self.negotiate(now);
        }
        Ok(())
    }

    /// A fault in answer to alter_context: this interface cannot be had, but others can.
    pub(super) fn handle_negotiation_fault(&mut self, now: Duration) -> Result<(), EndReason> {
        let asked = self.negotiation.asked.take().ok_or(ProtocolFault::BindAnswer)?;
        if asked.answer_type == PacketType::BindAck {
            self.negotiation.asked = Some(asked);
            return Err(ProtocolFault::BindAnswer.into());
        }
        let reason = RejectReason::NOT_SPECIFIED;
        self.conclude_binding(asked.binding, ContextResult::ProviderRejected(reason));
        self.negotiate(now)
    }

    fn agree(&mut self, frame: &Frame<'_>, ack: &BindAck) {
        let own_len = self.settings.limits.fragment_len;
        let send_len = own_len.min(ack.max_recv_len).max(MIN_FRAGMENT_LEN.min(own_len));
        self.channel.send_len = usize::from(send_len);
        self.channel.is_bound = true;
        self.channel.is_multiplexed = frame.header.flags.contains(Flags::CONCURRENT_MULTIPLEXING);
        self.channel.assoc_group_id = ack.assoc_group_id;
        if let Some(ContextResult::Negotiated(features)) = ack.results.get(1) {
            self.channel.features = features.intersection(Features::ALL);
        }
    }

    /// Says whether nothing of a handshake is left to do.
    fn continue_handshake(
        &mut self,
        frame: &Frame<'_>,
        asked: Asked,
        result: ContextResult,
    ) -> Result<bool, EndReason> {
        let Some(key) = self.security_of(asked.binding) else { return Ok(true) };
        let slot = self.securities.get_mut(key).ok_or(ProtocolFault::SecurityContext)?;
        if slot.is_established() && frame.security.is_none() {
            return Ok(true);
        }
        let trailer = frame
            .security
            .as_ref()
            .ok_or(SecurityFault::NotEstablished)
            .map_err(|fault| EndReason::Security(fault.into()))?;
        if frame.token().len() > MAX_TOKEN_LEN {
            return Err(LimitKind::TokenLength.into());
        }
        if trailer.context_id != key {
            return Err(ProtocolFault::SecurityContext.into());
        }
        let Step { token, is_done } = slot.step(frame.token())?;
        if !is_done {
            let result = Some(result);
            let answer_type = PacketType::AlterContextResponse;
            let asked = Asked { answer_type, result, ..asked };
            self.negotiation.asked = Some(asked);
            self.ask(asked, &token);
        } else if !token.is_empty() {
            let flags = Flags::WHOLE;
            self.send_with_token(Packet::new(flags, asked.call_id, Body::Auth3), Some(key), &token);
        }
        Ok(is_done)
    }

    fn conclude_binding(&mut self, id: BindingId, result: ContextResult) {
        let failure = match result {
            ContextResult::Accepted(syntax) if syntax == NDR => None,
            ContextResult::UserRejected(reason) | ContextResult::ProviderRejected(reason) => {
                Some(reason)
            }
            _ => Some(RejectReason::TRANSFER_SYNTAXES_NOT_SUPPORTED),
        };
        let Some(binding) = self.negotiation.bindings.get_mut(usize::from(id.0)) else { return };
        self.events.push_back(match failure {
            None => {
                binding.state = BindingState::Bound;
                ClientEvent::Bound(id)
            }
            Some(reason) => {
                binding.state = BindingState::Failed;
                ClientEvent::BindFailed(id, BindFailure::Rejected(reason))
            }
        });
    }
}
