//! What is shown of a document: blocks of plain text.
//!
//! Invariant: text in a view has no control characters but the line feed inside a paragraph or a
//! cell; it comes in through [`clean`], so what an untrusted document says cannot steer a
//! terminal.

use core::fmt;

/// One page of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// What it shows, from above.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Block {
    /// A heading; level 1 is the highest.
    Heading {
        /// From 1 to 9.
        level: u8,
        /// What it says.
        text: String,
    },
    /// A paragraph.
    Paragraph(String),
    /// A row of a table, by its cells.
    Row(Vec<String>),
    /// A picture that stands here.
    Picture {
        /// What the document calls it; empty when it has no name.
        name: String,
    },
}

impl View {
    /// Adds a heading.
    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        self.blocks.push(Block::Heading { level: level.clamp(1, 9), text: clean(text) });
    }

    /// Adds a paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.blocks.push(Block::Paragraph(clean(text)));
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.blocks.push(Block::Row(cells.into_iter().map(|cell| clean(&cell)).collect()));
    }

    /// Adds a picture.
    pub(crate) fn picture(&mut self, name: &str) {
        self.blocks.push(Block::Picture { name: clean(name) });
    }

    /// Whether there is nothing to see on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => text.trim().is_empty(),
            Block::Row(cells) => cells.iter().all(|cell| cell.trim().is_empty()),
            Block::Picture { .. } => false,
        })
    }
}

/// Plain text: a line for each paragraph, cells with tabs between them, pictures in brackets.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for block in &self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) => writeln!(f, "{text}")?,
                Block::Row(cells) => {
                    for (index, cell) in cells.iter().enumerate() {
                        let tab = if index == 0 { "" } else { "\t" };
                        write!(f, "{tab}{}", cell.replace('\n', " "))?;
                    }
                    writeln!(f)?;
                }
                Block::Picture { name } if name.is_empty() => writeln!(f, "[picture]")?,
                Block::Picture { name } => writeln!(f, "[picture: {name}]")?,
            }
        }
        Ok(())
    }
}

/// The text without control characters: ends of lines become line feeds, tabs become blanks, and
/// what else steers a terminal is left out.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\n' if after_return => {}
            '\r' | '\n' | '\u{0B}' | '\u{85}' => clean.push('\n'),
            '\t' => clean.push(' '),
            c if c.is_control() || c == '\u{FEFF}' => {}
            c => clean.push(c),
        }
        after_return = c == '\r';
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_left_out() {
        assert_eq!(clean("a\u{1b}[31mb\u{9b}c\r\nd\te\0"), "a[31mbc\nd e");
    }

    #[test]
    fn a_row_is_one_line() {
        let mut view = View::default();
        view.row(["a".into(), "b\nc".into()]);
        view.picture("");
        assert_eq!(view.to_string(), "a\tb c\n[picture]\n");
    }
}
