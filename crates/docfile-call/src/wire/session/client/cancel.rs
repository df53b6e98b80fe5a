//! Taking calls back: a request to the server and a release of the caller (\[C706\] 6.1.8,
//! `contract/calls.md` 7).
//!
//! | how far the request is sent | what is done | what is confirmed |
//! |---|---|---|
//! | not at all | it is withdrawn | never arrived, at once |
//! | partly, and the connection outlives orphans | it is broken off, orphaned is sent | never arrived, at once |
//! | partly or wholly | co_cancel is sent behind it | by the server's answer |

use core::time::Duration;

use super::calls::CallState;
use super::event::{CallError, CallId, CallOutcome, ClientEvent, Confirmation, Patience};
use super::machine::ClientSession;
use crate::wire::pdu::Features;
use crate::wire::session::fragment::{CallBody, CallMessage, Message};
use crate::wire::session::outbox::Sending;

impl ClientSession {
    /// Asks that a call be cancelled, and releases its caller when `patience` says.
    ///
    /// Success means that it was asked, not that the server stops. [`ClientEvent::Confirmed`]
    /// tells what came of it.
    ///
    /// # Errors
    ///
    /// [`CallError::Complete`] when the call is over; [`CallError::AlreadyCancelled`].
    pub fn cancel(&mut self, call_id: CallId, patience: Patience) -> Result<(), CallError> {
        let call = self.calls.get(call_id).ok_or(CallError::Complete)?;
        match call.state {
            CallState::Pending => {}
            CallState::Cancelling => return Err(CallError::AlreadyCancelled),
            CallState::Released => return Err(CallError::Complete),
        }
        if self.withdraw(call_id) {
            self.finish(call_id, CallOutcome::Cancelled);
            self.forget(call_id.0, Confirmation::NeverArrived);
            return Ok(());
        }
        match patience {
            Patience::None => self.release(call_id, CallOutcome::Cancelled),
            Patience::Until(deadline) => self.wait_for_cancel(call_id, Some(deadline)),
            Patience::Forever => self.wait_for_cancel(call_id, None),
        }
        Ok(())
    }

    /// Finishes the calls whose deadlines have passed.
    pub(super) fn expire(&mut self, now: Duration) {
        while let Some((_, call_id)) =
            self.calls.first_deadline().filter(|(deadline, _)| *deadline <= now)
        {
            let state = self.calls.get(call_id).map(|call| call.state);
            match state {
                Some(CallState::Cancelling) => self.release(call_id, CallOutcome::Cancelled),
                _ if self.withdraw(call_id) => {
                    self.finish(call_id, CallOutcome::TimedOut);
                    self.forget(call_id.0, Confirmation::NeverArrived);
                }
                _ => self.release(call_id, CallOutcome::TimedOut),
            }
        }
    }

    /// Sees to it that the server never has the whole request, if that is still to be done, or
    /// asks the server to cancel it.
    fn withdraw(&mut self, call_id: CallId) -> bool {
        let Some(call) = self.calls.get(call_id) else { return false };
        let binding = call.binding;
        let Some(ticket) = call.ticket else {
            self.calls.withdraw_waiting(call_id.0);
            return true;
        };
        let body = match self.outbox.sending(ticket) {
            Sending::Unsent => {
                self.outbox.withdraw(ticket);
                return true;
            }
            Sending::Partial
                if self.channel.features.contains(Features::KEEP_CONNECTION_ON_ORPHAN) =>
            {
                self.outbox.break_off(ticket);
                CallBody::Orphaned
            }
            Sending::Partial | Sending::Sent => CallBody::CoCancel,
        };
        let security = self.signing(binding);
        let message = CallMessage::new(body, call_id.0, security, Vec::new());
        self.outbox.push(Message::Call(message));
        matches!(body, CallBody::Orphaned)
    }

    fn wait_for_cancel(&mut self, call_id: CallId, deadline: Option<Duration>) {
        self.calls.set_deadline(call_id.0, deadline);
        if let Some(call) = self.calls.get_mut(call_id.0) {
            call.state = CallState::Cancelling;
        }
    }

    /// Finishes a call whose answer is still to come.
    fn release(&mut self, call_id: CallId, outcome: CallOutcome) {
        self.calls.set_deadline(call_id.0, None);
        if let Some(call) = self.calls.get_mut(call_id.0) {
            call.state = CallState::Released;
        }
        self.finish(call_id, outcome);
    }

    fn finish(&mut self, call_id: CallId, outcome: CallOutcome) {
        self.events.push_back(ClientEvent::Finished(call_id, outcome));
    }

    /// Confirms a call that is finished, and gives its place to the next.
    fn forget(&mut self, call_id: u32, confirmation: Confirmation) {
        self.calls.remove(call_id);
        self.events.push_back(ClientEvent::Confirmed(CallId(call_id), confirmation));
        self.send_waiting();
    }
}
