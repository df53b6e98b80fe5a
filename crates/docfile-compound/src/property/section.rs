//! The packet of one property set: a table of ids and offsets, then the values
//! ([MS-OLEPS] 2.19 and 2.20).
//!
//! An offset is a claim about one property only: a property that lies nowhere is left out and
//! told, the others are read. A value should end where the next one begins; that is used to tell
//! apart readings, never to cut a value whose own length fits. Two values may overlap, so what is
//! kept of them is bounded by [`Reading`], not by the bytes.

use core::ops::Range;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::code_page::CodePage;
use super::cursor::Cursor;
use super::dictionary::Dictionary;
use super::emitter::Emitter;
use super::format_id::DOC_SUMMARY_INFORMATION;
use super::reading::{Packing, Reading};
use super::set::{PlacedDictionary, Property, PropertySet};
use super::value::PropertyValue;
use super::value_packet::{ValueContext, emit_value, parse_value};
use super::well_known;
use crate::error::{ErrorKind, Result};
use crate::guid::Guid;
use crate::rule::Rule;

const HEADER_LEN: usize = 8;
const TABLE_ENTRY_LEN: usize = 8;

/// What the stream tells of a set before it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    pub(super) format_id: Guid,
    /// Where the set starts, in bytes from the start of the stream.
    pub(super) offset: usize,
    /// The code page to assume where the set does not say.
    pub(super) code_page: CodePage,
    pub(super) version: u16,
}

/// A set under way of being read.
struct Section<'a> {
    source: &'a Arc<[u8]>,
    announced: Announced,
    /// Where the set ends: as it says, or with the stream.
    end: usize,
    /// How many entries of the table are there.
    count: usize,
    /// Where values start, in order, without repetition.
    starts: Vec<usize>,
    /// Whether all of the set was found where it should be.
    whole: bool,
}

impl PropertySet {
    /// Reads the set that the stream announces.
    pub(super) fn parse(
        source: &Arc<[u8]>,
        announced: Announced,
        reading: &mut Reading,
    ) -> Result<Self> {
        let mut set = Self {
            format_id: announced.format_id,
            code_page: announced.code_page,
            properties: Vec::new(),
            dictionary: None,
            source: Some(Arc::clone(source)),
            stored: 0..0,
            changed: false,
        };
        let Some(mut section) = Section::parse_table(source, announced, reading)? else {
            return Ok(set);
        };
        set.code_page = section.parse_code_page(reading)?;
        match section.parse_properties(&mut set, reading) {
            // What was read before memory ran out is kept.
            Err(error) if error.kind() == ErrorKind::LimitReached => {
                section.whole = false;
                reading.forgive(
                    Rule::PropertyBounds,
                    announced.offset,
                    format_args!("values that claim more memory than the stream justifies"),
                )?;
            }
            result => result?,
        }
        if section.whole {
            set.stored = range_u32(announced.offset..section.end);
        }
        Ok(set)
    }

    /// The packet, a multiple of four bytes long. What was not touched is as it was stored; in a
    /// set that has to be put together anew, values damaged beyond reading are left out, and
    /// those that a later one of the same id overrides.
    pub(super) fn emit(&self) -> Vec<u8> {
        let mut emitter = Emitter::new(self.code_page);
        if !self.changed
            && let Some(stored) = self.source_bytes(&self.stored)
        {
            emitter.put(stored);
            emitter.align_from(0);
            return emitter.into_bytes();
        }
        if !self.states_code_page() {
            let mut stating = self.clone();
            stating.touch();
            return stating.emit();
        }
        let is_written = self.written();
        let count = is_written.iter().filter(|written| **written).count()
            + usize::from(self.dictionary.is_some());
        emitter.put_u32(0);
        emitter.put_len(count);
        let mut table_offset = emitter.len();
        for _ in 0..count {
            emitter.put(&[0; TABLE_ENTRY_LEN]);
        }
        let mut list = |emitter: &mut Emitter, id: u32| {
            emitter.patch_u32(table_offset, id);
            emitter.patch_len(table_offset + 4, emitter.len());
            table_offset += TABLE_ENTRY_LEN;
        };
        for index in 0..=self.properties.len() {
            if let Some(dictionary) = self.dictionary_at(index) {
                list(&mut emitter, well_known::DICTIONARY);
                match self.source_bytes(&dictionary.stored) {
                    Some(stored) => emitter.put(stored),
                    None => dictionary.names.emit(&mut emitter),
                }
                emitter.align_from(0);
            }
            if let Some(property) = self.properties.get(index)
                && is_written.get(index) == Some(&true)
            {
                list(&mut emitter, property.id);
                self.emit_property(&mut emitter, property);
                emitter.align_from(0);
            }
        }
        emitter.patch_len(0, emitter.len());
        emitter.into_bytes()
    }

    /// Which of the properties are written.
    fn written(&self) -> Vec<bool> {
        let mut seen = BTreeSet::new();
        let mut written: Vec<bool> = self
            .properties
            .iter()
            .rev()
            .map(|property| seen.insert(property.id) && property.value.is_whole())
            .collect();
        written.reverse();
        written
    }

