//! The fields of directory entries, each by itself ([MS-CFB] 2.6.1 to 2.6.3).
//!
//! Of an entry that is in use but not reached only that is told, elsewhere: what a writer forgot
//! may hold anything.

use crate::check::report::{Findings, Severity};
use crate::check::tables::Tables;
use crate::check::tree::Tree;
use crate::directory::entry;
use crate::name::{MAX_NAME_UNITS, Name};
use crate::rule::Rule;
use crate::sector::{ENTRY_LEN, NO_STREAM};

type EntryBytes = [u8; ENTRY_LEN];

/// The most bytes that a stream of version 3 can have.
const V3_LEN_MAX: u64 = 0x8000_0000;

/// An entry under examination.
struct Examined<'c> {
    tables: &'c Tables,
    tree: &'c Tree,
    findings: &'c mut Findings,
    id: u32,
    bytes: &'c EntryBytes,
}

/// Reports what is wrong with the fields of every entry.
pub(super) fn check(tables: &Tables, tree: &Tree, findings: &mut Findings) {
    let directory = &tables.directory;
    for id in 0..directory.entry_count() {
        let Some(bytes) = directory.bytes(id) else { continue };
        let is_whole = directory.offset_of(id) + ENTRY_LEN as u64 <= tables.len;
        let mut examined = Examined { tables, tree, findings, id, bytes };
        match bytes[entry::KIND] {
            _ if id == 0 => examined.check_root(),
            // What lies behind the end of the file was filled in by reading.
            0 if is_whole => examined.check_unallocated(),
            1 if tree.is_reached(id) => examined.check_storage(),
            2 if tree.is_reached(id) => examined.check_stream(),
            5 if tree.is_reached(id) => examined.check_common(),
            0..=2 | 5 => {}
            _ => examined.check_unknown(),
        }
        if !is_whole && bytes[entry::KIND] != 0 {
            let mut examined = Examined { tables, tree, findings, id, bytes };
            examined.report(Rule::SectorPastEnd, Severity::Error, 0, || {
                format!("The file ends within entry {id}.")
            });
        }
    }
}

