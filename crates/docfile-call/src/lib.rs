//! Calls of objects that live elsewhere: interfaces, call objects, and the wire of [MS-DCOM].
//!
//! Everything here is pure: no socket, clock, thread or source of random bytes. Time, identities
//! and random bytes are arguments; what has to be waited for is told, never waited for.

pub mod automation;
pub mod call;
pub mod interface;
pub mod limits;
pub mod ndr;
pub mod orpc;
pub mod proxy;
pub mod security;
pub mod wire;

mod guid;
mod hresult;

pub use docfile_call_macros::interface;
pub use guid::Guid;
pub use hresult::Hresult;
