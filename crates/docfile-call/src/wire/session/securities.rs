//! The security contexts of one connection, by the id that the client gave each ([MS-RPCE]
//! 3.3.1.5.4).
//!
//! They are kept by id always, whether or not multiplexing of security contexts was agreed: some
//! clients shake hands a second time without asking. A context protects and checks packets only
//! once its handshake is done; one that was refused stays refused.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::security::{Principal, Protected, SecurityContext, SecurityError, SecurityFault, Step};
use crate::wire::pdu::{AuthLevel, Frame, SecTrailer};

/// Which security context of a connection.
pub(super) type SecurityKey = u32;

#[derive(Debug, Default)]
pub(super) struct Securities {
    slots: BTreeMap<SecurityKey, Slot>,
}

#[derive(Debug)]
pub(super) struct Slot {
    context: Box<dyn SecurityContext>,
    pub(super) level: AuthLevel,
    state: State,
    principal: Option<Arc<Principal>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Handshake { deadline: Duration },
    Established,
    Refused(SecurityError),
}

impl Securities {
    /// Adds a context whose handshake must be done by `deadline`.
    pub(super) fn insert(
        &mut self,
        key: SecurityKey,
        context: Box<dyn SecurityContext>,
        level: AuthLevel,
        deadline: Duration,
    ) {
        let state = State::Handshake { deadline };
        self.slots.insert(key, Slot { context, level, state, principal: None });
    }

    pub(super) fn count(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn contains(&self, key: SecurityKey) -> bool {
        self.slots.contains_key(&key)
    }

    pub(super) fn get(&self, key: SecurityKey) -> Option<&Slot> {
        self.slots.get(&key)
    }

    /// The context that a packet's trailer names, if provider and level are those of its start.
    pub(super) fn of_trailer(&mut self, trailer: &SecTrailer) -> Option<&mut Slot> {
        self.slots.get_mut(&trailer.context_id).filter(|slot| slot.is_meant_by(trailer))
    }

    pub(super) fn get_mut(&mut self, key: SecurityKey) -> Option<&mut Slot> {
        self.slots.get_mut(&key)
    }

    /// When the first of the handshakes under way must be done.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.slots.values().filter_map(Slot::deadline).min()
    }
}

impl Slot {
    fn is_meant_by(&self, trailer: &SecTrailer) -> bool {
        self.context.auth_type() == trailer.auth_type && self.level == trailer.level
    }

    fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Handshake { deadline } => Some(deadline),
            State::Established | State::Refused(_) => None,
        }
    }

    /// The trailer of packets that this context protects.
    pub(super) fn trailer(&self, key: SecurityKey, pad_len: u8) -> SecTrailer {
        let auth_type = self.context.auth_type();
        SecTrailer { auth_type, level: self.level, pad_len, context_id: key }
    }

    pub(super) fn is_established(&self) -> bool {
        self.state == State::Established
    }

    /// Whether packets can be protected and checked, and if not, why.
    pub(super) fn require_established(&self) -> Result<(), SecurityError> {
        match self.state {
            State::Established => Ok(()),
            State::Handshake { .. } => Err(SecurityFault::NotEstablished.into()),
            State::Refused(error) => Err(error),
        }
    }

    pub(super) fn principal(&self) -> Option<Arc<Principal>> {
        self.principal.clone()
    }

    pub(super) fn signature_len(&self) -> usize {
        self.context.signature_len()
    }

    /// One leg of the handshake. A failure is final.
    pub(super) fn step(&mut self, token: &[u8]) -> Result<Step, SecurityError> {
        if !matches!(self.state, State::Handshake { .. }) {
            // A second handshake under the same id would change who has called.
            let error = SecurityFault::OutOfStep.into();
            self.state = State::Refused(error);
            return Err(error);
        }
        let step =
            self.context.step(token).inspect_err(|error| self.state = State::Refused(*error))?;
        if step.is_done {
            self.state = State::Established;
            self.principal = self.context.principal();
        }
        Ok(step)
    }

    pub(super) fn protect(
        &mut self,
        packet: Protected<'_>,
        signature: &mut [u8],
    ) -> Result<(), SecurityError> {
        self.require_established()?;
        self.context.protect(self.level, packet, signature)
    }

    /// Copies what follows `stub_offset` in a packet to the end of `stub`, without the padding,
    /// once the packet's signature is found right. On failure `stub` is as before.
    pub(super) fn open(
        &mut self,
        frame: &Frame<'_>,
        stub_offset: usize,
        stub: &mut Vec<u8>,
    ) -> Result<(), SecurityError> {
        self.require_established()?;
        let old_len = stub.len();
        stub.extend_from_slice(frame.padded_from(stub_offset));
        if self.level.signs() {
            let body = stub.get_mut(old_len..).unwrap_or_default();
            let packet =
                Protected { before: frame.before(stub_offset), body, after: frame.trailer() };
            if let Err(error) = self.context.check(self.level, packet, frame.token()) {
                stub.truncate(old_len);
                self.state = State::Refused(error);
                return Err(error);
            }
        }
        let pad_len = frame.security.map_or(0, |trailer| usize::from(trailer.pad_len));
        // The frame made sure that the padding is no longer than the body, but not that it is no
        // longer than the stub data.
        match stub.len().checked_sub(pad_len).filter(|len| *len >= old_len) {
            Some(len) => stub.truncate(len),
            None => {
                stub.truncate(old_len);
                return Err(SecurityFault::BadSignature.into());
            }
        }
        Ok(())
    }
}
