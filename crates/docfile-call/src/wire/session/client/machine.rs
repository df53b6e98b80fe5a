//! The client session itself: its state, and its methods in the order of the module's page.

use core::time::Duration;
use std::collections::VecDeque;

use super::calls::{Call, CallState, Calls, ClientCall};
use super::event::{
    BindFailure, BindingId, CallError, CallId, CallOutcome, ClientEvent, Confirmation, SecurityId,
};
use super::negotiate::{Binding, BindingState, Negotiation};
use super::settings::ClientSettings;
use crate::security::SecurityContext;
use crate::wire::pdu::{AuthLevel, Features, Flags, Frame, Packet, PacketType, SyntaxId};
use crate::wire::session::deframer::Deframer;
use crate::wire::session::end::{EndReason, ProtocolFault};
use crate::wire::session::fragment::{CallBody, CallMessage, Message};
use crate::wire::session::outbox::Outbox;
use crate::wire::session::securities::{Securities, SecurityKey};
use crate::wire::session::stubs::Stubs;

/// The client end of one connection; see [the module](crate::wire::session) for how it is driven.
#[derive(Debug)]
pub struct ClientSession {
    pub(super) settings: ClientSettings,
    pub(super) deframer: Deframer,
    pub(super) outbox: Outbox,
    pub(super) stubs: Stubs,
    pub(super) securities: Securities,
    pub(super) channel: Channel,
    pub(super) negotiation: Negotiation,
    pub(super) calls: Calls,
    pub(super) events: VecDeque<ClientEvent>,
    ended: Option<EndReason>,
    /// Since when a packet is not whole.
    stalled_since: Option<Duration>,
}

/// What was agreed on in the bind.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) is_bound: bool,
    pub(super) is_multiplexed: bool,
    pub(super) features: Features,
    /// The longest fragment that is taken, in bytes.
    pub(super) fragment_len: usize,
    /// The longest fragment that is sent, in bytes.
    pub(super) send_len: usize,
    pub(super) assoc_group_id: u32,
    pub(super) has_called: bool,
    is_shutdown_asked: bool,
}

impl ClientSession {
    /// The end of a connection that is made.
    #[must_use]
    pub fn new(settings: ClientSettings) -> Self {
        let channel = Channel {
            is_bound: false,
            is_multiplexed: false,
            features: Features::default(),
            fragment_len: settings.limits.fragment_len.into(),
            send_len: settings.limits.fragment_len.into(),
            assoc_group_id: settings.assoc_group_id,
            has_called: false,
            is_shutdown_asked: false,
        };
        Self {
            settings,
            deframer: Deframer::default(),
            outbox: Outbox::default(),
            stubs: Stubs::default(),
            securities: Securities::default(),
            channel,
            negotiation: Negotiation::default(),
            calls: Calls::default(),
            events: VecDeque::new(),
            ended: None,
            stalled_since: None,
        }
    }

    /// Takes bytes of the server, in any portions.
    pub fn handle_bytes(&mut self, mut bytes: &[u8], now: Duration) {
        let mut deframer = core::mem::take(&mut self.deframer);
        while self.ended.is_none() {
            let result = match deframer.next(&mut bytes, usize::from(u16::MAX)) {
                Ok(None) => break,
                Ok(Some(packet)) => self.handle_packet(packet, now),
                Err(error) => Err(error.into()),
            };
            if let Err(reason) = result {
                self.fail(reason);
            }
            self.leave_if_asked();
        }
        self.deframer = deframer;
        self.stalled_since = self.deframer.is_amid_packet().then_some(now);
    }

    /// The server has the first `len` bytes of what [`poll_transmit`](Self::poll_transmit) gave.
    pub fn handle_transmitted(&mut self, len: usize) {
        self.outbox.advance(len);
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come, or may have.
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.ended.is_some() {
            return;
        }
        self.expire(now);
        if self.stall_deadline().is_some_and(|deadline| deadline <= now) {
            self.fail(EndReason::Stalled);
        } else if self.negotiation.deadline().is_some_and(|deadline| deadline <= now) {
            self.fail(EndReason::HandshakeTimeout);
        }
    }

