//! Tables of the corpus: tab-separated, the first line names the columns.

use std::path::Path;

/// A parsed table over its text.
#[derive(Debug)]
pub(super) struct Table<'t> {
    columns: Vec<&'t str>,
    lines: Vec<&'t str>,
}

/// One line of a table.
#[derive(Debug)]
pub(super) struct Row<'a, 't> {
    columns: &'a [&'t str],
    cells: Vec<&'t str>,
}

/// The text of a table's file.
pub(super) fn read_text(path: &Path) -> String {
    match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

impl<'t> Table<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let mut lines = text.lines();
        let columns = lines.next().unwrap_or_default().split('\t').collect();
        Self { columns, lines: lines.collect() }
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &'t str> {
        self.columns.iter().copied()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_, 't>> {
        self.lines
            .iter()
            .map(|line| Row { columns: &self.columns, cells: line.split('\t').collect() })
    }
}

impl<'t> Row<'_, 't> {
    /// The cell under `column`; empty when the line ends before it.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let index = self.columns.iter().position(|name| *name == column);
        let index = index.unwrap_or_else(|| panic!("the table has no column {column}"));
        self.cells.get(index).copied().unwrap_or_default()
    }

    /// The number under `column`.
    pub(super) fn number(&self, column: &str) -> u64 {
        let text = self.text(column);
        text.parse().unwrap_or_else(|_| panic!("{text:?} under {column} is no number"))
    }
}
