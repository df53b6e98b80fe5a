//! The connection-oriented wire of DCE/RPC (\[C706\] chapter 12, [MS-RPCE] 2.2.2), without a socket.
//!
//! | module | what it is |
//! |---|---|
//! | [`pdu`] | every packet of the protocol: parsing and emitting, one file each |
//! | [`session`] | the two ends of a connection: bytes and time in, bytes and events out |
//!
//! Stub data are plain bytes here; what they mean is told by whoever marshals them.

pub mod pdu;
pub mod session;
