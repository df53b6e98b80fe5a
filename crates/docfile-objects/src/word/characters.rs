//! From characters of a Word document to blocks of text: paragraphs, rows, pictures, fields.
//!
//! Invariant: the codes of fields are never shown, their results are; marks of the format
//! ([MS-DOC] 2.4.1) never reach the view. A page ends only where the state fits into a
//! [`Position`].

use super::paragraphs::Properties;
use crate::fields::{in_code_page, utf_16};
use crate::view::View;

/// Where a page begins: a character, and what it stands in.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    /// The position of the character.
    pub(super) character: u32,
    /// The fields around it from the outermost in; whether we are in the code of each.
    fields: Vec<bool>,
}

/// The deepest nesting of fields that is believed.
const FIELD_DEPTH: usize = 64;

/// Collects characters into blocks.
#[derive(Debug)]
pub(super) struct Blocks {
    view: View,
    code_page: u16,
    text: String,
    wide: Vec<u8>,
    narrow: Vec<u8>,
    cells: Vec<String>,
    /// Whether the last mark ended a cell and nothing came since.
    after_cell: bool,
    picture_count: usize,
    fields: Vec<bool>,
}

/// What a character did to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The page goes on.
    On,
    /// A block ended; the page may.
    MayEnd,
    /// The document wants a new page.
    Break,
}

impl Blocks {
    /// Nothing yet, from `start` on.
    pub(super) fn new(start: &Position, code_page: u16) -> Self {
        Self {
            view: View::default(),
            code_page,
            text: String::new(),
            wide: Vec::new(),
            narrow: Vec::new(),
            cells: Vec::new(),
            after_cell: false,
            picture_count: 0,
            fields: start.fields.clone(),
        }
    }

    /// Takes a character, of one byte where `is_narrow`. `properties` tells those of the paragraph
    /// that ends here.
    pub(super) fn take(
        &mut self,
        unit: u16,
        is_narrow: bool,
        properties: impl FnOnce() -> Properties,
    ) -> Step {
        match unit {
            0x13 if self.fields.len() < FIELD_DEPTH => self.fields.push(true),
            0x14 => {
                if let Some(is_code) = self.fields.last_mut() {
                    *is_code = false;
                }
            }
            0x15 => drop(self.fields.pop()),
            _ if self.fields.contains(&true) => {}
            0x0D | 0x07 => return self.end_paragraph(unit == 0x07, properties()),
            0x0C => {
                self.end_text_block(properties());
                return Step::Break;
            }
            0x01 => self.picture_count += 1,
            0x0B => self.push_char('\n'),
            0x09 => self.push_char('\t'),
            0x1E => self.push_char('-'),
            0x1F => self.push_char('\u{AD}'),
            0x00..=0x1F => {}
            _ => {
                self.after_cell = false;
                self.push_unit(unit, is_narrow);
            }
        }
        Step::On
    }

    /// The page, and the place behind its last character.
    pub(super) fn finish(mut self, character: u32) -> (View, Position) {
        self.flush();
        if !self.cells.is_empty() {
            let text = core::mem::take(&mut self.text);
            self.cells.extend((!text.is_empty()).then_some(text));
            self.view.row(core::mem::take(&mut self.cells));
        } else if !self.text.is_empty() || self.picture_count > 0 {
            self.end_text_block(Properties::default());
        }
        (self.view, Position { character, fields: self.fields })
    }

    /// Whether nothing was shown so far.
    pub(super) fn is_empty(&self) -> bool {
        self.view.is_empty()
    }

    fn end_paragraph(&mut self, is_cell_mark: bool, properties: Properties) -> Step {
        self.flush();
        let was_after_cell = core::mem::replace(&mut self.after_cell, is_cell_mark);
        // Where the properties are missing, an empty cell behind a cell stands for the row's end.
        let seems_end = was_after_cell && self.text.is_empty() && !properties.is_in_table;
        if is_cell_mark && (properties.ends_row || seems_end) {
            let text = core::mem::take(&mut self.text);
            self.cells.extend((!text.is_empty()).then_some(text));
            self.after_cell = false;
            self.view.row(core::mem::take(&mut self.cells));
            return Step::MayEnd;
        }
        if is_cell_mark {
            self.cells.push(core::mem::take(&mut self.text));
            return Step::On;
        }
        if properties.is_in_table {
            self.text.push('\n');
            return Step::On;
        }
        self.end_text_block(properties);
        Step::MayEnd
    }

    fn end_text_block(&mut self, properties: Properties) {
        self.flush();
        if !self.cells.is_empty() {
            self.view.row(core::mem::take(&mut self.cells));
        }
        let text = core::mem::take(&mut self.text);
        match properties.heading {
            Some(level) if !text.trim().is_empty() => self.view.heading(level, &text),
            _ => self.view.paragraph(&text),
        }
        for _ in 0..core::mem::take(&mut self.picture_count) {
            self.view.picture("");
        }
    }

    fn push_char(&mut self, c: char) {
        self.flush();
        self.text.push(c);
    }

    fn push_unit(&mut self, unit: u16, is_narrow: bool) {
        let [low, high] = unit.to_le_bytes();
        if is_narrow {
            self.flush_wide();
            self.narrow.push(low);
        } else {
            self.flush_narrow();
            self.wide.extend([low, high]);
        }
    }

    fn flush(&mut self) {
        self.flush_wide();
        self.flush_narrow();
    }

    fn flush_wide(&mut self) {
        if !self.wide.is_empty() {
            self.text.push_str(&utf_16(&self.wide));
            self.wide.clear();
        }
    }

    fn flush_narrow(&mut self) {
        if !self.narrow.is_empty() {
            self.text.push_str(&in_code_page(&self.narrow, self.code_page));
            self.narrow.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, properties: impl Fn(usize) -> Properties) -> String {
        let mut blocks = Blocks::new(&Position::default(), 1252);
        for (index, unit) in text.encode_utf16().enumerate() {
            blocks.take(unit, false, || properties(index));
        }
        blocks.finish(0).0.to_string()
    }

    #[test]
    fn of_a_field_the_result_is_shown() {
        let text = "see \u{13} HYPERLINK \u{13}X\u{14}y\u{15} \u{14}there\u{15}.\rend";
        assert_eq!(shown(text, |_| Properties::default()), "see there.\nend\n");
    }

    #[test]
    fn cells_stand_in_rows() {
        let in_table = Properties { is_in_table: true, ..Properties::default() };
        let row_end = Properties { ends_row: true, ..in_table };
        let properties = |index| if index == 6 { row_end } else { in_table };
        assert_eq!(shown("a\u{7}b\rc\u{7}\u{7}", properties), "a\tb c\n");
    }
}
