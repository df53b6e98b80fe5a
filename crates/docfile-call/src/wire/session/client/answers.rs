//! Responses and faults as they come in fragments.
//!
//! Fragments of answers to different calls may come between one another; those of one call are in
//! order.

use super::calls::{Call, CallState};
use super::event::{CallId, CallOutcome, ClientEvent, Confirmation};
use super::machine::ClientSession;
use crate::wire::pdu::{Body, Fault, FaultStatus, Flags, Frame, Packet, Response, WireFault};
use crate::wire::session::assembly::Assembly;
use crate::wire::session::end::{EndReason, LimitKind, ProtocolFault};

impl ClientSession {
    pub(super) fn handle_answer(&mut self, frame: &Frame<'_>) -> Result<(), EndReason> {
        if usize::from(frame.header.frag_len) > self.channel.fragment_len {
            return Err(WireFault::FragmentTooLong.at(8).into());
        }
        match Packet::from_frame(frame)?.body {
            Body::Response(response) => self.handle_response(frame, &response),
            Body::Fault(fault) => self.handle_fault(frame, &fault),
            _ => Err(ProtocolFault::Unexpected(frame.header.packet_type).into()),
        }
    }

    fn handle_response(
        &mut self,
        frame: &Frame<'_>,
        response: &Response<'_>,
    ) -> Result<(), EndReason> {
        let call_id = frame.header.call_id;
        let Some(call) = self.calls.get_mut(call_id) else {
            // The answer to a call that was orphaned; it still counts in its security context.
            return self.pass_over(frame);
        };
        let (binding, is_released) = (call.binding, call.state == CallState::Released);
        let is_first = frame.header.flags.contains(Flags::FIRST);
        let mut assembly = match (call.answer.take(), is_first) {
            (None, true) => {
                let stub = self.stubs.take();
                let hint = response.alloc_hint;
                let id = response.context_id;
                Box::new(Assembly::begin(frame, id, hint, stub, is_released))
            }
            (Some(assembly), false) => assembly,
            _ => return Err(ProtocolFault::FragmentOrder.into()),
        };
        let old_len = assembly.stub().len();
        self.calls.answer_len -= if is_first { 0 } else { old_len };
        if self.signing(binding) != frame.security.map(|trailer| trailer.context_id) {
            return Err(ProtocolFault::Unprotected.into());
        }
        if !assembly.fits(frame, response.context_id) {
            return Err(ProtocolFault::FragmentMismatch.into());
        }
        let limits = &self.settings.limits;
        assembly.take(frame, Response::STUB_OFFSET, &mut self.securities, limits)?;
        if frame.header.flags.contains(Flags::LAST) {
            let order = assembly.order();
            let stub = assembly.into_stub();
            self.conclude(call_id, CallOutcome::Response { stub, order });
            return Ok(());
        }
        self.calls.answer_len += assembly.stub().len();
        if self.calls.answer_len > self.settings.limits.buffered_len {
            return Err(LimitKind::Buffered.into());
        }
        if let Some(call) = self.calls.get_mut(call_id) {
            call.answer = Some(assembly);
        }
        Ok(())
    }

    /// A fault without a trailer is taken also where packets are signed, since many servers send
    /// it so; but not its word that the call was not begun.
    fn handle_fault(&mut self, frame: &Frame<'_>, fault: &Fault<'_>) -> Result<(), EndReason> {
        let call_id = frame.header.call_id;
        let Some(call) = self.calls.get_mut(call_id) else { return self.pass_over(frame) };
        let binding = call.binding;
        let signing = self.signing(binding);
        let is_trusted = match (&frame.security, signing) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(trailer), signing) => {
                if signing != Some(trailer.context_id) {
                    return Err(ProtocolFault::SecurityContext.into());
                }
                self.open(frame, Fault::STUB_OFFSET)?;
                true
            }
        };
        let did_not_execute = is_trusted && frame.header.flags.contains(Flags::DID_NOT_EXECUTE);
        let status = fault.status;
        self.conclude(call_id, CallOutcome::Fault { status, did_not_execute });
        Ok(())
    }

    /// Checks the signature of a packet that is of no further use.
    fn pass_over(&mut self, frame: &Frame<'_>) -> Result<(), EndReason> {
        let is_known = frame.header.call_id != 0 && self.channel.has_called;
        if !is_known {
            return Err(ProtocolFault::CallId.into());
        }
        match frame.security {
            None => Ok(()),
            Some(_) => self.open(frame, Response::STUB_OFFSET),
        }
    }

    fn open(&mut self, frame: &Frame<'_>, stub_offset: usize) -> Result<(), EndReason> {
        if let Some(trailer) = &frame.security {
            let slot = self.securities.of_trailer(trailer).ok_or(ProtocolFault::SecurityContext)?;
            let mut dropped = self.stubs.take();
            let result = slot.open(frame, stub_offset, &mut dropped);
            self.stubs.give_back(dropped);
            result?;
        }
        Ok(())
    }

    /// The server has answered, one way or the other.
    fn conclude(&mut self, call_id: u32, outcome: CallOutcome) {
        let Some(Call { state, .. }) = self.calls.remove(call_id) else { return };
        let confirmation = match &outcome {
            CallOutcome::Fault { status: FaultStatus::CANCEL, .. } => Confirmation::Cancelled,
            CallOutcome::Fault { status, .. } => Confirmation::Fault(*status),
            _ => Confirmation::Completed,
        };
        let id = CallId(call_id);
        match state {
            CallState::Pending => {
                self.events.push_back(ClientEvent::Finished(id, outcome));
            }
            CallState::Cancelling => {
                let outcome = match confirmation {
                    Confirmation::Cancelled => CallOutcome::Cancelled,
                    _ => outcome,
                };
                self.events.push_back(ClientEvent::Finished(id, outcome));
                self.events.push_back(ClientEvent::Confirmed(id, confirmation));
            }
            CallState::Released => {
                if let CallOutcome::Response { stub, .. } = outcome {
                    self.stubs.give_back(stub);
                }
                self.events.push_back(ClientEvent::Confirmed(id, confirmation));
            }
        }
        self.send_waiting();
    }
}
