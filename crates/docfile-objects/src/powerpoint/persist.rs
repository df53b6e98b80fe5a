//! Where the objects of a presentation lie: the edits, newest first, and the directories that they
//! bring ([MS-PPT] 2.1.2).
//!
//! Invariant: an edit is followed only to one that lies before it in the stream, so a circle ends;
//! of an object that several edits stored, the newest counts.

use std::collections::BTreeMap;

use docfile_compound::{Error, ErrorKind, Result};

use super::records::{find, number_of, records, try_record};
use crate::fields::{Fields, to_usize, u32_at};
use crate::source::Content;

const CURRENT_USER: u16 = 0x0FF6;
const USER_EDIT: u16 = 0x0FF5;
const DIRECTORY: u16 = 0x1772;
/// What a presentation is marked with that is encrypted.
const ENCRYPTED_MARK: u32 = 0xF3D1_C4DF;
/// The bits of an entry that are the first number of its objects; the others count them.
const NUMBER_BITS: u32 = 20;
/// An edit with room for it says which object tells how all others are encrypted.
const ENCRYPTION_OFFSET: usize = 28;

/// The start of the chain of edits.
#[derive(Debug, Clone, Copy)]
pub(super) struct CurrentUser {
    /// The newest edit in the stream.
    pub(super) edit_offset: u32,
    /// Whether the presentation is encrypted.
    pub(super) is_encrypted: bool,
}

impl CurrentUser {
    /// What the stream of the current user says.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let record = find(bytes, CURRENT_USER).ok_or_else(damaged)?;
        let mark = u32_at(record.body, 4).ok_or_else(damaged)?;
        let edit_offset = u32_at(record.body, 8).ok_or_else(damaged)?;
        Ok(Self { edit_offset, is_encrypted: mark == ENCRYPTED_MARK })
    }
}

/// Where each object lies.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    offsets: BTreeMap<u32, u32>,
    /// The number of the object that is the document.
    pub(super) document: u32,
    /// The number of the object that tells how the others are encrypted.
    pub(super) encryption: Option<u32>,
}

impl Directory {
    /// Follows the edits from the one at `offset` on, at most `edit_count` of them.
    pub(super) fn try_new(content: &dyn Content, offset: u32, edit_count: usize) -> Result<Self> {
        let mut directory = Self::default();
        let mut next = Some(offset);
        let mut is_newest = true;
        for _ in 0..edit_count {
            let Some(offset) = next else { break };
            let edit = try_record(content, offset, |_, _| {})?;
            if number_of(&edit) != Some(USER_EDIT) {
                if is_newest {
                    return Err(damaged());
                }
                break;
            }
            let body = records(&edit).next().ok_or_else(damaged)?.body;
            let before = u32_at(body, 8).ok_or_else(damaged)?;
            let entries = u32_at(body, 12).ok_or_else(damaged)?;
            if is_newest {
                directory.document = u32_at(body, 16).ok_or_else(damaged)?;
                directory.encryption = u32_at(body, ENCRYPTION_OFFSET);
            }
            directory.take(&try_record(content, entries, |_, _| {})?);
            next = (before != 0 && before < offset).then_some(before);
            is_newest = false;
        }
        Ok(directory)
    }

    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        let record = records(bytes).next().filter(|record| record.number == DIRECTORY)?;
        let mut fields = Fields::new(record.body);
        loop {
            let entry = fields.u32()?;
            let (first, count) = (entry & ((1 << NUMBER_BITS) - 1), entry >> NUMBER_BITS);
            for number in (first..).take(to_usize(count)) {
                let offset = fields.u32()?;
                self.offsets.entry(number).or_insert(offset);
            }
        }
    }

    /// Where the object of this number lies in the stream.
    pub(super) fn offset_of(&self, number: u32) -> Option<u32> {
        self.offsets.get(&number).copied()
    }
}

/// The error of a presentation whose objects cannot be found.
pub(super) fn damaged() -> Error {
    Error::new(ErrorKind::Corrupt, "a presentation that does not say where its slides are")
}
