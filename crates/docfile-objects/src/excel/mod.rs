//! Excel workbooks of 1993 to 2003 (the formats of Excel 5 and of Excel 97).
//!
//! Invariant: the facts need the start of the workbook up to its list of sheets. The first page
//! needs that, the first rows of the first sheet, and of the shared strings as many as come before
//! the last one shown. A page is some rows of one sheet; sheets follow one another.

mod cells;
mod cipher;
mod globals;
mod number_format;
mod records;
mod strings;

use std::collections::BTreeMap;

use docfile_compound::{Error, ErrorKind, Result};

use crate::document::{DocumentObject, Opening, Touch};
use crate::embedded;
use crate::gather::Gather;
use crate::info::{Detail, Info};
use crate::kept::Kept;
use crate::kind::Kind;
use crate::paging::Paging;
use crate::properties;
use crate::source::{Content, Source};
use crate::view::View;

use cells::{Cell, Screen, Value};
use cipher::{ExcelCipher, Filepass};
use globals::Globals;
use records::RecordCipher;
use strings::SharedStrings;

/// The stream with the workbook, from Excel 97 on and before.
const STREAM_NAMES: [&str; 2] = ["Workbook", "Book"];

/// How the storages of documents are called that are embedded or linked.
const EMBEDDED_PREFIXES: [&str; 2] = ["MBD", "LNK"];

/// Where a page begins.
#[derive(Debug, Clone, Default)]
struct Position {
    /// The index of the sheet.
    sheet: usize,
    /// The record in the stream, where it is not the sheet's first.
    offset: Option<u64>,
}

/// An Excel workbook.
#[derive(Debug)]
pub(crate) struct ExcelWorkbook {
    source: Source,
    opening: Opening,
    start: Kept<Globals>,
    cipher: Kept<Option<ExcelCipher>>,
    sheets: Kept<Globals>,
    globals: Kept<Globals>,
    strings: Kept<SharedStrings>,
    paging: Paging<Position>,
}

impl ExcelWorkbook {
    /// The object of this source.
    pub(crate) fn new(source: Source, opening: Opening) -> Self {
        Self {
            source,
            opening,
            start: Kept::default(),
            cipher: Kept::default(),
            sheets: Kept::default(),
            globals: Kept::default(),
            strings: Kept::default(),
            paging: Paging::new(Position::default()),
        }
    }

    fn try_content(&self) -> Result<impl Content + use<>> {
        for name in STREAM_NAMES {
            if let Some(stream) = self.source.try_stream(&[name])? {
                return Ok(stream);
            }
        }
        Err(Error::new(ErrorKind::Corrupt, "an Excel document without a workbook"))
    }

    fn try_start(&self) -> Result<&Globals> {
        self.start.try_get_or(|| Globals::try_start(&self.try_content()?))
    }

    fn try_cipher(&self) -> Result<Option<&dyn RecordCipher>> {
        let cipher = self.cipher.try_get_or(|| match &self.try_start()?.filepass {
            None => Ok(None),
            Some(body) => {
                let filepass = Filepass::parse(body, self.try_start()?.is_97)?;
                filepass.cipher(self.opening.password.as_deref()).map(Some)
            }
        })?;
        Ok(cipher.as_ref().map(|cipher| cipher as &dyn RecordCipher))
    }

    /// What the workbook says up to its list of sheets.
    fn try_sheets(&self) -> Result<&Globals> {
        self.sheets.try_get_or(|| {
            let (start, cipher) = (self.try_start()?.clone(), self.try_cipher()?);
            let count = self.opening.bounds.record_count;
            start.try_walk(&self.try_content()?, cipher, false, count)
        })
    }

    /// What the workbook says up to its strings.
    fn try_globals(&self) -> Result<&Globals> {
        self.globals.try_get_or(|| {
            let (sheets, cipher) = (self.try_sheets()?.clone(), self.try_cipher()?);
            let count = self.opening.bounds.record_count;
            sheets.try_walk(&self.try_content()?, cipher, true, count)
        })
    }

    fn try_strings(&self) -> Result<&SharedStrings> {
        self.strings.try_get_or(|| Ok(SharedStrings::new(self.try_globals()?.strings_offset)))
    }

