//! The code pages of old text, by the language that the document says it is in.
//!
//! Invariant: a language that is not listed is Western European, as it is in Windows.

/// The Windows code page of the language with this id ([MS-LCID] 2.2).
pub(crate) const fn code_page_of_language(language_id: u16) -> u16 {
    // Languages that are written in two ways say which in the upper bits.
    match language_id {
        0x0404 | 0x0C04 | 0x1404 => return 950,
        0x0804 | 0x1004 => return 936,
        0x0C1A | 0x1C1A | 0x201A | 0x082C | 0x0843 => return 1251,
        _ => {}
    }
    match language_id & 0x3FF {
        0x11 => 932,
        0x12 => 949,
        0x04 => 936,
        0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24 => 1250,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2F | 0x3F | 0x40 | 0x44 | 0x50 => 1251,
        0x08 => 1253,
        0x1F | 0x2C | 0x43 => 1254,
        0x0D => 1255,
        0x01 | 0x20 | 0x29 => 1256,
        0x25..=0x27 => 1257,
        0x2A => 1258,
        0x1E => 874,
        _ => 1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serbian_is_written_in_two_ways() {
        assert_eq!(code_page_of_language(0x081A), 1250);
        assert_eq!(code_page_of_language(0x0C1A), 1251);
        assert_eq!(code_page_of_language(0x0409), 1252);
    }
}
