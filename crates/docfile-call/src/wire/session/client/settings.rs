//! What a client session is told at its start.

use crate::limits::CallLimits;

/// How a client uses one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientSettings {
    /// The association group to join; 0 asks for a new one.
    pub assoc_group_id: u32,
    /// What the connection may cost.
    pub limits: CallLimits,
}
