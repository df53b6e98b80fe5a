//! A property set stream: a header and one property set, or the two that share the stream of the
//! document summary ([MS-OLEPS] 2.21).
//!
//! The invariant of writing: a stream that was read and not changed is written as it was, byte
//! for byte; in a changed one, every set and every property that was not touched keeps its bytes.

use std::sync::Arc;

use super::code_page::CodePage;
use super::cursor::Cursor;
use super::emitter::Emitter;
use super::format_id::{DOC_SUMMARY_INFORMATION, USER_DEFINED_PROPERTIES};
use super::reading::{Finding, Reading};
use super::section::Announced;
use super::set::PropertySet;
use crate::error::{Error, ErrorKind, Result};
use crate::guid::Guid;
use crate::limits::{Limits, Validation};
use crate::rule::Rule;

/// The longest stream that [`PropertySetStream::emit`] makes, in bytes: what Windows reads
/// ([MS-OLEPS] 2.21, note 4). One that was longer when it was read may be as long again.
pub const MAX_WRITTEN_LEN: usize = 2 << 20;

const BYTE_ORDER: u16 = 0xFFFE;
/// What Windows Vista and later write; nobody may depend on it ([MS-OLEPS] 2.21, note 6).
const SYSTEM_ID: u32 = 0x0002_0006;
const SYSTEM_MAC: u32 = 1;
const HEADER_LEN: usize = 28;
const ANNOUNCEMENT_LEN: usize = 20;
const MAX_SETS: usize = 2;

/// The contents of a property set stream.
#[derive(Debug, Clone)]
pub struct PropertySetStream {
    version: u16,
    system_id: u32,
    class_id: Guid,
    sets: Vec<PropertySet>,
    source: Option<Arc<[u8]>>,
    changed: bool,
}

/// Reads the bytes of a property set stream.
///
/// What is broken is forgiven and told, in the order met; a property that lies nowhere is left
/// out, and a value that cannot be read is kept as its bytes. An empty stream, which some
/// programs leave, is one without sets. Findings past the 256th are not listed.
///
/// # Errors
///
/// [`ErrorKind::Corrupt`] when the bytes do not begin as a property set stream does, and at the
/// first broken rule when reading strictly; [`ErrorKind::LimitReached`] when there are more bytes
/// than [`Limits::property_set_len`].
pub fn parse(
    bytes: &[u8],
    validation: Validation,
    limits: &Limits,
) -> Result<(PropertySetStream, Vec<Finding>)> {
    if bytes.len() > limits.property_set_len || u32::try_from(bytes.len()).is_err() {
        return Err(Error::new(
            ErrorKind::LimitReached,
            "a property set stream longer than the limit",
        ));
    }
    let mut reading = Reading::new(validation, bytes.len());
    let stream = PropertySetStream::parse(&Arc::from(bytes), &mut reading)?;
    Ok((stream, reading.into_findings()))
}

impl PropertySetStream {
    /// A new stream for the set of this format, with nothing in it. Its strings are UTF-8, which
    /// every reader of today understands; [`PropertySet::set_code_page`] changes that. The user's
    /// properties come with the document summary that they share a stream with.
    #[must_use]
    pub fn new(format_id: Guid) -> Self {
        let format_ids: &[Guid] = if format_id == USER_DEFINED_PROPERTIES {
            &[DOC_SUMMARY_INFORMATION, USER_DEFINED_PROPERTIES]
        } else {
            &[format_id]
        };
        let sets = format_ids.iter().map(|id| PropertySet::new(*id, CodePage::UTF_8)).collect();
        Self {
            version: 0,
            system_id: SYSTEM_ID,
            class_id: Guid::NULL,
            sets,
            source: None,
            changed: true,
        }
    }

    /// The version of the format: 0, or 1 when a set needs it.
    #[must_use]
    pub fn version(&self) -> u16 {
        let needed = u16::from(self.sets.iter().any(PropertySet::needs_version_1));
        if self.is_changed() { self.version.min(1).max(needed) } else { self.version }
    }

