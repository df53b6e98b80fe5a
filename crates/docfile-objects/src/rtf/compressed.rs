//! Compressed rich text ([MS-OXRTFCP]): a header of sixteen bytes, then runs of literals and
//! references into a window of 4096 bytes that begins with what rich text often says.
//!
//! Invariant: a reference gives at most 17 bytes for two, so what comes out is bounded by what
//! goes in, and by 32 MiB; the stated length only ends it. A checksum that does not hold is told, and what was
//! unpacked is given all the same: Outlook shows it, too.

use crate::field_cursor::FieldCursor;

/// What was wrong with compressed rich text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RtfDamage {
    /// Shorter than its header, or not marked as rich text.
    Header,
    /// The checksum of the compressed bytes is another one.
    Checksum,
    /// The bytes end before the text does.
    CutShort,
}

impl RtfDamage {
    /// What it is, for a person.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Header => "the rich text is not marked as such",
            Self::Checksum => "the rich text has another checksum than it states",
            Self::CutShort => "the rich text is cut short",
        }
    }
}

const COMPRESSED: u32 = 0x7546_5A4C;
const PLAIN: u32 = 0x414C_454D;
const HEADER_LEN: usize = 16;
/// The longest text that is unpacked, in bytes.
const TEXT_LEN_MAX: usize = 32 << 20;
const WINDOW_LEN: usize = 4096;

/// The window's first content ([MS-OXRTFCP] 2.1.3.1.2), 207 bytes.
const FIRST_WINDOW: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\
\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const _: () = assert!(FIRST_WINDOW.len() == 207, "[MS-OXRTFCP] gives 207 bytes");

/// The rich text in a compressed stream, and what was wrong with it.
pub(crate) fn decompress(stored: &[u8]) -> (Vec<u8>, Option<RtfDamage>) {
    let mut cursor = FieldCursor::new(stored);
    let (Some(len), Some(raw_len), Some(kind), Some(crc)) =
        (cursor.len32(), cursor.len32(), cursor.u32(), cursor.u32())
    else {
        return (Vec::new(), Some(RtfDamage::Header));
    };
    let raw_len = raw_len.min(TEXT_LEN_MAX);
    // The length counts the header but for its own four bytes.
    let len = len.saturating_add(4).saturating_sub(HEADER_LEN);
    let is_cut = len > cursor.remaining();
    let content = cursor.take_up_to(len);
    match kind {
        PLAIN => {
            let plain = content.get(..raw_len.min(content.len())).unwrap_or_default();
            (plain.to_vec(), (plain.len() < raw_len).then_some(RtfDamage::CutShort))
        }
        COMPRESSED => {
            let (text, is_ended) = unpack(content, raw_len);
            let damage = if is_cut || !is_ended {
                Some(RtfDamage::CutShort)
            } else {
                (checksum(content) != crc).then_some(RtfDamage::Checksum)
            };
            (text, damage)
        }
        _ => (Vec::new(), Some(RtfDamage::Header)),
    }
}

/// A ring of bytes that were unpacked last.
struct Window {
    bytes: [u8; WINDOW_LEN],
    write: usize,
}

impl Window {
    fn new() -> Self {
        let mut bytes = [b' '; WINDOW_LEN];
        for (slot, byte) in bytes.iter_mut().zip(FIRST_WINDOW) {
            *slot = *byte;
        }
        Self { bytes, write: FIRST_WINDOW.len() }
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.write) {
            *slot = byte;
        }
        self.write = (self.write + 1) % WINDOW_LEN;
    }

    fn at(&self, offset: usize) -> u8 {
        self.bytes.get(offset % WINDOW_LEN).copied().unwrap_or(b' ')
    }
}

/// The text, and whether it ends as it should: at a reference to where the window is written.
fn unpack(content: &[u8], raw_len: usize) -> (Vec<u8>, bool) {
    let mut cursor = FieldCursor::new(content);
    let mut window = Window::new();
    let mut text = Vec::new();
    while let Some(control) = cursor.u8() {
        for bit in 0..8 {
            // Some writers leave the last reference out.
            if text.len() >= raw_len && cursor.remaining() < 2 {
                return (text, true);
            }
            if control >> bit & 1 == 0 {
                let Some(literal) = cursor.u8() else { return (text, false) };
                window.push(literal);
                text.push(literal);
                continue;
            }
            let Some(reference) = cursor.array().map(u16::from_be_bytes) else {
                return (text, false);
            };
            let offset = usize::from(reference >> 4);
            if offset == window.write {
                let is_whole = text.len() >= raw_len;
                text.truncate(raw_len);
                return (text, is_whole);
            }
            if text.len() >= TEXT_LEN_MAX {
                return (text, false);
            }
            for index in 0..usize::from(reference & 0xF) + 2 {
                let byte = window.at(offset + index);
                window.push(byte);
                text.push(byte);
            }
        }
    }
    let is_whole = text.len() >= raw_len;
    text.truncate(raw_len);
    (text, is_whole)
}

/// The checksum of [MS-OXRTFCP] 2.1.3.2: CRC-32 that begins with 0 and is not turned over.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first worked example of [MS-OXRTFCP] (3.1.1).
    const SIMPLE: [u8; 49] = [
        0x2D, 0, 0, 0, 0x2B, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00,
        0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68,
        0x65, 0x6C, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F,
        0xA0,
    ];

    #[test]
    fn the_worked_examples_read_as_they_say() {
        let (text, damage) = decompress(&SIMPLE);
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(damage, None);
        // The second one (3.1.2) reads what it is just writing.
        let crossing = [
            0x1A, 0, 0, 0, 0x1C, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xE2, 0xD4, 0x4B, 0x51, 0x41, 0,
            0x04, 0x20, 0x57, 0x58, 0x59, 0x5A, 0x0D, 0x6E, 0x7D, 0x01, 0x0E, 0xB0,
        ];
        let (text, damage) = decompress(&crossing);
        assert_eq!(text, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        assert_eq!(damage, None);
    }

    #[test]
    fn a_wrong_checksum_is_told_and_the_text_given() {
        let mut stored = SIMPLE;
        stored[12] ^= 1;
        let (text, damage) = decompress(&stored);
        assert_eq!((text.len(), damage), (43, Some(RtfDamage::Checksum)));
    }

    #[test]
    fn what_is_cut_short_gives_what_is_there() {
        for len in 0..SIMPLE.len() {
            let (text, damage) = decompress(&SIMPLE[..len]);
            assert!(text.len() <= 43 && damage.is_some(), "{len}");
        }
    }

    #[test]
    fn plain_text_may_be_stored_as_it_is() {
        let mut stored = Vec::new();
        for field in [17_u32, 5, PLAIN, 0] {
            stored.extend(field.to_le_bytes());
        }
        stored.extend(b"{abc}");
        assert_eq!(decompress(&stored), (b"{abc}".to_vec(), None));
    }
}
