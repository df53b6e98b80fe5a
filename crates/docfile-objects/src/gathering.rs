//! Reading several parts of a document in one go.
//!
//! Invariant: every part is tried before anything is answered, so that one `Pending` names what
//! all of them lack, and a part that is damaged costs only itself and is told. An error that is
//! neither pending nor damage ends the reading.

use docfile_compound::{Error, ErrorKind, Missing, Result};

use crate::parts::Parts;

/// How many damaged parts are told of.
const DAMAGED_MAX: usize = 64;

/// Parts of a document that are read together.
#[derive(Debug)]
pub(crate) struct Gathering<'p> {
    parts: &'p Parts,
    missing: Missing,
    is_pending: bool,
    fatal: Option<Error>,
    damaged: Vec<String>,
}

impl<'p> Gathering<'p> {
    pub(crate) fn of(parts: &'p Parts) -> Self {
        Self {
            parts,
            missing: Missing::default(),
            is_pending: false,
            fatal: None,
            damaged: Vec::new(),
        }
    }

    /// The parts that are read.
    pub(crate) const fn parts(&self) -> &'p Parts {
        self.parts
    }

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
        if self.damaged.len() < DAMAGED_MAX && self.damaged.iter().all(|known| known != text) {
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

    /// The bytes of the stream at that path, `None` where there is none.
    pub(crate) fn stream(&mut self, path: &[&str]) -> Option<Vec<u8>> {
        self.take(self.parts.try_bytes(path)).flatten()
    }

    /// At most the first `max_len` bytes of the stream at that path.
    pub(crate) fn prefix(&mut self, path: &[&str], max_len: usize) -> Option<Vec<u8>> {
        self.take(self.parts.try_prefix(path, max_len)).flatten()
    }
}
