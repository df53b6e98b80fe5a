//! Data as a clipboard holds it, in property sets the picture of the first page
//! ([MS-OLEPS] 2.11; the tags are those of [MS-OLEDS] 2.3.1 and of `CLIPDATA`).
//!
//! Kept as stored, tag and bytes; what the tag means is worked out on request. The picture itself
//! is not decoded here.

use super::cursor::Cursor;
use super::emitter::Emitter;
use super::reading::Reading;
use super::text::take_claimed;
use crate::error::Result;
use crate::guid::Guid;
use crate::rule::Rule;

/// Clipboard data: a tag that says how the format is named, and bytes that begin with that name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ClipboardData {
    /// How the format is named: -1, -2 or -3, the length of a name, or 0.
    pub tag: i32,
    /// The name of the format as the tag says, then the data.
    pub data: Vec<u8>,
}

/// The format of clipboard data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClipboardFormat<'a> {
    /// No format is named (tag 0).
    None,
    /// A Windows clipboard format (tag -1): 2 is a bitmap, 3 a metafile with an 8-byte header in
    /// front, 8 a device-independent bitmap, 14 an enhanced metafile.
    Windows(u32),
    /// A Macintosh format (tag -2).
    Macintosh(u32),
    /// A format of a property set (tag -3).
    FormatId(Guid),
    /// A registered format, by name (a positive tag, its length in bytes).
    Name(&'a [u8]),
    /// A tag that the documents do not list, or data too short for its tag.
    Unknown,
}

impl ClipboardData {
    /// Data of a Windows clipboard format.
    #[must_use]
    pub fn windows(format: u32, data: &[u8]) -> Self {
        Self { tag: -1, data: [&format.to_le_bytes(), data].concat() }
    }

    /// The format, and the bytes of the data itself.
    #[must_use]
    pub fn format(&self) -> (ClipboardFormat<'_>, &[u8]) {
        let unknown = (ClipboardFormat::Unknown, self.data.as_slice());
        let name_len = match self.tag {
            0 => 0,
            -1 | -2 => 4,
            -3 => 16,
            len => usize::try_from(len).unwrap_or(usize::MAX),
        };
        let Some((name, data)) = self.data.split_at_checked(name_len) else { return unknown };
        let number = || name.try_into().map(u32::from_le_bytes).unwrap_or_default();
        let format = match self.tag {
            0 => ClipboardFormat::None,
            -1 => ClipboardFormat::Windows(number()),
            -2 => ClipboardFormat::Macintosh(number()),
            -3 => ClipboardFormat::FormatId(Guid::from_bytes(name.try_into().unwrap_or_default())),
            _ => ClipboardFormat::Name(name),
        };
        (format, data)
    }

    /// Reads the packet; `None` when not even its length is there.
    pub(super) fn parse(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<Option<Self>> {
        let offset = cursor.offset();
        let Some(len) = cursor.len() else { return Ok(None) };
        let bytes = take_claimed(cursor, reading, len)?;
        cursor.align_from(offset);
        let Some((tag, data)) = bytes.split_first_chunk() else {
            reading.forgive(
                Rule::PropertyBounds,
                offset,
                format_args!("clipboard data without its format"),
            )?;
            return Ok(Some(Self::default()));
        };
        reading.charge(data.len())?;
        Ok(Some(Self { tag: i32::from_le_bytes(*tag), data: data.to_vec() }))
    }

    pub(super) fn emit(&self, emitter: &mut Emitter) {
        let start = emitter.len();
        emitter.put_len(self.data.len().saturating_add(4));
        emitter.put(&self.tag.to_le_bytes());
        emitter.put(&self.data);
        emitter.align_from(start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_says_how_the_format_is_named() {
        let picture = ClipboardData::windows(3, b"picture");
        assert_eq!(picture.format(), (ClipboardFormat::Windows(3), &b"picture"[..]));
        let tagged = |tag, data: &[u8]| ClipboardData { tag, data: data.to_vec() };
        assert_eq!(
            tagged(3, b"PNG\x89PNG").format(),
            (ClipboardFormat::Name(b"PNG"), &b"\x89PNG"[..])
        );
        assert_eq!(tagged(0, b"x").format(), (ClipboardFormat::None, &b"x"[..]));
        for short in [tagged(-1, b"abc"), tagged(-3, &[0; 15]), tagged(9, b"x"), tagged(-4, b"x")] {
            assert_eq!(short.format(), (ClipboardFormat::Unknown, short.data.as_slice()));
        }
    }
}
