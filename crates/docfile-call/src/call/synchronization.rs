//! Which calls come into a single-threaded apartment, and which go out of it ("Call
//! Synchronization", contract/calls.md 6, 9 and 10), as a machine that decides and waits for
//! nothing.
//!
//! The driver asks [`ApartmentCalls::question`], puts it to the message filter with no lock held,
//! and goes by [`IncomingQuestion::decide`]. Invariants: a call made while another is served bears
//! that one's causality id; what an asynchronous notification or an input-synchronised call may not
//! call is refused before anything is sent; calls that are served lie in one another like the
//! frames of the stack, and no deeper than [`MAX_SERVED_DEPTH`].

use core::time::Duration;
use std::sync::Arc;

use super::filter::{
    CallType, MessageFilter, PendingMessage, PendingType, Rejection, ServerCall, TaskId,
};
use crate::limits::MAX_SERVED_DEPTH;
use crate::{Guid, Hresult};

/// How a method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// The caller waits, and serves others meanwhile.
    Synchronous,
    /// An asynchronous notification (the five methods of IAdviseSink): nobody waits. It has nothing
    /// to do with call objects.
    Notification,
    /// The caller waits and serves nothing, the callee may not yield.
    InputSynchronized,
}

/// Methods that are input-synchronised, by interface id and number. Those that are inherited keep
/// their number.
const INPUT_SYNCHRONIZED: [(u32, &[u16]); 5] = [
    // IOleWindow::GetWindow.
    (0x114, &[3]),
    // IOleInPlaceActiveObject: GetWindow, OnFrameWindowActivate, OnDocWindowActivate, ResizeBorder.
    (0x117, &[3, 6, 7, 8]),
    // IOleInPlaceUIWindow: GetWindow, GetBorder, RequestBorderSpace, SetBorderSpace.
    (0x115, &[3, 5, 6, 7]),
    // IOleInPlaceFrame: these, SetMenu, SetStatusText.
    (0x116, &[3, 5, 6, 7, 10, 12]),
    // IOleInPlaceObject: GetWindow, SetObjectRects.
    (0x113, &[3, 7]),
];
/// IOleDocumentView, whose SetRect is input-synchronised.
const OLE_DOCUMENT_VIEW: Guid = Guid::from_u128(0xB722BCC6_4E68_101B_A2BC_00AA00404770);
const SET_RECT: u16 = 6;
/// IAdviseSink and IAdviseSink2, whose own methods are notifications.
const ADVISE_SINKS: [(u32, core::ops::RangeInclusive<u16>); 2] = [(0x10F, 3..=7), (0x125, 3..=8)];

const fn ole(number: u32) -> Guid {
    Guid { data1: number, data2: 0, data3: 0, data4: [0xC0, 0, 0, 0, 0, 0, 0, 0x46] }
}

impl CallKind {
    /// How a method of a known interface is called; all others are synchronous.
    #[must_use]
    pub fn of(iid: Guid, method: u16) -> Self {
        let is_input = INPUT_SYNCHRONIZED
            .iter()
            .any(|(number, methods)| iid == ole(*number) && methods.contains(&method));
        if is_input || (iid == OLE_DOCUMENT_VIEW && method == SET_RECT) {
            return Self::InputSynchronized;
        }
        let is_notification = ADVISE_SINKS
            .iter()
            .any(|(number, methods)| iid == ole(*number) && methods.contains(&method));
        if is_notification { Self::Notification } else { Self::Synchronous }
    }

    /// As the multi-threaded apartment calls it: notifications become synchronous there.
    #[must_use]
    pub const fn in_multi_threaded(self) -> Self {
        match self {
            Self::Notification => Self::Synchronous,
            other => other,
        }
    }
}

/// A call that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomingCall {
    /// Its logical thread.
    pub causality_id: Guid,
    /// How it is called.
    pub kind: CallKind,
}

/// What is to be put to the message filter, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomingQuestion {
    /// How the call meets the apartment.
    pub call_type: CallType,
    /// How long the apartment's own innermost call has waited; zero when it has none.
    pub elapsed: Duration,
    is_rejectable: bool,
}

impl IncomingQuestion {
    /// Whether the call is served. Without a filter every call is; notifications and
    /// input-synchronised calls are whatever the filter says.
    ///
    /// # Errors
    ///
    /// How it is turned away.
    pub const fn decide(&self, answer: Option<ServerCall>) -> Result<(), Rejection> {
        match answer {
            Some(ServerCall::Rejected) if self.is_rejectable => Err(Rejection::Rejected),
            Some(ServerCall::RetryLater) if self.is_rejectable => Err(Rejection::RetryLater),
            _ => Ok(()),
        }
    }
}

/// A call that is served, until it is handed to [`ApartmentCalls::end_served`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServedId(u64);

/// A call that has gone out, until it is handed to [`ApartmentCalls::end_outgoing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutgoingId(u64);

#[derive(Debug)]
struct Served {
    id: ServedId,
    call: IncomingCall,
}

#[derive(Debug)]
struct Outgoing {
    id: OutgoingId,
    causality_id: Guid,
    kind: CallKind,
    callee: TaskId,
    began_at: Duration,
    pending: PendingType,
}

/// The calls that a single-threaded apartment serves and waits for.
#[derive(Default)]
pub struct ApartmentCalls {
    next_id: u64,
    served: Vec<Served>,
    outgoing: Vec<Outgoing>,
    filter: Option<Arc<dyn MessageFilter>>,
}

