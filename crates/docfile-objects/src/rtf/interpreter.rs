//! The text of rich text, and the HTML that it may have been made from ([MS-OXRTFEX] 2.1).
//!
//! Invariant: one pass over the tokens; groups nest on the heap up to a bound, past which their
//! content is left out. Bytes are kept until the code page changes and then decoded together, so
//! that characters of two bytes come out whole however they were written.

use std::collections::BTreeMap;

use docfile_compound::property::CodePage;

use super::font_charset;
use super::token::{Token, Tokens};

/// What rich text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RtfText {
    /// The HTML that the rich text was made from.
    Html(String),
    /// Text; paragraphs end in line feeds.
    Plain(String),
}

/// Destinations whose content is not text.
const SILENT: [&[u8]; 26] = [
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"headerl",
    b"headerr",
    b"headerf",
    b"footer",
    b"footerl",
    b"footerr",
    b"footerf",
    b"listtable",
    b"listoverridetable",
    b"revtbl",
    b"rsidtbl",
    b"generator",
    b"filetbl",
    b"themedata",
    b"datastore",
    b"fldinst",
    b"xmlnstbl",
    b"mmathPr",
    b"template",
];
/// Groups that nest deeper than this are left out.
const DEPTH_MAX: usize = 1024;
/// How many fonts are told apart.
const FONTS_MAX: usize = 4096;

/// The state that a group keeps to itself.
#[derive(Debug, Clone, Copy)]
struct Group {
    /// Whether its text is left out.
    is_silent: bool,
    /// Whether its text is HTML that the rich text was made from.
    is_html_tag: bool,
    /// Whether it stands for what the HTML around it says already.
    is_rtf_only: bool,
    /// Whether it is the table of fonts.
    is_font_table: bool,
    /// The code page of its font.
    code_page: Option<CodePage>,
    /// How many bytes stand behind `\u` for those that do not know it.
    fallback_count: usize,
}

/// Reads rich text.
pub(crate) fn text_of(rtf: &[u8]) -> RtfText {
    let mut interpreter = Interpreter::new();
    let mut tokens = Tokens::new(rtf);
    while let Some(token) = tokens.next() {
        if let Token::Word(b"bin", Some(len)) = token {
            tokens.pass_over(usize::try_from(len).unwrap_or(0));
        } else {
            interpreter.take(token);
        }
    }
    interpreter.flush();
    if interpreter.is_html {
        RtfText::Html(interpreter.text)
    } else {
        RtfText::Plain(interpreter.text)
    }
}

#[derive(Debug)]
struct Interpreter {
    group: Group,
    above: Vec<Group>,
    /// Groups open past the bound.
    too_deep: usize,
    is_html: bool,
    document_code_page: CodePage,
    fonts: BTreeMap<i32, CodePage>,
    font: i32,
    /// Whether the last token was `\*`: a destination follows that may be unknown.
    is_starred: bool,
    /// Characters still to be passed over behind `\u`.
    fallback_left: usize,
    high_surrogate: Option<u16>,
    /// Bytes not decoded yet, all of `pending_code_page`.
    pending: Vec<u8>,
    pending_code_page: CodePage,
    text: String,
}

