//! The first bytes of a file, as many as are thought to have arrived, and how many of them it takes
//! to answer a question.
//!
//! Invariant: what lies behind the prefix is missing and is told so; nothing of it is ever read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::lock_bytes::{LockBytes, ReadRequest};
use crate::missing::Missing;

/// So many attempts follow what they are told to be missing, which is near the answer. A file that
/// leads on further than that is gone through in ever greater steps.
const FOLLOWED_MAX: u32 = 64;

/// The length of the shortest prefix of `bytes` with which `question` is answered, in bytes.
///
/// The question is put again and again to prefixes of the file, whose further bytes are missing,
/// and has to begin anew each time: opening the file is part of it. More bytes must not make it
/// fail, as nothing that reads a [`LockBytes`] does.
///
/// # Errors
///
/// [`ErrorKind::InvalidParameter`] when the length of `bytes` is not known; what `question`
/// answers when it has all that it asks for; [`ErrorKind::Pending`] when `bytes` itself lacks some.
///
/// # Example
///
/// ```
/// # use std::sync::Arc;
/// # use docfile_compound::*;
/// # let file = Arc::new(MemoryBytes::default());
/// # let root = CompoundFile::create(file.clone(), FormatVersion::V3, Settings::default())?.root(OpenMode::edit())?;
/// # root.try_commit(CommitFlags::DEFAULT)?;
/// let bytes: Arc<dyn LockBytes> = file;
/// let opened = |prefix| CompoundFile::try_open(prefix, Settings::default());
/// assert_eq!(try_shortest_prefix(&bytes, opened)?, 512);
/// # Ok::<(), docfile_compound::Error>(())
/// ```
pub fn try_shortest_prefix<T>(
    bytes: &Arc<dyn LockBytes>,
    question: impl Fn(Arc<dyn LockBytes>) -> Result<T>,
) -> Result<u64> {
    let file_len = known_len(bytes)?;
    let ask = |len| question(Arc::new(PrefixBytes::new(bytes.clone(), file_len, len)));
    // With `short` bytes it is not answered, or nothing is known; with `enough` it is.
    let (mut short, mut enough) = (0, 0);
    let mut attempt_count = 0;
    loop {
        let Err(error) = ask(enough) else { break };
        let mut end = missing_end(&error, enough).ok_or(error)?;
        attempt_count += 1;
        if attempt_count > FOLLOWED_MAX {
            end = end.max(enough.saturating_mul(2)).min(file_len.max(end));
        }
        short = enough + 1;
        enough = end;
    }
    // A question can ask for more than it turns out to need.
    while short < enough {
        let middle = short + (enough - short) / 2;
        match ask(middle) {
            Ok(_) => enough = middle,
            Err(error) if error.is_pending() => short = middle + 1,
            Err(error) => return Err(error),
        }
    }
    Ok(enough)
}

pub(super) fn known_len(bytes: &Arc<dyn LockBytes>) -> Result<u64> {
    bytes.len().ok_or_else(|| {
        Error::new(ErrorKind::InvalidParameter, "the length of the file is not known yet")
    })
}

/// Where what is missing ends, if that is behind a prefix of this length.
fn missing_end(error: &Error, len: u64) -> Option<u64> {
    let ends = error.missing()?.required.iter().map(|range| range.end);
    ends.max().filter(|end| *end > len)
}

/// A prefix that grows by what is required and by nothing else.
pub(super) struct Prefix(Arc<PrefixBytes>);

impl Prefix {
    pub(super) fn new(bytes: Arc<dyn LockBytes>, file_len: u64) -> Self {
        Self(Arc::new(PrefixBytes::new(bytes, file_len, 0)))
    }

    pub(super) fn len(&self) -> u64 {
        self.0.arrived_len.load(Ordering::Relaxed)
    }

    /// Repeats a question until it is answered. What was verified for a failed attempt serves the
    /// next one, so a question costs no more than its answer.
    pub(super) fn grow_until<T>(
        &self,
        question: impl Fn(Arc<dyn LockBytes>) -> Result<T>,
    ) -> Result<T> {
        loop {
            let error = match question(self.0.clone()) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(end) = missing_end(&error, self.len()) else { return Err(error) };
            self.0.arrived_len.store(end, Ordering::Relaxed);
        }
    }
}

/// The first bytes of an array of known length, the rest on its way.
#[derive(Debug)]
struct PrefixBytes {
    bytes: Arc<dyn LockBytes>,
    file_len: u64,
    arrived_len: AtomicU64,
}

impl PrefixBytes {
    fn new(bytes: Arc<dyn LockBytes>, file_len: u64, arrived_len: u64) -> Self {
        Self { bytes, file_len, arrived_len: AtomicU64::new(arrived_len) }
    }

    fn read_only() -> Error {
        Error::new(ErrorKind::AccessDenied, "the first bytes of a file are for reading")
    }
}

impl LockBytes for PrefixBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let arrived_len = self.arrived_len.load(Ordering::Relaxed);
        let mut missing = Missing::default();
        for request in &*requests {
            let range = request.range();
            let end = range.end.min(self.file_len);
            if end > arrived_len && range.start < end {
                missing.required.insert(range.start.max(arrived_len)..end);
            }
        }
        if missing.required.is_empty() {
            return self.bytes.try_read_many(requests);
        }
        Err(Error::pending(missing))
    }

    fn len(&self) -> Option<u64> {
        Some(self.file_len)
    }

    fn write_at(&self, _offset: u64, _data: &[u8]) -> Result<()> {
        Err(Self::read_only())
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn set_size(&self, _len: u64) -> Result<()> {
        Err(Self::read_only())
    }

    fn nesting_depth(&self) -> usize {
        self.bytes.nesting_depth()
    }
}
