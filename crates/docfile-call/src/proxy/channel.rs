//! The way to one interface of an object elsewhere.

use std::fmt;
use std::sync::{Arc, Weak};

use super::body::{Body, Tools};
use crate::call::{Call, Carrier, MethodIndex, Patience, Ticket};
use crate::{Guid, Hresult};

/// A call, as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The interface. On the wire the object's interface pointer id stands for it.
    pub iid: Guid,
    /// The method.
    pub method: MethodIndex,
    /// The arguments.
    pub body: Body,
}

/// A call that is on its way, unique within its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallKey {
    /// The call object.
    pub object: u64,
    /// Which of its calls.
    pub ticket: Ticket,
}

/// Where the outcome of a call goes.
#[derive(Debug, Clone)]
pub struct Answer {
    call: Weak<Call<Body>>,
    ticket: Ticket,
}

impl Answer {
    pub(super) fn to(call: &Arc<Call<Body>>, ticket: Ticket) -> Self {
        Self { call: Arc::downgrade(call), ticket }
    }

    /// The outcome: the answer's body, or why there is none. After a cancel
    /// [`Hresult::RPC_E_CALL_CANCELED`] is the server's confirmation. Whether a client still wanted
    /// it.
    pub fn complete(&self, outcome: Result<Body, Hresult>) -> bool {
        self.call.upgrade().is_some_and(|call| call.complete(self.ticket, outcome))
    }

    /// The patience of a cancel is over.
    pub fn release(&self) {
        if let Some(call) = self.call.upgrade() {
            call.release(self.ticket);
        }
    }
}

/// Brings calls to one interface of an object elsewhere. The driver of a session implements it.
///
/// Each call that was sent gets one [`Answer::complete`], cancelled and abandoned ones included
/// when the server answers them. Methods may be called from any thread, and `complete` may be
/// called before `send` returns.
pub trait Channel: fmt::Debug + Send + Sync {
    /// A number for a new call object.
    fn open_call(&self) -> u64;

    /// What stands before the arguments, a multiple of eight bytes long; filled in by `send`.
    fn headers(&self) -> Vec<u8> {
        Vec::new()
    }

    /// What marshaling needs.
    fn tools(&self) -> Tools;

    /// Sends a call.
    ///
    /// # Errors
    ///
    /// When it could not be sent; no answer follows.
    fn send(&self, request: Request, key: CallKey, answer: Answer) -> Result<(), Hresult>;

    /// Waits on this thread until the call needs no more waiting, as the apartment waits.
    ///
    /// # Errors
    ///
    /// When this thread may not wait, or is told to stop.
    fn wait(&self, call: &Arc<Call<Body>>) -> Result<(), Hresult>;

    /// Asks the server to stop. After `patience`, unless that is none, the answer is to be
    /// [released](Answer::release).
    fn cancel(&self, key: CallKey, patience: Patience);

    /// Nobody will ask for the answer of this call.
    fn abandon(&self, key: CallKey);
}

/// Carries the calls of one call object over a channel.
pub(super) struct ChannelCarrier {
    channel: Arc<dyn Channel>,
    object: u64,
}

impl ChannelCarrier {
    /// A call object's core over `channel`, with its number.
    pub(super) fn open(channel: &Arc<dyn Channel>) -> (Arc<Call<Body>>, u64) {
        let object = channel.open_call();
        let carrier = Self { channel: channel.clone(), object };
        (Arc::new(Call::carried_by(Arc::new(carrier))), object)
    }

    const fn key(&self, ticket: Ticket) -> CallKey {
        CallKey { object: self.object, ticket }
    }
}

impl Carrier for ChannelCarrier {
    fn cancel(&self, ticket: Ticket, patience: Patience) {
        self.channel.cancel(self.key(ticket), patience);
    }

    fn abandon(&self, ticket: Ticket) {
        self.channel.abandon(self.key(ticket));
    }
}

/// Begins a call and sends it.
pub(super) fn begin(
    channel: &Arc<dyn Channel>,
    call: &Arc<Call<Body>>,
    object: u64,
    request: Request,
) -> Result<(), Hresult> {
    let ticket = call.begin(request.method)?;
    let sent = channel.send(request, CallKey { object, ticket }, Answer::to(call, ticket));
    if sent.is_err() {
        call.withdraw_begin(ticket);
    }
    sent
}
