//! Where bytes come from: local files as they are, and everything that has to be transferred.
//!
//! | type | what it is |
//! |---|---|
//! | [`FileBytes`] | a local file as a byte array |
//! | [`Transport`] | how one range of one resource is asked for; bring your own |
//! | [`HttpTransport`], [`ObjectStoreTransport`] | HTTP, and the object stores |
//! | [`Transfer`] | brings a resource into a [`FillLockBytes`](crate::fill::FillLockBytes), in the order that its readers want |
//! | [`TransferObserver`], [`TransferEvent`] | what a transfer does, as it does it |

mod driver;
mod event;
mod file;
#[cfg(feature = "http")]
mod http;
mod link_share;
#[cfg(feature = "object-store")]
mod object_store;
#[cfg(unix)]
mod positioned;
#[cfg(not(unix))]
#[path = "positioned_portable.rs"]
mod positioned;
#[cfg(any(feature = "http", feature = "object-store"))]
mod retry_after;
mod transport;

pub use docfile_binding::planner::{
    Budget, Counters, FailureKind, FetchFailure, Filling, OnChange, PlannerSettings, Policy,
    Purpose, RequestId, Response, Resume, Retry, Validator,
};
pub use driver::Transfer;
pub use event::{TransferEvent, TransferObserver};
pub use file::FileBytes;
#[cfg(feature = "http")]
pub use http::{HttpOptions, HttpTransport};
#[cfg(feature = "object-store")]
pub use object_store::ObjectStoreTransport;
pub use transport::{BoxBody, BoxResponse, GetRequest, GetResponse, Transport};
