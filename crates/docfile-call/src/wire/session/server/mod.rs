//! The server end: accepts binds by a table, hands on calls, sends their answers.
//!
//! A call is handed on only when all of it has come, its signatures are right, its security
//! context is established, and the level is at least what its interface asks for.

mod accept;
mod calls;
mod event;
mod machine;
mod receive;
mod settings;

pub use event::{CallHandle, IncomingCall, ServerEvent};
pub use machine::ServerSession;
pub use settings::{ServedInterface, ServerSettings};
