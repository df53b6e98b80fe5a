//! The code page of a property set: which characters its 8-bit strings are made of
//! ([MS-OLEPS] 2.18.2, [MS-UCODEREF] 2.2.1).
//!
//! The invariant of writing: text is written only when reading those bytes back gives the same
//! text. The tables are those of `encoding_rs` (where Latin-1 and ASCII are read as 1252, which
//! contains them) and a few of `code_page_table`. A code page in neither is read as 1252.

use core::fmt;

use encoding_rs::Encoding;

use super::code_page_table::upper_half;

/// The number of a code page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodePage(pub u16);

/// How the bytes of a code page are read.
enum Table {
    Utf16,
    Web(&'static Encoding),
    Upper(&'static str),
}

impl CodePage {
    /// Strings of 16-bit units, what Windows calls a Unicode property set.
    pub const UTF_16: Self = Self(1200);
    /// UTF-8, which LibreOffice and later Office write.
    pub const UTF_8: Self = Self(65001);
    /// Western European, what most files have and what unknown ones are read as.
    pub const WINDOWS_1252: Self = Self(1252);
    /// Mac Roman, what a set written on a Mac has when it does not say.
    pub const MAC_ROMAN: Self = Self(10000);

    /// Whether strings are 16-bit units rather than bytes.
    #[must_use]
    pub const fn is_utf_16(self) -> bool {
        self.0 == Self::UTF_16.0
    }

    /// Whether this crate has the table of this code page.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.table().is_some()
    }

    /// The text that `bytes` stand for, and whether every one of them was understood; what was
    /// not is U+FFFD. An unknown code page is read as 1252 and never understood entirely, unless
    /// the bytes are ASCII.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self.table() {
            Some(Table::Utf16) => decode_utf_16(bytes),
            Some(Table::Web(encoding)) => {
                let (text, faulty) = encoding.decode_without_bom_handling(bytes);
                (text.into_owned(), !faulty)
            }
            Some(Table::Upper(upper)) => (decode_upper(upper, bytes), true),
            None => {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
                (text.into_owned(), bytes.is_ascii())
            }
        }
    }

    /// The bytes that stand for `text`, or `None` when this code page cannot say it, or when they
    /// would be read back as something else. An unknown code page is taken to contain ASCII.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        let bytes = match self.table() {
            Some(Table::Utf16) => {
                return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            }
            Some(Table::Web(encoding)) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable {
                    return None;
                }
                bytes.into_owned()
            }
            Some(Table::Upper(upper)) => encode_upper(upper, text)?,
            None => return text.is_ascii().then(|| text.as_bytes().to_vec()),
        };
        // Shift_JIS, for one, writes a yen sign as the byte that reads as a backslash.
        let (read, understood) = self.decode(&bytes);
        (understood && read == text).then_some(bytes)
    }

    /// The table, for the numbers of [MS-UCODEREF] 2.2.1 that name one of ours.
    fn table(self) -> Option<Table> {
        use encoding_rs as e;
        let web = match self.0 {
            1200 => return Some(Table::Utf16),
            65001 => e::UTF_8,
            866 => e::IBM866,
            874 | 28601 => e::WINDOWS_874,
            932 | 10001 => e::SHIFT_JIS,
            936 | 10008 | 20936 => e::GBK,
            949 | 10003 | 51949 => e::EUC_KR,
            950 | 10002 => e::BIG5,
            1250 => e::WINDOWS_1250,
            1251 => e::WINDOWS_1251,
            1252 | 20127 | 28591 => e::WINDOWS_1252,
            1253 => e::WINDOWS_1253,
            1254 | 28599 => e::WINDOWS_1254,
            1255 => e::WINDOWS_1255,
            1256 => e::WINDOWS_1256,
            1257 => e::WINDOWS_1257,
            1258 => e::WINDOWS_1258,
            10000 => e::MACINTOSH,
            10007 | 10017 => e::X_MAC_CYRILLIC,
            20866 => e::KOI8_R,
            20932 | 51932 => e::EUC_JP,
            21866 => e::KOI8_U,
            28592 => e::ISO_8859_2,
            28593 => e::ISO_8859_3,
            28594 => e::ISO_8859_4,
            28595 => e::ISO_8859_5,
            28596 => e::ISO_8859_6,
            28597 => e::ISO_8859_7,
            28598 => e::ISO_8859_8,
            28603 => e::ISO_8859_13,
            28605 => e::ISO_8859_15,
            38598 => e::ISO_8859_8_I,
            50220..=50222 => e::ISO_2022_JP,
            54936 => e::GB18030,
            _ => return upper_half(self.0).map(Table::Upper),
        };
        Some(Table::Web(web))
    }
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

