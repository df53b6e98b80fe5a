//! The pages of a workbook of Office Open XML: some rows of one sheet each, sheets one after
//! another.
//!
//! Invariant: of the sheets only the one that is shown is unpacked, and kept until another is.

use std::sync::{Arc, Mutex, PoisonError};

use docfile_compound::Result;

use super::WORKBOOK;
use super::cells::{self, Context};
use super::workbook::{self, RELATIONS, STRINGS, STYLES, Sheet, Styles};
use crate::bounds::Bounds;
use crate::gather::Gather;
use crate::kept::Kept;
use crate::paging::Paging;
use crate::view::View;

/// Where a page begins.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    /// The index of the sheet.
    sheet: usize,
    /// The row's element in its part.
    offset: usize,
}

/// The pages, as far as they were asked for.
#[derive(Debug)]
pub(super) struct SheetPages {
    book: Kept<(Vec<Sheet>, Context)>,
    shown: Mutex<Option<(usize, Arc<Vec<u8>>)>>,
    paging: Paging<Position>,
}

impl Default for SheetPages {
    fn default() -> Self {
        let paging = Paging::new(Position::default());
        Self { book: Kept::default(), shown: Mutex::default(), paging }
    }
}

impl SheetPages {
    /// Page `index`, from the parts that `part` unpacks by name; empty ones are not there.
    pub(super) fn try_page(
        &self,
        index: usize,
        bounds: &Bounds,
        part: impl Fn(&str) -> Result<Vec<u8>>,
    ) -> Result<Option<View>> {
        self.paging.try_page(index, |start| self.try_make(start, bounds, &part))
    }

    fn try_make(
        &self,
        start: Position,
        bounds: &Bounds,
        part: &impl Fn(&str) -> Result<Vec<u8>>,
    ) -> Result<(View, Option<Position>)> {
        let (sheets, context) = self.book.try_get_or(|| try_book(part))?;
        let mut view = View::default();
        let Some(sheet) = sheets.get(start.sheet) else { return Ok((view, None)) };
        if start.offset == 0 {
            view.heading(1, &sheet.name);
        }
        let xml = self.try_sheet(start.sheet, &sheet.part, part)?;
        let next = match cells::screen(&xml, start.offset, context, bounds, &mut view) {
            Some(offset) => Some(Position { offset, ..start }),
            None => {
                let sheet = start.sheet.saturating_add(1);
                (sheet < sheets.len()).then_some(Position { sheet, offset: 0 })
            }
        };
        Ok((view, next))
    }

    fn try_sheet(
        &self,
        index: usize,
        name: &str,
        part: &impl Fn(&str) -> Result<Vec<u8>>,
    ) -> Result<Arc<Vec<u8>>> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match &*shown {
            Some((known, xml)) if *known == index => Ok(xml.clone()),
            _ => {
                let xml = Arc::new(part(name)?);
                *shown = Some((index, xml.clone()));
                Ok(xml)
            }
        }
    }
}

/// The sheets and what cells need.
fn try_book(part: &impl Fn(&str) -> Result<Vec<u8>>) -> Result<(Vec<Sheet>, Context)> {
    let mut gather = Gather::default();
    let mut read = |name| Ok(gather.add(part(name))?.unwrap_or_default());
    let (workbook, relations) = (read(WORKBOOK)?, read(RELATIONS)?);
    let (strings, styles) = (read(STRINGS)?, read(STYLES)?);
    gather.finish()?;
    let (sheets, is_1904) = workbook::sheets(&workbook, &relations);
    let (strings, styles) = (workbook::strings(&strings), Styles::parse(&styles));
    Ok((sheets, Context { strings, styles, is_1904 }))
}
