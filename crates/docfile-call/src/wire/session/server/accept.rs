//! bind, alter_context and auth3: which interfaces, which security ([MS-RPCE] 3.3.2.4).

use core::time::Duration;

use hmac::{Hmac, Mac};
use md5::Md5;

use super::event::ServerEvent;
use super::machine::ServerSession;
use super::receive::refuse;
use crate::limits::{MAX_TOKEN_LEN, MIN_FRAGMENT_LEN};
use crate::security::{HandshakeSeed, SecurityError, SecurityFault};
use crate::wire::pdu::{
    AuthLevel, Bind, BindAck, BindNak, Body, ContextElement, ContextResult, Features, Flags, Frame,
    NDR, NakReason, Packet, PacketType, RejectReason, SecTrailer,
};
use crate::wire::session::end::{EndReason, LimitKind, ProtocolFault};

impl ServerSession {
    pub(super) fn handle_negotiation(
        &mut self,
        frame: &Frame<'_>,
        now: Duration,
    ) -> Result<(), EndReason> {
        let packet = Packet::from_frame(frame)?;
        let packet_type = frame.header.packet_type;
        let is_bind = packet_type == PacketType::Bind;
        if is_bind == self.channel.is_bound || self.partial.is_some() {
            return Err(ProtocolFault::Unexpected(packet_type).into());
        }
        if frame.token().len() > MAX_TOKEN_LEN {
            return Err(LimitKind::TokenLength.into());
        }
        match packet.body {
            Body::Bind(bind) => self.accept_bind(frame, &bind, now),
            Body::AlterContext(bind) => self.accept_alteration(frame, &bind, now),
            _ => self.accept_third_leg(frame),
        }
    }

    fn accept_bind(
        &mut self,
        frame: &Frame<'_>,
        bind: &Bind,
        now: Duration,
    ) -> Result<(), EndReason> {
        let token = match &frame.security {
            None => Vec::new(),
            Some(trailer) => match self.begin_handshake(trailer, frame.token(), now) {
                Ok(token) => {
                    self.channel.first_security = Some(trailer.context_id);
                    token
                }
                Err(error) => return Err(self.refuse_bind(frame, error)),
            },
        };
        self.agree(bind);
        let flags = frame.header.flags;
        self.channel.is_bound = true;
        self.channel.is_multiplexed = flags.contains(Flags::CONCURRENT_MULTIPLEXING);
        let results = self.accept_contexts(&bind.contexts);
        let ack = self.ack(bind, self.settings.secondary_address.clone(), results);
        self.answer(frame, Body::BindAck(ack), &token);
        Ok(())
    }

    fn accept_alteration(
        &mut self,
        frame: &Frame<'_>,
        bind: &Bind,
        now: Duration,
    ) -> Result<(), EndReason> {
        let token = match &frame.security {
            None => Ok(Vec::new()),
            Some(trailer) if self.securities.contains(trailer.context_id) => {
                self.continue_handshake(trailer, frame.token())
            }
            Some(trailer) => {
                self.begin_handshake(trailer, frame.token(), now).map_err(EndReason::from)
            }
        };
        let token = token.inspect_err(|_| refuse(&mut self.outbox, frame, 0))?;
        let results = self.accept_contexts(&bind.contexts);
        let ack = self.ack(bind, Vec::new(), results);
        self.answer(frame, Body::AlterContextResponse(ack), &token);
        Ok(())
    }

    /// auth3 has no answer; a client whose proof was wrong learns it from its first call.
    fn accept_third_leg(&mut self, frame: &Frame<'_>) -> Result<(), EndReason> {
        let trailer = frame.security.as_ref().ok_or(ProtocolFault::SecurityContext)?;
        match self.continue_handshake(trailer, frame.token()) {
            Err(EndReason::Security(_)) => Ok(()),
            result => result.map(|_| ()),
        }
    }

    fn begin_handshake(
        &mut self,
        trailer: &SecTrailer,
        token: &[u8],
        now: Duration,
    ) -> Result<Vec<u8>, SecurityError> {
        let level = match trailer.level {
            AuthLevel::None => return Err(SecurityFault::Unsupported.into()),
            level => level,
        };
        if self.securities.count() >= self.settings.limits.security_count {
            return Err(SecurityFault::Unsupported.into());
        }
        let seed = self.seed(now);
        let provider = self.settings.security.as_ref();
        let context = provider
            .and_then(|provider| provider.accept(trailer.auth_type, level, seed))
            .ok_or(SecurityFault::Unsupported)?;
        let deadline = now.saturating_add(self.settings.limits.handshake_time);
        self.securities.insert(trailer.context_id, context, level, deadline);
        self.step(trailer, token)
    }

