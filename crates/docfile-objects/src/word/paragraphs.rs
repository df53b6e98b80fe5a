//! The properties of paragraphs that matter to plain text: whether it ends a row, lies in a table
//! or is a heading ([MS-DOC] 2.9.174 and 2.6.2; before Word 97 with shorter fields).
//!
//! Invariant: a page of properties is read only when a paragraph on it is shown, and kept. What is
//! damaged is a paragraph without properties.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use docfile_compound::Result;

use super::fib::Place;
use crate::fields::{Fields, to_usize, u16_at, u32_at};
use crate::gather::Gather;
use crate::source::Content;

const PAGE_LEN: usize = 512;
/// Twenty-two bits of a number are that of the page.
const PAGE_NUMBER: u32 = 0x3F_FFFF;
const HEADINGS: core::ops::RangeInclusive<u16> = 1..=9;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Properties {
    /// Whether it lies in a table.
    pub(super) is_in_table: bool,
    /// Whether it ends a row.
    pub(super) ends_row: bool,
    /// Its level as a heading, from 1.
    pub(super) heading: Option<u8>,
}

/// The index of the pages of properties, and the pages read so far.
#[derive(Debug)]
pub(super) struct Paragraphs {
    /// Where in the main stream the text begins that a page is about, and the page's number.
    index: Vec<(u32, u32)>,
    pages: Mutex<BTreeMap<u32, Vec<u8>>>,
    is_97: bool,
}

impl Paragraphs {
    /// Reads the index at `place` of the tables.
    pub(super) fn try_new(tables: &dyn Content, place: Place, is_97: bool) -> Result<Self> {
        let bytes = tables.try_read(place.offset.into(), to_usize(place.len))?;
        let number_len = if is_97 { 4 } else { 2 };
        let count = bytes.len().saturating_sub(4) / (4 + number_len);
        let mut index = Vec::new();
        for position in 0..count {
            let Some(start) = u32_at(&bytes, position * 4) else { break };
            let at = (count + 1) * 4 + position * number_len;
            let number = if is_97 {
                u32_at(&bytes, at).map(|number| number & PAGE_NUMBER)
            } else {
                u16_at(&bytes, at).map(u32::from)
            };
            index.extend(number.map(|number| (start, number)));
        }
        index.sort_unstable_by_key(|(start, _)| *start);
        Ok(Self { index, pages: Mutex::default(), is_97 })
    }

    /// Reads the pages about the text from `start` to `end` of the main stream.
    pub(super) fn try_load(&self, main: &dyn Content, start: u32, end: u32) -> Result<()> {
        let first = self.index.partition_point(|(known, _)| *known <= start).saturating_sub(1);
        let mut gather = Gather::default();
        for (_, number) in self.index.iter().skip(first).take_while(|(known, _)| *known < end) {
            if self.lock().contains_key(number) {
                continue;
            }
            let offset = u64::from(*number).saturating_mul(PAGE_LEN as u64);
            if let Some(page) = gather.add(main.try_read(offset, PAGE_LEN))? {
                self.lock().insert(*number, page);
            }
        }
        gather.finish()
    }

    /// The properties of the paragraph whose end lies at `offset` of the main stream; none where
    /// its page was not read.
    pub(super) fn at(&self, offset: u32) -> Properties {
        let place = self.index.partition_point(|(start, _)| *start <= offset).checked_sub(1);
        let number = place.and_then(|place| self.index.get(place)).map(|(_, number)| *number);
        let pages = self.lock();
        let page = number.and_then(|number| pages.get(&number));
        page.and_then(|page| on_page(page, offset, self.is_97)).unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Vec<u8>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn on_page(page: &[u8], offset: u32, is_97: bool) -> Option<Properties> {
    let count = usize::from(*page.get(PAGE_LEN - 1)?);
    let index = (0..count).find(|index| {
        let bounds = (u32_at(page, index * 4), u32_at(page, index * 4 + 4));
        matches!(bounds, (Some(start), Some(end)) if start <= offset && offset < end)
    })?;
    let entry_len = if is_97 { 13 } else { 7 };
    let at = usize::from(*page.get((count + 1) * 4 + index * entry_len)?) * 2;
    if at == 0 {
        return Some(Properties::default());
    }
    let mut fields = Fields::new(page.get(at..)?);
    let word_count = usize::from(fields.u8()?);
    let len = match (is_97, word_count) {
        (true, 0) => usize::from(fields.u8()?) * 2,
        _ => (word_count * 2).saturating_sub(1),
    };
    let rest = fields.rest();
    let mut fields = Fields::new(rest.get(..len).unwrap_or(rest));
    let style = fields.u16()?;
    let mut properties = Properties::default();
    if HEADINGS.contains(&style) {
        properties.heading = u8::try_from(style).ok();
    }
    if is_97 {
        apply_97(&mut properties, fields);
    } else {
        apply_6(&mut properties, fields);
    }
    Some(properties)
}

/// Applies modifiers, each of which says in its first bits how long it is.
fn apply_97(properties: &mut Properties, mut fields: Fields<'_>) -> Option<()> {
    loop {
        let modifier = fields.u16()?;
        let len = match (modifier >> 13, modifier) {
            (0 | 1, _) => 1,
            (2 | 4 | 5, _) => 2,
            (3, _) => 4,
            (7, _) => 3,
            // The definition of a table says its length in two bytes, one too many.
            (_, 0xD608) => usize::from(fields.u16()?).saturating_sub(1),
            (_, 0xC615) => match fields.u8()? {
                // A tab change that is too long for its byte is not read past.
                255 => return None,
                len => usize::from(len),
            },
            _ => usize::from(fields.u8()?),
        };
        let operand = fields.take(len)?;
        let is_set = operand.first().is_some_and(|byte| *byte != 0);
        match modifier {
            0x2416 => properties.is_in_table = is_set,
            0x2417 => properties.ends_row = is_set,
            0x2640 => {
                let level = operand.first().map(|level| level.saturating_add(1));
                properties.heading = level.filter(|level| *level <= 9);
            }
            _ => {}
        }
    }
}

/// Looks for the two modifiers of tables among those of Word 6, whose lengths go by their number.
fn apply_6(properties: &mut Properties, mut fields: Fields<'_>) -> Option<()> {
    loop {
        let modifier = fields.u8()?;
        let len = match modifier {
            2 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 26 | 27 | 28 | 30 => 2,
            3..=11 | 13 | 14 | 24 | 25 | 29 | 37 | 44 | 50 | 51 => 1,
            31..=36 | 38..=43 | 45..=49 => 2,
            12 | 15 | 23 => usize::from(fields.u8()?),
            190 => usize::from(fields.u16()?).saturating_sub(1),
            // What comes behind one of unknown length cannot be told.
            _ => return None,
        };
        let operand = fields.take(len)?;
        let is_set = operand.first().is_some_and(|byte| *byte != 0);
        match modifier {
            24 => properties.is_in_table = is_set,
            25 => properties.ends_row = is_set,
            _ => {}
        }
    }
}
