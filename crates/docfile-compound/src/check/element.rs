//! The fields of directory entries, each by itself ([MS-CFB] 2.6.1 to 2.6.3).
//!
//! Which rules an entry breaks is said in `directory::entry_rules`; here is what that costs, and
//! the words for it. Of an entry that is in use but not reached only that is told, elsewhere: what
//! a writer forgot may hold anything.

use crate::check::report::{Findings, Severity};
use crate::check::tables::Tables;
use crate::check::tree::Tree;
use crate::directory::entry::{self, u16_at, u32_at, u64_at};
use crate::directory::entry_rules::{
    EntryBreach, EntryContext, breaches, name_end, name_units, readable_len,
};
use crate::name::Name;
use crate::rule::Rule;
use crate::sector::ENTRY_LEN;

type EntryBytes = [u8; ENTRY_LEN];

/// Reports what is wrong with the fields of every entry.
pub(super) fn check(tables: &Tables, tree: &Tree, findings: &mut Findings) {
    let directory = &tables.directory;
    let room = tables.size.room(tables.sector_end);
    for id in 0..directory.entry_count() {
        let Some(bytes) = directory.bytes(id) else { continue };
        let is_reached = tree.is_reached(id);
        let is_whole = directory.offset_of(id) + ENTRY_LEN as u64 <= tables.len;
        let element = || tree.path(directory, id).filter(|_| is_reached);
        let is_examined = match bytes[entry::KIND] {
            _ if id == 0 => true,
            // What lies behind the end of the file was filled in by reading.
            0 => is_whole,
            1 | 2 | 5 => is_reached,
            _ => true,
        };
        let context = EntryContext {
            is_first: id == 0,
            version: tables.header.major_version,
            room: Some(room),
        };
        let found = if is_examined { breaches(bytes, context) } else { Vec::new() };
        for breach in found {
            let offset = directory.offset_of(id) + breach.field as u64;
            let severity = severity(breach.rule, bytes[entry::KIND], is_reached);
            let text = || text(breach, id, bytes, context);
            findings.add(breach.rule, severity, offset, element, text);
        }
        if !is_whole && bytes[entry::KIND] != 0 {
            let text = || format!("The file ends within entry {id}.");
            let offset = directory.offset_of(id);
            findings.add(Rule::SectorPastEnd, Severity::Error, offset, element, text);
        }
    }
}

/// What a breach costs a permissive reader.
fn severity(rule: Rule, kind: u8, is_reached: bool) -> Severity {
    let costs_something = match rule {
        // A storage can stand in for the root: what it lacks is only the word.
        Rule::RootMissing => kind != 1,
        // A second root can stand in for a storage.
        Rule::EntryType => is_reached && kind != 5,
        Rule::EntrySize => true,
        _ => false,
    };
    if costs_something { Severity::Error } else { Severity::Forgiven }
}

/// A breach in words.
fn text(breach: EntryBreach, id: u32, bytes: &EntryBytes, context: EntryContext) -> String {
    let EntryBreach { rule, field } = breach;
    let kind = bytes[entry::KIND];
    let unit = (field - entry::NAME) / 2;
    let len = u64_at(bytes, entry::LEN);
    match rule {
        Rule::EntryType if kind == 5 => format!("Entry {id} is a second root storage."),
        Rule::EntryType => format!("The type is {kind}."),
        Rule::EntryUnusedField => {
            let byte = bytes.get(field).copied().unwrap_or_default();
            format!("Byte {field} of entry {id}, which is unallocated, is {byte:#04X}.")
        }
        Rule::RootMissing => format!("The type of the first entry is {kind}."),
        Rule::RootName => format!("The root is named {}.", name(bytes)),
        Rule::RootSibling => {
            format!("Entry {} is a sibling of the root.", u32_at(bytes, field))
        }
        Rule::RootCreated => format!("The creation time is {:#X}.", u64_at(bytes, field)),
        Rule::StorageStart => format!("The storage starts at sector {:#X}.", u32_at(bytes, field)),
        Rule::StorageSize => format!("The length is {len}."),
        Rule::EntryChild => {
            format!("The stream has entry {} as its child.", u32_at(bytes, field))
        }
        Rule::StreamClassId => "The class id is not null.".to_owned(),
        Rule::StreamStateBits => format!("The state bits are {:#X}.", u32_at(bytes, field)),
        Rule::StreamTime => {
            let word = if field == entry::CREATED { "creation" } else { "modification" };
            format!("The {word} time is {:#X}.", u64_at(bytes, field))
        }
        Rule::EntryColor => format!("The colour is {}.", bytes[entry::COLOR]),
        Rule::EntryNameLength => {
            let units = name_units(bytes);
            let count = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
            let byte_len = u16_at(bytes, entry::NAME_LEN);
            format!("The length of the name is {byte_len}, a null follows {count} units.")
        }
        Rule::EntryNameTerminator => format!("Unit {unit} of the name is no null."),
        Rule::EntryNamePadding => {
            format!("Unit {unit}, behind the name, is {:#06X}.", u16_at(bytes, field))
        }
        Rule::EntryNameEmpty => "The name is empty.".to_owned(),
        Rule::EntryNameCharacter => {
            format!("Unit {unit} of the name is {:#06X}.", u16_at(bytes, field))
        }
        Rule::EntrySizeHigh => format!("The length is {len:#X} in version 3."),
        Rule::EntrySize => {
            let read = readable_len(bytes, context.version);
            let room = context.room.unwrap_or_default();
            format!("The length is {read}, all sectors of the file hold {room} bytes.")
        }
        _ => rule.text().to_owned(),
    }
}

fn name(bytes: &EntryBytes) -> Name {
    let units = name_units(bytes);
    let units = units.get(..name_end(bytes) - 1).unwrap_or_default();
    Name::stored(units).unwrap_or(Name::EMPTY)
}
