//! A property set stream to and from the [`Stream`] that holds it.
//!
//! A set is read whole: it is short, and any of its offsets may point anywhere. The length that a
//! file claims is not believed for more than a little: the places of all bytes are found before
//! room is made for them, so that what is missing is also asked for at once.

use super::reading::Finding;
use super::set_stream::{PropertySetStream, parse};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Limits, Validation};
use crate::rule::Rule;
use crate::stream::Stream;

/// What is read of a stream without looking for the rest of it first.
const STEP_LEN: usize = 64 << 10;

impl PropertySetStream {
    /// Reads the property sets that `stream` holds, as [`parse`] does. Of a stream that the file
    /// is damaged in, what comes before the damage is read.
    ///
    /// # Errors
    ///
    /// As [`parse`] and [`Stream::try_read_at`]; nothing is kept of a pending attempt.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use docfile_compound::property::{PropertySetStream, format_id, well_known};
    /// use docfile_compound::{CompoundFile, FormatVersion, Limits, MemoryBytes, OpenMode};
    /// use docfile_compound::{Settings, Validation};
    ///
    /// let bytes = Arc::new(MemoryBytes::new(Vec::new()));
    /// let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
    /// let root = file.root(OpenMode::direct())?;
    /// let name = format_id::stream_name(format_id::SUMMARY_INFORMATION);
    /// let stream = root.try_create_stream(&name, OpenMode::child_edit())?;
    ///
    /// let mut sets = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
    /// sets.set_or_insert(format_id::SUMMARY_INFORMATION)?.set(well_known::TITLE, "Plan")?;
    /// sets.try_write(&stream)?;
    ///
    /// let limits = Limits::default();
    /// let (read, _) = PropertySetStream::try_read(&stream, Validation::Permissive, &limits)?;
    /// assert_eq!(read, sets);
    /// # Ok::<(), docfile_compound::Error>(())
    /// ```
    pub fn try_read(
        stream: &Stream,
        validation: Validation,
        limits: &Limits,
    ) -> Result<(Self, Vec<Finding>)> {
        let len = usize::try_from(stream.try_len()?).unwrap_or(usize::MAX);
        if len > limits.property_set_len {
            let text = "a property set stream longer than the limit";
            return Err(Error::new(ErrorKind::LimitReached, text));
        }
        let (bytes, damage) = read_all(stream, len)?;
        let Some(damage) = damage else { return parse(&bytes, validation, limits) };
        if validation == Validation::Strict || bytes.is_empty() {
            return Err(damage);
        }
        let (sets, mut findings) = parse(&bytes, validation, limits)?;
        let text = format!("a stream of {len} bytes that ends after {}: {damage}", bytes.len());
        let offset = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        findings.insert(0, Finding { rule: Rule::PropertySetBounds, offset, text });
        Ok((sets, findings))
    }

    /// Makes the sets the content of `stream`.
    ///
    /// # Errors
    ///
    /// As [`emit`](Self::emit) and [`Stream::try_write_at`].
    pub fn try_write(&self, stream: &Stream) -> Result<()> {
        let bytes = self.emit()?;
        stream.try_set_len(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        stream.try_write_at(0, &bytes).map(drop)
    }
}

/// The bytes of a stream that claims to have `len`, and what ends them early.
fn read_all(stream: &Stream, len: usize) -> Result<(Vec<u8>, Option<Error>)> {
    let mut bytes = Vec::new();
    let is_found = len <= STEP_LEN
        || match stream.try_ranges(0, u64::try_from(len).unwrap_or(u64::MAX)) {
            Err(error) if error.kind() == ErrorKind::Corrupt => false,
            found => found.map(|_| true)?,
        };
    while bytes.len() < len {
        let start = bytes.len();
        // In a damaged stream, no more room than three times what was really there.
        let step = if is_found { len } else { STEP_LEN.max(start.saturating_mul(3)) };
        bytes.resize(len.min(start.saturating_add(step)), 0);
        let buffer = bytes.get_mut(start..).unwrap_or_default();
        let outcome = stream.try_read_at(u64::try_from(start).unwrap_or(u64::MAX), buffer);
        let read = match outcome {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                bytes.truncate(start);
                return Ok((bytes, Some(error)));
            }
            Err(error) => return Err(error),
        };
        bytes.truncate(start.saturating_add(read));
        if read == 0 {
            break;
        }
    }
    Ok((bytes, None))
}