    fn try_make(&self, start: Position) -> Result<(View, Option<Position>)> {
        let sheets = self.try_sheets()?;
        let Some(sheet) = sheets.sheets.get(start.sheet) else {
            return Ok((View::default(), None));
        };
        let mut view = View::default();
        let mut screen = Screen::default();
        if start.offset.is_none() {
            view.heading(1, &sheet.name);
        }
        if sheet.has_cells {
            let (content, cipher) = (self.try_content()?, self.try_cipher()?);
            let offset = start.offset.unwrap_or(sheet.offset);
            let bounds = &self.opening.bounds;
            let mut gather = Gather::default();
            let step = cells::try_screen(&content, cipher, sheets, offset, bounds);
            let read = gather.add(step)?;
            // Styles are wanted by every cell, and stand before the strings.
            let globals = gather.add(self.try_globals())?;
            gather.finish()?;
            screen = read.unwrap_or_default();
            self.show(&mut view, globals.unwrap_or(sheets), &screen.cells, &content, cipher)?;
        }
        let next = match screen.next {
            Some(offset) => Some(Position { offset: Some(offset), ..start }),
            None => {
                let sheet = start.sheet.saturating_add(1);
                (sheet < sheets.sheets.len()).then_some(Position { sheet, offset: None })
            }
        };
        Ok((view, next))
    }

    fn show(
        &self,
        view: &mut View,
        globals: &Globals,
        cells: &BTreeMap<(u16, u16), Cell>,
        content: &dyn Content,
        cipher: Option<&dyn RecordCipher>,
    ) -> Result<()> {
        let shared = cells.values().filter_map(|cell| match cell.value {
            Value::Shared(index) => Some(index),
            _ => None,
        });
        let strings = match shared.max() {
            Some(last) => {
                let strings = self.try_strings()?;
                strings.try_load(content, cipher, last)?;
                Some(strings)
            }
            None => None,
        };
        let mut text_left = self.opening.bounds.page_text_len;
        let mut rows: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for ((row, column), cell) in cells {
            let row = rows.entry(*row).or_default();
            row.resize(usize::from(*column), String::new());
            let text =
                if text_left > 0 { text_of(cell, globals, strings) } else { "…".to_owned() };
            text_left = text_left.saturating_sub(text.len());
            row.push(text);
        }
        for row in rows.into_values() {
            view.row(row);
        }
        Ok(())
    }
}

impl DocumentObject for ExcelWorkbook {
    fn kind(&self) -> Kind {
        Kind::Excel
    }

    fn try_info(&self) -> Result<Info> {
        let mut gather = Gather::default();
        let info = gather.add(properties::try_info(&self.source, Kind::Excel))?;
        let start = gather.add(self.try_start());
        let sheets = gather.add(self.try_sheets());
        let embedded = embedded::try_in_storages(self.source.elements(), &[], &EMBEDDED_PREFIXES);
        let embedded = gather.add(embedded);
        gather.finish()?;
        let mut info = info.unwrap_or_else(|| Info::new(Kind::Excel));
        if let Ok(Some(start)) = start {
            info.version = Some(if start.is_97 { "97-2003" } else { "5/95" }.to_owned());
            info.add("encrypted", start.filepass.is_some());
            if let Some(body) = &start.filepass {
                let name = Filepass::parse(body, start.is_97).map(|filepass| filepass.name());
                info.add("encryption", name.unwrap_or_else(|_| "unknown".to_owned()));
            }
        }
        if let Ok(Some(sheets)) = sheets {
            let names = sheets.sheets.iter().map(|sheet| Detail::from(sheet.name.as_str()));
            info.add("sheets", Detail::List(names.collect()));
            let hidden = sheets.sheets.iter().filter(|sheet| !sheet.is_visible).count();
            info.add("hidden_sheet_count", hidden);
        }
        info.add_embedded(&embedded.ok().flatten().unwrap_or_default());
        Ok(info)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        self.paging.try_page(index, |start| self.try_make(start))
    }

    fn touches(&self) -> Vec<Touch> {
        self.source.touches()
    }
}

fn text_of(cell: &Cell, globals: &Globals, strings: Option<&SharedStrings>) -> String {
    let (format, code) = globals.format_of(cell.style);
    match &cell.value {
        Value::Number(number) => number_format::formatted(*number, format, code, globals.is_1904),
        Value::Text(text) => number_format::text_formatted(text, code),
        Value::Shared(index) => {
            let text = strings.and_then(|strings| strings.get(*index)).unwrap_or_default();
            number_format::text_formatted(&text, code)
        }
        Value::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Mistake(number) => mistake(*number).to_owned(),
    }
}

/// The name of a mistake ([MS-XLS] 2.5.10).
const fn mistake(number: u8) -> &'static str {
    match number {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
