//! Strings as property values hold them: CodePageString ([MS-OLEPS] 2.5) and UnicodeString (2.7).
//!
//! A string ends at its first null, whatever its stated length; only a BSTR, which knows its
//! length, may hold nulls, and loses those at its end ([MS-OLEPS] note 1). A length that the
//! bytes do not bear out is cut to what the value has room for.

use super::code_page::CodePage;
use super::cursor::Cursor;
use super::emitter::Emitter;
use super::reading::{Packing, Reading};
use crate::error::Result;
use crate::rule::Rule;

/// Where the text of a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextEnd {
    /// At the first null.
    FirstNull,
    /// Before the nulls at the end.
    TrailingNulls,
}

/// Reads a string in the code page of its set; `None` when not even its length is there.
pub(super) fn parse_code_page_string(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    code_page: CodePage,
    end: TextEnd,
) -> Result<Option<String>> {
    let offset = cursor.offset();
    let Some(len) = cursor.len() else { return Ok(None) };
    let bytes = take_claimed(cursor, reading, len)?;
    // A set that calls itself UTF-16 and holds strings of odd length was written by a program
    // that changed the number only; its strings are bytes.
    let code_page = if code_page.is_utf_16() && len % 2 == 1 {
        reading.forgive(
            Rule::PropertyString,
            offset,
            format_args!("a UTF-16 string of odd length"),
        )?;
        CodePage::WINDOWS_1252
    } else {
        code_page
    };
    let unit = if code_page.is_utf_16() { 2 } else { 1 };
    parse_characters(bytes, unit, offset, reading, code_page, end).map(Some)
}

/// Reads a string of 16-bit units; `None` when not even its length is there.
pub(super) fn parse_unicode_string(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
) -> Result<Option<String>> {
    let offset = cursor.offset();
    let Some(len) = cursor.len() else { return Ok(None) };
    let bytes = take_claimed(cursor, reading, len.saturating_mul(2))?;
    parse_characters(bytes, 2, offset, reading, CodePage::UTF_16, TextEnd::FirstNull).map(Some)
}

/// The `len` bytes that a length field claims, or as many as there can be.
pub(super) fn take_claimed<'a>(
    cursor: &mut Cursor<'a>,
    reading: &mut Reading,
    len: usize,
) -> Result<&'a [u8]> {
    if let Some(bytes) = cursor.take(len) {
        return Ok(bytes);
    }
    let present = cursor.soft_remaining();
    reading.forgive(
        Rule::PropertyBounds,
        cursor.offset(),
        format_args!("a length of {len}, and room for {present} bytes"),
    )?;
    Ok(cursor.take(present).unwrap_or_default())
}

/// Turns the bytes of a string, its terminator among them, into text.
fn parse_characters(
    bytes: &[u8],
    unit: usize,
    offset: usize,
    reading: &mut Reading,
    code_page: CodePage,
    end: TextEnd,
) -> Result<String> {
    let is_null = |unit: &[u8]| unit.iter().all(|byte| *byte == 0);
    // Half a unit is left where a length was cut.
    let bytes = bytes.get(..bytes.len() / unit * unit).unwrap_or(bytes);
    let terminated = bytes.is_empty() || bytes.chunks(unit).next_back().is_some_and(is_null);
    if !terminated {
        reading.forgive(
            Rule::PropertyString,
            offset,
            format_args!("a string without its terminator"),
        )?;
    }
    let units = match end {
        TextEnd::FirstNull => bytes.chunks(unit).position(is_null),
        TextEnd::TrailingNulls => {
            Some(bytes.chunks(unit).rposition(|unit| !is_null(unit)).map_or(0, |last| last + 1))
        }
    };
    let text = units.and_then(|units| bytes.get(..units * unit)).unwrap_or(bytes);
    // Charged for before it is made: no code page here gives more than three bytes for one.
    reading.charge(text.len())?;
    let (text, understood) = code_page.decode(text);
    reading.charge(text.len().saturating_sub(bytes.len()))?;
    if !understood && code_page.is_known() {
        reading.forgive_content(
            Rule::PropertyString,
            offset,
            format_args!("text that is not of code page {code_page}"),
        )?;
    }
    Ok(text)
}

