//! The tree of a drawing: streams within the one stream, found by pointers that other streams hold.
//!
//! Invariant: a walk through the tree follows so many pointers and unpacks so many bytes, whatever
//! the pointers say, and goes so deep; pointers may overlap and form rings.

use super::chunk::push_texts;
use super::packed::unpack;
use crate::field_cursor::FieldCursor;

const SIGNATURE: &[u8] = b"Visio (TM) Drawing\r\n";
const VERSION_OFFSET: usize = 0x1A;
const TRAILER_OFFSET: usize = 0x24;

/// What a stream is, where it is known here.
const TRAILER: u32 = 0x14;
const PAGE: u32 = 0x15;
/// The list of fonts, which is stored as a list of pointers is and is none.
const FONTS: u32 = 0x16;

const POINTERS_MAX: usize = 50_000;
const UNPACKED_MAX: usize = 32 << 20;
const DEPTH_MAX: usize = 16;

/// A drawing.
#[derive(Debug)]
pub(super) struct Drawing<'a> {
    stored: &'a [u8],
    version: u8,
    trailer: Pointer,
}

/// Where a stream lies, and how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pointer {
    kind: u32,
    offset: usize,
    len: usize,
    format: u16,
}

impl<'a> Drawing<'a> {
    /// The drawing, if the bytes begin as one does.
    pub(super) fn parse(stored: &'a [u8]) -> Option<Self> {
        if !stored.starts_with(SIGNATURE) {
            return None;
        }
        let version = FieldCursor::at(stored, VERSION_OFFSET).u8()?;
        let trailer = Pointer::parse(&mut FieldCursor::at(stored, TRAILER_OFFSET))?;
        Some(Self { stored, version, trailer })
    }

    pub(super) const fn version(&self) -> u8 {
        self.version
    }

    /// The texts of each page that has any.
    pub(super) fn page_texts(&self) -> Vec<Vec<String>> {
        let mut walk =
            Walk { drawing: self, pointers_left: POINTERS_MAX, bytes_left: UNPACKED_MAX };
        let mut pages = Vec::new();
        walk.find_pages(self.trailer, 0, &mut pages);
        pages
    }
}

impl Pointer {
    /// From version 6 on: kind, address, offset, length, format.
    fn parse(cursor: &mut FieldCursor<'_>) -> Option<Self> {
        let kind = cursor.u32()?;
        cursor.skip(4)?;
        let (offset, len) = (cursor.len32()?, cursor.len32()?);
        Some(Self { kind, offset, len, format: cursor.u16()? })
    }

    const fn is_packed(self) -> bool {
        self.format & 2 != 0
    }

    const fn holds_pointers(self) -> bool {
        self.kind == TRAILER
            || self.kind != FONTS
                && (self.format >> 4 == 5 || self.format == 0x1D || self.format == 0x1E)
    }

    const fn holds_chunks(self) -> bool {
        matches!(self.format >> 4, 0xD | 0xC | 0x8)
    }
}

/// A walk through the tree, and what it may still cost.
struct Walk<'a> {
    drawing: &'a Drawing<'a>,
    pointers_left: usize,
    bytes_left: usize,
}

impl Walk<'_> {
    /// The content of a stream. A packed one begins with four bytes that belong to its chunks, and
    /// not to its pointers.
    fn content(&mut self, pointer: Pointer) -> Vec<u8> {
        let stored = FieldCursor::at(self.drawing.stored, pointer.offset).take_up_to(pointer.len);
        let content = if pointer.is_packed() {
            unpack(stored, self.bytes_left)
        } else {
            stored.get(..stored.len().min(self.bytes_left)).unwrap_or_default().to_vec()
        };
        self.bytes_left = self.bytes_left.saturating_sub(content.len().max(1));
        content
    }

    /// The streams that this one points to.
    fn children(&mut self, pointer: Pointer) -> Vec<Pointer> {
        let content = self.content(pointer);
        let shift = if pointer.is_packed() { 4 } else { 0 };
        let content = content.get(shift..).unwrap_or_default();
        let Some(count_offset) = FieldCursor::new(content).len32() else { return Vec::new() };
        let mut cursor = FieldCursor::at(content, count_offset);
        let count = cursor.len32().unwrap_or(0);
        let mut children = Vec::new();
        if cursor.skip(4).is_none() {
            return children;
        }
        while children.len() < count.min(self.pointers_left)
            && let Some(child) = Pointer::parse(&mut cursor)
        {
            children.push(child);
        }
        self.pointers_left = self.pointers_left.saturating_sub(children.len());
        children
    }

    fn find_pages(&mut self, from: Pointer, depth: usize, pages: &mut Vec<Vec<String>>) {
        if depth >= DEPTH_MAX || !from.holds_pointers() {
            return;
        }
        for child in self.children(from) {
            if child.kind == PAGE {
                let mut texts = Vec::new();
                self.find_texts(child, depth + 1, &mut texts);
                if !texts.is_empty() {
                    pages.push(texts);
                }
            } else {
                self.find_pages(child, depth + 1, pages);
            }
        }
    }

    fn find_texts(&mut self, from: Pointer, depth: usize, texts: &mut Vec<String>) {
        if depth >= DEPTH_MAX {
            return;
        }
        if from.holds_chunks() {
            let content = self.content(from);
            push_texts(&content, self.drawing.version, texts);
        } else if from.holds_pointers() {
            for child in self.children(from) {
                self.find_texts(child, depth + 1, texts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_of_pointers_ends() {
        let mut stored = SIGNATURE.to_vec();
        stored.resize(TRAILER_OFFSET, 0);
        stored[VERSION_OFFSET] = 11;
        // The trailer points to a list of two pointers that both point to the list itself.
        let pointer = |kind: u32| {
            let mut pointer = Vec::new();
            for number in [kind, 0, 64, 200] {
                pointer.extend(u32::to_le_bytes(number));
            }
            pointer.extend([0x50, 0]);
            pointer
        };
        stored.extend(pointer(TRAILER));
        stored.resize(64, 0);
        for number in [4_u32, 2, 0] {
            stored.extend(number.to_le_bytes());
        }
        stored.extend(pointer(0x27));
        stored.extend(pointer(PAGE));
        let drawing = Drawing::parse(&stored).unwrap();
        assert_eq!(drawing.version(), 11);
        assert_eq!(drawing.page_texts(), Vec::<Vec<String>>::new());
    }
}
