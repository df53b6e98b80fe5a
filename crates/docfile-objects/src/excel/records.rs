//! The records of a workbook stream, walked one after another ([MS-XLS] 2.1.4).
//!
//! Invariant: the stream is read in windows that grow while the walk goes on; a record that is cut
//! by the end of the stream ends the walk. Nothing is allocated by a claimed length, which is at
//! most 64 KiB.

use core::fmt::Debug;

use docfile_compound::Result;

use crate::fields::{to_u64, u16_at};
use crate::source::Content;

const HEADER_LEN: usize = 4;
const FIRST_WINDOW_LEN: usize = 4 << 10;
const LAST_WINDOW_LEN: usize = 64 << 10;

/// Numbers of the records that are used.
pub(super) mod number {
    pub(in super::super) const BOF: u16 = 0x0809;
    pub(in super::super) const EOF: u16 = 0x000A;
    pub(in super::super) const FILEPASS: u16 = 0x002F;
    pub(in super::super) const CODEPAGE: u16 = 0x0042;
    pub(in super::super) const DATE_1904: u16 = 0x0022;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const XF: u16 = 0x00E0;
    pub(in super::super) const BOUNDSHEET: u16 = 0x0085;
    pub(in super::super) const SST: u16 = 0x00FC;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const LABEL_SST: u16 = 0x00FD;
    pub(in super::super) const LABEL: u16 = 0x0204;
    pub(in super::super) const RICH_LABEL: u16 = 0x00D6;
    pub(in super::super) const NUMBER: u16 = 0x0203;
    pub(in super::super) const RK: u16 = 0x027E;
    pub(in super::super) const MULTIPLE_RK: u16 = 0x00BD;
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const FORMULA_4: u16 = 0x0406;
    pub(in super::super) const STRING: u16 = 0x0207;
    pub(in super::super) const BOOL_ERROR: u16 = 0x0205;
}

/// Undoes the encryption of records.
pub(super) trait RecordCipher: Debug + Send + Sync {
    /// Decrypts the body of a record of this number that begins at `offset` of the stream.
    fn decrypt(&self, number: u16, offset: u64, body: &mut [u8]);
}

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// What it is.
    pub(super) number: u16,
    /// Where its header begins in the stream.
    pub(super) offset: u64,
    /// What it holds.
    pub(super) body: Vec<u8>,
}

/// A walk through a stream.
#[derive(Debug)]
pub(super) struct Records<'a> {
    content: &'a dyn Content,
    cipher: Option<&'a dyn RecordCipher>,
    offset: u64,
    window: Vec<u8>,
    window_start: u64,
    window_len: usize,
}

impl<'a> Records<'a> {
    /// A walk from the record at `offset` on.
    pub(super) fn new(
        content: &'a dyn Content,
        cipher: Option<&'a dyn RecordCipher>,
        offset: u64,
    ) -> Self {
        let window_len = FIRST_WINDOW_LEN;
        Self { content, cipher, offset, window: Vec::new(), window_start: offset, window_len }
    }

    /// Where the next record begins.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record; `None` at the end. A pending step changes nothing.
    pub(super) fn try_next(&mut self) -> Result<Option<Record>> {
        let Some((number, len)) = self.try_header()? else { return Ok(None) };
        let start = self.offset.saturating_add(to_u64(HEADER_LEN));
        let Some(body) = self.try_bytes(start, len)? else { return Ok(None) };
        let mut body = body.to_vec();
        if let Some(cipher) = self.cipher {
            cipher.decrypt(number, start, &mut body);
        }
        let record = Record { number, offset: self.offset, body };
        self.offset = start.saturating_add(to_u64(len));
        Ok(Some(record))
    }

    /// The number of the next record, without reading what it holds.
    pub(super) fn try_peek(&mut self) -> Result<Option<u16>> {
        Ok(self.try_header()?.map(|(number, _)| number))
    }

    /// Goes past the next record without reading what it holds.
    pub(super) fn try_skip(&mut self) -> Result<()> {
        if let Some((_, len)) = self.try_header()? {
            self.offset = self.offset.saturating_add(to_u64(HEADER_LEN.saturating_add(len)));
        }
        Ok(())
    }

    fn try_header(&mut self) -> Result<Option<(u16, usize)>> {
        let header = self.try_bytes(self.offset, HEADER_LEN)?;
        let number = header.and_then(|header| u16_at(header, 0));
        let len = header.and_then(|header| u16_at(header, 2));
        Ok(number.zip(len).map(|(number, len)| (number, len.into())))
    }

    /// The `len` bytes at `offset`, from the window.
    fn try_bytes(&mut self, offset: u64, len: usize) -> Result<Option<&[u8]>> {
        let window_end = self.window_start.saturating_add(to_u64(self.window.len()));
        let end = offset.saturating_add(to_u64(len));
        if offset < self.window_start || end > window_end {
            // In whole windows, so that what is missing is named in the same pieces again.
            let step = to_u64(FIRST_WINDOW_LEN);
            let start = offset - offset % step;
            let wanted = end.saturating_sub(start).next_multiple_of(step);
            let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).max(self.window_len);
            self.window = self.content.try_read(start, wanted)?;
            self.window_start = start;
            self.window_len = self.window_len.saturating_mul(2).min(LAST_WINDOW_LEN);
        }
        let from = usize::try_from(offset.saturating_sub(self.window_start)).unwrap_or(usize::MAX);
        Ok(self.window.get(from..from.saturating_add(len)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_cut_ends_the_walk() {
        let content = [&[0x85, 0, 2, 0, 7, 8][..], &[0xFC, 0, 9, 0, 1]].concat();
        let mut records = Records::new(&content, None, 0);
        let record = records.try_next().unwrap().unwrap();
        assert_eq!((record.number, record.body.as_slice()), (number::BOUNDSHEET, &[7, 8][..]));
        assert_eq!(records.try_peek().unwrap(), Some(number::SST));
        assert!(records.try_next().unwrap().is_none());
        assert_eq!(records.offset(), 6);
    }
}