/// The bytes of `text` with its terminator. What the code page cannot say becomes a question
/// mark; what callers set was checked, so this is text that was not understood when it was read.
fn terminated(text: &str, code_page: CodePage) -> Vec<u8> {
    // The way back from how such text is read.
    let code_page = if code_page.is_known() { code_page } else { CodePage::WINDOWS_1252 };
    let mut bytes = code_page.encode(text).unwrap_or_else(|| {
        let each = |character: char| {
            code_page.encode(character.encode_utf8(&mut [0; 4])).unwrap_or_else(|| b"?".to_vec())
        };
        text.chars().flat_map(each).collect()
    });
    bytes.resize(bytes.len() + if code_page.is_utf_16() { 2 } else { 1 }, 0);
    bytes
}

/// Writes a CodePageString, padded unless the emitter packs.
pub(super) fn emit_code_page_string(emitter: &mut Emitter, text: &str) {
    let start = emitter.len();
    let bytes = terminated(text, emitter.code_page);
    emitter.put_len(bytes.len());
    emitter.put(&bytes);
    if emitter.packing == Packing::Aligned {
        emitter.align_from(start);
    }
}

/// Writes a UnicodeString, padded.
pub(super) fn emit_unicode_string(emitter: &mut Emitter, text: &str) {
    let start = emitter.len();
    let bytes = terminated(text, CodePage::UTF_16);
    emitter.put_len(bytes.len() / 2);
    emitter.put(&bytes);
    emitter.align_from(start);
}

/// Writes the name of a dictionary entry, with its length in characters ([MS-OLEPS] 2.16).
pub(super) fn emit_dictionary_name(emitter: &mut Emitter, name: &str) {
    let start = emitter.len();
    let bytes = terminated(name, emitter.code_page);
    if emitter.code_page.is_utf_16() {
        emitter.put_len(bytes.len() / 2);
        emitter.put(&bytes);
        emitter.align_from(start);
    } else {
        emitter.put_len(bytes.len());
        emitter.put(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Validation;

    fn parse(bytes: &[u8], page: CodePage, end: TextEnd) -> (String, usize, usize) {
        let mut reading = Reading::new(Validation::Permissive, bytes.len());
        let mut cursor = Cursor::new(bytes, 0, bytes.len());
        let text = parse_code_page_string(&mut cursor, &mut reading, page, end).unwrap().unwrap();
        (text, cursor.offset(), reading.into_findings().len())
    }

    #[test]
    fn a_string_ends_at_its_first_null_and_a_bstr_before_its_last() {
        let bytes = b"\x08\0\0\0ab\0cd\0\0\0";
        let page = CodePage::WINDOWS_1252;
        assert_eq!(parse(bytes, page, TextEnd::FirstNull), ("ab".into(), 12, 0));
        assert_eq!(parse(bytes, page, TextEnd::TrailingNulls), ("ab\0cd".into(), 12, 0));
        assert_eq!(parse(b"\0\0\0\0", page, TextEnd::FirstNull), (String::new(), 4, 0));
    }

    #[test]
    fn a_length_past_the_end_is_cut_and_told() {
        let bytes = b"\xFF\xFF\xFF\x7Fabc";
        let page = CodePage::WINDOWS_1252;
        // One finding for the length, one for the missing terminator.
        assert_eq!(parse(bytes, page, TextEnd::FirstNull), ("abc".into(), 7, 2));
    }

    #[test]
    fn odd_strings_of_a_utf_16_set_are_bytes() {
        assert_eq!(
            parse(b"\x03\0\0\0ab\0", CodePage::UTF_16, TextEnd::FirstNull),
            ("ab".into(), 7, 1)
        );
        assert_eq!(
            parse(b"\x04\0\0\0\x61\x01\0\0", CodePage::UTF_16, TextEnd::FirstNull),
            ("\u{161}".into(), 8, 0)
        );
    }

    #[test]
    fn what_is_written_is_padded_unless_packed() {
        let mut emitter = Emitter::new(CodePage::WINDOWS_1252);
        emit_code_page_string(&mut emitter, "é");
        assert_eq!(emitter.into_bytes(), b"\x02\0\0\0\xE9\0\0\0");

        let mut emitter = Emitter::new(CodePage::WINDOWS_1252);
        emitter.packing = Packing::Unaligned;
        emit_code_page_string(&mut emitter, "é");
        emit_code_page_string(&mut emitter, "П");
        assert_eq!(emitter.into_bytes(), b"\x02\0\0\0\xE9\0\x02\0\0\0?\0");

        let mut emitter = Emitter::new(CodePage::UTF_16);
        emit_unicode_string(&mut emitter, "ab");
        emit_dictionary_name(&mut emitter, "ab");
        assert_eq!(emitter.into_bytes(), b"\x03\0\0\0a\0b\0\0\0\0\0\x03\0\0\0a\0b\0\0\0\0\0");
    }
}
