//! Writing values: a growing buffer that knows its alignment and hands out referent ids.

use core::num::NonZeroU32;
use std::sync::Arc;

use super::full_pointer::FullTargets;
use super::{Marshal, NdrError, NdrFault};
use crate::interface::InterfaceMarshaler;

/// The bytes of one stub or one serialized object in the making, little-endian.
///
/// Alignment counts from where the encoder began. Full pointers to one thing share a referent id
/// within one encoder, so the arguments of a call go through the same one.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
    start: usize,
    referent_count: u32,
    pub(super) full: FullTargets,
    marshaler: Option<Arc<dyn InterfaceMarshaler>>,
}

/// Referent ids need only differ and not be null; these are the ones that other implementations
/// send.
const FIRST_REFERENT_ID: NonZeroU32 = NonZeroU32::new(0x0002_0000).unwrap();
const REFERENT_ID_STEP: u32 = 4;

impl Encoder {
    /// An encoder with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An encoder that writes behind what is already there, with alignment counted from its end.
    #[must_use]
    pub fn after(bytes: Vec<u8>) -> Self {
        Self { start: bytes.len(), bytes, ..Self::default() }
    }

    /// Has references to objects marshaled by `marshaler`; without one they cannot be sent.
    #[must_use]
    pub fn with_marshaler(mut self, marshaler: Option<Arc<dyn InterfaceMarshaler>>) -> Self {
        self.marshaler = marshaler;
        self
    }

    /// Who marshals references to objects.
    #[must_use]
    pub fn marshaler(&self) -> Option<Arc<dyn InterfaceMarshaler>> {
        self.marshaler.clone()
    }

    /// Writes a value whole: its conformance, its body, the referents of its pointers.
    ///
    /// # Errors
    ///
    /// When the value has no form on the wire. What was written before stays written.
    pub fn value<T: Marshal + ?Sized>(&mut self, value: &T) -> Result<(), NdrError> {
        // Evaluated for every type, so that one that has no form does not compile.
        const { assert!(T::CONFORMANT || !T::CONFORMANT) };
        value.marshal_conformance(self)?;
        value.marshal(self)?;
        value.marshal_deferred(self)
    }

    /// Zero bytes up to a multiple of `align`.
    pub fn align(&mut self, align: usize) {
        let written = self.offset();
        self.bytes.resize(self.start + written.next_multiple_of(align.max(1)), 0);
    }

    /// Writes bytes as they are, without alignment.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn extend(&mut self, bytes: impl Iterator<Item = u8>) {
        self.bytes.extend(bytes);
    }

    /// Writes a count in the four aligned bytes that every count has.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Count`] when it does not fit.
    pub fn count(&mut self, count: usize) -> Result<(), NdrError> {
        let count = u32::try_from(count).map_err(|_| self.error(NdrFault::Count))?;
        count.marshal(self)
    }

    /// Writes a pointer: zero for null, else a referent id not yet used.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Count`] when the ids are used up.
    pub fn pointer(&mut self, is_present: bool) -> Result<(), NdrError> {
        let id = if is_present { self.next_referent_id()?.get() } else { 0 };
        id.marshal(self)
    }

    /// Writes a number over what was written at an offset before.
    pub(crate) fn patch(&mut self, offset: usize, number: u32) {
        let at = self.start + offset;
        if let Some(place) = self.bytes.get_mut(at..at + size_of::<u32>()) {
            place.copy_from_slice(&number.to_le_bytes());
        }
    }

    /// How many bytes this encoder has written.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// An error at the present offset.
    #[must_use]
    pub fn error(&self, fault: NdrFault) -> NdrError {
        NdrError { fault, offset: self.offset() }
    }

    /// What was written, behind what the encoder began with.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn next_referent_id(&mut self) -> Result<NonZeroU32, NdrError> {
        let id = self
            .referent_count
            .checked_mul(REFERENT_ID_STEP)
            .and_then(|distance| FIRST_REFERENT_ID.checked_add(distance))
            .ok_or_else(|| self.error(NdrFault::Count))?;
        self.referent_count += 1;
        Ok(id)
    }
}
