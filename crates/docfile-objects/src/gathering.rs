//! Reading several parts of a document in one go.
//!
//! Invariant: every part is tried before anything is answered, so that one `Pending` names what
//! all of them lack, and a part that is damaged costs only itself and is told. Whole streams are
//! read in steps that the bytes present justify, never by the length that a directory claims.

use docfile_compound::{
    ElementKind, Error, ErrorKind, Missing, Name, OpenMode, Result, Storage, Stream,
};

/// The longest stream that is read whole, in bytes. What shows a document is never longer.
pub(crate) const WHOLE_MAX: usize = 64 << 20;
/// What is read of a stream without looking for the rest of it first, in bytes.
const STEP_LEN: usize = 64 << 10;
/// How many damaged parts are told of by name.
const DAMAGED_MAX: usize = 64;

/// Parts of a document that are read together.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    missing: Missing,
    is_pending: bool,
    fatal: Option<Error>,
    damaged: Vec<String>,
}

impl Gathering {
    /// The part, if it is here and whole. What it lacks or how it is damaged is noted.
    pub(crate) fn take<T>(&mut self, part: Result<T>) -> Option<T> {
        match part {
            Ok(part) => return Some(part),
            Err(error) if error.is_pending() => {
                self.is_pending = true;
                if let Ok(missing) = error.into_missing() {
                    self.missing.merge(&missing);
                }
            }
            Err(error) => match error.kind() {
                ErrorKind::Corrupt | ErrorKind::LimitReached | ErrorKind::NotFound => {
                    self.damage(&error.to_string());
                }
                _ => self.fatal = self.fatal.take().or(Some(error)),
            },
        }
        None
    }

    /// Notes damage that a parser of ours found.
    pub(crate) fn damage(&mut self, text: &str) {
        if self.damaged.len() < DAMAGED_MAX {
            self.damaged.push(text.to_owned());
        }
    }

    /// Ends a step: what comes after needs all that was asked for before.
    pub(crate) fn all_here(&mut self) -> Result<()> {
        if let Some(error) = self.fatal.take() {
            return Err(error);
        }
        if self.is_pending {
            return Err(Error::pending(core::mem::take(&mut self.missing)));
        }
        Ok(())
    }

    /// Ends the reading; gives what was damaged.
    pub(crate) fn finish(mut self) -> Result<Vec<String>> {
        self.all_here()?;
        Ok(self.damaged)
    }

    /// The bytes of the stream of that path, `None` where there is none.
    pub(crate) fn stream(&mut self, from: &Storage, path: &[&str]) -> Option<Vec<u8>> {
        self.take(try_stream(from, path, WHOLE_MAX)).flatten()
    }

    /// At most the first `max_len` bytes of the stream of that path.
    pub(crate) fn prefix(
        &mut self,
        from: &Storage,
        path: &[&str],
        max_len: usize,
    ) -> Option<Vec<u8>> {
        self.take(try_prefix(from, path, max_len)).flatten()
    }
}

/// The storage of that path below `from`; `None` where there is none.
pub(crate) fn try_storage(from: &Storage, path: &[&str]) -> Result<Option<Storage>> {
    let mut storage = from.clone();
    for step in path {
        let name = Name::new(step)?;
        match storage.try_find(&name)? {
            Some(stat) if stat.kind != ElementKind::Stream => {
                storage = storage.try_open_storage(&name, OpenMode::child_read())?;
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(storage))
}

/// The open stream of that path below `from`; `None` where there is none.
fn try_open(from: &Storage, path: &[&str]) -> Result<Option<Stream>> {
    let Some((last, above)) = path.split_last() else { return Ok(None) };
    let Some(storage) = try_storage(from, above)? else { return Ok(None) };
    let name = Name::new(last)?;
    match storage.try_find(&name)? {
        Some(stat) if stat.kind == ElementKind::Stream => {
            storage.try_open_stream(&name, OpenMode::child_read()).map(Some)
        }
        _ => Ok(None),
    }
}

/// All bytes of a stream.
fn try_stream(from: &Storage, path: &[&str], max_len: usize) -> Result<Option<Vec<u8>>> {
    let Some(stream) = try_open(from, path)? else { return Ok(None) };
    let len = usize::try_from(stream.try_len()?).unwrap_or(usize::MAX);
    if len > max_len {
        let text = "a stream longer than any that is read whole";
        return Err(Error::new(ErrorKind::LimitReached, text).with_element(path.join("/")));
    }
    try_read(&stream, len).map(Some)
}

fn try_prefix(from: &Storage, path: &[&str], max_len: usize) -> Result<Option<Vec<u8>>> {
    let Some(stream) = try_open(from, path)? else { return Ok(None) };
    let len = usize::try_from(stream.try_len()?).unwrap_or(usize::MAX);
    try_read(&stream, len.min(max_len)).map(Some)
}

/// The first `len` bytes, or those before where the stream is damaged.
pub(crate) fn try_read(stream: &Stream, len: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_found = len <= STEP_LEN
        || match stream.try_ranges(0, u64::try_from(len).unwrap_or(u64::MAX)) {
            Err(error) if error.kind() == ErrorKind::Corrupt => false,
            found => found.map(|_| true)?,
        };
    while bytes.len() < len {
        let start = bytes.len();
        // In a damaged stream, no more room than a few times what was really there.
        let step = if is_found { len } else { STEP_LEN.max(start.saturating_mul(3)) };
        bytes.resize(len.min(start.saturating_add(step)), 0);
        let buffer = bytes.get_mut(start..).unwrap_or_default();
        let read = match stream.try_read_at(u64::try_from(start).unwrap_or(u64::MAX), buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Corrupt && start > 0 => 0,
            Err(error) => return Err(error),
        };
        bytes.truncate(start.saturating_add(read));
        if read == 0 {
            break;
        }
    }
    Ok(bytes)
}
