//! A folder of what was fetched before: one file for each resource (`design.md` 5).
//!
//! Invariant: nothing that is kept is shown before the server has confirmed that the resource is
//! still the same. The name of a file is a digest of the address, and the address is nowhere in it:
//! no credential reaches the folder. One transfer at a time writes a file; others, of this process
//! or of others, read what it held when they came. What cannot be read is discarded, what cannot be
//! written is done without. How a file is laid out: `docs/cache.md`.

mod bytes;
mod header;
mod journal;
mod room;

use std::fs::{DirBuilder, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docfile_binding::planner::Resume;
use docfile_binding::shown_address;
use docfile_compound::{Error, ErrorKind, Result};
use sha2::{Digest as _, Sha256};

pub(super) use self::bytes::CacheBytes;
use super::lock_bytes::FillLockBytes;
use crate::FileBytes;

/// A folder in which transfers keep what they bring. Clones are the same folder.
///
/// # Example
///
/// ```no_run
/// use std::sync::Arc;
/// use docfile::fill::Cache;
/// use docfile::transfer::{HttpOptions, HttpTransport, PlannerSettings, Transfer};
///
/// let address = "https://example.org/plan.rvt";
/// let (fill, resume) = Cache::open("cache")?.fill(address)?;
/// let settings = PlannerSettings { resume, ..PlannerSettings::default() };
/// let transport = HttpTransport::new(address, &HttpOptions::default())?;
/// let transfer = Transfer::start(Arc::new(transport), fill, settings, None)?;
/// # Ok::<(), docfile::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    size_limit: Option<u64>,
}

impl Cache {
    /// The folder at `folder`, which is made where there is none; only its owner may look into one
    /// that is made here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WriteFault`] when it is not there and cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|error| {
            Error::new(ErrorKind::WriteFault, "the folder of the cache cannot be made")
                .with_element(folder.to_string_lossy())
                .with_source(error)
        })?;
        Ok(Self { folder, size_limit: None })
    }

    /// The same with room for so many bytes: before a resource is kept, others go, those first that
    /// were written to longest ago. One that is longer than all the room is not kept.
    #[must_use]
    pub const fn with_size_limit(mut self, byte_count: u64) -> Self {
        self.size_limit = Some(byte_count);
        self
    }

    /// An array for the resource at `address`, and what of it is here, to be put into
    /// [`PlannerSettings::resume`](crate::transfer::PlannerSettings::resume) of the transfer that
    /// fills it.
    ///
    /// # Errors
    ///
    /// None so far: a cache that cannot be used is done without, until a byte has to go elsewhere.
    pub fn fill(&self, address: &str) -> Result<(FillLockBytes, Option<Resume>)> {
        let bytes = Arc::new(CacheBytes::open(self.clone(), &key_of(address)));
        let resume = bytes.resume();
        let kept = resume.as_ref().map(|resume| resume.arrived.clone()).unwrap_or_default();
        Ok((FillLockBytes::caching(bytes, kept), resume))
    }

    fn path(&self, key: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{key}.{extension}"))
    }

    /// The right to write the file of this key, unless another has it. It ends when it is dropped.
    fn lock(&self, key: &str) -> Option<FileBytes> {
        let path = self.path(key, LOCK_EXTENSION);
        private_file(&path, false).ok()?;
        FileBytes::open_for_edit(&path).ok()
    }
}

/// A file that only its owner may read; an empty one where `anew`.
fn private_file(path: &Path, anew: bool) -> std::io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(anew);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Addresses that differ in nothing but credentials name the same resource; whether it is, the
/// server says.
fn key_of(address: &str) -> String {
    let digest = Sha256::digest(shown_address(address).as_bytes());
    digest.iter().take(KEY_LEN).map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of the digest that name a file.
const KEY_LEN: usize = 20;
const FILE_EXTENSION: &str = "cache";
const NEW_EXTENSION: &str = "new";
const LOCK_EXTENSION: &str = "lock";
