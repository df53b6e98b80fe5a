//! The server session itself: its state, and its methods in the order of the module's page.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use super::calls::Calls;
use super::event::{CallHandle, ServerEvent};
use super::receive::PartialRequest;
use super::settings::{ServedInterface, ServerSettings};
use crate::wire::pdu::{Body, FaultStatus, Flags, Frame, Packet, PacketType};
use crate::wire::session::deframer::Deframer;
use crate::wire::session::end::{EndReason, LimitKind, ProtocolFault};
use crate::wire::session::fragment::{CallBody, CallMessage, Message};
use crate::wire::session::outbox::Outbox;
use crate::wire::session::securities::{Securities, SecurityKey};
use crate::wire::session::stubs::Stubs;

/// The server end of one connection; see [the module](crate::wire::session) for how it is driven.
#[derive(Debug)]
pub struct ServerSession {
    pub(super) settings: ServerSettings,
    pub(super) deframer: Deframer,
    pub(super) outbox: Outbox,
    pub(super) stubs: Stubs,
    pub(super) securities: Securities,
    pub(super) channel: Channel,
    pub(super) calls: Calls,
    pub(super) partial: Option<PartialRequest>,
    pub(super) events: VecDeque<ServerEvent>,
    pub(super) ended: Option<EndReason>,
    /// Since when a packet or a request is not whole.
    stalled_since: Option<Duration>,
}

/// What was agreed on in the bind.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) is_bound: bool,
    pub(super) is_multiplexed: bool,
    pub(super) is_shut_down: bool,
    /// The longest fragment that is sent and taken, in bytes.
    pub(super) fragment_len: usize,
    /// The interfaces, by what requests call them.
    pub(super) contexts: BTreeMap<u16, ServedInterface>,
    /// The security context of the bind: that of requests which bear no trailer.
    pub(super) first_security: Option<SecurityKey>,
    /// How many handshakes were begun; each has random bytes of its own.
    pub(super) handshake_count: u64,
    /// Until when the client may be without a bind.
    pub(super) bind_deadline: Duration,
}

impl ServerSession {
    /// The end of a connection that was accepted at `now`.
    #[must_use]
    pub fn new(settings: ServerSettings, now: Duration) -> Self {
        let channel = Channel {
            is_bound: false,
            is_multiplexed: false,
            is_shut_down: false,
            fragment_len: settings.limits.fragment_len.into(),
            contexts: BTreeMap::new(),
            first_security: None,
            handshake_count: 0,
            bind_deadline: now.saturating_add(settings.limits.handshake_time),
        };
        Self {
            settings,
            deframer: Deframer::default(),
            outbox: Outbox::default(),
            stubs: Stubs::default(),
            securities: Securities::default(),
            channel,
            calls: Calls::default(),
            partial: None,
            events: VecDeque::new(),
            ended: None,
            stalled_since: None,
        }
    }

    /// Takes bytes of the client, in any portions.
    pub fn handle_bytes(&mut self, mut bytes: &[u8], now: Duration) {
        let mut deframer = core::mem::take(&mut self.deframer);
        while self.ended.is_none() {
            // No packet of a client is longer than a bind may be; calls are held to what was
            // agreed when they are taken apart.
            let result = match deframer.next(&mut bytes, usize::from(u16::MAX)) {
                Ok(None) => break,
                Ok(Some(packet)) => self.handle_packet(packet, now),
                Err(error) => Err(error.into()),
            };
            let has_room = self.outbox.cost_len() <= self.settings.limits.unsent_len;
            match result {
                Err(reason) => self.fail(reason),
                Ok(()) if !has_room => self.fail(LimitKind::Unsent.into()),
                Ok(()) => {}
            }
        }
        self.deframer = deframer;
        let is_amid = self.deframer.is_amid_packet() || self.partial.is_some();
        self.stalled_since = is_amid.then_some(now);
    }

    /// The client has the first `len` bytes of what [`poll_transmit`](Self::poll_transmit) gave.
    pub fn handle_transmitted(&mut self, len: usize) {
        self.outbox.advance(len);
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come, or may have.
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.ended.is_some() {
            return;
        }
        if self.stall_deadline().is_some_and(|deadline| deadline <= now) {
            self.fail(EndReason::Stalled);
        } else if self.handshake_deadline().is_some_and(|deadline| deadline <= now) {
            self.fail(EndReason::HandshakeTimeout);
        }
    }

    /// The connection is gone: no bytes come any more, or none can be sent.
    pub fn handle_closed(&mut self) {
        self.fail(EndReason::Closed);
    }