    fn emit_property(&self, emitter: &mut Emitter, property: &Property) {
        match self.stored_bytes(property) {
            Some(stored) => emitter.put(stored),
            None => {
                emitter.packing = self.expected_packing(property.id);
                emit_value(emitter, &property.value);
            }
        }
    }

    /// How the strings of a vector are packed: as Office does it in its two, which are of bytes
    /// ([MS-OSHARED] 2.3.3.2.2.1; 2.3.3.1.5 knows no others), as [MS-OLEPS] says everywhere else.
    fn expected_packing(&self, id: u32) -> Packing {
        let is_office = self.format_id == DOC_SUMMARY_INFORMATION
            && matches!(id, well_known::HEADING_PAIRS | well_known::DOCUMENT_PARTS);
        if is_office && !self.code_page.is_utf_16() { Packing::Unaligned } else { Packing::Aligned }
    }

    /// The dictionary, if it stands before the property of this index.
    fn dictionary_at(&self, index: usize) -> Option<&PlacedDictionary> {
        let last = self.properties.len();
        self.dictionary.as_ref().filter(|dictionary| dictionary.index.min(last) == index)
    }
}

impl<'a> Section<'a> {
    /// Reads the table; `None` when there is not even a header.
    fn parse_table(
        source: &'a Arc<[u8]>,
        announced: Announced,
        reading: &mut Reading,
    ) -> Result<Option<Self>> {
        let offset = announced.offset;
        let mut cursor = Cursor::new(source, offset, source.len());
        let (Some(len), Some(claimed)) = (cursor.len(), cursor.len()) else {
            reading.forgive(
                Rule::PropertySetBounds,
                offset,
                format_args!("a property set that starts past the end of its stream"),
            )?;
            return Ok(None);
        };
        let mut whole = true;
        let present = source.len() - offset;
        if len > present || len < HEADER_LEN {
            reading.forgive(
                Rule::PropertySetBounds,
                offset,
                format_args!("a length of {len}, and {present} bytes"),
            )?;
            whole = false;
        }
        let end = if len < HEADER_LEN { source.len() } else { offset + len.min(present) };
        let count = claimed.min(cursor.remaining() / TABLE_ENTRY_LEN);
        if count != claimed {
            reading.forgive(
                Rule::PropertySetBounds,
                offset + 4,
                format_args!("a count of {claimed}, and room for {count} properties"),
            )?;
            whole = false;
        }
        let mut section = Self { source, announced, end, count, starts: Vec::new(), whole };
        section.starts = (0..count).filter_map(|index| section.start(index)).collect();
        section.check_order(reading)?;
        section.starts.sort_unstable();
        section.starts.dedup();
        Ok(Some(section))
    }

    fn check_order(&self, reading: &mut Reading) -> Result<()> {
        if self.starts.is_sorted() {
            return Ok(());
        }
        let table = self.announced.offset + HEADER_LEN;
        reading.forgive(Rule::PropertyOrder, table, format_args!("offsets that do not ascend"))
    }

    /// The id and the offset that an entry of the table holds, and where the entry is.
    fn entry(&self, index: usize) -> Option<(u32, usize, usize)> {
        let offset = self.announced.offset + HEADER_LEN + index.checked_mul(TABLE_ENTRY_LEN)?;
        let mut cursor = Cursor::new(self.source, offset, self.source.len());
        Some((cursor.u32()?, cursor.len()?, offset))
    }

    /// Where the value of an entry starts, if that is behind the table and within the stream.
    fn start(&self, index: usize) -> Option<usize> {
        let (_, value_offset, _) = self.entry(index)?;
        let table_end = self.count.checked_mul(TABLE_ENTRY_LEN)?.checked_add(HEADER_LEN)?;
        let start = self.announced.offset.checked_add(value_offset)?;
        (value_offset >= table_end && start < self.source.len()).then_some(start)
    }

    /// Where the value at `start` should end.
    fn soft_end(&self, start: usize) -> usize {
        let next = self.starts.partition_point(|other| *other <= start);
        let end = if start < self.end { self.end } else { self.source.len() };
        self.starts.get(next).map_or(end, |next| (*next).min(end.max(start)))
    }

