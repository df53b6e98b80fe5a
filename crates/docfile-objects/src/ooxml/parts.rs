//! The parts of a package: a zip archive read from its directory at the end (APPNOTE 4.3).
//!
//! Invariant: a part is unpacked to at most the bound of one read; parts that the directory names
//! twice are those named first. Archives of 4 GiB and more are not read.

use docfile_compound::{Error, ErrorKind, Result};

use crate::fields::{Fields, to_u64, to_usize, u16_at, u32_at};
use crate::source::Content;

const END_MARK: &[u8] = b"PK\x05\x06";
const ENTRY_MARK: u32 = 0x0201_4B50;
/// The end of the directory with the longest comment that is looked past.
const TAIL_LEN: u64 = 4096;
const LOCAL_HEADER_LEN: usize = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A part, as the directory names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    method: u16,
    stored_len: u32,
    /// In bytes, unpacked.
    pub(super) len: u32,
    header_offset: u32,
}

/// The parts of the archive.
pub(super) fn try_list(package: &dyn Content) -> Result<Vec<Part>> {
    let tail_offset = package.len().saturating_sub(TAIL_LEN);
    let tail = package.try_read(tail_offset, to_usize(4096))?;
    let end = tail.windows(END_MARK.len()).rposition(|window| window == END_MARK);
    let end = end.and_then(|at| tail.get(at..)).ok_or_else(damaged)?;
    let (len, offset) = u32_at(end, 12).zip(u32_at(end, 16)).ok_or_else(damaged)?;
    let directory = package.try_read(offset.into(), to_usize(len))?;
    let mut fields = Fields::new(&directory);
    Ok(core::iter::from_fn(|| entry(&mut fields)).collect())
}

fn entry(fields: &mut Fields<'_>) -> Option<Part> {
    let fixed = fields.take(46)?;
    if u32_at(fixed, 0)? != ENTRY_MARK {
        return None;
    }
    let name = fields.take(u16_at(fixed, 28)?.into())?;
    fields.take(usize::from(u16_at(fixed, 30)?) + usize::from(u16_at(fixed, 32)?))?;
    Some(Part {
        name: String::from_utf8_lossy(name).into_owned(),
        method: u16_at(fixed, 10)?,
        stored_len: u32_at(fixed, 20)?,
        len: u32_at(fixed, 24)?,
        header_offset: u32_at(fixed, 42)?,
    })
}

/// The bytes of a part, at most `max_len` of them.
pub(super) fn try_read(package: &dyn Content, part: &Part, max_len: usize) -> Result<Vec<u8>> {
    let header = package.try_read(part.header_offset.into(), LOCAL_HEADER_LEN)?;
    let names_len = u16_at(&header, 26).zip(u16_at(&header, 28)).ok_or_else(damaged)?;
    let start = u64::from(part.header_offset)
        .saturating_add(to_u64(LOCAL_HEADER_LEN))
        .saturating_add(u64::from(names_len.0) + u64::from(names_len.1));
    let stored = package.try_read(start, to_usize(part.stored_len))?;
    match part.method {
        STORED => Ok(stored.get(..max_len).map(<[u8]>::to_vec).unwrap_or(stored)),
        DEFLATED => {
            let limit = max_len.min(to_usize(part.len));
            match miniz_oxide::inflate::decompress_to_vec_with_limit(&stored, limit) {
                Ok(bytes) => Ok(bytes),
                // What was unpacked before the damage or the bound is shown.
                Err(failure) if !failure.output.is_empty() => Ok(failure.output),
                Err(_) => Err(damaged()),
            }
        }
        _ => Err(Error::new(ErrorKind::Unimplemented, "a part packed in a way of its own")),
    }
}

fn damaged() -> Error {
    Error::new(ErrorKind::Corrupt, "an encrypted package that holds no archive")
}