    /// The connection is gone: no bytes come any more, or none can be sent.
    pub fn handle_closed(&mut self) {
        self.fail(EndReason::Closed);
    }

    /// Brings a security context; the handshake begins with the first interface that uses it.
    pub fn add_security(
        &mut self,
        level: AuthLevel,
        context: Box<dyn SecurityContext>,
    ) -> SecurityId {
        // Keys count from 1; a connection has far fewer than there are.
        let key = u32::try_from(self.securities.count() + 1).unwrap_or(u32::MAX);
        self.securities.insert(key, context, level, Duration::MAX);
        SecurityId(key)
    }

    /// Asks for an interface, whose calls `security` protects. [`ClientEvent::Bound`] or
    /// [`ClientEvent::BindFailed`] is the answer.
    ///
    /// # Errors
    ///
    /// [`CallError::Ended`]; [`CallError::LimitReached`] for too many interfaces.
    pub fn bind(
        &mut self,
        interface: SyntaxId,
        security: Option<SecurityId>,
        now: Duration,
    ) -> Result<BindingId, CallError> {
        self.require_open()?;
        if self.negotiation.bindings.len() >= self.settings.limits.context_count {
            return Err(CallError::LimitReached);
        }
        let id = u16::try_from(self.negotiation.bindings.len())
            .map(BindingId)
            .map_err(|_| CallError::LimitReached)?;
        let security = security.map(|SecurityId(key)| key);
        let state = BindingState::Wanted;
        self.negotiation.bindings.push(Binding { interface, security, state });
        self.negotiation.wanted.push_back(id);
        if let Err(reason) = self.negotiate(now) {
            self.fail(reason);
        }
        Ok(id)
    }

    /// Begins a call. [`ClientEvent::Finished`] tells its outcome, once.
    ///
    /// # Errors
    ///
    /// The interface is not bound, the session has ended, or a limit is reached; nothing is begun
    /// then.
    pub fn begin(&mut self, call: ClientCall) -> Result<CallId, CallError> {
        self.require_open()?;
        let ClientCall { binding, opnum, object, stub, deadline } = call;
        if !self.negotiation.is_bound(binding) {
            return Err(CallError::NotBound);
        }
        let limits = &self.settings.limits;
        if self.calls.count() >= limits.client_call_count
            || self.outbox.cost_len().saturating_add(stub.len()) > limits.unsent_len
        {
            return Err(CallError::LimitReached);
        }
        let call_id = self.calls.new_id();
        let body = CallBody::Request { context_id: binding.0, opnum, object };
        let mut message = CallMessage::new(body, call_id, self.signing(binding), stub);
        if object.is_some() {
            message.flags = Flags::OBJECT;
        }
        self.channel.has_called = true;
        let ticket = match self.channel.is_multiplexed || !self.calls.is_busy() {
            true => Some(self.outbox.push(Message::Call(message))),
            false => {
                self.calls.waiting.push_back(message);
                None
            }
        };
        let state = CallState::Pending;
        self.calls.insert(call_id, Call { binding, ticket, state, deadline, answer: None });
        Ok(CallId(call_id))
    }

    /// Ends the session from this side. The server learns it from the end of the connection.
    pub fn close(&mut self) {
        self.fail(EndReason::Local);
    }

    /// Gives a buffer of stub data back, so that it is used again.
    pub fn recycle(&mut self, stub: Vec<u8>) {
        self.stubs.give_back(stub);
    }

