//! A table of an installer's database, stored column by column.
//!
//! Invariant: how many rows there are follows from the bytes of the table and the widths of its
//! columns, never from a stored count. A number is stored with its sign bit turned over, so that
//! nothing is zero.

use super::strings::Strings;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// A reference to a string.
    Text,
    /// A number of two bytes.
    Short,
    /// A number of four bytes.
    Long,
    /// A stream beside the tables; two bytes tell whether there is one.
    Binary,
}

/// The longest name, in bytes; `msi.dll` allows 64 characters and for properties 72.
const NAME_LEN_MAX: usize = 256;

const TEXT: u16 = 1 << 11;
const VALID: u16 = 1 << 8;
const NULLABLE: u16 = 1 << 12;

impl ColumnKind {
    /// The kind that a stored type tells.
    pub(super) const fn of(stored: u16) -> Self {
        if stored & !NULLABLE == TEXT | VALID {
            Self::Binary
        } else if stored & TEXT != 0 {
            Self::Text
        } else if stored & 0xFF == 4 {
            Self::Long
        } else {
            Self::Short
        }
    }

    const fn len(self, strings: &Strings<'_>) -> usize {
        match self {
            Self::Text => strings.reference_len(),
            Self::Short | Self::Binary => 2,
            Self::Long => 4,
        }
    }
}

/// A table: its columns and its bytes.
#[derive(Debug)]
pub(super) struct Table<'a> {
    columns: Vec<(usize, usize)>,
    bytes: &'a [u8],
    row_count: usize,
}

impl<'a> Table<'a> {
    /// The bytes of one row of a table with these columns.
    pub(super) fn row_len(columns: &[ColumnKind], strings: &Strings<'_>) -> usize {
        columns.iter().map(|column| column.len(strings)).sum()
    }

    pub(super) fn new(columns: &[ColumnKind], bytes: &'a [u8], strings: &Strings<'_>) -> Self {
        let lens: Vec<usize> = columns.iter().map(|column| column.len(strings)).collect();
        let row_len = Self::row_len(columns, strings);
        let row_count = bytes.len().checked_div(row_len).unwrap_or(0);
        let mut offset = 0_usize;
        let mut placed = Vec::new();
        for len in lens {
            placed.push((offset, len));
            offset = offset.saturating_add(len.saturating_mul(row_count));
        }
        Self { columns: placed, bytes, row_count }
    }

    pub(super) const fn row_count(&self) -> usize {
        self.row_count
    }

    /// The stored number in a cell.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<u32> {
        let (offset, len) = *self.columns.get(column)?;
        let start = offset.checked_add(row.checked_mul(len)?)?;
        let bytes = self.bytes.get(start..start.checked_add(len)?)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// The text in a cell.
    pub(super) fn text(&self, row: usize, column: usize, strings: &Strings<'_>) -> Option<String> {
        strings.get(self.cell(row, column)?)
    }

    /// The name in a cell: a text too long for a name is none.
    pub(super) fn name(&self, row: usize, column: usize, strings: &Strings<'_>) -> Option<String> {
        let number = self.cell(row, column)?;
        if strings.len_of(number)? > NAME_LEN_MAX { None } else { strings.get(number) }
    }

    /// The number in a cell of two bytes, as stored in types and places of columns.
    pub(super) fn short(&self, row: usize, column: usize) -> Option<u16> {
        u16::try_from(self.cell(row, column)? ^ 0x8000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_one_another() {
        let pool = [0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0];
        let strings = Strings::parse(&pool, b"ab");
        let bytes = [1, 0, 2, 0, 0x05, 0x80, 0x06, 0x80];
        let table = Table::new(&[ColumnKind::Text, ColumnKind::Short], &bytes, &strings);
        assert_eq!(table.row_count(), 2);
        assert_eq!(table.text(1, 0, &strings).as_deref(), Some("b"));
        assert_eq!((table.short(0, 1), table.short(1, 1)), (Some(5), Some(6)));
        assert_eq!((table.short(2, 1), table.cell(0, 2)), (None, None));
        assert_eq!(Table::new(&[], &bytes, &strings).row_count(), 0);
    }

    #[test]
    fn stored_types_tell_the_kind() {
        assert_eq!(ColumnKind::of(0x0D48), ColumnKind::Text);
        assert_eq!(ColumnKind::of(0x0502), ColumnKind::Short);
        assert_eq!(ColumnKind::of(0x1104), ColumnKind::Long);
        assert_eq!(ColumnKind::of(0x1900), ColumnKind::Binary);
    }
}
