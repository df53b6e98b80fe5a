//! The bytes of a stream that is being changed, across the limit between short and long.
//!
//! Short streams are kept in memory until the commit packs them into the mini stream; when a
//! transaction holds more of them than [`Limits::scratch_len`](crate::Limits) allows, further
//! ones are kept in sectors, and the commit moves them. Long streams are always in sectors.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::stored_stream::{Placement, StoredStream};
use crate::transaction::content::Content;
use crate::transaction::node::StreamData;
use crate::transaction::space::Space;

impl StreamData {
    /// Reads from a changed stream; `None` when it is the stored bytes that count.
    pub(crate) fn read(
        &self,
        space: &Space<'_>,
        offset: u64,
        buffer: &mut [u8],
    ) -> Option<Result<usize>> {
        match self {
            Self::Stored => None,
            Self::Short(bytes) => Some(Ok(read_from(bytes, offset, buffer))),
            Self::Long(content) => Some(content.read(space.generation, offset, buffer)),
        }
    }

    /// Writes to a stream, making of its stored bytes (`stored`, if it has any) what a changed
    /// stream needs. `may_stay_short` says whether memory for short streams is left.
    pub(crate) fn write(
        &mut self,
        stored: Option<&StoredStream>,
        space: &Space<'_>,
        offset: u64,
        data: &[u8],
        may_stay_short: bool,
    ) -> Result<()> {
        let end = offset.checked_add(data.len() as u64).ok_or_else(too_large)?;
        check_len(space, end)?;
        let len = self.len(stored);
        self.prepare(stored, space, len.max(end), may_stay_short)?;
        match self {
            Self::Stored => Ok(()),
            Self::Short(bytes) => write_to(bytes, offset, data),
            Self::Long(content) => content.write(space, offset, data),
        }
    }

    /// Sets the length of a stream.
    pub(crate) fn set_len(
        &mut self,
        stored: Option<&StoredStream>,
        space: &Space<'_>,
        len: u64,
        may_stay_short: bool,
    ) -> Result<()> {
        check_len(space, len)?;
        self.prepare(stored, space, len, may_stay_short)?;
        match self {
            Self::Stored => {}
            Self::Short(bytes) => bytes.resize(usize::try_from(len).unwrap_or(0), 0),
            Self::Long(content) => content.set_len(space, len)?,
        }
        Ok(())
    }

    fn len(&self, stored: Option<&StoredStream>) -> u64 {
        match self {
            Self::Stored => stored.map_or(0, |stored| stored.len),
            Self::Short(bytes) => bytes.len() as u64,
            Self::Long(content) => content.len(),
        }
    }

    /// Takes the form that a stream of `new_len` bytes has while it is changed, bytes kept.
    fn prepare(
        &mut self,
        stored: Option<&StoredStream>,
        space: &Space<'_>,
        new_len: u64,
        may_stay_short: bool,
    ) -> Result<()> {
        let short = new_len < u64::from(space.generation.header.mini_cutoff);
        if let (Self::Stored, Some(stored)) = (&*self, stored) {
            *self = if stored.placement == Placement::Sectors && !short {
                let count = space.generation.medium.sector_size.sectors_for(stored.len);
                let count = u32::try_from(count).map_err(|_| too_large())?;
                Self::Long(Content::stored(Arc::clone(&stored.chain), count, stored.len))
            } else {
                Self::Short(read_kept(stored, new_len)?)
            };
        } else if matches!(self, Self::Stored) {
            *self = Self::Short(Vec::new());
        }
        match self {
            Self::Short(bytes) if !short || !may_stay_short => {
                let mut content = Content::empty();
                content.write(space, 0, bytes)?;
                *self = Self::Long(content);
            }
            Self::Long(content) if short && may_stay_short => {
                let mut bytes = vec![0; usize::try_from(content.len().min(new_len)).unwrap_or(0)];
                let read = content.read(space.generation, 0, &mut bytes)?;
                bytes.truncate(read);
                content.truncate(space, 0);
                *self = Self::Short(bytes);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads the first bytes of a stored stream, as many as will be kept.
fn read_kept(stored: &StoredStream, new_len: u64) -> Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(stored.len.min(new_len)).unwrap_or(usize::MAX)];
    let read = stored.try_read_at(0, &mut bytes)?;
    if read < bytes.len() {
        return Err(Error::corrupt(crate::rule::Rule::ChainShort, 0));
    }
    Ok(bytes)
}

fn read_from(bytes: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let count = rest.len().min(buffer.len());
    for (to, from) in buffer.iter_mut().zip(rest) {
        *to = *from;
    }
    count
}

/// Writes into a short stream, which the caller has found to stay short.
fn write_to(bytes: &mut Vec<u8>, offset: u64, data: &[u8]) -> Result<()> {
    let start = usize::try_from(offset).map_err(|_| too_large())?;
    if bytes.len() < start + data.len() {
        bytes.resize(start + data.len(), 0);
    }
    if let Some(to) = bytes.get_mut(start..start + data.len()) {
        to.copy_from_slice(data);
    }
    Ok(())
}

/// A stream of version 3 is at most 2 GiB long, one of version 4 as long as sectors can be counted.
fn check_len(space: &Space<'_>, len: u64) -> Result<()> {
    let size = space.generation.medium.sector_size;
    let most = if size == crate::sector::SectorSize::V3 {
        0x8000_0000
    } else {
        u64::from(crate::sector::MAX_REGULAR_SECTOR) << size.shift()
    };
    if len > most { Err(too_large()) } else { Ok(()) }
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        "the stream would be longer than its version of the format allows",
    )
}
