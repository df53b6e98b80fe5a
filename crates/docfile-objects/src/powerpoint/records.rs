//! The records of a PowerPoint stream: atoms with data and containers of records
//! ([MS-PPT] 2.3.1).
//!
//! Invariant: a record that claims more than its container has is cut at its end; a walk goes no
//! deeper than it is told to.

use docfile_compound::Result;

use crate::fields::{Fields, to_u64, to_usize, u16_at, u32_at};
use crate::source::Content;

/// What is read with a header, since what follows is wanted in any case.
const FIRST_LEN: usize = 512;
const HEADER_LEN: usize = 8;
const CONTAINER: u16 = 0xF;

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// What it is.
    pub(super) number: u16,
    /// What tells it from others of its number.
    pub(super) instance: u16,
    /// Whether it holds records.
    pub(super) is_container: bool,
    /// What it holds.
    pub(super) body: &'a [u8],
}

/// The records in these bytes, one after another.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut fields = Fields::new(bytes);
    core::iter::from_fn(move || {
        let (kind, number) = (fields.u16()?, fields.u16()?);
        let len = to_usize(fields.u32()?).min(fields.rest().len());
        let body = fields.take(len)?;
        Some(Record { number, instance: kind >> 4, is_container: kind & 0xF == CONTAINER, body })
    })
}

/// Shows `visit` each record in these bytes and below, parents first, down to `depth`.
pub(super) fn walk(bytes: &[u8], depth: usize, visit: &mut impl FnMut(&Record<'_>)) {
    for record in records(bytes) {
        visit(&record);
        if record.is_container && depth > 0 {
            walk(record.body, depth - 1, visit);
        }
    }
}

/// The first record of this number among these.
pub(super) fn find(bytes: &[u8], number: u16) -> Option<Record<'_>> {
    records(bytes).find(|record| record.number == number)
}

/// The bytes of the record at `offset` of the stream, with its header. `decrypt` undoes the
/// encryption of bytes that lie so far behind the start of the record.
pub(super) fn try_record(
    content: &dyn Content,
    offset: u32,
    decrypt: impl Fn(usize, &mut [u8]),
) -> Result<Vec<u8>> {
    let offset = u64::from(offset);
    let mut bytes = content.try_read(offset, FIRST_LEN)?;
    decrypt(0, &mut bytes);
    let len = u32_at(&bytes, 4).map_or(0, to_usize).saturating_add(HEADER_LEN);
    let have = bytes.len();
    if len > have && have == FIRST_LEN {
        let mut rest = content.try_read(offset.saturating_add(to_u64(have)), len - have)?;
        decrypt(have, &mut rest);
        bytes.extend(rest);
    }
    bytes.truncate(len);
    Ok(bytes)
}

/// The number of the record that these bytes begin with.
pub(super) fn number_of(bytes: &[u8]) -> Option<u16> {
    u16_at(bytes, 2)
}

/// The bytes of a record, for tests.
#[cfg(test)]
pub(super) fn record(kind: u16, number: u16, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    [&kind.to_le_bytes()[..], &number.to_le_bytes(), &len.to_le_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_cut_at_the_end_of_its_container() {
        let bytes = [&[0x0F, 0, 8, 0, 12, 0, 0, 0][..], &[0, 0, 9, 0, 0xFF, 0, 0, 0, 1]].concat();
        let mut seen = Vec::new();
        walk(&bytes, 4, &mut |record| seen.push((record.number, record.body.len())));
        assert_eq!(seen, [(8, 9), (9, 1)]);
    }
}
