//! The shared strings of a workbook, read as far as they are asked for ([MS-XLS] 2.4.265).
//!
//! Invariant: what was read stays, and the place behind it; a string whose bytes are missing is
//! begun anew. A string that crosses into a continuing record tells the width of its characters
//! again there.

use std::sync::{Mutex, PoisonError};

use docfile_compound::Result;

use super::records::{RecordCipher, Records, number};
use crate::fields::{Fields, in_code_page, to_usize, utf_16};
use crate::source::Content;

const IS_WIDE: u8 = 1;
const HAS_EXTENSION: u8 = 4;
const HAS_RUNS: u8 = 8;
const RUN_LEN: usize = 4;
/// What precedes the first string: how often strings are used, and how many there are.
const COUNTS_LEN: usize = 8;

/// The strings from one place on.
#[derive(Debug)]
pub(super) struct SharedStrings {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    known: Vec<String>,
    /// Where the record begins that the next string begins in, and how far inside.
    record_offset: u64,
    position: usize,
    is_complete: bool,
}

impl SharedStrings {
    /// The strings in the record at `offset`; none are there without one.
    pub(super) fn new(offset: Option<u64>) -> Self {
        let state = State {
            known: Vec::new(),
            record_offset: offset.unwrap_or_default(),
            position: COUNTS_LEN,
            is_complete: offset.is_none(),
        };
        Self { state: Mutex::new(state) }
    }

    /// Makes sure that the string at `index` was read, if there is one.
    pub(super) fn try_load(
        &self,
        content: &dyn Content,
        cipher: Option<&dyn RecordCipher>,
        index: u32,
    ) -> Result<()> {
        let mut state = self.lock();
        if state.is_complete || to_usize(index) < state.known.len() {
            return Ok(());
        }
        let records = Records::new(content, cipher, state.record_offset);
        let mut chunks = Chunks { records, body: Vec::new(), offset: 0, position: 0 };
        if !chunks.try_advance(true)? {
            state.is_complete = true;
            return Ok(());
        }
        chunks.position = state.position;
        while to_usize(index) >= state.known.len() {
            let Some(string) = chunks.try_string()? else {
                state.is_complete = true;
                break;
            };
            state.known.push(string);
            (state.record_offset, state.position) = (chunks.offset, chunks.position);
        }
        Ok(())
    }

    /// The string at `index`, as far as it was read.
    pub(super) fn get(&self, index: u32) -> Option<String> {
        self.lock().known.get(to_usize(index)).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record and those that continue it, as one run of bytes with known seams.
#[derive(Debug)]
struct Chunks<'a> {
    records: Records<'a>,
    body: Vec<u8>,
    offset: u64,
    position: usize,
}

impl Chunks<'_> {
    /// Goes on to the next record, if it continues this one or is the first.
    fn try_advance(&mut self, is_first: bool) -> Result<bool> {
        let expected = match self.records.try_peek()? {
            Some(number::SST) => is_first,
            Some(number::CONTINUE) => true,
            _ => false,
        };
        let next = if expected { self.records.try_next()? } else { None };
        let Some(record) = next else { return Ok(false) };
        (self.body, self.offset, self.position) = (record.body, record.offset, 0);
        Ok(true)
    }

    fn left(&self) -> &[u8] {
        self.body.get(self.position..).unwrap_or_default()
    }

    /// The next `N` bytes, wherever the seams are.
    fn try_array<const N: usize>(&mut self) -> Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            while self.left().is_empty() {
                if !self.try_advance(false)? {
                    return Ok(None);
                }
            }
            *byte = self.left().first().copied().unwrap_or_default();
            self.position += 1;
        }
        Ok(Some(bytes))
    }

    /// Goes past `len` bytes, wherever the seams are.
    fn try_skip(&mut self, mut len: usize) -> Result<bool> {
        loop {
            let step = len.min(self.left().len());
            self.position += step;
            len -= step;
            if len == 0 {
                return Ok(true);
            }
            if !self.try_advance(false)? {
                return Ok(false);
            }
        }
    }

    fn try_string(&mut self) -> Result<Option<String>> {
        let Some(count) = self.try_array()?.map(u16::from_le_bytes) else { return Ok(None) };
        let Some([flags]) = self.try_array()? else { return Ok(None) };
        let mut behind_len = 0_usize;
        if flags & HAS_RUNS != 0 {
            let Some(count) = self.try_array()?.map(u16::from_le_bytes) else { return Ok(None) };
            behind_len = usize::from(count).saturating_mul(RUN_LEN);
        }
        if flags & HAS_EXTENSION != 0 {
            let Some(len) = self.try_array()?.map(u32::from_le_bytes) else { return Ok(None) };
            behind_len = behind_len.saturating_add(to_usize(len));
        }
        let Some(text) = self.try_characters(count.into(), flags & IS_WIDE != 0)? else {
            return Ok(None);
        };
        Ok(self.try_skip(behind_len)?.then_some(text))
    }

    fn try_characters(&mut self, mut count: usize, mut is_wide: bool) -> Result<Option<String>> {
        let mut wide = Vec::new();
        while count > 0 {
            if self.left().is_empty() {
                if !self.try_advance(false)? {
                    return Ok(None);
                }
                let Some([flags]) = self.try_array()? else { return Ok(None) };
                is_wide = flags & IS_WIDE != 0;
            }
            let width = if is_wide { 2 } else { 1 };
            let taken = count.min(self.left().len() / width);
            let bytes = self.left().get(..taken.saturating_mul(width)).unwrap_or_default();
            match is_wide {
                true => wide.extend_from_slice(bytes),
                false => wide.extend(bytes.iter().flat_map(|byte| [*byte, 0])),
            }
            // Half a character before a seam belongs to nobody.
            self.position = match taken {
                0 => self.body.len(),
                _ => self.position.saturating_add(taken.saturating_mul(width)),
            };
            count -= taken;
        }
        Ok(Some(utf_16(&wide)))
    }
}

/// The string at the start of `fields`, after its count of characters: with a flag for their width
/// from Excel 97 on, in the code page of the workbook before.
pub(super) fn string(
    fields: &mut Fields<'_>,
    count: usize,
    is_97: bool,
    code_page: u16,
) -> Option<String> {
    if !is_97 {
        let bytes = fields.take(count.min(fields.rest().len()))?;
        return Some(in_code_page(bytes, code_page));
    }
    let flags = fields.u8()?;
    if flags & HAS_RUNS != 0 {
        fields.take(2)?;
    }
    if flags & HAS_EXTENSION != 0 {
        fields.take(4)?;
    }
    let len = if flags & IS_WIDE != 0 { count.saturating_mul(2) } else { count };
    let bytes = fields.take(len.min(fields.rest().len()))?;
    Some(match flags & IS_WIDE != 0 {
        true => utf_16(bytes),
        false => bytes.iter().map(|byte| char::from(*byte)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_on_in_another_width() {
        let content = [
            &[0xFC, 0, 13, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, b'a', b'b'][..],
            &[0x3C, 0, 10, 0, 1, b'c', 0, b'd', 4, 1, 0, 0, b'z', 0],
        ]
        .concat();
        let strings = SharedStrings::new(Some(0));
        strings.try_load(&content, None, 0).unwrap();
        assert_eq!(strings.get(0).as_deref(), Some("abc\u{464}"));
        strings.try_load(&content, None, 9).unwrap();
        assert_eq!(strings.get(1).as_deref(), Some("z"));
        assert_eq!(strings.get(2), None);
    }
}