    /// An empty buffer for stub data, one that was used before if there is one.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        self.stubs.take()
    }

    /// The bytes to send next; empty when there are none.
    pub fn poll_transmit(&mut self) -> &[u8] {
        if self.ended.is_some() {
            return &[];
        }
        self.outbox.poll(self.channel.send_len, &mut self.securities, &mut self.stubs)
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called, if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        if self.ended.is_some() {
            return None;
        }
        let call_deadline = self.calls.first_deadline().map(|(deadline, _)| deadline);
        [call_deadline, self.stall_deadline(), self.negotiation.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Why the session does nothing any more.
    #[must_use]
    pub fn ended(&self) -> Option<&EndReason> {
        self.ended.as_ref()
    }

    /// Calls that have no answer, those included that are finished and not confirmed.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.calls.count()
    }

    /// Whether several calls may be under way at a time; known once an interface is bound.
    #[must_use]
    pub fn is_multiplexed(&self) -> bool {
        self.channel.is_multiplexed
    }

    /// The association group that the server put the connection into.
    #[must_use]
    pub fn assoc_group_id(&self) -> u32 {
        self.channel.assoc_group_id
    }

    fn handle_packet(&mut self, packet: &[u8], now: Duration) -> Result<(), EndReason> {
        let frame = Frame::parse(packet)?;
        let packet_type = frame.header.packet_type;
        match packet_type {
            PacketType::Response => self.handle_answer(&frame),
            PacketType::Fault if self.negotiation.is_asked(frame.header.call_id) => {
                self.handle_negotiation_fault(now)
            }
            PacketType::Fault => self.handle_answer(&frame),
            PacketType::BindAck | PacketType::AlterContextResponse | PacketType::BindNak => {
                let packet = Packet::from_frame(&frame)?;
                self.handle_negotiation(&frame, &packet.body, now)
            }
            PacketType::Shutdown => {
                if !self.channel.is_shutdown_asked {
                    self.channel.is_shutdown_asked = true;
                    self.events.push_back(ClientEvent::ShutdownAsked);
                }
                Ok(())
            }
            _ => Err(ProtocolFault::Unexpected(packet_type).into()),
        }
    }

    /// The context that signs the calls of a binding, if one does.
    pub(super) fn signing(&self, binding: BindingId) -> Option<SecurityKey> {
        let key = self.negotiation.bindings.get(usize::from(binding.0))?.security?;
        self.securities.get(key).filter(|slot| slot.level.signs()).map(|_| key)
    }

    /// Sends the next of the requests that wait, if no other is under way.
    pub(super) fn send_waiting(&mut self) {
        if !self.calls.is_busy()
            && let Some(message) = self.calls.waiting.pop_front()
        {
            let call_id = message.call_id;
            let ticket = self.outbox.push(Message::Call(message));
            if let Some(call) = self.calls.get_mut(call_id) {
                call.ticket = Some(ticket);
            }
        }
    }

    fn require_open(&self) -> Result<(), CallError> {
        match self.ended.is_none() && !self.channel.is_shutdown_asked {
            true => Ok(()),
            false => Err(CallError::Ended),
        }
    }

    fn leave_if_asked(&mut self) {
        if self.channel.is_shutdown_asked && self.calls.count() == 0 {
            self.fail(EndReason::Shutdown);
        }
    }

    fn stall_deadline(&self) -> Option<Duration> {
        Some(self.stalled_since?.saturating_add(self.settings.limits.stall_time))
    }

    /// Ends the session: finishes and confirms all that is under way.
    fn fail(&mut self, reason: EndReason) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(reason.clone());
        let bind_failure = match reason {
            EndReason::Security(error) => BindFailure::Security(error),
            _ => BindFailure::Ended,
        };
        for id in self.negotiation.end() {
            self.events.push_back(ClientEvent::BindFailed(id, bind_failure));
        }
        for (call_id, call) in self.calls.end() {
            let id = CallId(call_id);
            if call.state != CallState::Released {
                self.events.push_back(ClientEvent::Finished(id, CallOutcome::Ended));
            }
            if call.state != CallState::Pending {
                self.events.push_back(ClientEvent::Confirmed(id, Confirmation::Unknown));
            }
        }
        self.events.push_back(ClientEvent::Ended(reason));
    }
}
