//! What a transfer does, as it does it.
//!
//! Invariant: events carry no address and no header, so that what is built of them (traces,
//! waterfalls, progress) has no credentials in it.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use docfile_binding::fill::Termination;
use docfile_binding::planner::{Purpose, RequestId};

/// Something that a transfer did or met.
#[derive(Debug, Clone)]
pub enum TransferEvent {
    /// A request was sent.
    Requested {
        /// Names the request in later events.
        id: RequestId,
        /// The range asked for, in bytes; the whole where there is none.
        range: Option<Range<u64>>,
        /// What for.
        purpose: Purpose,
    },
    /// The head of a response came.
    Responded {
        /// Of which request.
        id: RequestId,
        /// Its status.
        status: u16,
        /// Its media type.
        media_type: Option<String>,
        /// Whether a redirect was followed.
        is_redirected: bool,
    },
    /// The length of the resource became known.
    Len(u64),
    /// A piece of a body came and was stored.
    Arrived {
        /// Of which request.
        id: RequestId,
        /// Where it belongs, in bytes.
        offset: u64,
        /// Its length in bytes.
        len: u64,
    },
    /// The body of a request ended.
    Ended {
        /// Of which request.
        id: RequestId,
    },
    /// A request failed, and will perhaps be repeated.
    Lost {
        /// Which request.
        id: RequestId,
        /// Why, as far as is known.
        text: String,
    },
    /// A request was abandoned, because nobody wants its bytes any more.
    Cancelled {
        /// Which request.
        id: RequestId,
    },
    /// The resource changed; everything begins anew.
    Restarted,
    /// The transfer is over. Nothing follows.
    Finished(Termination),
}

/// Hears what a transfer does. It is called on the transfer's own task: it must not wait.
pub trait TransferObserver: Send + Sync + fmt::Debug {
    /// Something happened, so long after the transfer began.
    fn on_event(&self, at: Duration, event: &TransferEvent);
}