impl ApartmentCalls {
    /// An apartment at rest, without a filter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message filter, or none; gives the one before (CoRegisterMessageFilter).
    pub fn register_message_filter(
        &mut self,
        filter: Option<Arc<dyn MessageFilter>>,
    ) -> Option<Arc<dyn MessageFilter>> {
        core::mem::replace(&mut self.filter, filter)
    }

    /// The message filter, to be asked with no lock held.
    #[must_use]
    pub fn message_filter(&self) -> Option<Arc<dyn MessageFilter>> {
        self.filter.clone()
    }

    /// How a call that comes in meets the apartment.
    #[must_use]
    pub fn question(&self, call: &IncomingCall, now: Duration) -> IncomingQuestion {
        let pending = self.outgoing.last();
        let is_nested =
            self.outgoing.iter().any(|outgoing| outgoing.causality_id == call.causality_id);
        let call_type = match (call.kind, pending) {
            (CallKind::Notification, None) => CallType::Async,
            (CallKind::Notification, Some(_)) => CallType::AsyncCallPending,
            (_, None) => CallType::TopLevel,
            (_, Some(_)) if is_nested => CallType::Nested,
            (_, Some(_)) => CallType::TopLevelCallPending,
        };
        let elapsed = pending.map_or(Duration::ZERO, |call| now.saturating_sub(call.began_at));
        IncomingQuestion { call_type, elapsed, is_rejectable: call.kind == CallKind::Synchronous }
    }

    /// The call is served from now on.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_OUT_OF_RESOURCES`] deeper than [`MAX_SERVED_DEPTH`].
    pub fn begin_served(&mut self, call: IncomingCall) -> Result<ServedId, Hresult> {
        if self.served.len() >= MAX_SERVED_DEPTH {
            return Err(Hresult::RPC_E_OUT_OF_RESOURCES);
        }
        let id = ServedId(self.fresh_id());
        self.served.push(Served { id, call });
        Ok(id)
    }

    /// The call has been served, and with it all that were served inside it.
    pub fn end_served(&mut self, id: ServedId) {
        if let Some(index) = self.served.iter().rposition(|served| served.id == id) {
            self.served.truncate(index);
        }
    }

    /// The logical thread in which the apartment works now, if it serves a call.
    #[must_use]
    pub fn causality_id(&self) -> Option<Guid> {
        self.served.last().map(|served| served.call.causality_id)
    }

    /// A call goes out, in the logical thread that is returned; `fresh` is a new one, for when no
    /// call is served.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CANTCALLOUT_INASYNCCALL`] while a notification is served,
    /// [`Hresult::RPC_E_CANTCALLOUT_ININPUTSYNCCALL`] while an input-synchronised call is.
    pub fn begin_outgoing(
        &mut self,
        kind: CallKind,
        callee: TaskId,
        fresh: Guid,
        now: Duration,
    ) -> Result<(OutgoingId, Guid), Hresult> {
        match (self.served.last().map(|served| served.call.kind), kind) {
            (_, CallKind::Notification)
            | (None | Some(CallKind::Synchronous), _)
            | (Some(CallKind::InputSynchronized), CallKind::InputSynchronized) => {}
            (Some(CallKind::Notification), _) => {
                return Err(Hresult::RPC_E_CANTCALLOUT_INASYNCCALL);
            }
            (Some(CallKind::InputSynchronized), CallKind::Synchronous) => {
                return Err(Hresult::RPC_E_CANTCALLOUT_ININPUTSYNCCALL);
            }
        }
        let causality_id = self.causality_id().unwrap_or(fresh);
        let id = OutgoingId(self.fresh_id());
        // Nobody waits for a notification.
        if kind != CallKind::Notification {
            let pending =
                if self.served.is_empty() { PendingType::TopLevel } else { PendingType::Nested };
            let began_at = now;
            self.outgoing.push(Outgoing { id, causality_id, kind, callee, began_at, pending });
        }
        Ok((id, causality_id))
    }

    /// The call that went out has ended.
    pub fn end_outgoing(&mut self, id: OutgoingId) {
        self.outgoing.retain(|outgoing| outgoing.id != id);
    }

    /// Whether the apartment serves others while it waits for its innermost call.
    #[must_use]
    pub fn is_modal(&self) -> bool {
        self.outgoing.last().is_some_and(|outgoing| outgoing.kind == CallKind::Synchronous)
    }

    /// What a message filter is asked when a message comes, or its callee turned it away: whom the
    /// call has called, how long it has waited, and how it was made.
    #[must_use]
    pub fn waiting(
        &self,
        id: OutgoingId,
        now: Duration,
    ) -> Option<(TaskId, Duration, PendingType)> {
        let outgoing = self.outgoing.iter().find(|outgoing| outgoing.id == id)?;
        let elapsed = now.saturating_sub(outgoing.began_at);
        Some((outgoing.callee, elapsed, outgoing.pending))
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id = self.next_id.wrapping_add(1);
        self.next_id
    }
}

impl PendingMessage {
    /// Whether the message is worked off; without a filter it is.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CALL_CANCELED`] when the call is given up.
    pub const fn decide(answer: Option<Self>) -> Result<bool, Hresult> {
        match answer {
            Some(Self::CancelCall) => Err(Hresult::RPC_E_CALL_CANCELED),
            Some(Self::WaitNoProcess) => Ok(false),
            Some(Self::WaitDefaultProcess) | None => Ok(true),
        }
    }
}

impl core::fmt::Debug for ApartmentCalls {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ApartmentCalls")
            .field("served", &self.served)
            .field("outgoing", &self.outgoing)
            .field("has_filter", &self.filter.is_some())
            .finish_non_exhaustive()
    }
}
