//! A Publisher document: its title, and the text of its stories.
//!
//! Invariant: the text is that of the `TEXT` chunks of the Quill stream, in the order of its list
//! of chunks; which text stands in which frame on which page is not worked out, so pages are not
//! told apart. The layout of the stream is not published; what is read of it is what real files
//! agree on: a signature, and from byte 32 on entries of 24 bytes.

use docfile_compound::Result;

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::info::Info;
use crate::kind::Kind;
use crate::parts::Parts;
use crate::text::utf_16;
use crate::told::Told;
use crate::view::View;

/// What a Publisher document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PublisherDocument {
    /// The text of its stories, a line for each paragraph.
    pub(crate) text: String,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

const SIGNATURE: &[u8] = b"CHNKINK ";
const ENTRIES_OFFSET: usize = 32;
const ENTRY_LEN: u16 = 24;
const TEXT: &[u8; 4] = b"TEXT";

impl Told for PublisherDocument {
    const KIND: Kind = Kind::Publisher;
    const HAS_PROPERTY_SETS: bool = true;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let quill = gathering.stream(&["Quill", "QuillSub", "CONTENTS"]);
        let damaged = gathering.finish()?;
        Ok(Self { text: text_of(&quill.unwrap_or_default()), damaged })
    }

    fn tell(&self, info: &mut Info) {
        info.add("character_count", self.text.chars().count());
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        view.lines(self.text.trim_end());
        Ok(view)
    }
}

/// The text of the chunks of text. No byte is told twice, whatever the entries say.
fn text_of(quill: &[u8]) -> String {
    let mut text = String::new();
    if !quill.starts_with(SIGNATURE) {
        return text;
    }
    let mut cursor = FieldCursor::at(quill, ENTRIES_OFFSET);
    let mut told_end = 0;
    while let Some(entry_len) = cursor.u16() {
        let (Some(name), Some(_), Some(kind), Some(offset), Some(len)) = (
            cursor.array::<4>(),
            cursor.take(6),
            cursor.array::<4>(),
            cursor.len32(),
            cursor.len32(),
        ) else {
            break;
        };
        if entry_len != ENTRY_LEN {
            break;
        }
        if (&name, &kind) == (TEXT, TEXT) && offset >= told_end {
            let chunk = FieldCursor::at(quill, offset).take_up_to(len);
            told_end = offset.saturating_add(chunk.len());
            push_paragraphs(&mut text, &utf_16(chunk));
        }
    }
    text
}

/// Appends paragraphs, which end in a carriage return; what stands for fields and frames has no
/// text of its own.
fn push_paragraphs(text: &mut String, stored: &str) {
    for character in stored.chars() {
        match character {
            '\r' | '\n' | '\u{B}' | '\u{C}' => text.push('\n'),
            '\t' => text.push('\t'),
            control if control.is_control() => {}
            character => text.push(character),
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quill(entries: &[(&[u8; 4], u32, u32)], text: &str) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.resize(ENTRIES_OFFSET, 0);
        for (name, offset, len) in entries {
            bytes.extend(ENTRY_LEN.to_le_bytes());
            bytes.extend(*name);
            bytes.extend([0; 6]);
            bytes.extend(*name);
            bytes.extend(offset.to_le_bytes());
            bytes.extend(len.to_le_bytes());
        }
        bytes.resize(512, 0);
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn chunks_of_text_are_told_in_order_and_once() {
        let entries = [(b"TEXT", 512, 4), (b"STSH", 512, 4), (b"TEXT", 512, 4), (b"TEXT", 516, 99)];
        assert_eq!(text_of(&quill(&entries, "a\rb\u{1}c")), "a\nbc\n");
    }

    #[test]
    fn other_streams_have_no_text() {
        assert_eq!(text_of(b"CHNKINK"), "");
        assert_eq!(text_of(&[0; 600]), "");
    }
}
