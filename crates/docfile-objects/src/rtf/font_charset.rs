//! Which code page the bytes of a font are in, by the character set that the font table states.

use docfile_compound::property::CodePage;

/// The code page of a Windows character set; `None` for the set that means the document's own,
/// and for symbols.
pub(super) const fn code_page(charset: i32) -> Option<CodePage> {
    Some(CodePage(match charset {
        0 => 1252,
        77 => 10000,
        78 | 128 => 932,
        79 | 129 => 949,
        130 => 1361,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178..=180 => 1256,
        181 => 1255,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => return None,
    }))
}
