//! The rules that the fields of one directory entry keep ([MS-CFB] 2.6.1 to 2.6.3), each said
//! here and nowhere else.
//!
//! Strict reading refuses an entry that breaks one of them; a check tells of all. Both ask
//! [`breaches`], so that neither knows a rule that the other does not. What a breach costs is the
//! check's to say, and what is read in spite of it the parser's. Rules of trees and chains are not
//! about one entry and stand elsewhere.

use crate::directory::entry::{
    CHILD, CLASS_ID, COLOR, CREATED, KIND, LEFT, LEN, MODIFIED, NAME, NAME_LEN, RIGHT, START,
    STATE_BITS, u16_at, u32_at, u64_at,
};
use crate::name::{MAX_NAME_UNITS, Name};
use crate::rule::Rule;
use crate::sector::{ENTRY_LEN, NO_STREAM};

/// The most bytes that a stream of version 3 can have.
pub(crate) const V3_LEN_MAX: u64 = 0x8000_0000;

/// What the rules of an entry depend on beside its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryContext {
    /// Whether it is the directory's first entry, which is the root storage.
    pub(crate) is_first: bool,
    /// The major version of the file.
    pub(crate) version: u16,
    /// How many bytes all sectors of the file hold, where that is known.
    pub(crate) room: Option<u64>,
}

/// A rule that an entry breaks, and the byte of the entry where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryBreach {
    pub(crate) rule: Rule,
    pub(crate) field: usize,
}

/// Every rule that the fields of an entry break, in the order of the fields as far as possible.
pub(crate) fn breaches(bytes: &[u8; ENTRY_LEN], context: EntryContext) -> Vec<EntryBreach> {
    let mut examined = Examined { bytes, context, found: Vec::new() };
    match bytes[KIND] {
        _ if context.is_first => examined.root(),
        0 => examined.unallocated(),
        1 => examined.storage(),
        2 => examined.stream(),
        5 => {
            examined.note(Rule::EntryType, KIND);
            examined.common();
        }
        _ => examined.note(Rule::EntryType, KIND),
    }
    examined.found
}

/// The length of a stream as it is read: writers of version 3 leave garbage in the high half
/// ([MS-CFB] 2.6.1 warns of it).
pub(crate) fn readable_len(bytes: &[u8; ENTRY_LEN], version: u16) -> u64 {
    let len = u64_at(bytes, LEN);
    if version == 3 && len > V3_LEN_MAX { len & 0xFFFF_FFFF } else { len }
}

/// How many units of the name field are the name and its null, as far as the length field can be
/// believed, else as the first null says.
pub(crate) fn name_end(bytes: &[u8; ENTRY_LEN]) -> usize {
    let claimed = usize::from(u16_at(bytes, NAME_LEN)) / 2;
    if (1..=NAME_UNITS).contains(&claimed) {
        return claimed;
    }
    null_at(bytes).map_or(NAME_UNITS, |null_at| null_at + 1)
}

/// The units of the name field.
pub(crate) fn name_units(bytes: &[u8; ENTRY_LEN]) -> [u16; NAME_UNITS] {
    core::array::from_fn(|index| u16_at(bytes, NAME + 2 * index))
}

fn null_at(bytes: &[u8; ENTRY_LEN]) -> Option<usize> {
    name_units(bytes).iter().position(|unit| *unit == 0)
}

/// How many units the name field has, that of the null included.
const NAME_UNITS: usize = MAX_NAME_UNITS + 1;

struct Examined<'e> {
    bytes: &'e [u8; ENTRY_LEN],
    context: EntryContext,
    found: Vec<EntryBreach>,
}