    fn continue_handshake(
        &mut self,
        trailer: &SecTrailer,
        token: &[u8],
    ) -> Result<Vec<u8>, EndReason> {
        if self.securities.of_trailer(trailer).is_none() {
            return Err(ProtocolFault::SecurityContext.into());
        }
        Ok(self.step(trailer, token)?)
    }

    fn step(&mut self, trailer: &SecTrailer, token: &[u8]) -> Result<Vec<u8>, SecurityError> {
        let slot = self.securities.of_trailer(trailer).ok_or(SecurityFault::OutOfStep)?;
        Ok(slot.step(token)?.token)
    }

    /// Random bytes that no other handshake has: a keyed hash of how many there were.
    fn seed(&mut self, now: Duration) -> HandshakeSeed {
        self.channel.handshake_count += 1;
        let mut random = [0; 32];
        for (half, chunk) in (0u8..).zip(random.chunks_exact_mut(16)) {
            if let Ok(mut mac) = Hmac::<Md5>::new_from_slice(&self.settings.random) {
                mac.update(&self.channel.handshake_count.to_le_bytes());
                mac.update(&[half]);
                chunk.copy_from_slice(&mac.finalize().into_bytes());
            }
        }
        let ticks = u64::try_from(now.as_nanos() / 100).unwrap_or(u64::MAX);
        HandshakeSeed { random, file_time: self.settings.file_time_origin.saturating_add(ticks) }
    }

    /// The length of fragments: what both can, one for both directions, a multiple of eight.
    fn agree(&mut self, bind: &Bind) {
        let len = self.settings.limits.fragment_len.min(bind.max_recv_len).min(bind.max_xmit_len);
        self.channel.fragment_len = usize::from(len.max(MIN_FRAGMENT_LEN) & !7);
    }

    fn accept_contexts(&mut self, contexts: &[ContextElement]) -> Vec<ContextResult> {
        contexts.iter().map(|context| self.accept_context(context)).collect()
    }

    fn accept_context(&mut self, context: &ContextElement) -> ContextResult {
        let offered = context.transfer_syntaxes.iter().copied();
        if let [syntax] = context.transfer_syntaxes[..]
            && let Some(features) = Features::from_syntax(syntax)
        {
            return ContextResult::Negotiated(features.intersection(Features::ALL));
        }
        let Some(served) = self.settings.served(context.interface) else {
            return ContextResult::ProviderRejected(RejectReason::ABSTRACT_SYNTAX_NOT_SUPPORTED);
        };
        if !offered.into_iter().any(|syntax| syntax == NDR) {
            return ContextResult::ProviderRejected(RejectReason::TRANSFER_SYNTAXES_NOT_SUPPORTED);
        }
        let contexts = &mut self.channel.contexts;
        let context_id = context.context_id;
        let is_new = !contexts.contains_key(&context_id);
        if is_new && contexts.len() >= self.settings.limits.context_count {
            return ContextResult::ProviderRejected(RejectReason::LOCAL_LIMIT_EXCEEDED);
        }
        contexts.insert(context_id, served);
        self.events.push_back(ServerEvent::Bound { interface: served.syntax, context_id });
        ContextResult::Accepted(NDR)
    }

    fn ack(&self, bind: &Bind, secondary_address: Vec<u8>, results: Vec<ContextResult>) -> BindAck {
        let len = u16::try_from(self.channel.fragment_len).unwrap_or(MIN_FRAGMENT_LEN);
        let assoc_group_id = match bind.assoc_group_id {
            0 => self.settings.assoc_group_id,
            id => id,
        };
        BindAck { max_xmit_len: len, max_recv_len: len, assoc_group_id, secondary_address, results }
    }

    fn answer(&mut self, frame: &Frame<'_>, body: Body<'_>, token: &[u8]) {
        // Signing covers the header whether or not it was asked for; so whoever asks has it.
        let kept = Flags::CONCURRENT_MULTIPLEXING.with(Flags::SUPPORT_HEADER_SIGN);
        let flags = Flags(Flags::WHOLE.0 | frame.header.flags.0 & kept.0);
        let mut packet = Packet::new(flags, frame.header.call_id, body);
        if !token.is_empty() {
            packet.security =
                frame.security.map(|trailer| (SecTrailer { pad_len: 0, ..trailer }, token));
        }
        self.send_packet(&packet);
    }

    fn refuse_bind(&mut self, frame: &Frame<'_>, error: SecurityError) -> EndReason {
        let reason = match error.0 {
            SecurityFault::Unsupported => NakReason::AUTHENTICATION_TYPE_NOT_RECOGNIZED,
            _ => NakReason::INVALID_CHECKSUM,
        };
        let body = Body::BindNak(BindNak { reason, versions: vec![(5, 0)] });
        self.send_packet(&Packet::new(Flags::WHOLE, frame.header.call_id, body));
        error.into()
    }
}
