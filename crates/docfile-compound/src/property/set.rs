//! One property set: properties by id, their names, and what governs both.
//!
//! The invariant: `stored` of a property names bytes of `source` only while value and bytes say
//! the same, so that a set can be written with every property that was not touched as it was.
//! Reading and writing the packet is in `section`, changing a set in `edit`.

use core::ops::Range;
use std::sync::Arc;

use super::code_page::CodePage;
use super::dictionary::Dictionary;
use super::value::PropertyValue;
use super::well_known;
use crate::guid::Guid;

/// A property: an id and a value.
#[derive(Debug, Clone)]
pub struct Property {
    pub(super) id: u32,
    pub(super) value: PropertyValue,
    /// Where in the source its bytes are; empty when they no longer say what the value says.
    pub(super) stored: Range<u32>,
}

impl Property {
    /// A property that no file holds yet.
    pub(super) fn new(id: u32, value: PropertyValue) -> Self {
        Self { id, value, stored: 0..0 }
    }

    /// The id, by which the set knows it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &PropertyValue {
        &self.value
    }
}

impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.value == other.value
    }
}

/// A set of properties. Two sets are equal when their format, code page, properties and names
/// are, whatever bytes they were read from.
#[derive(Debug, Clone)]
pub struct PropertySet {
    pub(super) format_id: Guid,
    /// What the strings of the set are in: what it says, or what is assumed where it says nothing.
    pub(super) code_page: CodePage,
    pub(super) properties: Vec<Property>,
    pub(super) dictionary: Option<PlacedDictionary>,
    pub(super) source: Option<Arc<[u8]>>,
    /// The whole packet in the source, while nothing was changed and all of it was understood.
    pub(super) stored: Range<u32>,
    pub(super) changed: bool,
}

/// The dictionary, and where it stands among the properties.
#[derive(Debug, Clone)]
pub(super) struct PlacedDictionary {
    pub(super) names: Dictionary,
    /// The index of the property that it precedes.
    pub(super) index: usize,
    pub(super) stored: Range<u32>,
}

impl PropertySet {
    /// An empty set.
    #[must_use]
    pub fn new(format_id: Guid, code_page: CodePage) -> Self {
        let code_page_value = PropertyValue::I2(code_page.0.cast_signed());
        Self {
            format_id,
            code_page,
            properties: vec![Property::new(well_known::CODE_PAGE, code_page_value)],
            dictionary: None,
            source: None,
            stored: 0..0,
            changed: true,
        }
    }

    /// Which set of properties it is; see [`format_id`](super::format_id).
    #[must_use]
    pub fn format_id(&self) -> Guid {
        self.format_id
    }

    /// The properties in the order of the file, those with reserved ids among them. The
    /// dictionary is not one of them.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The value of a property. Where a damaged file has several of one id, the last counts.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&PropertyValue> {
        self.properties.iter().rev().find(|property| property.id == id).map(|p| &p.value)
    }

    /// The value of the property that the dictionary gives this name.
    #[must_use]
    pub fn get_named(&self, name: &str) -> Option<&PropertyValue> {
        self.get(self.id_of(name)?)
    }

    /// The id that the dictionary gives this name.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<u32> {
        self.dictionary()?.id(name, self.is_case_sensitive())
    }

    /// The name of a property: that of the dictionary, or else the agreed one of a well-known set.
    #[must_use]
    pub fn name_of(&self, id: u32) -> Option<&str> {
        self.dictionary()
            .and_then(|names| names.name(id))
            .or_else(|| well_known::property_name(self.format_id, id))
    }

    /// The names of properties that the set itself holds.
    #[must_use]
    pub fn dictionary(&self) -> Option<&Dictionary> {
        self.dictionary.as_ref().map(|dictionary| &dictionary.names)
    }

    /// The code page of the set's strings. Where the set does not say, it is that of the set in
    /// front of it, or else Mac Roman in a set written on a Mac and 1252 in any other.
    #[must_use]
    pub fn code_page(&self) -> CodePage {
        self.code_page
    }

    /// The language that the set was written in, as a Windows locale id.
    #[must_use]
    pub fn locale(&self) -> Option<u32> {
        self.get(well_known::LOCALE)?.as_integer()?.try_into().ok()
    }

    /// Whether case counts in the names of properties ([MS-OLEPS] 2.18.4).
    #[must_use]
    pub fn is_case_sensitive(&self) -> bool {
        self.get(well_known::BEHAVIOR).and_then(PropertyValue::as_integer) == Some(1)
    }

    /// The bytes that the file holds for a property of this set, from its type on; `None` once
    /// the property was changed. They tell what text of a code page unknown here was made of.
    #[must_use]
    pub fn stored_bytes(&self, property: &Property) -> Option<&[u8]> {
        self.source_bytes(&property.stored)
    }

    /// The bytes of the source in `range`; `None` when it is empty.
    pub(super) fn source_bytes(&self, range: &Range<u32>) -> Option<&[u8]> {
        let start = usize::try_from(range.start).ok()?;
        let end = usize::try_from(range.end).ok()?;
        self.source.as_ref()?.get(start..end).filter(|bytes| !bytes.is_empty())
    }

    /// Whether the set holds what only version 1 may hold ([MS-OLEPS] 2.21).
    pub(super) fn needs_version_1(&self) -> bool {
        self.get(well_known::BEHAVIOR).is_some()
            || self.properties.iter().any(|property| property.value.needs_version_1())
    }
}

impl PartialEq for PropertySet {
    fn eq(&self, other: &Self) -> bool {
        self.format_id == other.format_id
            && self.code_page == other.code_page
            && self.properties == other.properties
            && self.dictionary() == other.dictionary()
    }
}
