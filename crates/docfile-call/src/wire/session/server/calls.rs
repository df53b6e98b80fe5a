//! The calls of one connection that are under way in the server.
//!
//! A call that was told is finished exactly once: by its answer, by its client that abandoned it,
//! or by the end of the session. Handles are never used again, so a late answer to a call whose id
//! has been given to another one meets nothing.

use std::collections::{BTreeMap, VecDeque};

use super::event::{CallHandle, IncomingCall, ServerEvent};
use super::machine::ServerSession;
use crate::wire::session::securities::SecurityKey;

/// What is remembered of a call for its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) serial: u64,
    pub(super) context_id: u16,
    /// The security context that signs the answer, if one does.
    pub(super) signing: Option<SecurityKey>,
    pub(super) cancel_count: u8,
    /// The length of its stub data, in bytes.
    stub_len: usize,
}

/// The calls that were told, and those that wait because the client cannot multiplex.
#[derive(Debug, Default)]
pub(super) struct Calls {
    by_id: BTreeMap<u32, Call>,
    waiting: VecDeque<IncomingCall>,
    /// Stub data of all calls under way, in bytes.
    stub_len: usize,
    last_serial: u64,
}

impl Calls {
    pub(super) fn count(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn contains(&self, call_id: u32) -> bool {
        self.by_id.contains_key(&call_id)
    }

    /// Stub data of all calls under way, in bytes.
    pub(super) fn stub_len(&self) -> usize {
        self.stub_len
    }

    pub(super) fn begin(
        &mut self,
        call_id: u32,
        context_id: u16,
        signing: Option<SecurityKey>,
        stub_len: usize,
    ) -> CallHandle {
        self.last_serial += 1;
        self.stub_len += stub_len;
        let serial = self.last_serial;
        self.by_id.insert(call_id, Call { serial, context_id, signing, cancel_count: 0, stub_len });
        CallHandle { call_id, serial }
    }

    /// Whether a call other than those that wait is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.by_id.len() > self.waiting.len()
    }

    pub(super) fn wait(&mut self, call: IncomingCall) {
        self.waiting.push_back(call);
    }

    fn next_waiting(&mut self) -> Option<IncomingCall> {
        self.waiting.pop_front()
    }

    /// Takes out a call that waits for its turn.
    pub(super) fn withdraw_waiting(&mut self, call_id: u32) -> Option<CallHandle> {
        let index = self.waiting.iter().position(|call| call.handle.call_id == call_id)?;
        let call = self.waiting.remove(index)?;
        Some(call.handle)
    }

    /// Counts a cancel of a call.
    pub(super) fn cancel(&mut self, call_id: u32) -> Option<CallHandle> {
        let call = self.by_id.get_mut(&call_id)?;
        call.cancel_count = call.cancel_count.saturating_add(1);
        Some(CallHandle { call_id, serial: call.serial })
    }

    /// Takes out a call whatever its handle.
    pub(super) fn orphan(&mut self, call_id: u32) -> Option<CallHandle> {
        let call = self.by_id.remove(&call_id)?;
        self.stub_len -= call.stub_len;
        Some(CallHandle { call_id, serial: call.serial })
    }

    /// Takes out the call of this handle, if it is still under way.
    pub(super) fn finish(&mut self, handle: CallHandle) -> Option<Call> {
        let call = *self.by_id.get(&handle.call_id)?;
        if call.serial != handle.serial {
            return None;
        }
        self.by_id.remove(&handle.call_id);
        self.stub_len -= call.stub_len;
        Some(call)
    }

    /// Takes out every call, and gives those that were told.
    pub(super) fn end(&mut self) -> impl Iterator<Item = CallHandle> + use<> {
        for call in core::mem::take(&mut self.waiting) {
            self.by_id.remove(&call.handle.call_id);
        }
        self.stub_len = 0;
        core::mem::take(&mut self.by_id)
            .into_iter()
            .map(|(call_id, call)| CallHandle { call_id, serial: call.serial })
    }
}

impl ServerSession {
    /// Tells a call, or lets it wait until the one under way is answered.
    pub(super) fn admit(&mut self, call: IncomingCall, was_busy: bool) {
        if was_busy && !self.channel.is_multiplexed {
            self.calls.wait(call);
        } else {
            self.events.push_back(ServerEvent::Call(call));
        }
    }

    /// Tells the next of the calls that wait, if none is under way.
    pub(super) fn admit_waiting(&mut self) {
        if !self.calls.is_busy()
            && let Some(call) = self.calls.next_waiting()
        {
            self.events.push_back(ServerEvent::Call(call));
        }
    }
}
