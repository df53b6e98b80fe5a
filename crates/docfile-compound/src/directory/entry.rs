//! One directory entry: 128 bytes that describe a storage, a stream, the root, or nothing
//! ([MS-CFB] 2.6.1). Drawing: `docs/format.md`.
//!
//! Parsing never fails on what permissive reading can live with; what it cannot trust is clamped
//! (a name is cut at its first null or after 31 units, a version 3 length loses its high half).
//! The rules that an entry keeps stand in `entry_rules`; each breach goes through
//! [`Validation::forgive`].

use crate::directory::entry_rules::{EntryContext, breaches, name_end, name_units, readable_len};
use crate::error::Result;
use crate::file_time::FileTime;
use crate::guid::Guid;
use crate::limits::Validation;
use crate::name::{MAX_NAME_UNITS, Name};
use crate::sector::{ENTRY_LEN, NO_STREAM};

// Where each field stands in an entry; each offset is the one before plus that field's length.
pub(crate) const NAME: usize = 0;
pub(crate) const NAME_LEN: usize = NAME + 2 * (MAX_NAME_UNITS + 1);
pub(crate) const KIND: usize = NAME_LEN + 2;
pub(crate) const COLOR: usize = KIND + 1;
pub(crate) const LEFT: usize = COLOR + 1;
pub(crate) const RIGHT: usize = LEFT + 4;
pub(crate) const CHILD: usize = RIGHT + 4;
pub(crate) const CLASS_ID: usize = CHILD + 4;
pub(crate) const STATE_BITS: usize = CLASS_ID + 16;
pub(crate) const CREATED: usize = STATE_BITS + 4;
pub(crate) const MODIFIED: usize = CREATED + 8;
pub(crate) const START: usize = MODIFIED + 8;
pub(crate) const LEN: usize = START + 4;
const _: () = assert!(LEN + 8 == ENTRY_LEN);

/// What a directory entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EntryKind {
    Unallocated,
    Storage,
    Stream,
    Root,
}

/// The colour of a node in the red-black tree of siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Color {
    Red,
    Black,
}

/// A parsed directory entry. Links, start and length are claims of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectoryEntry {
    pub(crate) name: Name,
    pub(crate) kind: EntryKind,
    pub(crate) color: Color,
    /// Entry number, or `NO_STREAM`.
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) child: u32,
    pub(crate) class_id: Guid,
    pub(crate) state_bits: u32,
    pub(crate) created: FileTime,
    pub(crate) modified: FileTime,
    /// First sector of the stream (of the mini stream, for the root).
    pub(crate) start: u32,
    /// Length of the stream in bytes.
    pub(crate) len: u64,
}

impl DirectoryEntry {
    /// An entry that describes nothing ([MS-CFB] 2.6.3).
    pub(crate) fn unallocated() -> Self {
        Self {
            name: Name::EMPTY,
            kind: EntryKind::Unallocated,
            color: Color::Red,
            left: NO_STREAM,
            right: NO_STREAM,
            child: NO_STREAM,
            class_id: Guid::NULL,
            state_bits: 0,
            created: FileTime::NONE,
            modified: FileTime::NONE,
            start: 0,
            len: 0,
        }
    }

    /// The root storage of a file to which nothing was committed yet.
    pub(crate) fn blank_root() -> Self {
        Self {
            name: Name::new(Name::ROOT).unwrap_or(Name::EMPTY),
            kind: EntryKind::Root,
            color: Color::Black,
            start: crate::sector::END_OF_CHAIN,
            ..Self::unallocated()
        }
    }

    /// Parses the entry that stands at `offset` of the file.
    pub(crate) fn parse(
        bytes: &[u8; ENTRY_LEN],
        context: EntryContext,
        offset: u64,
        validation: Validation,
    ) -> Result<Self> {
        // Whoever forgives everything need not know what.
        if validation == Validation::Strict {
            for breach in breaches(bytes, context) {
                validation.forgive(breach.rule, offset + breach.field as u64)?;
            }
        }
        let kind = match bytes[KIND] {
            1 => EntryKind::Storage,
            2 => EntryKind::Stream,
            5 => EntryKind::Root,
            // An entry of unknown type cannot be read as anything; it is as good as absent.
            _ => EntryKind::Unallocated,
        };
        Ok(Self {
            name: if kind == EntryKind::Unallocated { Name::EMPTY } else { parse_name(bytes) },
            kind,
            color: if bytes[COLOR] == 0 { Color::Red } else { Color::Black },
            left: u32_at(bytes, LEFT),
            right: u32_at(bytes, RIGHT),
            child: u32_at(bytes, CHILD),
            class_id: Guid::from_bytes(array_at(bytes, CLASS_ID)),
            state_bits: u32_at(bytes, STATE_BITS),
            created: FileTime(u64_at(bytes, CREATED)),
            modified: FileTime(u64_at(bytes, MODIFIED)),
            start: u32_at(bytes, START),
            len: if kind == EntryKind::Unallocated {
                u64_at(bytes, LEN)
            } else {
                readable_len(bytes, context.version)
            },
        })
    }