impl Interpreter {
    fn new() -> Self {
        let group = Group {
            is_silent: false,
            is_html_tag: false,
            is_rtf_only: false,
            is_font_table: false,
            code_page: None,
            fallback_count: 1,
        };
        Self {
            group,
            above: Vec::new(),
            too_deep: 0,
            is_html: false,
            document_code_page: CodePage::WINDOWS_1252,
            fonts: BTreeMap::new(),
            font: 0,
            is_starred: false,
            fallback_left: 0,
            high_surrogate: None,
            pending: Vec::new(),
            pending_code_page: CodePage::WINDOWS_1252,
            text: String::new(),
        }
    }

    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            _ if self.too_deep > 0 => {}
            Token::Symbol(b'*') => self.is_starred = true,
            Token::Word(word, number) => self.word(word, number),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Hex(byte) | Token::Byte(byte) => self.byte(byte),
        }
    }

    fn open(&mut self) {
        self.fallback_left = 0;
        self.is_starred = false;
        if self.above.len() >= DEPTH_MAX {
            self.too_deep += 1;
        } else {
            self.above.push(self.group);
        }
    }

    fn close(&mut self) {
        self.fallback_left = 0;
        self.is_starred = false;
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some(group) = self.above.pop() {
            self.group = group;
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let is_starred = core::mem::take(&mut self.is_starred);
        if self.fallback_left > 0 {
            self.fallback_left -= 1;
            return;
        }
        match word {
            b"fromhtml" => self.is_html = true,
            b"htmltag" if is_starred => {
                self.group.is_html_tag = true;
                self.group.is_silent = !self.is_html;
            }
            b"htmlrtf" => self.group.is_rtf_only = self.is_html && number != Some(0),
            b"fonttbl" => {
                self.group.is_font_table = true;
                self.group.is_silent = true;
            }
            _ if is_starred || SILENT.contains(&word) => self.group.is_silent = true,
            b"ansicpg" => {
                let number = number.and_then(|number| u16::try_from(number).ok());
                self.document_code_page = number.map_or(CodePage::WINDOWS_1252, CodePage);
            }
            b"mac" => self.document_code_page = CodePage::MAC_ROMAN,
            b"pc" => self.document_code_page = CodePage(437),
            b"pca" => self.document_code_page = CodePage(850),
            b"f" => self.choose_font(number.unwrap_or(0)),
            b"fcharset" | b"cpg" if self.group.is_font_table => self.font_speaks(word, number),
            b"plain" => self.group.code_page = None,
            b"uc" => {
                let count = number.and_then(|count| usize::try_from(count).ok());
                self.group.fallback_count = count.unwrap_or(1).min(64);
            }
            b"u" => self.unit(number.unwrap_or(0)),
            _ => self.character_of(word),
        }
    }

    fn choose_font(&mut self, font: i32) {
        self.font = font;
        if !self.group.is_font_table {
            self.group.code_page = self.fonts.get(&font).copied();
        }
    }

    fn font_speaks(&mut self, word: &[u8], number: Option<i32>) {
        let number = number.unwrap_or(0);
        let code_page = match word {
            b"cpg" => u16::try_from(number).ok().map(CodePage),
            _ => font_charset::code_page(number),
        };
        if let Some(code_page) = code_page
            && self.fonts.len() < FONTS_MAX
        {
            self.fonts.insert(self.font, code_page);
        }
    }

    /// Words that stand for a character.
    fn character_of(&mut self, word: &[u8]) {
        let character = match word {
            b"par" | b"line" | b"sect" | b"page" | b"row" => {
                self.put_str(if self.is_html { "\r\n" } else { "\n" });
                return;
            }
            b"tab" | b"cell" | b"nestcell" => '\t',
            b"lquote" => '\u{2018}',
            b"rquote" => '\u{2019}',
            b"ldblquote" => '\u{201C}',
            b"rdblquote" => '\u{201D}',
            b"bullet" => '\u{2022}',
            b"endash" => '\u{2013}',
            b"emdash" => '\u{2014}',
            b"enspace" => '\u{2002}',
            b"emspace" => '\u{2003}',
            _ => return,
        };
        self.put_str(character.encode_utf8(&mut [0; 4]));
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\\' | b'{' | b'}' => self.byte(symbol),
            b'~' if self.is_html => self.put_str("&nbsp;"),
            b'~' => self.put_str("\u{A0}"),
            b'_' if self.is_html => self.put_str("&shy;"),
            b'_' => self.put_str("\u{2011}"),
            b'\r' | b'\n' => self.put_str("\n"),
            _ => {}
        }
    }

    /// Whether what comes now is text of the document.
    const fn is_heard(&self) -> bool {
        !self.group.is_silent && !self.group.is_rtf_only
    }

    fn byte(&mut self, byte: u8) {
        self.is_starred = false;
        if self.fallback_left > 0 {
            self.fallback_left -= 1;
            return;
        }
        if !self.is_heard() {
            return;
        }
        // What stands in a tag of HTML is of the document's code page, whatever the font.
        let font_code_page = if self.group.is_html_tag { None } else { self.group.code_page };
        let code_page = font_code_page.unwrap_or(self.document_code_page);
        if code_page != self.pending_code_page {
            self.flush();
            self.pending_code_page = code_page;
        }
        self.high_surrogate = None;
        self.pending.push(byte);
    }

    fn unit(&mut self, number: i32) {
        self.fallback_left = self.group.fallback_count;
        if !self.is_heard() {
            return;
        }
        // Units from 0x8000 on are written as negative numbers.
        let Ok(unit) = u16::try_from(number.rem_euclid(0x1_0000)) else { return };
        let high = self.high_surrogate.take();
        if (0xD800..0xDC00).contains(&unit) {
            self.high_surrogate = Some(unit);
            return;
        }
        let units = high.into_iter().chain([unit]);
        self.flush();
        for character in char::decode_utf16(units) {
            self.text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn put_str(&mut self, text: &str) {
        if self.is_heard() {
            self.flush();
            self.text.push_str(text);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.text.push_str(&self.pending_code_page.decode(&self.pending).0);
            self.pending.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(rtf: &[u8]) -> String {
        match text_of(rtf) {
            RtfText::Plain(text) => text,
            RtfText::Html(html) => panic!("{html}"),
        }
    }

    #[test]
    fn text_comes_without_looks_and_tables() {
        let rtf = b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\info{\\title No}}{\\*\\x y}\\pard \
            Caf\\'e9 \\b bold\\b0\\par\r\n\\u8364? \\{1\\}\\tab 2}";
        assert_eq!(plain(rtf), "Caf\u{e9} bold\n\u{20AC} {1}\t2");
    }

    #[test]
    fn fonts_have_code_pages_and_characters_may_take_two_bytes() {
        let rtf =
            b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f1\\fcharset204 A;}{\\f2\\fcharset128 B;}}\
            {\\f1\\'cf\\'f0}{\\f2\\'82\\'a0}\\'e9}";
        assert_eq!(plain(rtf), "\u{41F}\u{440}\u{3042}\u{e9}");
    }

    #[test]
    fn surrogates_join_and_fallbacks_are_left_out() {
        assert_eq!(plain(b"{\\rtf1\\uc1\\u-10179?\\u-8704?x}"), "\u{1F600}x");
        assert_eq!(plain(b"{\\rtf1\\uc2\\u233 ab\\uc0\\u233 c}"), "\u{e9}\u{e9}c");
    }

    #[test]
    fn html_comes_back_out_of_rich_text() {
        let rtf = b"{\\rtf1\\ansi\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\
            {\\*\\htmltag64 <p title=\"\\'e9\">}\\htmlrtf \\par \\htmlrtf0 Hello\\~you\
            {\\*\\mhtmltag64 <q>}{\\*\\htmltag72 </p>}\\htmlrtf\\par\\htmlrtf0{\\*\\htmltag4 \\par}}";
        let expected = "<p title=\"\u{e9}\">Hello&nbsp;you</p>\r\n";
        assert_eq!(text_of(rtf), RtfText::Html(expected.into()));
    }

    #[test]
    fn groups_without_end_are_no_danger() {
        let mut rtf = b"{\\rtf1 a".to_vec();
        rtf.extend(vec![b'{'; 100_000]);
        rtf.extend(b"deep");
        assert_eq!(plain(&rtf), "a");
        assert_eq!(plain(b"}}}}a\\bin99999999999 b"), "a");
    }
}