impl Examined<'_> {
    fn note(&mut self, rule: Rule, field: usize) {
        self.found.push(EntryBreach { rule, field });
    }

    fn note_unless(&mut self, holds: bool, rule: Rule, field: usize) {
        if !holds {
            self.note(rule, field);
        }
    }

    fn unallocated(&mut self) {
        let links = LEFT..CLASS_ID;
        let wanted = |at| if links.contains(&at) { 0xFF } else { 0 };
        if let Some(at) = self.bytes.iter().enumerate().position(|(at, byte)| *byte != wanted(at)) {
            self.note(Rule::EntryUnusedField, at);
        }
    }

    fn root(&mut self) {
        self.note_unless(self.bytes[KIND] == 5, Rule::RootMissing, KIND);
        self.common();
        let name = name_units(self.bytes);
        let name = name.get(..name_end(self.bytes) - 1).unwrap_or_default();
        let is_named = name.iter().copied().eq(Name::ROOT.encode_utf16());
        self.note_unless(is_named, Rule::RootName, NAME);
        for link in [LEFT, RIGHT] {
            self.note_unless(u32_at(self.bytes, link) == NO_STREAM, Rule::RootSibling, link);
        }
        self.note_unless(u64_at(self.bytes, CREATED) == 0, Rule::RootCreated, CREATED);
        self.len();
    }

    fn storage(&mut self) {
        self.common();
        self.note_unless(u32_at(self.bytes, START) == 0, Rule::StorageStart, START);
        self.note_unless(u64_at(self.bytes, LEN) == 0, Rule::StorageSize, LEN);
    }

    fn stream(&mut self) {
        self.common();
        self.note_unless(u32_at(self.bytes, CHILD) == NO_STREAM, Rule::EntryChild, CHILD);
        let has_class_id = self.bytes.get(CLASS_ID..STATE_BITS) != Some(&[0; 16]);
        self.note_unless(!has_class_id, Rule::StreamClassId, CLASS_ID);
        self.note_unless(u32_at(self.bytes, STATE_BITS) == 0, Rule::StreamStateBits, STATE_BITS);
        for time in [CREATED, MODIFIED] {
            self.note_unless(u64_at(self.bytes, time) == 0, Rule::StreamTime, time);
        }
        self.len();
    }

    /// What storages, streams and the root have in common.
    fn common(&mut self) {
        self.note_unless(self.bytes[COLOR] <= 1, Rule::EntryColor, COLOR);
        self.name();
    }

    fn name(&mut self) {
        let byte_len = usize::from(u16_at(self.bytes, NAME_LEN));
        let can_be = byte_len % 2 == 0 && (2..=2 * NAME_UNITS).contains(&byte_len);
        let ends_before = null_at(self.bytes).is_some_and(|null_at| null_at + 1 < byte_len / 2);
        self.note_unless(can_be && !ends_before, Rule::EntryNameLength, NAME_LEN);
        let (stored, end) = (name_units(self.bytes), name_end(self.bytes));
        let (name, behind) = stored.split_at(end.min(NAME_UNITS));
        let (null, units) = name.split_last().unwrap_or((&0, &[]));
        self.note_unless(*null == 0, Rule::EntryNameTerminator, NAME + 2 * (end - 1));
        if let Some(at) = behind.iter().position(|unit| *unit != 0) {
            self.note(Rule::EntryNamePadding, NAME + 2 * (end + at));
        }
        if self.context.is_first {
            return;
        }
        self.note_unless(!units.is_empty(), Rule::EntryNameEmpty, NAME);
        let forbidden = [b'/', b'\\', b':', b'!'].map(u16::from);
        if let Some(at) = units.iter().position(|unit| forbidden.contains(unit)) {
            self.note(Rule::EntryNameCharacter, NAME + 2 * at);
        }
    }

    /// The length of a stream, or of the mini stream.
    fn len(&mut self) {
        let is_v3 = self.context.version == 3;
        let is_too_long = is_v3 && u64_at(self.bytes, LEN) > V3_LEN_MAX;
        self.note_unless(!is_too_long, Rule::EntrySizeHigh, LEN);
        let len = readable_len(self.bytes, self.context.version);
        self.note_unless(self.context.room.is_none_or(|room| len <= room), Rule::EntrySize, LEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::entry::DirectoryEntry;

    const V3: EntryContext = EntryContext { is_first: false, version: 3, room: None };

    fn rules(bytes: &[u8; ENTRY_LEN], context: EntryContext) -> Vec<Rule> {
        breaches(bytes, context).into_iter().map(|breach| breach.rule).collect()
    }

    #[test]
    fn what_is_emitted_keeps_them_all() {
        let root = EntryContext { is_first: true, ..V3 };
        assert_eq!(rules(&DirectoryEntry::blank_root().emit(), root), []);
        assert_eq!(rules(&DirectoryEntry::unallocated().emit(), V3), []);
    }

    #[test]
    fn a_breach_stands_at_its_byte() {
        let mut bytes = DirectoryEntry::unallocated().emit();
        bytes[START + 1] = 7;
        let breach = EntryBreach { rule: Rule::EntryUnusedField, field: START + 1 };
        assert_eq!(breaches(&bytes, V3), [breach]);
    }

    #[test]
    fn any_bytes_can_be_asked_about() {
        for value in 0..=255 {
            let bytes = [value; ENTRY_LEN];
            for is_first in [false, true] {
                let found = breaches(&bytes, EntryContext { is_first, ..V3 });
                assert!(found.iter().all(|breach| breach.field < ENTRY_LEN), "{value}");
            }
        }
    }
}
