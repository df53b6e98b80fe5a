//! What the planner wants done.
//!
//! Invariant: an id is given once. For every request the driver reports one head at most, then
//! body, then exactly one end or loss; after a cancel it may report nothing more.

use core::ops::Range;
use std::sync::Arc;

use super::failure::FetchFailure;

/// One request of one planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(super) u64);

impl RequestId {
    /// The number, counted from 0.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// What a request is for, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Bytes that somebody waits for.
    Demand,
    /// The first request, which shows what the server can do and already carries useful bytes.
    First,
    /// The whole resource, from a server that has no ranges.
    Whole,
    /// Bytes that will probably be wanted next.
    Speculation,
    /// Bytes that nobody waits for yet.
    Fill,
}

/// A GET to be sent, with `Accept-Encoding: identity`, and with credentials if there are any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Names the request in events.
    pub id: RequestId,
    /// The range to ask for, in bytes; without one the request bears no `Range`.
    pub range: Option<Range<u64>>,
    /// What for. Where a transport has priorities, this is the order.
    pub purpose: Purpose,
    /// The entity tag to send in `If-Match`: a changed resource then answers 412.
    pub if_match: Option<Arc<str>>,
    /// The entity tag to send in `If-None-Match`: an unchanged resource then answers 304, and
    /// brings nothing again.
    pub if_none_match: Option<Arc<str>>,
    /// The date to send in `If-Modified-Since`, where there is no such tag: to the same end.
    pub if_modified_since: Option<Arc<str>>,
}

/// What the driver does next.
#[derive(Debug, Clone)]
pub enum Action {
    /// Where a connection serves one request at a time: open so many more, for requests that will
    /// probably follow. Optional; it saves a round trip.
    Connect {
        /// How many.
        count: u32,
    },
    /// Send this request.
    Request(Request),
    /// The head was accepted: hand on the body of this request.
    ReadOn(RequestId),
    /// Abandon this request. On HTTP/1.1 that closes its connection.
    Cancel(RequestId),
    /// The length of the resource is known.
    SetLen(u64),
    /// The server confirmed that the resource is still the one of which an earlier run left bytes:
    /// they may be shown now.
    Confirm,
    /// The resource changed: forget every byte; the planner begins anew.
    Restart,
    /// Every byte has arrived.
    Complete,
    /// It cannot be done. Nothing follows.
    GiveUp(FetchFailure),
}
