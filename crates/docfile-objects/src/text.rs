//! Stored characters to text.
//!
//! Invariant: the answer is UTF-8 without the terminator and what lies behind it; what cannot be
//! understood is U+FFFD. Control characters are kept: who prints them decides.

use docfile_compound::property::CodePage;

/// UTF-16LE up to its terminator, or to the end.
pub(crate) fn utf_16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Characters of a code page up to their terminator, or to the end.
pub(crate) fn of_code_page(bytes: &[u8], code_page: CodePage) -> String {
    if code_page.is_utf_16() {
        return utf_16(bytes);
    }
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    code_page.decode(bytes.get(..end).unwrap_or_default()).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_its_terminator() {
        assert_eq!(utf_16(b"a\0b\0\0\0c\0"), "ab");
        assert_eq!(utf_16(b"a\0\x00\xD8b"), "a\u{FFFD}");
        assert_eq!(of_code_page(b"\xE9t\xE9\0x", CodePage::WINDOWS_1252), "\u{e9}t\u{e9}");
        assert_eq!(of_code_page(b"a\0\0\0", CodePage::UTF_16), "a");
    }
}