    /// Answers a call. Says whether anybody still wanted the answer.
    ///
    /// An answer longer than [`CallLimits::unsent_len`](crate::limits::CallLimits::unsent_len)
    /// together with those that the client has not taken ends the session.
    pub fn respond(&mut self, handle: CallHandle, stub: Vec<u8>) -> bool {
        let Some(call) = self.calls.finish(handle) else { return false };
        let body =
            CallBody::Response { context_id: call.context_id, cancel_count: call.cancel_count };
        if self.outbox.cost_len().saturating_add(stub.len()) > self.settings.limits.unsent_len {
            self.fail(LimitKind::Unsent.into());
            return false;
        }
        self.send(CallMessage::new(body, handle.call_id, call.signing, stub));
        self.admit_waiting();
        true
    }

    /// Refuses a call, or tells that it failed. Says whether anybody still wanted to know.
    pub fn fault(&mut self, handle: CallHandle, status: FaultStatus) -> bool {
        let Some(call) = self.calls.finish(handle) else { return false };
        let (context_id, cancel_count) = (call.context_id, call.cancel_count);
        let body = CallBody::Fault { context_id, cancel_count, status };
        let signing = call.signing.filter(|_| self.settings.sign_faults);
        self.send(CallMessage::new(body, handle.call_id, signing, Vec::new()));
        self.admit_waiting();
        true
    }

    /// Asks the client to leave: calls under way are answered, new ones are refused.
    pub fn shutdown(&mut self) {
        if self.ended.is_none() && !self.channel.is_shut_down {
            self.channel.is_shut_down = true;
            self.send_packet(&Packet::new(Flags::WHOLE, 0, Body::Shutdown));
        }
    }

    /// Ends the session from this side. The client learns it from the end of the connection.
    pub fn close(&mut self) {
        self.fail(EndReason::Local);
    }

    /// Gives a buffer of stub data back, so that it is used again.
    pub fn recycle(&mut self, stub: Vec<u8>) {
        self.stubs.give_back(stub);
    }

    /// The bytes to send next; empty when there are none.
    pub fn poll_transmit(&mut self) -> &[u8] {
        self.outbox.poll(self.channel.fragment_len, &mut self.securities, &mut self.stubs)
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        self.events.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called, if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        if self.ended.is_some() {
            return None;
        }
        [self.stall_deadline(), self.handshake_deadline()].into_iter().flatten().min()
    }

    /// Why the session does nothing any more.
    #[must_use]
    pub fn ended(&self) -> Option<&EndReason> {
        self.ended.as_ref()
    }

    /// Calls that are under way, those included that wait for their turn.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.calls.count()
    }

    /// Whether everything that was to be sent is sent.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.outbox.is_empty()
    }

    fn stall_deadline(&self) -> Option<Duration> {
        Some(self.stalled_since?.saturating_add(self.settings.limits.stall_time))
    }

    fn handshake_deadline(&self) -> Option<Duration> {
        let bind_deadline = (!self.channel.is_bound).then_some(self.channel.bind_deadline);
        [bind_deadline, self.securities.deadline()].into_iter().flatten().min()
    }

    fn handle_packet(&mut self, packet: &[u8], now: Duration) -> Result<(), EndReason> {
        let frame = Frame::parse(packet)?;
        let packet_type = frame.header.packet_type;
        match packet_type {
            PacketType::Request => self.handle_request(&frame),
            PacketType::Bind | PacketType::AlterContext | PacketType::Auth3 => {
                self.handle_negotiation(&frame, now)
            }
            PacketType::CoCancel | PacketType::Orphaned => self.handle_withdrawal(&frame),
            _ => Err(ProtocolFault::Unexpected(packet_type).into()),
        }
    }

    pub(super) fn send(&mut self, message: CallMessage) {
        if self.ended.is_none() {
            self.outbox.push(Message::Call(message));
        }
    }

    pub(super) fn send_packet(&mut self, packet: &Packet<'_>) {
        let mut bytes = self.stubs.take();
        packet.emit(&mut bytes);
        self.outbox.push(Message::Packet(bytes));
    }

    /// Ends the session: nobody waits for the answers of its calls.
    fn fail(&mut self, reason: EndReason) {
        if self.ended.is_some() {
            return;
        }
        for handle in self.calls.end() {
            self.events.push_back(ServerEvent::Orphaned(handle));
        }
        self.partial = None;
        self.stalled_since = None;
        self.ended = Some(reason.clone());
        self.events.push_back(ServerEvent::Ended(reason));
    }
}