    /// The 128 bytes of the entry.
    pub(crate) fn emit(&self) -> [u8; ENTRY_LEN] {
        let mut bytes = [0; ENTRY_LEN];
        let mut put = |offset: usize, field: &[u8]| {
            if let Some(to) = bytes.get_mut(offset..offset + field.len()) {
                to.copy_from_slice(field);
            }
        };
        for (index, unit) in self.name.units().iter().enumerate() {
            put(NAME + 2 * index, &unit.to_le_bytes());
        }
        let kind = match self.kind {
            EntryKind::Unallocated => 0,
            EntryKind::Storage => 1,
            EntryKind::Stream => 2,
            EntryKind::Root => 5,
        };
        if self.kind != EntryKind::Unallocated {
            let name_len = u16::try_from(2 * (self.name.units().len() + 1)).unwrap_or(64);
            put(NAME_LEN, &name_len.to_le_bytes());
        }
        put(KIND, &[kind]);
        put(COLOR, &[u8::from(self.color == Color::Black)]);
        put(LEFT, &self.left.to_le_bytes());
        put(RIGHT, &self.right.to_le_bytes());
        put(CHILD, &self.child.to_le_bytes());
        put(CLASS_ID, &self.class_id.to_bytes());
        put(STATE_BITS, &self.state_bits.to_le_bytes());
        put(CREATED, &self.created.0.to_le_bytes());
        put(MODIFIED, &self.modified.0.to_le_bytes());
        put(START, &self.start.to_le_bytes());
        put(LEN, &self.len.to_le_bytes());
        bytes
    }

    /// Whether the entry is a storage, the root included.
    pub(crate) fn is_storage(&self) -> bool {
        matches!(self.kind, EntryKind::Storage | EntryKind::Root)
    }
}

/// The name as its length field gives it, cut where it cannot be right.
fn parse_name(bytes: &[u8; ENTRY_LEN]) -> Name {
    let units = name_units(bytes);
    let unit_count = (name_end(bytes) - 1).min(MAX_NAME_UNITS);
    Name::stored(units.get(..unit_count).unwrap_or_default()).unwrap_or(Name::EMPTY)
}

fn array_at<const N: usize>(bytes: &[u8; ENTRY_LEN], offset: usize) -> [u8; N] {
    bytes.get(offset..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
}

pub(crate) fn u16_at(bytes: &[u8; ENTRY_LEN], offset: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u32_at(bytes: &[u8; ENTRY_LEN], offset: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, offset))
}

pub(crate) fn u64_at(bytes: &[u8; ENTRY_LEN], offset: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_version(version: u16) -> EntryContext {
        EntryContext { is_first: false, version, room: None }
    }

    fn stream() -> DirectoryEntry {
        DirectoryEntry {
            name: Name::new("Contents").unwrap(),
            kind: EntryKind::Stream,
            color: Color::Black,
            left: 3,
            right: NO_STREAM,
            child: NO_STREAM,
            class_id: Guid::NULL,
            state_bits: 0,
            created: FileTime::NONE,
            modified: FileTime::NONE,
            start: 9,
            len: 70_000,
        }
    }

    #[test]
    fn emit_then_parse_is_the_same_entry() {
        let entry = stream();
        let parsed =
            DirectoryEntry::parse(&entry.emit(), of_version(3), 0, Validation::Strict).unwrap();
        assert_eq!(parsed, entry);
        let free = DirectoryEntry::unallocated();
        assert_eq!(
            DirectoryEntry::parse(&free.emit(), of_version(4), 0, Validation::Strict).unwrap(),
            free
        );
    }

    #[test]
    fn garbage_in_the_high_half_of_a_version_3_length_is_dropped() {
        let mut bytes = stream().emit();
        bytes[LEN + 4] = 0xFF;
        let parsed =
            DirectoryEntry::parse(&bytes, of_version(3), 0, Validation::Permissive).unwrap();
        assert_eq!(parsed.len, 70_000);
        assert!(DirectoryEntry::parse(&bytes, of_version(3), 0, Validation::Strict).is_err());
        assert_eq!(
            DirectoryEntry::parse(&bytes, of_version(4), 0, Validation::Strict).unwrap().len,
            70_000 | 0xFF << 32
        );
    }

    #[test]
    fn a_name_of_impossible_length_is_cut_at_its_null() {
        let mut bytes = stream().emit();
        bytes[NAME_LEN] = 0xFF;
        let parsed =
            DirectoryEntry::parse(&bytes, of_version(3), 0, Validation::Permissive).unwrap();
        assert_eq!(parsed.name, Name::new("Contents").unwrap());
    }
}
