//! The properties of one object: the stream `properties` of its storage.
//!
//! Invariant: the values lie one behind the other in the order of the table in front of them, so a
//! length that runs past the end ends the list. Text is UTF-16LE; the byte order that the stream
//! states is little-endian in every file that is a compound file.

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::text::utf_16;

/// How much of an object's properties is read, in bytes.
const PROPERTIES_MAX: usize = 64 << 10;

/// How values are stored.
const DATA: u16 = 0x82;
const DATA_STREAM: u16 = 0x42;
const STRONG_REFERENCE: u16 = 0x22;
const STRONG_VECTOR: u16 = 0x32;
const STRONG_SET: u16 = 0x3A;

/// The properties of one object.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AafObject {
    properties: Vec<(u16, u16, Vec<u8>)>,
}

impl AafObject {
    /// Reads the object whose storage is at that path; one that is not there has no properties.
    pub(super) fn read(gathering: &mut Gathering<'_>, path: &[&str]) -> Self {
        let stored = gathering.prefix(&[path, &["properties"]].concat(), PROPERTIES_MAX);
        Self::parse(&stored.unwrap_or_default())
    }

    fn parse(stored: &[u8]) -> Self {
        let mut table = FieldCursor::at(stored, 2);
        let Some(count) = table.u16().map(usize::from) else { return Self::default() };
        let mut values = FieldCursor::at(stored, 4 + count * 6);
        let mut properties = Vec::new();
        for _ in 0..count {
            let (Some(id), Some(form), Some(len)) = (table.u16(), table.u16(), table.u16()) else {
                break;
            };
            let Some(value) = values.take(usize::from(len)) else { break };
            properties.push((id, form, value.to_vec()));
        }
        Self { properties }
    }

    fn value(&self, id: u16, forms: &[u16]) -> Option<&[u8]> {
        let found =
            self.properties.iter().find(|(known, form, _)| *known == id && forms.contains(form))?;
        Some(&found.2)
    }

    /// The name of the object, vector or set that is referred to.
    pub(super) fn reference(&self, id: u16) -> Option<String> {
        let name = utf_16(self.value(id, &[STRONG_REFERENCE, STRONG_VECTOR, STRONG_SET])?);
        Some(name).filter(|name| !name.is_empty())
    }

    /// The name of the stream that holds the value; a byte order stands in front.
    pub(super) fn stream(&self, id: u16) -> Option<String> {
        Some(utf_16(self.value(id, &[DATA_STREAM])?.get(1..)?))
    }

    /// A text that is not empty.
    pub(super) fn text(&self, id: u16) -> Option<String> {
        Some(utf_16(self.value(id, &[DATA])?)).filter(|text| !text.is_empty())
    }

    /// A major and a minor number.
    pub(super) fn version(&self, id: u16) -> Option<String> {
        let [major, minor] = *self.value(id, &[DATA])? else { return None };
        Some(format!("{major}.{minor}"))
    }

    /// A moment: year, month, day, hour, minute, second, and fractions that are left out.
    pub(super) fn timestamp(&self, id: u16) -> Option<String> {
        let mut cursor = FieldCursor::new(self.value(id, &[DATA])?);
        let year = cursor.u16()?;
        let [month, day, hour, minute, second] = cursor.array::<5>()?;
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
        (is_date && hour < 24 && minute < 60 && second < 61)
            .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(properties: &[(u16, u16, &[u8])]) -> Vec<u8> {
        let mut stored = vec![0x4C, 0x20];
        stored.extend(u16::try_from(properties.len()).unwrap().to_le_bytes());
        for (id, form, value) in properties {
            for number in [*id, *form, u16::try_from(value.len()).unwrap()] {
                stored.extend(number.to_le_bytes());
            }
        }
        properties.iter().for_each(|(.., value)| stored.extend(*value));
        stored
    }

    #[test]
    fn values_lie_in_the_order_of_the_table() {
        let bytes = stored(&[
            (0x4402, DATA, b"a\0b\0\0\0"),
            (0x1901, STRONG_SET, b"M\0\0\0"),
            (0x3B02, DATA, &[0xE2, 7, 7, 23, 2, 8, 7, 0]),
            (0x3B05, DATA, &[1, 1]),
            (0x2702, DATA_STREAM, b"\x55D\0\0\0"),
        ]);
        let object = AafObject::parse(&bytes);
        assert_eq!(object.text(0x4402).as_deref(), Some("ab"));
        assert_eq!(object.reference(0x1901).as_deref(), Some("M"));
        assert_eq!(object.text(0x1901), None);
        assert_eq!(object.timestamp(0x3B02).as_deref(), Some("2018-07-23T02:08:07Z"));
        assert_eq!(object.version(0x3B05).as_deref(), Some("1.1"));
        assert_eq!(object.stream(0x2702).as_deref(), Some("D"));
        for len in 0..bytes.len() {
            assert!(AafObject::parse(&bytes[..len]).properties.len() < 5);
        }
    }
}