    /// The code page that the set states, or the one to assume.
    fn parse_code_page(&self, reading: &mut Reading) -> Result<CodePage> {
        let assumed = self.announced.code_page;
        let index = (0..self.count)
            .rev()
            .find(|index| self.entry(*index).is_some_and(|(id, ..)| id == well_known::CODE_PAGE));
        let Some(index) = index else {
            reading.forgive(
                Rule::PropertyCodePage,
                self.announced.offset,
                format_args!("no code page; {assumed} is assumed"),
            )?;
            return Ok(assumed);
        };
        let Some(start) = self.start(index) else { return Ok(assumed) };
        let context = ValueContext { code_page: assumed, packing: Packing::Aligned, depth: 0 };
        let mut cursor = Cursor::new(self.source, start, self.soft_end(start));
        // Its faults are told when it is read as the property that it is.
        let value = parse_value(&mut cursor, &mut reading.attempt(), context);
        let number = value.ok().and_then(|value| code_page_number(&value));
        let Some(number) = number.filter(|number| *number != 0) else {
            reading.forgive(
                Rule::PropertyCodePage,
                start,
                format_args!("no valid code page; {assumed} is assumed"),
            )?;
            return Ok(assumed);
        };
        let code_page = CodePage(number);
        if !code_page.is_known() {
            reading.forgive(
                Rule::PropertyCodePage,
                start,
                format_args!("code page {number}, of which there is no table here; read as 1252"),
            )?;
        }
        Ok(code_page)
    }

    fn parse_properties(&mut self, set: &mut PropertySet, reading: &mut Reading) -> Result<()> {
        let mut is_read = vec![false; self.starts.len()];
        for index in 0..self.count {
            let Some((id, value_offset, entry_offset)) = self.entry(index) else { break };
            let Some(start) = self.start(index) else {
                reading.forgive(
                    Rule::PropertyBounds,
                    entry_offset,
                    format_args!("property {id:#X} at {value_offset}, outside its set"),
                )?;
                self.whole = false;
                continue;
            };
            // Office packs the values behind its packed vectors too.
            if value_offset % 4 != 0 && self.announced.format_id != DOC_SUMMARY_INFORMATION {
                reading.forgive(
                    Rule::PropertyAlignment,
                    entry_offset,
                    format_args!("property {id:#X} at {value_offset}"),
                )?;
            }
            let soft_end = self.soft_end(start);
            let mut cursor = Cursor::new(self.source, start, soft_end);
            // Bytes that properties share are kept for one of them: written once for each, a
            // million of them would make a file of a million times that length.
            let nth = self.starts.partition_point(|other| *other < start);
            let is_first = is_read.get_mut(nth).is_some_and(|read| !core::mem::replace(read, true));
            let fault_count = reading.fault_count();
            if id == well_known::DICTIONARY {
                let names = Dictionary::parse(&mut cursor, reading, set.code_page)?;
                let index = set.properties.len();
                set.dictionary = Some(PlacedDictionary { names, index, stored: 0..0 });
            } else {
                let value = self.parse_property(&mut cursor, reading, set, id)?;
                set.properties.push(Property::new(id, value));
            }
            // The bytes of a damaged value would mean something else between other neighbours.
            let is_sound = reading.fault_count() == fault_count && !cursor.overran();
            if is_first && is_sound {
                let stored = range_u32(start..soft_end);
                match (&mut set.dictionary, set.properties.last_mut()) {
                    (Some(dictionary), _) if id == well_known::DICTIONARY => {
                        dictionary.stored = stored;
                    }
                    (_, Some(property)) => property.stored = stored,
                    _ => {}
                }
            }
            if cursor.overran() || start >= self.end {
                reading.forgive(
                    Rule::PropertyBounds,
                    start,
                    format_args!("property {id:#X} reaches past its place"),
                )?;
                self.whole &= start < self.end && !cursor.overran();
            }
        }
        set.properties.shrink_to_fit();
        self.check_ids(set, reading)
    }

    fn parse_property(
        &self,
        cursor: &mut Cursor<'_>,
        reading: &mut Reading,
        set: &PropertySet,
        id: u32,
    ) -> Result<PropertyValue> {
        let start = cursor.offset();
        reading.charge(size_of::<Property>())?;
        let packing = set.expected_packing(id);
        let context = ValueContext { code_page: set.code_page, packing, depth: 0 };
        let value = parse_value(cursor, reading, context)?;
        let needs_version_1 = value.needs_version_1() || id == well_known::BEHAVIOR;
        if needs_version_1 && self.announced.version == 0 {
            reading.forgive_content(
                Rule::PropertyVersion,
                start,
                format_args!("property {id:#X} of type {} in version 0", value.value_type()),
            )?;
        }
        Ok(value)
    }

    fn check_ids(&self, set: &PropertySet, reading: &mut Reading) -> Result<()> {
        let mut ids: Vec<u32> = set.properties.iter().map(|property| property.id).collect();
        ids.sort_unstable();
        let repeated = ids.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        });
        let Some(id) = repeated else { return Ok(()) };
        reading.forgive(
            Rule::PropertyDuplicate,
            self.announced.offset,
            format_args!("property {id:#X} more than once; the last counts"),
        )
    }
}

/// The number of a code page, which most write as a 16-bit number with a sign.
fn code_page_number(value: &PropertyValue) -> Option<u16> {
    match value {
        PropertyValue::I2(value) => Some(value.cast_unsigned()),
        value => value.as_integer()?.try_into().ok(),
    }
}

/// Offsets into a stream fit 32 bits: no longer one is read.
fn range_u32(range: Range<usize>) -> Range<u32> {
    match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) => start..end,
        _ => 0..0,
    }
}
