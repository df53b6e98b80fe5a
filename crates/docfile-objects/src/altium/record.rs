//! Records of text: `|KEY=value|KEY=value`, ended by a null, behind a length of 24 bits and a byte
//! that says whether it is text.
//!
//! Invariant: a value is found by its key without regard to case; a value that is given in UTF-8
//! too is taken from there, all others are Western European.

use docfile_compound::property::CodePage;

use crate::field_cursor::FieldCursor;
use crate::text::of_code_page;

/// The longest value that is told, in bytes.
const VALUE_LEN_MAX: usize = 4096;

/// The records of a stream.
#[derive(Debug)]
pub(super) struct Records<'a> {
    cursor: FieldCursor<'a>,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    bytes: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) const fn new(stored: &'a [u8]) -> Self {
        Self { cursor: FieldCursor::new(stored) }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    /// The next record. One that is no text comes too, without values, since places count it.
    fn next(&mut self) -> Option<Record<'a>> {
        let head = self.cursor.u32()?;
        let len = usize::try_from(head & 0xFF_FFFF).ok()?;
        let bytes = self.cursor.take(len)?;
        Some(Record { bytes: if head >> 24 == 0 { bytes } else { &[] } })
    }
}

impl<'a> Record<'a> {
    fn value(&self, key: &[u8]) -> Option<&'a [u8]> {
        self.bytes.split(|byte| *byte == b'|').find_map(|pair| {
            let (found, value) = pair.split_at_checked(key.len())?;
            let value = value.strip_prefix(b"=")?;
            found.eq_ignore_ascii_case(key).then_some(value)
        })
    }

    /// The text of a value that is not empty.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let in_utf_8 = self.value(format!("%UTF8%{key}").as_bytes());
        let (value, code_page) = match in_utf_8 {
            Some(value) => (value, CodePage::UTF_8),
            None => (self.value(key.as_bytes())?, CodePage::WINDOWS_1252),
        };
        let value = value.get(..VALUE_LEN_MAX).unwrap_or(value);
        Some(of_code_page(value, code_page)).filter(|text| !text.is_empty())
    }

    /// The number of a value.
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        self.text(key)?.trim().parse().ok()
    }
}

/// A text behind its length in one byte.
pub(super) fn short_text(bytes: &[u8]) -> Option<String> {
    let (len, rest) = bytes.split_first()?;
    let text = of_code_page(rest.get(..usize::from(*len))?, CodePage::WINDOWS_1252);
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A stream of records of text.
    pub(crate) fn stored(records: &[&str]) -> Vec<u8> {
        let mut stored = Vec::new();
        for record in records {
            stored.extend(u32::try_from(record.len() + 1).unwrap().to_le_bytes());
            stored.extend(record.as_bytes());
            stored.push(0);
        }
        stored
    }

    #[test]
    fn values_are_found_by_their_keys() {
        let bytes = stored(&["|RECORD=1|Name=a=b|%UTF8%TEXT=\u{3A9}|TEXT=?|LAST=z"]);
        let record = Records::new(&bytes).next().unwrap();
        assert_eq!(record.number("record"), Some(1));
        assert_eq!(record.text("NAME").as_deref(), Some("a=b"));
        assert_eq!(record.text("TEXT").as_deref(), Some("\u{3A9}"));
        assert_eq!(record.text("LAST").as_deref(), Some("z"));
        assert_eq!(record.text("AME"), None);
    }

    #[test]
    fn a_stream_that_is_cut_short_keeps_its_whole_records() {
        let mut bytes = stored(&["|A=1", "|B=2"]);
        bytes[9] = 0xFF;
        assert_eq!(Records::new(&bytes).count(), 1);
        assert_eq!(Records::new(&[1, 0, 0, 1, 9, 0]).count(), 1);
    }
}
