//! Chunks: what a stream of shapes is made of, each behind a header of nineteen bytes.
//!
//! Invariant: a chunk takes at least its header, and what does not fit ends the list. Between
//! chunks there may be trailers and separators; by which of their numbers they are known is what
//! real files agree on.

use docfile_compound::property::CodePage;

use crate::field_cursor::FieldCursor;
use crate::text::{of_code_page, utf_16};

const TEXT: u32 = 0x0E;
/// What stands in front of the characters in a chunk of text, in bytes.
const TEXT_HEADER_LEN: usize = 8;
/// The first version whose text is UTF-16.
const WIDE_VERSION_MIN: u8 = 11;

/// The texts of the chunks of text. A line separator within a text is a line feed here.
pub(super) fn push_texts(chunks: &[u8], version: u8, texts: &mut Vec<String>) {
    let mut cursor = FieldCursor::new(chunks);
    while let Some((kind, content)) = take_chunk(&mut cursor) {
        if kind != TEXT {
            continue;
        }
        let stored = content.get(TEXT_HEADER_LEN..).unwrap_or_default();
        let text = if version >= WIDE_VERSION_MIN {
            utf_16(stored)
        } else {
            of_code_page(stored, CodePage::WINDOWS_1252)
        };
        let text = text.replace(['\u{2028}', '\r'], "\n");
        // Fields stand in a text as this character.
        let text = text.replace('\u{FFFC}', "");
        if !text.trim().is_empty() {
            texts.push(text.trim_end().to_owned());
        }
    }
}

fn take_chunk<'a>(cursor: &mut FieldCursor<'a>) -> Option<(u32, &'a [u8])> {
    // Padding may stand in front of a header, which begins with the kind and so not with a zero.
    let padding = cursor.rest().iter().position(|byte| *byte != 0)?;
    cursor.skip(padding)?;
    let kind = cursor.u32()?;
    cursor.skip(4)?;
    let list = cursor.u32()?;
    let len = cursor.len32()?;
    let (level, mark) = (cursor.u16()?, cursor.u8()?);
    let content = cursor.take(len)?;
    cursor.take_up_to(trailer_len(kind, list, level, mark));
    Some((kind, content))
}

fn trailer_len(kind: u32, list: u32, level: u16, mark: u8) -> usize {
    const NEVER: [u32; 4] = [0x1F, 0xC9, 0x2D, 0xD1];
    const ALWAYS: [u32; 8] = [0x71, 0x70, 0x6B, 0x6A, 0x69, 0x66, 0x65, 0x2C];
    if NEVER.contains(&kind) {
        return 0;
    }
    let trailer = if list != 0 || ALWAYS.contains(&kind) { 8 } else { 0 };
    let is_separated = list != 0
        || (level == 2 && (mark == 0x55 || mark == 0x54 && kind == 0xAA))
        || (level == 3 && mark != 0x50 && mark != 0x54);
    trailer + if is_separated { 4 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: u32, content: &[u8]) -> Vec<u8> {
        let mut chunk = Vec::new();
        for number in [kind, 1, 0, u32::try_from(content.len()).unwrap()] {
            chunk.extend(number.to_le_bytes());
        }
        chunk.extend([0; 3]);
        chunk.extend(content);
        chunk
    }

    #[test]
    fn texts_are_found_among_other_chunks() {
        let mut bytes = chunk(0x33, &[1, 2, 3]);
        bytes.extend(chunk(TEXT, b"........a\0\x28\x20b\0\n\0\0\0"));
        let mut texts = Vec::new();
        push_texts(&bytes, 11, &mut texts);
        assert_eq!(texts, ["a\nb"]);
        bytes.truncate(bytes.len() - 1);
        texts.clear();
        push_texts(&bytes, 11, &mut texts);
        assert!(texts.is_empty());
        push_texts(&chunk(TEXT, b"........caf\xE9\0"), 6, &mut texts);
        assert_eq!(texts, ["caf\u{e9}"]);
    }
}
