//! Reading and writing the fields of a packet in its byte order.
//!
//! The reader never goes past the end of what it was given and always knows its place, counted
//! from the start of the packet: alignment and errors depend on that. Aligning may step over the
//! end, since the padding of an empty rest is often not sent.

use super::error::{Result, WireError, WireFault};
use super::header::{ByteOrder, FLAGS_OFFSET, Flags};
use crate::Guid;

/// A place in a packet.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    order: ByteOrder,
}

impl<'a> Reader<'a> {
    /// Reads `rest`, which starts `offset` bytes into the packet.
    pub(crate) fn new(rest: &'a [u8], offset: usize, order: ByteOrder) -> Self {
        Self { rest, offset, order }
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.truncated())?;
        self.rest = rest;
        self.offset += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.truncated())?;
        self.rest = rest;
        self.offset += N;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        let bytes = self.array()?;
        Ok(match self.order {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        })
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        let bytes = self.array()?;
        Ok(match self.order {
            ByteOrder::Little => u32::from_le_bytes(bytes),
            ByteOrder::Big => u32::from_be_bytes(bytes),
        })
    }

    pub(crate) fn guid(&mut self) -> Result<Guid> {
        Ok(Guid {
            data1: self.u32()?,
            data2: self.u16()?,
            data3: self.u16()?,
            data4: self.array()?,
        })
    }

    /// Steps to the next multiple of `step` from the start of the packet, or to the end.
    pub(crate) fn align(&mut self, step: usize) {
        let pad_len = self.offset.next_multiple_of(step) - self.offset;
        self.rest = self.rest.get(pad_len..).unwrap_or_default();
        self.offset += pad_len;
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    fn truncated(&self) -> WireError {
        WireFault::Truncated.at(self.offset)
    }
}

/// The end of a packet that is being written.
#[derive(Debug)]
pub(crate) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// Where the packet starts in `out`.
    start: usize,
    order: ByteOrder,
}

impl<'o> Writer<'o> {
    /// Writes a packet that starts at the present end of `out`.
    pub(crate) fn new(out: &'o mut Vec<u8>, order: ByteOrder) -> Self {
        let start = out.len();
        Self { out, start, order }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        });
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        });
    }

    pub(crate) fn guid(&mut self, guid: Guid) {
        self.u32(guid.data1);
        self.u16(guid.data2);
        self.u16(guid.data3);
        self.bytes(&guid.data4);
    }

    pub(crate) fn zeros(&mut self, len: usize) {
        self.out.resize(self.out.len() + len, 0);
    }

    /// Pads with zeros to a multiple of `step` from the start of the packet.
    pub(crate) fn align(&mut self, step: usize) {
        let len = self.len();
        self.zeros(len.next_multiple_of(step) - len);
    }

    /// How many bytes of the packet are written.
    pub(crate) fn len(&self) -> usize {
        self.out.len() - self.start
    }

    /// The bytes of the packet that are written.
    pub(crate) fn written(&mut self) -> &mut [u8] {
        self.out.get_mut(self.start..).unwrap_or_default()
    }

    /// Writes over the flags in the common header.
    pub(crate) fn patch_flags(&mut self, flags: Flags) {
        if let Some(field) = self.written().get_mut(FLAGS_OFFSET) {
            *field = flags.0;
        }
    }

    /// Writes over the 16-bit number at `offset`, in bytes from the start of the packet.
    pub(crate) fn patch_u16(&mut self, offset: usize, value: u16) {
        let bytes = match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        };
        if let Some(field) = self.written().get_mut(offset..offset + 2) {
            field.copy_from_slice(&bytes);
        }
    }
}
