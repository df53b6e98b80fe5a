//! HTML to the text that a person reads in it.
//!
//! Invariant: one pass, no tree; what comes out is never longer than what goes in but for the
//! marks of lists. Scripts, styles and comments are left out, runs of white space become one
//! blank as they do on a page, and elements that begin a line on a page begin one here.

/// Elements that begin a line of their own, and end it.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "hr",
    "pre",
    "blockquote",
    "title",
    "address",
    "center",
    "form",
];
/// Elements whose content is not text.
const SILENT: [&str; 3] = ["script", "style", "head"];

/// The text of a page.
pub(crate) fn text_of(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some(start) = rest.find(['<', '&']) {
        let (text, from) = rest.split_at(start);
        page.put(text);
        rest = match from.strip_prefix('&') {
            Some(entity) => page.put_entity(entity),
            None => page.pass_tag(from),
        };
    }
    page.put(rest);
    page.text.truncate(page.text.trim_end().len());
    page.text
}

#[derive(Debug, Default)]
struct Page {
    text: String,
    /// Whether white space was met that may become a blank.
    is_blank_due: bool,
    /// Whether a line ends before the next text.
    is_line_due: bool,
}

impl Page {
    fn put(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_ascii_whitespace() {
                self.is_blank_due = true;
                continue;
            }
            if core::mem::take(&mut self.is_line_due) {
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
            } else if self.is_blank_due && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.is_blank_due = false;
            self.text.push(character);
        }
    }

    /// Puts what the entity at the start of `from` stands for; gives what follows it.
    fn put_entity<'a>(&mut self, from: &'a str) -> &'a str {
        let name_len = from
            .bytes()
            .take(10)
            .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#')
            .unwrap_or(0);
        let (name, after) = from.split_at_checked(name_len).unwrap_or(("", from));
        let Some(character) = character_of(name) else {
            self.put("&");
            return from;
        };
        if character == '\u{A0}' {
            self.is_blank_due = true;
        } else {
            self.put(character.encode_utf8(&mut [0; 4]));
        }
        after.strip_prefix(';').unwrap_or(after)
    }

    /// Passes over the tag, comment or silent element at the start of `from`.
    fn pass_tag<'a>(&mut self, from: &'a str) -> &'a str {
        if let Some(comment) = from.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, after)| after);
        }
        let begins_tag = |next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
        if !from.chars().nth(1).is_some_and(begins_tag) {
            self.put("<");
            return from.get(1..).unwrap_or_default();
        }
        let Some((tag, after)) = from.split_once('>') else { return "" };
        let tag = tag.strip_prefix('<').unwrap_or(tag);
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let len = tag.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag.get(..len).unwrap_or_default().to_ascii_lowercase();
        if !is_end && SILENT.contains(&name.as_str()) {
            return after_end_of(&name, after);
        }
        if BLOCKS.contains(&name.as_str()) {
            if name == "br" && self.is_line_due && !self.text.is_empty() {
                self.text.push('\n');
            }
            self.is_line_due = true;
            self.is_blank_due = false;
        } else if name == "td" || name == "th" {
            self.is_blank_due = true;
        }
        after
    }
}

/// What follows the end of a silent element; nothing where it never ends.
fn after_end_of<'a>(name: &str, from: &'a str) -> &'a str {
    let mut rest = from;
    while let Some((_, after)) = rest.split_once("</") {
        let is_end = after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
        if is_end {
            return after.split_once('>').map_or("", |(_, after)| after);
        }
        rest = after;
    }
    ""
}

fn character_of(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return code.ok().filter(|code| *code != 0).and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "copy" => '\u{A9}',
        "reg" => '\u{AE}',
        "trade" => '\u{2122}',
        "euro" => '\u{20AC}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "lsquo" => '\u{2018}',
        "rsquo" => '\u{2019}',
        "ldquo" => '\u{201C}',
        "rdquo" => '\u{201D}',
        "hellip" => '\u{2026}',
        "bull" => '\u{2022}',
        "middot" => '\u{B7}',
        "laquo" => '\u{AB}',
        "raquo" => '\u{BB}',
        "auml" => '\u{E4}',
        "ouml" => '\u{F6}',
        "uuml" => '\u{FC}',
        "Auml" => '\u{C4}',
        "Ouml" => '\u{D6}',
        "Uuml" => '\u{DC}',
        "szlig" => '\u{DF}',
        "agrave" => '\u{E0}',
        "aacute" => '\u{E1}',
        "acirc" => '\u{E2}',
        "ccedil" => '\u{E7}',
        "egrave" => '\u{E8}',
        "eacute" => '\u{E9}',
        "Eacute" => '\u{C9}',
        "ecirc" => '\u{EA}',
        "icirc" => '\u{EE}',
        "ntilde" => '\u{F1}',
        "oacute" => '\u{F3}',
        "ocirc" => '\u{F4}',
        "ugrave" => '\u{F9}',
        "uacute" => '\u{FA}',
        "ucirc" => '\u{FB}',
        "shy" => '\u{AD}',
        "zwnj" => '\u{200C}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_lines() {
        let html = "<html><head><title>No</title><style>p{}</style></head><body>\n<p>One &amp;\n two</p>\
            <!-- <p>no --><ul><li>a<li>b</ul><br><br>1 &lt; 2 &#8364;&#x41;<script>x</script>\
            <table><tr><td>l<td>r</tr></table></body>";
        let text = "One & two\na\nb\n\n\n1 < 2 \u{20AC}A\nl r";
        assert_eq!(text_of(html), text);
    }

    #[test]
    fn what_is_no_tag_or_entity_stays() {
        assert_eq!(text_of("a < b && c &nope; &#0;"), "a < b && c &nope; &#0;");
        assert_eq!(text_of("a<p"), "a");
        assert_eq!(text_of("<style>x"), "");
        assert_eq!(
            text_of("&\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"),
            "&\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"
        );
    }
}
