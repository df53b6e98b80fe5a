//! Reading values: a cursor that knows the sender's byte order and cannot leave its bytes.
//!
//! Every count is compared with the bytes left before it is believed, all memory is charged to one
//! account, and the depth of pointers is bounded ([`Limits`]).

use std::sync::Arc;

use super::full_pointer::FullReferents;
use super::{DataRepresentation, Limits, NdrError, NdrFault, Unmarshal};
use crate::interface::InterfaceMarshaler;

/// The bytes of one stub or one serialized object, being read.
///
/// Alignment counts from the first byte. What padding contains is not looked at (\[C706\] 14.2.2).
#[derive(Debug)]
pub struct Decoder<'a> {
    bytes: &'a [u8],
    offset: usize,
    representation: DataRepresentation,
    depth_left: u32,
    memory_left: usize,
    max_count: Option<usize>,
    pub(super) full: FullReferents,
    marshaler: Option<Arc<dyn InterfaceMarshaler>>,
}

impl<'a> Decoder<'a> {
    /// A decoder at the first of these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8], representation: DataRepresentation, limits: &Limits) -> Self {
        Self {
            bytes,
            offset: 0,
            representation,
            depth_left: limits.depth,
            memory_left: limits.memory,
            max_count: None,
            full: FullReferents::default(),
            marshaler: None,
        }
    }

    /// Has references to objects unmarshaled by `marshaler`; without one they cannot be received.
    #[must_use]
    pub fn with_marshaler(mut self, marshaler: Option<Arc<dyn InterfaceMarshaler>>) -> Self {
        self.marshaler = marshaler;
        self
    }

    /// Who unmarshals references to objects.
    #[must_use]
    pub fn marshaler(&self) -> Option<Arc<dyn InterfaceMarshaler>> {
        self.marshaler.clone()
    }

    /// Reads a value whole: its conformance, its body, the referents of its pointers.
    ///
    /// # Errors
    ///
    /// When the bytes end, are not a value of this type, or ask for more than the limits allow.
    pub fn value<T: Unmarshal>(&mut self) -> Result<T, NdrError> {
        T::unmarshal_conformance(self)?;
        let partial = T::unmarshal(self)?;
        T::resolve(partial, self)
    }

    /// Reads a value as [`value`](Self::value) does, one level deeper than what points to it.
    ///
    /// # Errors
    ///
    /// Also [`NdrFault::Depth`].
    pub fn referent<T: Unmarshal>(&mut self) -> Result<T, NdrError> {
        self.deeper(|decoder| {
            decoder.charge(size_of::<T>())?;
            decoder.value()
        })
    }

    /// Does something one level deeper.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Depth`] when that is too deep; those of `read`.
    pub fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, NdrError>,
    ) -> Result<T, NdrError> {
        self.depth_left =
            self.depth_left.checked_sub(1).ok_or_else(|| self.error(NdrFault::Depth))?;
        let result = read(self);
        self.depth_left += 1;
        result
    }

    /// Reads what is little-endian whatever the sender's byte order is.
    pub(crate) fn little_endian<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, NdrError>,
    ) -> Result<T, NdrError> {
        let representation = self.representation;
        self.representation = DataRepresentation::LITTLE_ENDIAN;
        let result = read(self);
        self.representation = representation;
        result
    }

    /// Skips to a multiple of `align`.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Truncated`] when that is past the end.
    pub fn align(&mut self, align: usize) -> Result<(), NdrError> {
        let padding = self.offset.next_multiple_of(align.max(1)) - self.offset;
        self.bytes(padding).map(|_| ())
    }

    /// Takes bytes as they are, without alignment.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Truncated`] when there are fewer.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8], NdrError> {
        let taken = self.rest().get(..len).ok_or_else(|| self.error(NdrFault::Truncated))?;
        self.offset += len;
        Ok(taken)
    }

    /// Takes the bytes of one scalar, aligned to their number, in little-endian order.
    pub(super) fn scalar<const N: usize>(&mut self) -> Result<[u8; N], NdrError> {
        self.align(N)?;
        let (taken, _) =
            self.rest().split_first_chunk::<N>().ok_or_else(|| self.error(NdrFault::Truncated))?;
        let mut taken = *taken;
        if self.representation.is_big_endian() {
            taken.reverse();
        }
        self.offset += N;
        Ok(taken)
    }

    /// Reads a count of things that take a byte at least.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Count`] when it exceeds the bytes left.
    pub fn count(&mut self) -> Result<usize, NdrError> {
        let count = self.number()?;
        if count > self.rest().len() {
            return Err(self.error(NdrFault::Count));
        }
        Ok(count)
    }

    /// Reads an aligned 32-bit number that justifies nothing by itself.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Truncated`] when the bytes end.
    pub fn number(&mut self) -> Result<usize, NdrError> {
        let number = u32::from_le_bytes(self.scalar()?);
        usize::try_from(number).map_err(|_| self.error(NdrFault::Count))
    }

    /// Leaves the element count of a conformant array for the array to take.
    pub fn leave_max_count(&mut self, max_count: usize) {
        self.max_count = Some(max_count);
    }

    /// Takes the element count that was left.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Conformance`] when there is none: a conformant array stands where its type
    /// allows none.
    pub fn take_max_count(&mut self) -> Result<usize, NdrError> {
        self.max_count.take().ok_or_else(|| self.error(NdrFault::Conformance))
    }

    /// Charges memory to the account of this decoder.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Memory`] when the account is empty.
    pub fn charge(&mut self, byte_len: usize) -> Result<(), NdrError> {
        self.memory_left =
            self.memory_left.checked_sub(byte_len).ok_or_else(|| self.error(NdrFault::Memory))?;
        Ok(())
    }

    /// Charges the memory of `count` values of a type.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Memory`] when the account is empty.
    pub fn charge_many<T>(&mut self, count: usize) -> Result<(), NdrError> {
        self.charge(count.saturating_mul(size_of::<T>()))
    }

    /// Where the next byte is, from the first.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The bytes not yet read. After the arguments of a call there may be some: padding, or a
    /// verification trailer ([MS-RPCE] 2.2.2.13).
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    /// The sender's representation.
    #[must_use]
    pub fn representation(&self) -> DataRepresentation {
        self.representation
    }

    /// An error at the present offset.
    #[must_use]
    pub fn error(&self, fault: NdrFault) -> NdrError {
        NdrError { fault, offset: self.offset }
    }
}
