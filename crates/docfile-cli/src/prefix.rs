//! The beginning of a file, whose further bytes are missing.
//!
//! What comes over a pipe may be all of a file or its first part, and nothing tells which. So the
//! length stays unknown, and every byte past what is here is missing, never absent: a reader that
//! needs one is told which. Contract: the trait [`LockBytes`], rule 3.

use std::io::Read;

use docfile::{Error, ErrorKind, LockBytes, Missing, ReadRequest, Result};

use crate::bill::Meter;

/// The first bytes of a file, in memory.
#[derive(Debug)]
pub(crate) struct PrefixBytes {
    bytes: Vec<u8>,
}

impl PrefixBytes {
    /// Reads `input` to its end, and counts what came.
    pub(crate) fn read(mut input: impl Read, meter: &Meter) -> Result<Self> {
        const PIECE_LEN: usize = 1 << 20;
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            let piece = input.by_ref().take(PIECE_LEN as u64).read_to_end(&mut bytes);
            let count = piece.map_err(|error| {
                Error::new(ErrorKind::ReadFault, "the input cannot be read").with_source(error)
            })?;
            meter.spend(count as u64)?;
            meter.count_fetched(before as u64..bytes.len() as u64);
            if count == 0 {
                return Ok(Self { bytes });
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl LockBytes for PrefixBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let len = self.bytes.len() as u64;
        let mut missing = Missing::default();
        for request in &*requests {
            let range = request.range();
            missing.required.insert(range.start.max(len)..range.end);
        }
        if !missing.required.is_empty() {
            return Err(Error::pending(missing));
        }
        for request in requests {
            let start = usize::try_from(request.offset).unwrap_or(usize::MAX);
            let from = start
                .checked_add(request.buffer.len())
                .and_then(|end| self.bytes.get(start..end))
                .unwrap_or_default();
            if let Some(to) = request.buffer.get_mut(..from.len()) {
                to.copy_from_slice(from);
            }
            request.filled = from.len();
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        None
    }

    fn write_at(&self, _offset: u64, _data: &[u8]) -> Result<()> {
        Err(read_only())
    }

    fn flush(&self) -> Result<()> {
        Err(read_only())
    }

    fn set_size(&self, _len: u64) -> Result<()> {
        Err(read_only())
    }
}

fn read_only() -> Error {
    Error::new(ErrorKind::AccessDenied, "what comes over a pipe cannot be changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_behind_the_prefix_are_missing_and_all_of_them_are_named() {
        let bytes = PrefixBytes::new(vec![1; 100]);
        let (mut one, mut two, mut three) = ([0; 50], [0; 50], [0; 50]);
        let mut requests = [
            ReadRequest::new(80, &mut one),
            ReadRequest::new(0, &mut two),
            ReadRequest::new(500, &mut three),
        ];
        let error = bytes.try_read_many(&mut requests).unwrap_err();
        let missing = error.missing().unwrap();
        assert_eq!(missing.required.iter().collect::<Vec<_>>(), [100..130, 500..550]);
        assert_eq!(bytes.try_read_at(50, &mut one).unwrap(), 50);
        assert_eq!(bytes.len(), None);
    }
}
