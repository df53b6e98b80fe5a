//! What a server session is told at its start.

use std::sync::Arc;

use crate::limits::CallLimits;
use crate::security::SecurityProvider;
use crate::wire::pdu::{AuthLevel, SyntaxId};

/// An interface that clients may bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServedInterface {
    /// Which one, with the version that is served.
    pub syntax: SyntaxId,
    /// Calls that are protected less are refused.
    pub min_level: AuthLevel,
}

/// How one connection is served.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// The interfaces. A client's minor version may be lower than the one served.
    pub interfaces: Arc<[ServedInterface]>,
    /// Serves every interface of version 0.0 that is not in the table at this level, as DCOM
    /// needs: which interfaces an object has is found out by the call.
    pub other_interfaces: Option<AuthLevel>,
    /// Who accepts handshakes; without one, calls are unprotected or refused.
    pub security: Option<Arc<dyn SecurityProvider>>,
    /// What the transport itself protects: [`AuthLevel::Privacy`] for a socket inside one
    /// machine, [`AuthLevel::None`] for a network.
    pub transport_level: AuthLevel,
    /// The association group that clients join who ask for a new one; not 0.
    pub assoc_group_id: u32,
    /// Where the server listens, for bind_ack: the port as text.
    pub secondary_address: Vec<u8>,
    /// Whether faults are signed like responses. Some clients (impacket) do not count the
    /// signature of a fault and fail at the next response; others must not be told a false fault.
    pub sign_faults: bool,
    /// What the connection may cost.
    pub limits: CallLimits,
    /// Random bytes of this connection alone; the challenges of its handshakes come of them.
    pub random: [u8; 32],
    /// The time of day at which the session's `now` is zero, in units of 100 ns since 1601.
    pub file_time_origin: u64,
}

impl ServerSettings {
    /// Serves `interfaces` with the usual limits, no security, over an unprotected transport.
    ///
    /// `random` must be fresh for each connection.
    #[must_use]
    pub fn new(interfaces: Arc<[ServedInterface]>, random: [u8; 32]) -> Self {
        Self {
            interfaces,
            other_interfaces: None,
            security: None,
            transport_level: AuthLevel::None,
            assoc_group_id: 1,
            secondary_address: Vec::new(),
            sign_faults: true,
            limits: CallLimits::default(),
            random,
            file_time_origin: 0,
        }
    }

    /// The interface that a bind of `syntax` is for, and the least level of its calls.
    pub(super) fn served(&self, syntax: SyntaxId) -> Option<ServedInterface> {
        let fits = |served: &&ServedInterface| {
            served.syntax.id == syntax.id
                && served.syntax.major == syntax.major
                && served.syntax.minor >= syntax.minor
        };
        self.interfaces.iter().find(fits).copied().or_else(|| {
            let min_level = self.other_interfaces?;
            (syntax.major == 0 && syntax.minor == 0)
                .then_some(ServedInterface { syntax, min_level })
        })
    }
}
