//! What a server session tells.

use std::sync::Arc;

use crate::Guid;
use crate::security::Principal;
use crate::wire::pdu::{AuthLevel, ByteOrder, SyntaxId};
use crate::wire::session::end::EndReason;

/// Which call of a connection. Never used again, unlike the call id of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallHandle {
    pub(super) call_id: u32,
    pub(super) serial: u64,
}

impl CallHandle {
    /// The id of the call on the wire.
    #[must_use]
    pub fn call_id(self) -> u32 {
        self.call_id
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// A client may call this interface.
    Bound {
        /// Which interface.
        interface: SyntaxId,
        /// What requests call it.
        context_id: u16,
    },
    /// A call has come. It is answered once, with `respond` or `fault`, unless it is orphaned.
    Call(IncomingCall),
    /// The client asks that the call be cancelled. It still wants an answer.
    Cancelled(CallHandle),
    /// Nobody wants the answer of this call any more; there is none to give.
    Orphaned(CallHandle),
    /// The session does nothing any more. Calls that were under way were told as orphaned before.
    Ended(EndReason),
}

/// A call that has come whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingCall {
    /// By what it is answered.
    pub handle: CallHandle,
    /// The interface that was bound.
    pub interface: SyntaxId,
    /// Which method.
    pub opnum: u16,
    /// Which object; an IPID in DCOM.
    pub object: Option<Guid>,
    /// The stub data; a verification trailer that was found right may follow them.
    pub stub: Vec<u8>,
    /// The byte order of the stub data.
    pub order: ByteOrder,
    /// How the call was protected, by security or by the transport.
    pub level: AuthLevel,
    /// Who calls; nobody when the call is anonymous.
    pub principal: Option<Arc<Principal>>,
}
