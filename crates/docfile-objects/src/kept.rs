//! A value that is worked out once and then kept.
//!
//! Invariant: a failure is not kept, since it may be bytes that have not arrived.

use std::sync::OnceLock;

use docfile_compound::Result;

/// A value that may not be known yet.
#[derive(Debug)]
pub(crate) struct Kept<T>(OnceLock<T>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Kept<T> {
    /// The value, worked out by `make` when it is not known.
    pub(crate) fn try_get_or(&self, make: impl FnOnce() -> Result<T>) -> Result<&T> {
        match self.0.get() {
            Some(value) => Ok(value),
            None => {
                let value = make()?;
                Ok(self.0.get_or_init(|| value))
            }
        }
    }
}
