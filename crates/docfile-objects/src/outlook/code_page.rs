//! Which code page the narrow strings and the HTML of a message are in ([MS-OXCMSG] 2.2.1).
//!
//! Invariant: a number that is stated counts only if it is a page of bytes that is known here; what
//! the narrow strings of a message are in is never UTF-16.

use docfile_compound::property::CodePage;

/// The code page of a stored number, if it is one that is known here and made of bytes.
pub(super) fn of_number(number: u32) -> Option<CodePage> {
    let code_page = CodePage(u16::try_from(number).ok()?);
    (code_page.is_known() && !code_page.is_utf_16()).then_some(code_page)
}

/// The code page that a page of HTML states for itself near its start.
pub(super) fn of_html(html: &[u8]) -> Option<CodePage> {
    const CHARSETS: [(&str, u16); 20] = [
        ("utf-8", 65001),
        ("us-ascii", 1252),
        ("iso-8859-1", 1252),
        ("iso-8859-2", 28592),
        ("iso-8859-5", 28595),
        ("iso-8859-7", 28597),
        ("iso-8859-8", 28598),
        ("iso-8859-9", 1254),
        ("iso-8859-15", 28605),
        ("windows-1250", 1250),
        ("windows-1251", 1251),
        ("windows-1252", 1252),
        ("windows-1253", 1253),
        ("windows-1254", 1254),
        ("windows-1255", 1255),
        ("windows-1256", 1256),
        ("koi8-r", 20866),
        ("shift_jis", 932),
        ("gb2312", 936),
        ("big5", 950),
    ];
    let start = html.get(..html.len().min(4096)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let (_, after) = start.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'', '\\', ' ']);
    // Longer names first: one is the beginning of another.
    CHARSETS
        .iter()
        .rev()
        .find(|(charset, _)| {
            name.strip_prefix(charset)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
        .map(|(_, number)| CodePage(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_bytes_are_taken() {
        assert_eq!(of_number(1251), Some(CodePage(1251)));
        assert_eq!(of_number(1200), None);
        assert_eq!(of_number(77777), None);
    }

    #[test]
    fn a_page_states_its_own() {
        let of = |text: &str| of_html(text.as_bytes()).map(|page| page.0);
        assert_eq!(of("<meta content=\"text/html; charset=ISO-8859-15\">"), Some(28605));
        assert_eq!(of("<meta charset='utf-8'>"), Some(65001));
        assert_eq!(of("<p>"), None);
    }
}
