//! Who is at the other end, and what protects what he says ([MS-RPCE] 3.1.1.1, [MS-NLMP]).
//!
//! A [`SecurityContext`] is one end of one handshake, and afterwards the keys that came of it. A
//! session knows no more of security than this trait: its client end brings a context of its own,
//! its server end asks a [`SecurityProvider`] for one whenever a client begins a handshake.

mod context;
mod error;

pub use context::{HandshakeSeed, Principal, Protected, SecurityContext, SecurityProvider, Step};
pub use error::{SecurityError, SecurityFault};