fn decode_utf_16(bytes: &[u8]) -> (String, bool) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut understood = rest.is_empty();
    let text = char::decode_utf16(pairs.iter().map(|pair| u16::from_le_bytes(*pair)))
        .map(|character| {
            character.unwrap_or_else(|_| {
                understood = false;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (text, understood)
}

fn decode_upper(upper: &str, bytes: &[u8]) -> String {
    // A lookup by position in a string would walk it for every byte.
    let upper: Vec<char> = upper.chars().collect();
    bytes
        .iter()
        .map(|byte| match byte.checked_sub(0x80) {
            None => char::from(*byte),
            Some(index) => upper.get(usize::from(index)).copied().unwrap_or('\u{FFFD}'),
        })
        .collect()
}

fn encode_upper(upper: &str, text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|character| {
            if character.is_ascii() {
                return u8::try_from(character).ok();
            }
            let index = upper.chars().position(|candidate| candidate == character)?;
            u8::try_from(index + 0x80).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_family_reads_and_writes_its_own() {
        for (number, bytes, text) in [
            (1252, &b"caf\xE9 \x80"[..], "café €"),
            (1251, b"\xCF\xEB\xE0\xED", "План"),
            (10000, b"caf\x8E", "café"),
            (10029, b"\x8Ek\xE8", "ékŤ"),
            (437, b"\x81ber", "über"),
            (932, b"\x90\xA7", "制"),
            (936, b"\xD6\xC6", "制"),
            (949, b"\xC7\xD1", "한"),
            (950, b"\xA8\xEE", "制"),
            (1200, b"a\0\x1D\x53", "a\u{531D}"),
            (65001, "né".as_bytes(), "né"),
        ] {
            let page = CodePage(number);
            assert_eq!(page.decode(bytes), (text.to_owned(), true), "{number}");
            assert_eq!(page.encode(text).as_deref(), Some(bytes), "{number}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_not_written() {
        assert_eq!(CodePage::WINDOWS_1252.encode("План"), None);
        assert_eq!(CodePage(437).encode("План"), None);
        // The encoder would write these; the decoder would read something else.
        assert_eq!(CodePage(932).encode("¥"), None);
        assert_eq!(CodePage(932).encode("‾"), None);
    }

    #[test]
    fn an_unknown_code_page_is_read_as_1252_and_written_as_ascii() {
        let unknown = CodePage(37);
        assert!(!unknown.is_known());
        assert_eq!(unknown.decode(b"caf\xE9"), ("café".to_owned(), false));
        assert_eq!(unknown.decode(b"plain"), ("plain".to_owned(), true));
        assert_eq!(unknown.encode("plain").as_deref(), Some(&b"plain"[..]));
        assert_eq!(unknown.encode("café"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in any::<u16>(), text in any::<String>()) {
            let page = CodePage(number);
            if let Some(bytes) = page.encode(&text) {
                prop_assert_eq!(page.decode(&bytes), (text, true));
            }
        }

        #[test]
        fn no_bytes_are_too_strange_for_a_known_page(
            number in prop::sample::select(vec![
                437u16, 850, 866, 874, 932, 936, 949, 950, 1200, 1250, 1251, 1252, 1255,
                10000, 10006, 10029, 10081, 20866, 28591, 50220, 54936, 65001,
            ]),
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let page = CodePage(number);
            prop_assert!(page.is_known());
            let (text, understood) = page.decode(&bytes);
            let marked = text.contains(char::REPLACEMENT_CHARACTER);
            let cut = number == 1200 && bytes.len() % 2 == 1;
            prop_assert!(understood || marked || cut);
        }
    }
}
