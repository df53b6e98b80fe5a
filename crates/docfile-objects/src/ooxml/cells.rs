//! The rows of a sheet of Office Open XML, some at a time ([ECMA-376] 18.3).
//!
//! Invariant: a screen begins at the start of a row's element and ends before another, so the next
//! one starts there; a cell stands where its reference says, or else behind the one before.

use quick_xml::events::{BytesStart, Event};

use super::markup::{attribute, resolved};
use super::workbook::Styles;
use crate::bounds::Bounds;
use crate::excel::number_format;
use crate::view::View;

/// The highest column of a sheet, from 0.
const COLUMN_MAX: usize = 16_383;

/// What cells need to be shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) strings: Vec<String>,
    pub(super) styles: Styles,
    /// Whether days are counted from 1904.
    pub(super) is_1904: bool,
}

/// Rows of a sheet's part from `start` on; where the next screen begins, if there is one.
pub(super) fn screen(
    xml: &[u8],
    start: usize,
    context: &Context,
    bounds: &Bounds,
    view: &mut View,
) -> Option<usize> {
    let rest = xml.get(start..)?;
    let mut reader = quick_xml::Reader::from_reader(rest);
    let mut reading =
        Reading { context, bounds, row: Vec::new(), cell: None, text_left: bounds.page_text_len };
    let mut row_count = 0_u32;
    loop {
        let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let Ok(event) = reader.read_event() else { return None };
        match event {
            Event::Start(element) if element.local_name().as_ref() == b"row" => {
                if row_count >= bounds.page_row_count {
                    // Always behind the first row of this screen, so that it goes on.
                    return start.checked_add(position);
                }
                row_count = row_count.saturating_add(1);
            }
            Event::Start(element) => reading.start(&element),
            Event::Text(text) => {
                if let Ok(text) = text.decode() {
                    reading.push(&text);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(c) = resolved(&reference) {
                    reading.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                b"c" => reading.end_cell(),
                b"v" | b"t" => reading.end_value(),
                b"row" => {
                    let row = core::mem::take(&mut reading.row);
                    if !row.is_empty() {
                        view.row(row);
                    }
                }
                b"sheetData" => return None,
                _ => {}
            },
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[derive(Debug)]
struct Reading<'a> {
    context: &'a Context,
    bounds: &'a Bounds,
    row: Vec<String>,
    cell: Option<Cell>,
    text_left: usize,
}

#[derive(Debug, Default)]
struct Cell {
    column: usize,
    kind: String,
    style: usize,
    value: String,
    in_value: bool,
}

impl Reading<'_> {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"c" => {
                let reference = attribute(element, "r");
                let column = reference.and_then(|reference| column_of(&reference));
                self.cell = Some(Cell {
                    column: column.unwrap_or(self.row.len()),
                    kind: attribute(element, "t").unwrap_or_default(),
                    style: attribute(element, "s").and_then(|s| s.parse().ok()).unwrap_or_default(),
                    ..Cell::default()
                });
            }
            b"v" | b"t" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_value = true;
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.in_value) {
            cell.value.push_str(text);
        }
    }

    fn end_value(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.in_value = false;
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let is_shown = cell.column < usize::from(self.bounds.page_column_count);
        if cell.value.is_empty() || !is_shown || cell.column < self.row.len() {
            return;
        }
        self.row.resize(cell.column, String::new());
        let text = match self.text_left {
            0 => "…".to_owned(),
            _ => self.text_of(&cell),
        };
        self.text_left = self.text_left.saturating_sub(text.len());
        self.row.push(text);
    }

    fn text_of(&self, cell: &Cell) -> String {
        let (format, code) = self.context.styles.format_of(cell.style);
        let text = |text: &str| number_format::text_formatted(text, code);
        match cell.kind.as_str() {
            "s" => {
                let index = cell.value.trim().parse::<usize>().ok();
                let string = index.and_then(|index| self.context.strings.get(index));
                string.map(|string| text(string)).unwrap_or_default()
            }
            "b" => if cell.value.trim() == "0" { "FALSE" } else { "TRUE" }.to_owned(),
            "str" | "inlineStr" => text(&cell.value),
            "e" | "d" => cell.value.clone(),
            _ => match cell.value.trim().parse::<f64>() {
                Ok(number) => number_format::formatted(number, format, code, self.context.is_1904),
                Err(_) => cell.value.clone(),
            },
        }
    }
}

/// The column, from 0, of a reference such as `AB12`.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_usize, |column, letter| {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A' + 1);
        column.saturating_mul(26).saturating_add(digit)
    });
    column.checked_sub(1).filter(|column| *column <= COLUMN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &[u8] = b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>1</v></c>\
        <c r='C1'><v>0.5</v></c></row><row r='2'><c t='inlineStr'><is><t>x &amp; y</t></is></c>\
        <c t='b'><v>1</v></c><c r='D2' t='e'><f>1/0</f><v>#DIV/0!</v></c></row><row r='9'>\
        <c r='A9'><v>7</v></c></row></sheetData><t>no</t></worksheet>";

    #[test]
    fn cells_stand_where_their_references_say() {
        let context = Context { strings: vec!["no".into(), "one".into()], ..Context::default() };
        let mut view = View::default();
        assert_eq!(screen(SHEET, 0, &context, &Bounds::default(), &mut view), None);
        assert_eq!(view.to_string(), "one\t\t0.5\nx & y\tTRUE\t\t#DIV/0!\n7\n");
    }

    #[test]
    fn screens_follow_one_another() {
        let bounds = Bounds { page_row_count: 2, ..Bounds::default() };
        let mut view = View::default();
        let next = screen(SHEET, 0, &Context::default(), &bounds, &mut view).unwrap();
        let mut view = View::default();
        assert_eq!(screen(SHEET, next, &Context::default(), &bounds, &mut view), None);
        assert_eq!(view.to_string(), "7\n");
    }

    #[test]
    fn columns_are_counted_in_letters() {
        assert_eq!(column_of("A1"), Some(0));
        assert_eq!(column_of("AB12"), Some(27));
        assert_eq!(column_of("XFD1"), Some(COLUMN_MAX));
        assert_eq!(column_of("ZZZZZZZZZZZZZZZZZ1"), None);
        assert_eq!(column_of("12"), None);
    }
}