impl Examined<'_> {
    fn report(
        &mut self,
        rule: Rule,
        severity: Severity,
        field: usize,
        text: impl FnOnce() -> String,
    ) {
        let directory = &self.tables.directory;
        let offset = directory.offset_of(self.id) + field as u64;
        let element = || {
            let path = self.tree.path(directory, self.id);
            path.filter(|_| self.tree.is_reached(self.id))
        };
        self.findings.add(rule, severity, offset, element, text);
    }

    fn forgiven(&mut self, rule: Rule, field: usize, text: impl FnOnce() -> String) {
        self.report(rule, Severity::Forgiven, field, text);
    }

    fn check_unknown(&mut self) {
        let kind = self.bytes[entry::KIND];
        let is_reached = self.tree.is_reached(self.id);
        let severity = if is_reached { Severity::Error } else { Severity::Forgiven };
        self.report(Rule::EntryType, severity, entry::KIND, || format!("The type is {kind}."));
    }

    fn check_unallocated(&mut self) {
        let links = entry::LEFT..entry::CLASS_ID;
        let found = self.bytes.iter().enumerate().find(|(at, byte)| {
            let wanted = if links.contains(at) { 0xFF } else { 0 };
            **byte != wanted
        });
        if let Some((at, byte)) = found {
            let (id, byte) = (self.id, *byte);
            self.forgiven(Rule::EntryUnusedField, at, || {
                format!("Byte {at} of entry {id}, which is unallocated, is {byte:#04X}.")
            });
        }
    }

    fn check_root(&mut self) {
        match self.bytes[entry::KIND] {
            5 => {}
            kind => {
                // A storage can stand in for the root: what it lacks is only the word.
                let severity = if kind == 1 { Severity::Forgiven } else { Severity::Error };
                self.report(Rule::RootMissing, severity, entry::KIND, || {
                    format!("The type of the first entry is {kind}.")
                });
            }
        }
        self.check_common();
        let entry = self.tables.directory.entry(0);
        let name = entry.as_ref().map_or(Name::EMPTY, |entry| entry.name);
        if !name.units().iter().copied().eq(Name::ROOT.encode_utf16()) {
            self.forgiven(Rule::RootName, entry::NAME, || format!("The root is named {name}."));
        }
        let siblings = [entry::LEFT, entry::RIGHT].map(|field| (field, self.u32_at(field)));
        for (field, sibling) in siblings.into_iter().filter(|(_, id)| *id != NO_STREAM) {
            self.forgiven(Rule::RootSibling, field, || {
                format!("Entry {sibling} is a sibling of the root.")
            });
        }
        let created = self.u64_at(entry::CREATED);
        if created != 0 {
            self.forgiven(Rule::RootCreated, entry::CREATED, || {
                format!("The creation time is {created:#X}.")
            });
        }
        self.check_len();
    }

    fn check_storage(&mut self) {
        self.check_common();
        let start = self.u32_at(entry::START);
        if start != 0 {
            self.forgiven(Rule::StorageStart, entry::START, || {
                format!("The storage starts at sector {start:#X}.")
            });
        }
        let len = self.u64_at(entry::LEN);
        if len != 0 {
            self.forgiven(Rule::StorageSize, entry::LEN, || format!("The length is {len}."));
        }
    }

    fn check_stream(&mut self) {
        self.check_common();
        let child = self.u32_at(entry::CHILD);
        if child != NO_STREAM {
            self.forgiven(Rule::EntryChild, entry::CHILD, || {
                format!("The stream has entry {child} as its child.")
            });
        }
        if self.bytes.get(entry::CLASS_ID..entry::STATE_BITS) != Some(&[0; 16]) {
            let text = || "The class id is not null.".to_owned();
            self.forgiven(Rule::StreamClassId, entry::CLASS_ID, text);
        }
        let bits = self.u32_at(entry::STATE_BITS);
        if bits != 0 {
            self.forgiven(Rule::StreamStateBits, entry::STATE_BITS, || {
                format!("The state bits are {bits:#X}.")
            });
        }
        let times = [(entry::CREATED, "creation"), (entry::MODIFIED, "modification")];
        for (field, word) in times {
            let time = self.u64_at(field);
            if time != 0 {
                self.forgiven(Rule::StreamTime, field, || format!("The {word} time is {time:#X}."));
            }
        }
        self.check_len();
    }

    /// What storages, streams and the root have in common.
    fn check_common(&mut self) {
        let color = self.bytes[entry::COLOR];
        if color > 1 {
            let text = || format!("The colour is {color}.");
            self.forgiven(Rule::EntryColor, entry::COLOR, text);
        }
        self.check_name();
    }

    fn check_name(&mut self) {
        let stored: Vec<u16> = (0..=MAX_NAME_UNITS).map(|at| self.u16_at(2 * at)).collect();
        let byte_len = usize::from(self.u16_at(entry::NAME_LEN));
        let null_at = stored.iter().position(|unit| *unit == 0);
        // Units with the null behind them, as the entry's length has it where that can be.
        let claimed = byte_len / 2;
        let can_be = byte_len % 2 == 0 && (2..=entry::NAME_LEN).contains(&byte_len);
        let ends_before = null_at.is_some_and(|null_at| null_at + 1 < claimed);
        if !can_be || ends_before {
            let count = null_at.unwrap_or(stored.len());
            self.forgiven(Rule::EntryNameLength, entry::NAME_LEN, || {
                format!("The length of the name is {byte_len}, a null follows {count} units.")
            });
        }
        let end = if (1..=stored.len()).contains(&claimed) {
            claimed
        } else {
            null_at.map_or(stored.len(), |null_at| null_at + 1)
        };
        if stored.get(end - 1) != Some(&0) {
            self.forgiven(Rule::EntryNameTerminator, entry::NAME + 2 * (end - 1), || {
                format!("Unit {} of the name is no null.", end - 1)
            });
        }
        let behind = stored.iter().enumerate().skip(end).find(|(_, unit)| **unit != 0);
        if let Some((at, unit)) = behind {
            self.forgiven(Rule::EntryNamePadding, entry::NAME + 2 * at, || {
                format!("Unit {at}, behind the name, is {unit:#06X}.")
            });
        }
        if self.id == 0 {
            return;
        }
        let units = stored.get(..end - 1).unwrap_or_default();
        if units.is_empty() {
            let text = || "The name is empty.".to_owned();
            self.forgiven(Rule::EntryNameEmpty, entry::NAME, text);
        }
        let forbidden = [b'/', b'\\', b':', b'!'].map(u16::from);
        if let Some(at) = units.iter().position(|unit| forbidden.contains(unit)) {
            self.forgiven(Rule::EntryNameCharacter, entry::NAME + 2 * at, || {
                format!("Unit {at} of the name is {:#06X}.", units.get(at).unwrap_or(&0))
            });
        }
    }

    /// The length of a stream, or of the mini stream.
    fn check_len(&mut self) {
        let len = self.u64_at(entry::LEN);
        let is_v3 = self.tables.header.major_version == 3;
        if is_v3 && len > V3_LEN_MAX {
            self.forgiven(Rule::EntrySizeHigh, entry::LEN, || {
                format!("The length is {len:#X} in version 3.")
            });
        }
        let read = self.tables.directory.entry(self.id).map_or(0, |entry| entry.len);
        let room = self.tables.sector_end * self.tables.size.len_u64();
        if read > room {
            self.report(Rule::EntrySize, Severity::Error, entry::LEN, || {
                format!("The length is {read}, all sectors of the file hold {room} bytes.")
            });
        }
    }

    fn u16_at(&self, field: usize) -> u16 {
        let bytes = self.bytes.get(field..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    fn u32_at(&self, field: usize) -> u32 {
        let bytes = self.bytes.get(field..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    fn u64_at(&self, field: usize) -> u64 {
        let bytes = self.bytes.get(field..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}
