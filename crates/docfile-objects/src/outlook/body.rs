//! The body of a message, which may be stored in several forms ([MS-OXCMSG] 2.2.1.56 to 59).
//!
//! Invariant: every form that is stored is given as it is, but for characters, which are UTF-8;
//! the text for a person comes from the first of plain text, HTML and rich text that has any. No
//! form is read past its first 16 MiB.

use docfile_compound::Result;
use docfile_compound::property::CodePage;

use super::code_page;
use super::id::INTERNET_CODE_PAGE;
use super::properties::Properties;
use crate::gathering::Gathering;
use crate::html;
use crate::parts::Parts;
use crate::rtf::{self, RtfDamage, RtfText};

/// The body of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MessageBody {
    /// The plain text, if it is stored.
    pub(crate) plain: Option<String>,
    /// The HTML, stored by itself or within the rich text.
    pub(crate) html: Option<String>,
    /// The rich text, unpacked.
    pub(crate) rtf: Option<Vec<u8>>,
    /// What was wrong with the packed rich text.
    pub(crate) rtf_damage: Option<RtfDamage>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

const PLAIN: u16 = 0x1000;
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;
const FORM_LEN_MAX: usize = 16 << 20;

impl MessageBody {
    pub(super) fn try_read(parts: &Parts, properties: &Properties) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let plain = properties.text(&mut gathering, PLAIN, FORM_LEN_MAX);
        let wide_html = properties.text(&mut gathering, HTML, FORM_LEN_MAX);
        let html = properties.binary(&mut gathering, HTML, FORM_LEN_MAX);
        let packed = properties.binary(&mut gathering, RTF, FORM_LEN_MAX);
        gathering.all_here()?;
        let stated = properties.number(INTERNET_CODE_PAGE).and_then(code_page::of_number);
        let html = html.map(|html| decode_html(&html, stated));
        let mut body = Self { plain, html: wide_html.or(html), ..Self::default() };
        if let Some(packed) = packed {
            let (rtf, damage) = rtf::decompress(&packed);
            if body.html.is_none()
                && let RtfText::Html(html) = rtf::text_of(&rtf)
            {
                body.html = Some(html);
            }
            body.rtf = Some(rtf);
            body.rtf_damage = damage;
        }
        body.damaged = gathering.finish()?;
        Ok(body)
    }

    /// The text for a person to read; empty where the message has none.
    pub(crate) fn text(&self) -> String {
        if let Some(plain) = &self.plain {
            return plain.replace("\r\n", "\n");
        }
        if let Some(html) = &self.html {
            return html::text_of(html);
        }
        match self.rtf.as_deref().map(rtf::text_of) {
            Some(RtfText::Plain(text)) => text,
            Some(RtfText::Html(html)) => html::text_of(&html),
            None => String::new(),
        }
    }
}

/// Text in the code page that the message states, or else the page itself, or else one it fits.
fn decode_html(html: &[u8], stated: Option<CodePage>) -> String {
    let stated = stated.or_else(|| code_page::of_html(html));
    let code_page = stated.unwrap_or_else(|| {
        let is_utf_8 = core::str::from_utf8(html).is_ok();
        if is_utf_8 { CodePage::UTF_8 } else { CodePage::WINDOWS_1252 }
    });
    let end = html.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    code_page.decode(html.get(..end).unwrap_or_default()).0
}