    /// What wrote the stream: high half the kind of system (1 Macintosh, 2 Windows), low half its
    /// version. Nothing depends on it but the code page that is assumed where none is stated.
    #[must_use]
    pub fn system_id(&self) -> u32 {
        self.system_id
    }

    /// The class id associated with the sets, mostly null.
    #[must_use]
    pub fn class_id(&self) -> Guid {
        self.class_id
    }

    /// Associates a class id with the sets.
    pub fn set_class_id(&mut self, class_id: Guid) {
        self.changed |= self.class_id != class_id;
        self.class_id = class_id;
    }

    /// The sets, in the order of the file; one or two, none in an empty stream.
    #[must_use]
    pub fn sets(&self) -> &[PropertySet] {
        &self.sets
    }

    /// The set of this format.
    #[must_use]
    pub fn set(&self, format_id: Guid) -> Option<&PropertySet> {
        self.sets.iter().find(|set| set.format_id == format_id)
    }

    /// The set of this format, to be changed.
    #[must_use]
    pub fn set_mut(&mut self, format_id: Guid) -> Option<&mut PropertySet> {
        self.sets.iter_mut().find(|set| set.format_id == format_id)
    }

    /// The set of this format, to be changed; an empty one when there was none. Only the user's
    /// properties can join another set, the document summary; any set can be the first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when the stream cannot hold a set of this format.
    pub fn set_or_insert(&mut self, format_id: Guid) -> Result<&mut PropertySet> {
        if self.set(format_id).is_none() {
            let format_ids: Vec<Guid> = self.sets.iter().map(PropertySet::format_id).collect();
            match (format_id, format_ids.as_slice()) {
                (USER_DEFINED_PROPERTIES, [DOC_SUMMARY_INFORMATION]) => {
                    self.sets.push(PropertySet::new(format_id, CodePage::UTF_8));
                }
                (_, []) => self.sets = Self::new(format_id).sets,
                _ => return Err(no_place()),
            }
            self.changed = true;
        }
        self.set_mut(format_id).ok_or_else(no_place)
    }

    /// Removes the user's properties; tells whether there were any. Any other set is removed with
    /// its stream.
    pub fn remove_user_defined(&mut self) -> bool {
        let len = self.sets.len();
        if len > 1 {
            self.sets.retain(|set| set.format_id != USER_DEFINED_PROPERTIES);
        }
        self.changed |= self.sets.len() != len;
        self.sets.len() != len
    }

