//! How one range of one resource is asked for.
//!
//! Invariant: a transport decides nothing. It carries out one request and gives back the head as
//! the server sent it, whatever its status, and then the body, undecoded. That a head makes sense
//! is judged by the planner.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use docfile_binding::planner::Response;
use docfile_compound::Result;
use futures_core::Stream;
use futures_core::future::BoxFuture;

/// A request for a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetRequest {
    /// The range to ask for, in bytes; the whole where there is none.
    pub range: Option<Range<u64>>,
    /// The entity tag that the resource must still have.
    pub if_match: Option<Arc<str>>,
    /// The entity tag that is here already: an unchanged resource is answered by 304.
    pub if_none_match: Option<Arc<str>>,
    /// The date of what is here already: likewise.
    pub if_modified_since: Option<Arc<str>>,
}

/// The pieces of a body, in order.
pub type BoxBody = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A response under way.
pub type BoxResponse<'t> = BoxFuture<'t, Result<GetResponse>>;

/// What a server answered.
pub struct GetResponse {
    /// The head, as far as a transfer needs it.
    pub head: Response,
    /// The field `Content-Type`.
    pub media_type: Option<String>,
    /// Where the resource was found after redirects, without credentials, when that is elsewhere.
    pub location: Option<String>,
    /// The body, undecoded.
    pub body: BoxBody,
}

impl fmt::Debug for GetResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetResponse")
            .field("head", &self.head)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// A way to one resource.
///
/// # Contract
///
/// 1. A response of any status is a response; an error means that there was none, or that its body
///    broke off. Then the same may be asked for again.
/// 2. Dropping the future or the body abandons the request.
/// 3. Several requests may be under way at once.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends a request, and gives the head of the response when it came.
    ///
    /// # Errors
    ///
    /// [`ReadFault`](docfile_compound::ErrorKind::ReadFault) when no response came.
    fn get(&self, request: GetRequest) -> BoxResponse<'_>;

    /// Which link the resource comes by: the transfers of one link give way to each other by their
    /// priority. Without a name, this one shares nothing.
    fn link(&self) -> Option<String> {
        None
    }

    /// How many requests are best under way at once.
    fn parallel_count(&self) -> u32 {
        4
    }
}
