//! Steps that do not depend on each other, so that one answer names what all of them lack.
//!
//! Invariant: an error that is not pending comes out at once; pending ones are merged.

use docfile_compound::{Error, Missing, Result};

/// Collects what independent steps are missing.
#[derive(Debug, Default)]
pub(crate) struct Gather {
    missing: Option<Missing>,
}

impl Gather {
    /// The value of a step; `None` when it is pending.
    pub(crate) fn add<T>(&mut self, step: Result<T>) -> Result<Option<T>> {
        match step {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                let more = error.into_missing()?;
                self.missing.get_or_insert_default().merge(&more);
                Ok(None)
            }
        }
    }

    /// Pending, when a step was.
    pub(crate) fn finish(self) -> Result<()> {
        self.missing.map_or(Ok(()), |missing| Err(Error::pending(missing)))
    }
}
