//! Requests as they come in fragments, and the packets that take them back.

use super::event::{IncomingCall, ServerEvent};
use super::machine::ServerSession;
use super::settings::ServedInterface;
use crate::Guid;
use crate::wire::pdu::{
    AuthLevel, Body, FaultStatus, Flags, Frame, HEADER_LEN, NDR, Packet, PacketType, Request,
    VerificationTrailer, WireFault,
};
use crate::wire::session::assembly::Assembly;
use crate::wire::session::end::{EndReason, LimitKind, ProtocolFault};
use crate::wire::session::fragment::{CallBody, CallMessage, Message};
use crate::wire::session::outbox::Outbox;
use crate::wire::session::securities::SecurityKey;

/// A request whose last fragment has not come. A connection has at most one.
#[derive(Debug)]
pub(super) struct PartialRequest {
    call_id: u32,
    assembly: Assembly,
    opnum: u16,
    object: Option<Guid>,
    /// What the call is for, or why it is refused once it has come.
    target: Result<Target, FaultStatus>,
    is_cancelled: bool,
}

#[derive(Debug, Clone, Copy)]
struct Target {
    interface: ServedInterface,
    /// How the call is protected.
    level: AuthLevel,
    /// The security context that says who calls.
    identity: Option<SecurityKey>,
}

/// How a request is protected, by the context that its trailer names or lacks.
struct Protection {
    level: AuthLevel,
    identity: Option<SecurityKey>,
}

impl ServerSession {
    pub(super) fn handle_request(&mut self, frame: &Frame<'_>) -> Result<(), EndReason> {
        let Body::Request(request) = Packet::from_frame(frame)?.body else {
            return Err(ProtocolFault::Unexpected(frame.header.packet_type).into());
        };
        if !self.channel.is_bound {
            return Err(ProtocolFault::Unexpected(frame.header.packet_type).into());
        }
        if usize::from(frame.header.frag_len) > self.channel.fragment_len {
            return Err(WireFault::FragmentTooLong.at(8).into());
        }
        let mut partial = match (self.partial.take(), frame.header.flags.contains(Flags::FIRST)) {
            (None, true) => self.begin_request(frame, &request)?,
            (Some(partial), false) => partial,
            (Some(_), true) | (None, false) => return Err(ProtocolFault::FragmentOrder.into()),
        };
        if partial.call_id != frame.header.call_id
            || !partial.assembly.fits(frame, request.context_id)
            || partial.opnum != request.opnum
        {
            return Err(ProtocolFault::FragmentMismatch.into());
        }
        let stub_offset = Request::stub_offset(request.object.is_some());
        let limits = &self.settings.limits;
        partial.assembly.take(frame, stub_offset, &mut self.securities, limits).inspect_err(
            |reason| {
                if matches!(reason, EndReason::Security(_) | EndReason::Protocol(_)) {
                    refuse(&mut self.outbox, frame, request.context_id);
                }
            },
        )?;
        let buffered_len = self.calls.stub_len() + partial.assembly.stub().len();
        if buffered_len > self.settings.limits.buffered_len {
            return Err(LimitKind::Buffered.into());
        }
        if frame.header.flags.contains(Flags::LAST) {
            self.end_request(partial, frame)
        } else {
            self.partial = Some(partial);
            Ok(())
        }
    }

    fn begin_request(
        &mut self,
        frame: &Frame<'_>,
        request: &Request<'_>,
    ) -> Result<PartialRequest, EndReason> {
        let call_id = frame.header.call_id;
        if self.calls.contains(call_id) {
            return Err(ProtocolFault::CallId.into());
        }
        let protection = match self.protection(frame) {
            Ok(protection) => protection,
            Err(reason) => {
                refuse(&mut self.outbox, frame, request.context_id);
                return Err(reason);
            }
        };
        let target = self.target(request, &protection);
        let is_refused = target.is_err();
        let stub = self.stubs.take();
        let assembly =
            Assembly::begin(frame, request.context_id, request.alloc_hint, stub, is_refused);
        let is_cancelled = frame.header.flags.contains(Flags::PENDING_CANCEL);
        let (opnum, object) = (request.opnum, request.object);
        Ok(PartialRequest { call_id, assembly, opnum, object, target, is_cancelled })
    }

    /// How a request is protected. Less than its security context agreed on is never accepted.
    fn protection(&mut self, frame: &Frame<'_>) -> Result<Protection, EndReason> {
        let Some(trailer) = &frame.security else {
            let Some(key) = self.channel.first_security else {
                return Ok(Protection { level: AuthLevel::None, identity: None });
            };
            let slot = self.securities.get(key).ok_or(ProtocolFault::SecurityContext)?;
            slot.require_established()?;
            return match slot.level.signs() {
                true => Err(ProtocolFault::Unprotected.into()),
                false => Ok(Protection { level: slot.level, identity: Some(key) }),
            };
        };
        let slot = self.securities.of_trailer(trailer).ok_or(ProtocolFault::SecurityContext)?;
        slot.require_established()?;
        Ok(Protection { level: slot.level, identity: Some(trailer.context_id) })
    }