    /// Whether anything was changed since the stream was read.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed || self.sets.iter().any(|set| set.changed)
    }

    /// The bytes of the stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] above [`MAX_WRITTEN_LEN`], [`ErrorKind::InvalidParameter`] when
    /// there is no set to be written.
    pub fn emit(&self) -> Result<Vec<u8>> {
        if !self.is_changed()
            && let Some(source) = &self.source
        {
            return Ok(source.to_vec());
        }
        if self.sets.is_empty() {
            let text = "a property set stream holds at least one set";
            return Err(Error::new(ErrorKind::InvalidParameter, text));
        }
        let mut emitter = Emitter::new(CodePage::UTF_8);
        emitter.put_u16(BYTE_ORDER);
        emitter.put_u16(self.version());
        emitter.put_u32(self.system_id);
        emitter.put(&self.class_id.to_bytes());
        emitter.put_len(self.sets.len());
        let sections: Vec<Vec<u8>> = self.sets.iter().map(PropertySet::emit).collect();
        let mut offset = HEADER_LEN + ANNOUNCEMENT_LEN * self.sets.len();
        for (set, section) in self.sets.iter().zip(&sections) {
            emitter.put(&set.format_id.to_bytes());
            emitter.put_len(offset);
            offset = offset.saturating_add(section.len());
        }
        let longest = self.source.as_ref().map_or(0, |source| source.len()).max(MAX_WRITTEN_LEN);
        if offset > longest {
            let text = "a property set stream longer than Windows reads (2 MiB)";
            return Err(Error::new(ErrorKind::TooLarge, text));
        }
        sections.iter().for_each(|section| emitter.put(section));
        Ok(emitter.into_bytes())
    }

    fn parse(source: &Arc<[u8]>, reading: &mut Reading) -> Result<Self> {
        if source.is_empty() {
            reading.forgive(Rule::PropertySetHeader, 0, format_args!("an empty stream"))?;
            return Ok(Self { changed: false, ..Self::without_sets(source) });
        }
        let no_header = || Error::corrupt(Rule::PropertySetHeader, 0);
        let mut cursor = Cursor::new(source, 0, source.len());
        let byte_order = cursor.u16().ok_or_else(no_header)?;
        let mut stream = Self::without_sets(source);
        stream.version = cursor.u16().ok_or_else(no_header)?;
        stream.system_id = cursor.u32().ok_or_else(no_header)?;
        stream.class_id = cursor.array().map(Guid::from_bytes).ok_or_else(no_header)?;
        let count = cursor.len().ok_or_else(no_header)?;
        if byte_order != BYTE_ORDER {
            // Other data stands in streams with names of property sets; the rest of the header
            // tells a damaged mark from that.
            if stream.version > 1 || !(1..=MAX_SETS).contains(&count) {
                return Err(no_header());
            }
            reading.forgive(
                Rule::PropertySetHeader,
                0,
                format_args!("{byte_order:#06X} for a byte order mark"),
            )?;
        }
        if stream.version > 1 {
            reading.forgive(
                Rule::PropertySetHeader,
                2,
                format_args!("version {}, read as 1", stream.version),
            )?;
        }
        if !(1..=MAX_SETS).contains(&count) {
            reading.forgive(
                Rule::PropertySetHeader,
                HEADER_LEN - 4,
                format_args!("a count of {count} property sets"),
            )?;
        }
        let announced = stream.parse_announcements(&mut cursor, reading, count.min(MAX_SETS))?;
        for announced in announced {
            let before = stream.sets.last().map_or(announced.code_page, PropertySet::code_page);
            let announced = Announced { code_page: before, ..announced };
            stream.sets.push(PropertySet::parse(source, announced, reading)?);
        }
        Ok(stream)
    }

    fn without_sets(source: &Arc<[u8]>) -> Self {
        Self {
            version: 0,
            system_id: SYSTEM_ID,
            class_id: Guid::NULL,
            sets: Vec::new(),
            source: Some(Arc::clone(source)),
            changed: false,
        }
    }

    /// Reads which sets there are and where.
    fn parse_announcements(
        &self,
        cursor: &mut Cursor<'_>,
        reading: &mut Reading,
        count: usize,
    ) -> Result<Vec<Announced>> {
        let is_mac = self.system_id >> 16 == SYSTEM_MAC;
        let code_page = if is_mac { CodePage::MAC_ROMAN } else { CodePage::WINDOWS_1252 };
        let mut announced = Vec::with_capacity(count);
        for _ in 0..count {
            let place = cursor.offset();
            let (Some(id), Some(offset)) = (cursor.array(), cursor.len()) else {
                reading.forgive(
                    Rule::PropertySetHeader,
                    place,
                    format_args!("a header cut short"),
                )?;
                break;
            };
            let format_id = Guid::from_bytes(id);
            announced.push(Announced { format_id, offset, code_page, version: self.version });
        }
        let format_ids: Vec<Guid> = announced.iter().map(|set| set.format_id).collect();
        if announced.len() == MAX_SETS
            && format_ids != [DOC_SUMMARY_INFORMATION, USER_DEFINED_PROPERTIES]
        {
            reading.forgive(
                Rule::PropertySetHeader,
                HEADER_LEN,
                format_args!("two property sets that do not share a stream"),
            )?;
        }
        Ok(announced)
    }
}

fn no_place() -> Error {
    Error::new(ErrorKind::InvalidParameter, "a stream of other property sets cannot hold this one")
}

impl PartialEq for PropertySetStream {
    /// Two streams are equal when what they say is, whatever bytes they were read from.
    fn eq(&self, other: &Self) -> bool {
        self.version() == other.version()
            && self.system_id == other.system_id
            && self.class_id == other.class_id
            && self.sets == other.sets
    }
}
