//! The packets of connection-oriented DCE/RPC (\[C706\] 12.6.4, [MS-RPCE] 2.2.2).
//!
//! A packet is parsed in two steps. [`Frame`] reads the common header and finds the security
//! trailer, which is all that is needed to check a signature; [`Packet`] reads the body. Both
//! byte orders are read; what the sessions send is always little-endian. Every error says at
//! which byte of the packet.
//!
//! | type | packets |
//! |---|---|
//! | [`Request`], [`Response`], [`Fault`] | calls and their answers |
//! | [`Bind`] | bind and alter_context |
//! | [`BindAck`], [`BindNak`] | their answers |
//! | [`Body::Auth3`], [`Body::CoCancel`], [`Body::Orphaned`], [`Body::Shutdown`] | packets without a body |
//! | [`VerificationTrailer`] | what may follow the stub data of a request |

mod bind;
mod bind_ack;
mod bind_nak;
mod cursor;
mod error;
mod fault;
mod feature;
mod frame;
mod header;
mod packet;
mod request;
mod response;
mod sec_trailer;
mod status;
mod syntax;
mod verification;

pub use bind::{Bind, ContextElement};
pub use bind_ack::{BindAck, ContextResult, RejectReason};
pub use bind_nak::{BindNak, NakReason};
pub use error::{WireError, WireFault};
pub use fault::Fault;
pub use feature::Features;
pub use frame::Frame;
pub use header::{ByteOrder, Flags, HEADER_LEN, Header, PacketType};
pub use packet::{Body, Packet};
pub use request::Request;
pub use response::Response;
pub use sec_trailer::{AuthLevel, AuthType, SEC_TRAILER_LEN, SecTrailer};
pub use status::FaultStatus;
pub use syntax::{NDR, SyntaxId};
pub use verification::VerificationTrailer;

pub(crate) use cursor::Writer;
pub(crate) use packet::finish;