    fn target(
        &self,
        request: &Request<'_>,
        protection: &Protection,
    ) -> Result<Target, FaultStatus> {
        let interface = *self
            .channel
            .contexts
            .get(&request.context_id)
            .ok_or(FaultStatus::UNKNOWN_INTERFACE)?;
        let level = protection.level.max(self.settings.transport_level);
        if level < interface.min_level {
            return Err(FaultStatus::ACCESS_DENIED);
        }
        if self.channel.is_shut_down || self.calls.count() >= self.settings.limits.server_call_count
        {
            return Err(FaultStatus::SERVER_TOO_BUSY);
        }
        Ok(Target { interface, level, identity: protection.identity })
    }

    fn end_request(&mut self, partial: PartialRequest, frame: &Frame<'_>) -> Result<(), EndReason> {
        let PartialRequest { call_id, assembly, opnum, object, target, is_cancelled } = partial;
        let context_id = assembly.context_id();
        let target = match target {
            Ok(target) => target,
            Err(status) => {
                self.refuse_call(call_id, context_id, status, assembly.security());
                self.stubs.give_back(assembly.into_stub());
                return Ok(());
            }
        };
        let signing = assembly.security().filter(|_| target.level.signs());
        if signing.is_some() {
            let syntax = target.interface.syntax;
            let is_right = VerificationTrailer::find(assembly.stub()).is_ok_and(|trailer| {
                trailer.is_none_or(|trailer| {
                    trailer.agrees(&frame.header, context_id, opnum, syntax, NDR)
                })
            });
            if !is_right {
                refuse(&mut self.outbox, frame, context_id);
                return Err(ProtocolFault::Verification.into());
            }
        }
        let slot = target.identity.and_then(|key| self.securities.get(key));
        let principal = slot.and_then(|slot| slot.principal());
        let was_busy = self.calls.is_busy();
        let handle = self.calls.begin(call_id, context_id, signing, assembly.stub().len());
        let call = IncomingCall {
            handle,
            interface: target.interface.syntax,
            opnum,
            object,
            order: assembly.order(),
            stub: assembly.into_stub(),
            level: target.level,
            principal,
        };
        self.admit(call, was_busy);
        if is_cancelled {
            self.cancel_call(call_id);
        }
        Ok(())
    }

    /// co_cancel and orphaned. One without a trailer is honoured also where packets are signed:
    /// what it asks for, anybody who can write into the connection can have by closing it.
    pub(super) fn handle_withdrawal(&mut self, frame: &Frame<'_>) -> Result<(), EndReason> {
        if let Some(trailer) = &frame.security {
            let slot = self.securities.of_trailer(trailer).ok_or(ProtocolFault::SecurityContext)?;
            let mut none = self.stubs.take();
            slot.open(frame, HEADER_LEN, &mut none)?;
            self.stubs.give_back(none);
        }
        let call_id = frame.header.call_id;
        let is_cancel = frame.header.packet_type == PacketType::CoCancel;
        if let Some(partial) = self.partial.as_mut().filter(|partial| partial.call_id == call_id) {
            if is_cancel {
                partial.is_cancelled = true;
            } else {
                self.partial = None;
            }
        } else if is_cancel {
            self.cancel_call(call_id);
        } else {
            let is_waiting = self.calls.withdraw_waiting(call_id).is_some();
            if let Some(handle) = self.calls.orphan(call_id)
                && !is_waiting
            {
                self.events.push_back(ServerEvent::Orphaned(handle));
                self.admit_waiting();
            }
        }
        Ok(())
    }

    /// A cancel of a call that waits for its turn is its end; any other is told.
    fn cancel_call(&mut self, call_id: u32) {
        let Some(handle) = self.calls.cancel(call_id) else { return };
        if self.calls.withdraw_waiting(call_id).is_some() {
            self.fault(handle, FaultStatus::CANCEL);
        } else {
            self.events.push_back(ServerEvent::Cancelled(handle));
        }
    }

    /// A fault for a call that was never begun; the connection goes on.
    fn refuse_call(
        &mut self,
        call_id: u32,
        context_id: u16,
        status: FaultStatus,
        security: Option<SecurityKey>,
    ) {
        let signing = security.filter(|key| {
            self.settings.sign_faults
                && self.securities.get(*key).is_some_and(|slot| slot.level.signs())
        });
        let body = CallBody::Fault { context_id, cancel_count: 0, status };
        let mut message = CallMessage::new(body, call_id, signing, Vec::new());
        message.flags = Flags::DID_NOT_EXECUTE;
        self.send(message);
    }
}

/// The last words before the end of a connection whose client cannot be trusted. They are not
/// signed: there may be no keys.
pub(super) fn refuse(outbox: &mut Outbox, frame: &Frame<'_>, context_id: u16) {
    let status = FaultStatus::ACCESS_DENIED;
    let body = CallBody::Fault { context_id, cancel_count: 0, status };
    let mut message = CallMessage::new(body, frame.header.call_id, None, Vec::new());
    message.flags = Flags::DID_NOT_EXECUTE;
    outbox.push(Message::Call(message));
}
