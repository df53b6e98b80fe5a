//! The properties of a message, a recipient or an attachment: a storage with one stream for the
//! short ones and one for each long one ([MS-OXMSG] 2.1, 2.4).
//!
//! Invariant: which properties there are is known from two reads, the storage's elements and its
//! stream of short ones; each long one is read when it is asked for. Text is wide where a wide
//! stream is there, else it is in the message's code page.

use std::collections::BTreeMap;

use docfile_compound::property::CodePage;
use docfile_compound::{FileTime, Result, Stat};

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::parts::Parts;
use crate::text::{of_code_page, utf_16};

/// The stream of short properties.
pub(super) const SHORT_STREAM: &str = "__properties_version1.0";
/// What the names of streams of long properties begin with; eight digits follow.
const LONG_PREFIX: &str = "__substg1.0_";

/// The types of properties that are read ([MS-OXCDATA] 2.11.1).
pub(super) const TYPE_OBJECT: u16 = 0x000D;
const TYPE_NARROW: u16 = 0x001E;
const TYPE_WIDE: u16 = 0x001F;
const TYPE_BINARY: u16 = 0x0102;

/// The length of an entry of the short properties, in bytes.
const ENTRY_LEN: usize = 16;

/// The longest text of one line that is read, in bytes.
pub(super) const LINE_LEN_MAX: usize = 8 << 10;

/// What properties are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A message, be it a file or within another.
    Message,
    /// A recipient or an attachment.
    Other,
}

/// The properties of one storage.
#[derive(Debug, Clone)]
pub(super) struct Properties {
    /// The names from the message's root down to the storage.
    path: Vec<String>,
    short: BTreeMap<u16, [u8; 8]>,
    /// Lengths of the long ones in bytes, by id and type.
    long: BTreeMap<(u16, u16), u64>,
    code_page: CodePage,
}

impl Properties {
    /// Reads which properties there are. How long the header in front of the short ones is shows
    /// in what is left when the rest is divided into entries: that of a message which is a file
    /// leaves nothing, all others leave eight bytes, of which a message has two more eights.
    pub(super) fn try_open(parts: &Parts, path: &[&str], owner: Owner) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let listing = gathering.take(parts.try_list(path));
        let short = gathering.stream(&[path, &[SHORT_STREAM]].concat());
        gathering.all_here()?;
        let stored = short.unwrap_or_default();
        let header_len = match owner {
            Owner::Message if stored.len().is_multiple_of(ENTRY_LEN) => 32,
            Owner::Message => 24,
            Owner::Other => 8,
        };
        Ok(Self {
            path: path.iter().map(ToString::to_string).collect(),
            short: parse_short(stored.get(header_len..).unwrap_or_default()),
            long: listing.unwrap_or_default().iter().filter_map(long_of).collect(),
            code_page: CodePage::WINDOWS_1252,
        })
    }

    /// The same, with narrow text read in this code page.
    pub(super) fn in_code_page(self, code_page: CodePage) -> Self {
        Self { code_page, ..self }
    }

    pub(super) const fn code_page(&self) -> CodePage {
        self.code_page
    }

    /// A number of 32 bits.
    pub(super) fn number(&self, id: u16) -> Option<u32> {
        FieldCursor::new(self.short.get(&id)?).u32()
    }

    /// A boolean.
    pub(super) fn is_set(&self, id: u16) -> bool {
        self.short.get(&id).is_some_and(|value| value.first().is_some_and(|byte| *byte != 0))
    }

    /// A moment.
    pub(super) fn time(&self, id: u16) -> Option<FileTime> {
        let time = FileTime(u64::from_le_bytes(*self.short.get(&id)?));
        Some(time).filter(|time| time.is_some())
    }

    /// The length in bytes of a property of bytes.
    pub(super) fn binary_len(&self, id: u16) -> Option<u64> {
        self.long.get(&(id, TYPE_BINARY)).copied()
    }

    /// A text of at most `max_len` stored bytes, if there is one that is not empty.
    pub(super) fn text(
        &self,
        gathering: &mut Gathering<'_>,
        id: u16,
        max_len: usize,
    ) -> Option<String> {
        let kind = [TYPE_WIDE, TYPE_NARROW].into_iter().find(|kind| self.has(id, *kind))?;
        let bytes = self.read(gathering, id, kind, max_len)?;
        let text = match kind {
            TYPE_WIDE => utf_16(&bytes),
            _ => of_code_page(&bytes, self.code_page),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A text of one line.
    pub(super) fn line(&self, gathering: &mut Gathering<'_>, id: u16) -> Option<String> {
        self.text(gathering, id, LINE_LEN_MAX)
    }

    /// At most `max_len` bytes of a property of bytes.
    pub(super) fn binary(
        &self,
        gathering: &mut Gathering<'_>,
        id: u16,
        max_len: usize,
    ) -> Option<Vec<u8>> {
        if !self.has(id, TYPE_BINARY) {
            return None;
        }
        self.read(gathering, id, TYPE_BINARY, max_len)
    }

    fn read(
        &self,
        gathering: &mut Gathering<'_>,
        id: u16,
        kind: u16,
        max_len: usize,
    ) -> Option<Vec<u8>> {
        let name = stream_name(id, kind);
        let mut path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        path.push(&name);
        gathering.prefix(&path, max_len)
    }

    fn has(&self, id: u16, kind: u16) -> bool {
        self.long.contains_key(&(id, kind))
    }
}

/// The name of the stream, or for an object the storage, that holds a long property.
pub(super) fn stream_name(id: u16, kind: u16) -> String {
    format!("{LONG_PREFIX}{id:04X}{kind:04X}")
}

/// The name of the stream that holds a property of bytes.
pub(super) fn binary_stream_name(id: u16) -> String {
    stream_name(id, TYPE_BINARY)
}

fn long_of(stat: &Stat) -> Option<((u16, u16), u64)> {
    let name = stat.name.to_string_lossy();
    let tag = name.strip_prefix(LONG_PREFIX)?;
    let id = u16::from_str_radix(tag.get(..4)?, 16).ok()?;
    let kind = u16::from_str_radix(tag.get(4..)?, 16).ok()?;
    Some(((id, kind), stat.len))
}

fn parse_short(entries: &[u8]) -> BTreeMap<u16, [u8; 8]> {
    let (entries, _) = entries.as_chunks::<ENTRY_LEN>();
    let parse = |entry: &[u8; ENTRY_LEN]| {
        let mut cursor = FieldCursor::new(entry);
        cursor.skip(2)?;
        let id = cursor.u16()?;
        cursor.skip(4)?;
        Some((id, cursor.array()?))
    };
    entries.iter().filter_map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_properties_are_entries_of_sixteen_bytes() {
        let mut stored = vec![0x03, 0, 0x05, 0x37, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        stored.extend([1; 7]);
        let short = parse_short(&stored);
        assert_eq!(short.len(), 1);
        assert_eq!(short[&0x3705], [5, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn streams_are_named_by_id_and_type() {
        assert_eq!(stream_name(0x37, TYPE_WIDE), "__substg1.0_0037001F");
        assert_eq!(binary_stream_name(0x3701), "__substg1.0_37010102");
    }
}
