//! What a bind to a storage hands out.
//!
//! Invariant: a medium keeps the transfer alive that brings its bytes, and so does everything that
//! is opened from it; when the last of them goes, the transfer ends.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docfile_compound::{Error, ErrorKind, LockBytes, Result};

use crate::fill::{ArrivingReader, FillLockBytes};
use crate::storage::{Storage, Stream};
use crate::transfer::Transfer;

/// In which form the bytes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a storage; a name that leads to a stream inside gives that stream.
    Storage,
    /// As they are; a name that leads inside gives the stream there.
    Bytes,
}

/// What a bind to a storage hands out.
#[derive(Debug, Clone)]
pub enum Medium {
    /// A storage.
    Storage(Storage),
    /// A stream inside a document.
    Stream(Stream),
    /// A whole resource, as it is.
    Bytes(ResourceBytes),
}

/// The bytes of a whole resource. Clones are the same.
#[derive(Debug, Clone)]
pub struct ResourceBytes(Origin);

#[derive(Debug, Clone)]
enum Origin {
    Local { path: PathBuf, bytes: Arc<dyn LockBytes> },
    Arriving(Arc<Transfer>),
}

impl ResourceBytes {
    pub(super) fn local(path: &str, bytes: Arc<dyn LockBytes>) -> Self {
        Self(Origin::Local { path: PathBuf::from(path), bytes })
    }

    pub(super) const fn arriving(transfer: Arc<Transfer>) -> Self {
        Self(Origin::Arriving(transfer))
    }

    /// As a byte array, which never waits.
    #[must_use]
    pub fn lock_bytes(&self) -> Arc<dyn LockBytes> {
        match &self.0 {
            Origin::Local { bytes, .. } => bytes.clone(),
            Origin::Arriving(transfer) => transfer.fill().lock_bytes(),
        }
    }

    /// The array that is being filled; none for a local file.
    #[must_use]
    pub fn fill(&self) -> Option<&FillLockBytes> {
        self.transfer().map(|transfer| transfer.fill())
    }

    /// A reader from the start, which waits.
    ///
    /// # Errors
    ///
    /// As [`FileBytes::open`](crate::FileBytes::open).
    pub fn reader(&self) -> Result<Box<dyn Read + Send>> {
        match &self.0 {
            Origin::Local { path, .. } => {
                let file = File::open(path).map_err(|error| {
                    Error::new(ErrorKind::ReadFault, "the file cannot be read").with_source(error)
                })?;
                Ok(Box::new(file))
            }
            Origin::Arriving(transfer) => Ok(Box::new(ArrivingReader::new(transfer.fill()))),
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        match &self.0 {
            Origin::Local { path, .. } => Some(path),
            Origin::Arriving(_) => None,
        }
    }

    pub(super) const fn transfer(&self) -> Option<&Arc<Transfer>> {
        match &self.0 {
            Origin::Local { .. } => None,
            Origin::Arriving(transfer) => Some(transfer),
        }
    }
}
