//! An open document, which goes on arriving.
//!
//! Invariant: the transfer lives as long as the document or any clone of it; dropping the last one
//! ends it.

use std::sync::Arc;

use docfile_compound::{Error, ErrorKind, Result};

use crate::fill::{AvailabilityEvents, FillLockBytes};
use crate::storage::{Storage, Stream};
use crate::transfer::{Counters, Transfer};

/// What a name leads to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A storage.
    Storage(Storage),
    /// A stream.
    Stream(Stream),
}

/// An open document. Clones are the same document.
#[derive(Debug, Clone)]
pub struct Document {
    target: Target,
    transfer: Option<Arc<Transfer>>,
}

impl Document {
    pub(super) const fn new(target: Target, transfer: Option<Arc<Transfer>>) -> Self {
        Self { target, transfer }
    }

    /// What the name leads to.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// The storage that the name leads to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when it leads to a stream.
    pub fn storage(&self) -> Result<&Storage> {
        match &self.target {
            Target::Storage(storage) => Ok(storage),
            Target::Stream(_) => {
                Err(Error::new(ErrorKind::InvalidFunction, "the name leads to a stream"))
            }
        }
    }

    /// The stream that the name leads to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when it leads to a storage.
    pub fn stream(&self) -> Result<&Stream> {
        match &self.target {
            Target::Stream(stream) => Ok(stream),
            Target::Storage(_) => {
                Err(Error::new(ErrorKind::InvalidFunction, "the name leads to a storage"))
            }
        }
    }

    /// The array that is being filled; none for a local file, where everything is here.
    #[must_use]
    pub fn fill(&self) -> Option<&FillLockBytes> {
        self.transfer.as_ref().map(|transfer| transfer.fill())
    }

    /// What arrives from now on, as a stream of events; none for a local file.
    #[must_use]
    pub fn events(&self) -> Option<AvailabilityEvents> {
        self.fill().map(FillLockBytes::availability)
    }

    /// What was asked and received so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.transfer.as_ref().map(|transfer| transfer.counters()).unwrap_or_default()
    }

    /// The transfer; none for a local file.
    #[must_use]
    pub fn transfer(&self) -> Option<&Transfer> {
        self.transfer.as_deref()
    }

    /// Ends the transfer: what has arrived stays readable.
    pub fn abort(&self) {
        if let Some(transfer) = &self.transfer {
            transfer.abort();
        }
    }
}
