//! The text in the markup of documents and slides: paragraphs, rows and headings
//! ([ECMA-376] 17 and 21.1).
//!
//! Invariant: elements go by their local names, which both markups share; text outside of `t` is
//! no text. Markup that breaks off shows what came before.

use quick_xml::events::{BytesStart, Event};

use crate::view::{Block, View};

/// The blocks that a part says.
pub(super) fn blocks(xml: &[u8]) -> Vec<Block> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut reading = Reading::default();
    // An event is at least a byte of the part.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => reading.start(&element),
            Event::Empty(element) => {
                reading.start(&element);
                reading.end(element.local_name().as_ref());
            }
            Event::End(element) => reading.end(element.local_name().as_ref()),
            Event::Text(text) if reading.in_text => {
                if let Ok(text) = text.decode() {
                    reading.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) if reading.in_text => {
                reading.text.extend(resolved(&reference));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    reading.view.blocks
}

/// The character that a reference stands for.
pub(super) fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    Some(match reference.as_ref() {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => return None,
    })
}

/// The values of an attribute in all elements of a name.
pub(super) fn attributes(xml: &[u8], element_name: &str, name: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut values = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == element_name.as_bytes() =>
            {
                values.extend(attribute(&element, name));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    values
}

/// The value of an attribute by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|one| one.key.local_name().as_ref() == name.as_bytes())?;
    let value = String::from_utf8_lossy(&found.value).into_owned();
    Some(quick_xml::escape::unescape(&value).map(|value| value.into_owned()).unwrap_or(value))
}

#[derive(Debug, Default)]
struct Reading {
    view: View,
    text: String,
    in_text: bool,
    heading: Option<u8>,
    /// Whether we are in the shape of a slide's title.
    is_title: bool,
    cells: Vec<String>,
    /// How many cells we are in.
    cell_depth: usize,
}

impl Reading {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"t" => self.in_text = true,
            b"tab" if !self.text.is_empty() => self.text.push('\t'),
            b"br" | b"cr" => self.text.push('\n'),
            b"noBreakHyphen" => self.text.push('-'),
            b"tc" => self.cell_depth = self.cell_depth.saturating_add(1),
            b"sp" => self.is_title = false,
            b"ph" => {
                let kind = attribute(element, "type").unwrap_or_default();
                self.is_title = matches!(kind.as_str(), "title" | "ctrTitle");
            }
            b"pStyle" => {
                let style = attribute(element, "val").unwrap_or_default();
                let level = style.strip_prefix("Heading").and_then(|level| level.parse().ok());
                self.heading = if style == "Title" { Some(1) } else { level };
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = false,
            b"sp" => self.is_title = false,
            b"p" if self.cell_depth > 0 => self.text.push('\n'),
            b"p" => {
                let text = core::mem::take(&mut self.text);
                let heading = self.heading.take().or(self.is_title.then_some(1));
                match heading {
                    Some(level) => self.view.heading(level, &text),
                    None => self.view.paragraph(&text),
                }
            }
            b"tc" => {
                self.cell_depth = self.cell_depth.saturating_sub(1);
                self.cells.push(core::mem::take(&mut self.text).trim_end().to_owned());
            }
            b"tr" => self.view.row(core::mem::take(&mut self.cells)),
            b"drawing" | b"pict" => self.view.picture(""),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_rows_and_headings_are_told_apart() {
        let xml =
            b"<w:p><w:pPr><w:pStyle w:val='Heading2'/></w:pPr><w:r><w:t>A &amp; B</w:t></w:r>\
            </w:p><w:tbl><w:tr><w:tc><w:p><w:t>c</w:t></w:p></w:tc><w:tc><w:p><w:t>d</w:t></w:p>\
            </w:tc></w:tr></w:tbl><w:p>no<w:t>&#x41;";
        let blocks = blocks(xml);
        assert_eq!(blocks[0], Block::Heading { level: 2, text: "A & B".into() });
        assert_eq!(blocks[1], Block::Row(vec!["c".into(), "d".into()]));
        assert_eq!(blocks.len(), 2);
        let slide = b"<p:sp><p:nvPr><p:ph type='ctrTitle'/></p:nvPr><a:p><a:t>Plan</a:t></a:p>\
            </p:sp><p:sp><a:p><a:t>more</a:t></a:p></p:sp>";
        let title = Block::Heading { level: 1, text: "Plan".into() };
        assert_eq!(super::blocks(slide), [title, Block::Paragraph("more".into())]);
        assert_eq!(attributes(b"<a><sheet name='x&lt;'/></a>", "sheet", "name"), ["x<"]);
    }
}
