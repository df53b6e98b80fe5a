//! Byte arrays that are filling: one object with two faces, the filler's and the reader's.
//!
//! | type | what it is |
//! |---|---|
//! | [`FillLockBytes`] | the filler's face: pieces in, the end |
//! | [`ArrivingBytes`] | the reader's face: a [`LockBytes`](docfile_compound::LockBytes) |
//! | [`Cache`] | a folder that keeps what arrives for another time |
//! | [`ArrivingReader`] | the reader as `Read + Seek`, which waits |
//! | [`Wait`] | the future of bytes that are missing |
//! | [`Availability`], [`AvailabilityEvents`] | what has arrived, as a stream of events |
//! | [`DemandChanged`] | the future of another demand, for who transfers |

mod arriving;
mod cache;
mod events;
mod lock_bytes;
mod reader;
mod wait;
mod waiting;

pub use arriving::ArrivingBytes;
pub use cache::Cache;
pub use docfile_binding::fill::Termination;
pub use events::{Availability, AvailabilityEvents, DemandChanged};
pub use lock_bytes::FillLockBytes;
pub use reader::ArrivingReader;
pub use wait::Wait;
pub(crate) use waiting::{told, until};
