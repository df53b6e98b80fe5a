//! The calls of one connection that a client has begun.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::event::{BindingId, CallId};
use crate::Guid;
use crate::wire::session::assembly::Assembly;
use crate::wire::session::fragment::CallMessage;

/// A call to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCall {
    /// Which interface.
    pub binding: BindingId,
    /// Which method.
    pub opnum: u16,
    /// Which object; an IPID in DCOM.
    pub object: Option<Guid>,
    /// The stub data.
    pub stub: Vec<u8>,
    /// When the call is finished as timed out, if it has no answer by then.
    pub deadline: Option<Duration>,
}

/// A call that has no answer yet.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) binding: BindingId,
    /// The ticket of its request in the outbox; `None` while it waits for the call before it.
    pub(super) ticket: Option<u64>,
    pub(super) state: CallState,
    pub(super) deadline: Option<Duration>,
    /// The answer, as far as it has come.
    pub(super) answer: Option<Box<Assembly>>,
}

/// Who waits for the answer of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallState {
    /// Its caller.
    Pending,
    /// Its caller, who has asked for a cancel.
    Cancelling,
    /// Nobody: the call is finished, and only its confirmation is due.
    Released,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    by_id: BTreeMap<u32, Call>,
    /// Deadlines of the calls that have one and are not released.
    deadlines: BTreeSet<(Duration, u32)>,
    /// Requests that wait because only one call may be under way.
    pub(super) waiting: VecDeque<CallMessage>,
    /// What of partly received answers is kept, in bytes.
    pub(super) answer_len: usize,
    last_id: u32,
}

impl Calls {
    pub(super) fn count(&self) -> usize {
        self.by_id.len()
    }

    /// An id that no call under way has. Ids count up from 1, and begin anew after the last.
    pub(super) fn new_id(&mut self) -> u32 {
        loop {
            self.last_id = self.last_id.wrapping_add(1).max(1);
            if !self.by_id.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }

    pub(super) fn insert(&mut self, call_id: u32, call: Call) {
        self.deadlines.extend(call.deadline.map(|deadline| (deadline, call_id)));
        self.by_id.insert(call_id, call);
    }

    pub(super) fn get(&self, call_id: CallId) -> Option<&Call> {
        self.by_id.get(&call_id.0)
    }

    pub(super) fn get_mut(&mut self, call_id: u32) -> Option<&mut Call> {
        self.by_id.get_mut(&call_id)
    }

    /// Whether a request was put into the outbox and has no answer.
    pub(super) fn is_busy(&self) -> bool {
        self.by_id.len() > self.waiting.len()
    }

    pub(super) fn remove(&mut self, call_id: u32) -> Option<Call> {
        self.set_deadline(call_id, None);
        let call = self.by_id.remove(&call_id)?;
        self.answer_len -= call.answer.as_ref().map_or(0, |answer| answer.stub().len());
        Some(call)
    }

    /// Takes a request back that waits for the call before it.
    pub(super) fn withdraw_waiting(&mut self, call_id: u32) {
        self.waiting.retain(|message| message.call_id != call_id);
    }

    pub(super) fn set_deadline(&mut self, call_id: u32, deadline: Option<Duration>) {
        let Some(call) = self.by_id.get_mut(&call_id) else { return };
        if let Some(old) = core::mem::replace(&mut call.deadline, deadline) {
            self.deadlines.remove(&(old, call_id));
        }
        self.deadlines.extend(deadline.map(|deadline| (deadline, call_id)));
    }

    pub(super) fn first_deadline(&self) -> Option<(Duration, CallId)> {
        self.deadlines.first().map(|(deadline, call_id)| (*deadline, CallId(*call_id)))
    }

    /// Takes out every call, in the order of their ids.
    pub(super) fn end(&mut self) -> BTreeMap<u32, Call> {
        self.deadlines.clear();
        self.waiting.clear();
        self.answer_len = 0;
        core::mem::take(&mut self.by_id)
    }
}
