//! The script that the fonts of Word 6 and 95 tell: text of one byte a character is in the code
//! page of its font's character set.
//!
//! Invariant: the first font of a set other than the Western one decides for the whole document,
//! which is what documents in one script need. Mixed scripts would need the font of each run.

use crate::fields::Fields;

/// The code page by the table of fonts in `bytes`; `None` where all fonts are Western.
pub(super) fn code_page(bytes: &[u8]) -> Option<u16> {
    let mut fields = Fields::new(bytes);
    fields.u16()?;
    loop {
        let len = usize::from(fields.u8()?);
        let font = fields.take(len)?;
        // Family and weight precede the character set.
        let found = font.get(3).and_then(|set| code_page_of_set(*set));
        if found.is_some() {
            return found;
        }
    }
}

/// The code page of a character set of Windows ([MS-WMF] 2.1.1.5), where it is not the Western one.
const fn code_page_of_set(set: u8) -> Option<u16> {
    Some(match set {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_font_of_another_script_decides() {
        let font = |set: u8| [6, 0, 0, 0, set, 0, b'A'];
        assert_eq!(code_page(&[&[16, 0][..], &font(0), &font(204)].concat()), Some(1251));
        assert_eq!(code_page(&[&[9, 0][..], &font(0)].concat()), None);
        assert_eq!(code_page(&[]), None);
    }
}
