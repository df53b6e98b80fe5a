//! The cells of a sheet, one screen of rows at a time ([MS-XLS] 2.1.7.20.5).
//!
//! Invariant: a screen ends at the record that begins one row too many, so the next one starts
//! there. Records of charts that stand inside a sheet are passed over.

use std::collections::BTreeMap;

use docfile_compound::Result;

use super::globals::Globals;
use super::records::{Record, RecordCipher, Records, number};
use super::strings::string;
use crate::bounds::Bounds;
use crate::fields::{Fields, array_at, f64_at, u16_at, u32_at};
use crate::source::Content;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A number, a date or a time.
    Number(f64),
    /// Text.
    Text(String),
    /// The shared string of this index.
    Shared(u32),
    /// Yes or no.
    Bool(bool),
    /// A mistake, by its number.
    Mistake(u8),
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// The style, by its index.
    pub(super) style: u16,
    pub(super) value: Value,
}

/// Rows of a sheet.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// By row and column.
    pub(super) cells: BTreeMap<(u16, u16), Cell>,
    /// Where the next screen of this sheet begins, if there is one.
    pub(super) next: Option<u64>,
}

/// Reads a screen of the sheet from the record at `offset` on.
pub(super) fn try_screen(
    content: &dyn Content,
    cipher: Option<&dyn RecordCipher>,
    globals: &Globals,
    offset: u64,
    bounds: &Bounds,
) -> Result<Screen> {
    let mut walk = Walk { globals, bounds, screen: Screen::default(), row_count: 0, last: None };
    let mut records = Records::new(content, cipher, offset);
    let mut depth = 0_usize;
    for _ in 0..bounds.record_count {
        let at = records.offset();
        match records.try_peek()? {
            None => break,
            Some(number::BOF) => {
                depth = depth.saturating_add(1);
                records.try_skip()?;
            }
            Some(number::EOF) if depth <= 1 => break,
            Some(number::EOF) => {
                depth = depth.saturating_sub(1);
                records.try_skip()?;
            }
            Some(number) if depth <= 1 && is_cell(number) => {
                let Some(record) = records.try_next()? else { break };
                if walk.begins_too_much(&record) {
                    walk.screen.next = Some(at);
                    break;
                }
                walk.take(&record);
            }
            Some(_) => records.try_skip()?,
        }
    }
    Ok(walk.screen)
}

const fn is_cell(number: u16) -> bool {
    matches!(
        number,
        number::LABEL_SST
            | number::LABEL
            | number::RICH_LABEL
            | number::NUMBER
            | number::RK
            | number::MULTIPLE_RK
            | number::FORMULA
            | number::FORMULA_4
            | number::STRING
            | number::BOOL_ERROR
    )
}

struct Walk<'a> {
    globals: &'a Globals,
    bounds: &'a Bounds,
    screen: Screen,
    row_count: u32,
    /// The cell of the formula that waits for its string.
    last: Option<(u16, u16, u16)>,
}

impl Walk<'_> {
    /// Whether this record begins a row when the screen has all of its rows.
    fn begins_too_much(&mut self, record: &Record) -> bool {
        if record.number == number::STRING {
            return false;
        }
        let Some(row) = u16_at(&record.body, 0) else { return false };
        if self.screen.cells.range((row, 0)..=(row, u16::MAX)).next().is_some() {
            return false;
        }
        self.row_count = self.row_count.saturating_add(1);
        self.row_count > self.bounds.page_row_count
    }

    fn take(&mut self, record: &Record) -> Option<()> {
        if record.number == number::STRING {
            let (row, column, style) = self.last.take()?;
            let mut fields = Fields::new(&record.body);
            let count = fields.u16()?.into();
            let text = string(&mut fields, count, self.globals.is_97, self.globals.code_page)?;
            self.put(row, column, style, Value::Text(text));
            return Some(());
        }
        let mut fields = Fields::new(&record.body);
        let (row, column) = (fields.u16()?, fields.u16()?);
        if record.number == number::MULTIPLE_RK {
            // Styles and numbers, then the last column.
            let cells = fields.rest().chunks_exact(6);
            for (column, cell) in (column..=u16::MAX).zip(cells) {
                let (style, packed) = (u16_at(cell, 0)?, u32_at(cell, 2)?);
                self.put(row, column, style, Value::Number(unpacked(packed)));
            }
            return Some(());
        }
        let style = fields.u16()?;
        let value = match record.number {
            number::LABEL_SST => Value::Shared(fields.u32()?),
            number::LABEL | number::RICH_LABEL => {
                let count = fields.u16()?.into();
                Value::Text(string(&mut fields, count, self.globals.is_97, self.globals.code_page)?)
            }
            number::NUMBER => Value::Number(f64_at(fields.rest(), 0)?),
            number::RK => Value::Number(unpacked(fields.u32()?)),
            number::BOOL_ERROR => match (fields.u8()?, fields.u8()?) {
                (value, 0) => Value::Bool(value != 0),
                (mistake, _) => Value::Mistake(mistake),
            },
            _ => match array_at::<8>(fields.rest(), 0)? {
                [0, .., 0xFF, 0xFF] => {
                    self.last = Some((row, column, style));
                    return Some(());
                }
                [1, _, value, .., 0xFF, 0xFF] => Value::Bool(value != 0),
                [2, _, mistake, .., 0xFF, 0xFF] => Value::Mistake(mistake),
                [_, .., 0xFF, 0xFF] => return Some(()),
                number => Value::Number(f64::from_le_bytes(number)),
            },
        };
        self.put(row, column, style, value);
        Some(())
    }

    fn put(&mut self, row: u16, column: u16, style: u16, value: Value) {
        if column < self.bounds.page_column_count {
            self.screen.cells.insert((row, column), Cell { style, value });
        }
    }
}

/// The number in four bytes ([MS-XLS] 2.5.217): an integer or the upper half of a double, perhaps
/// in hundredths.
fn unpacked(packed: u32) -> f64 {
    let number = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { number / 100.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unpacked() {
        assert_eq!(unpacked(0x3FF0_0000), 1.0);
        assert_eq!(unpacked(0x3FF0_0001), 0.01);
        assert_eq!(unpacked((12_345 << 2) | 3), 123.45);
        assert_eq!(unpacked(((-7_i32) << 2).cast_unsigned() | 2), -7.0);
    }
}
