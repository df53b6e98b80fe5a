//! A file named by its path (`contract/binding.md` 3.2, "file").
//!
//! Any text is a path; whether a file is there is found when it is bound. Two paths that differ
//! only in case are one, on every machine, as the contract has it.

use std::sync::Arc;

use super::path::Path;
use super::{CommonPrefix, PrefixRelation};
use crate::error::{Error, ErrorKind, Result};
use crate::upper_case::{hash_of, upper_units};

/// A file named by its path, absolute or relative.
///
/// ```
/// use docfile_binding::FileMoniker;
/// let from = FileMoniker::new(r"c:\work\docs\report.doc");
/// let to = FileMoniker::new(r"c:\work\art\picture.bmp");
/// let way = from.relative_path_to(&to).unwrap();
/// assert_eq!(way.path(), r"..\..\art\picture.bmp");
/// assert_eq!(from.join(&way)?, to);
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FileMoniker {
    path: Arc<str>,
}

impl FileMoniker {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into() }
    }

    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the path starts nowhere in particular.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        Path::parse(&self.path).is_relative()
    }

    /// This path, taken for a folder, followed by a relative one; `..` is resolved.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when `right` is not relative, or climbs over the root
    /// (`contract/binding.md` 3.3).
    pub fn join(&self, right: &Self) -> Result<Self> {
        // An empty path is no step at all, so that nothing is rewritten.
        if right.path.is_empty() {
            return Ok(self.clone());
        }
        let joined = Path::parse(&self.path).join(&Path::parse(&right.path));
        joined.map(Self::new).map_err(|error| error.with_name(right.path()))
    }

    /// The relative path that leads from this file to `other`, or none where they share nothing.
    #[must_use]
    pub fn relative_path_to(&self, other: &Self) -> Option<Self> {
        let (from, to) = (Path::parse(&self.path), Path::parse(&other.path));
        let shared = from.shared_count(&to);
        (shared > 0).then(|| from.way_to(&to, shared))?.map(Self::new)
    }

    pub(super) fn common_prefix_with(&self, other: &Self) -> Result<CommonPrefix> {
        let (a, b) = (Path::parse(&self.path), Path::parse(&other.path));
        let shared = a.shared_count(&b);
        let relation = match (shared == a.component_count(), shared == b.component_count()) {
            (true, true) => PrefixRelation::Both,
            _ if shared == 0 => {
                return Err(Error::new(ErrorKind::NoPrefix, "the paths share no folder"));
            }
            (true, false) => PrefixRelation::This,
            (false, true) => PrefixRelation::Other,
            (false, false) => PrefixRelation::Neither,
        };
        let prefix = match relation {
            PrefixRelation::This | PrefixRelation::Both => self.clone(),
            PrefixRelation::Other => other.clone(),
            PrefixRelation::Neither => Self::new(a.prefix(shared)),
        };
        Ok(CommonPrefix { relation, moniker: Some(prefix.into()) })
    }

    pub(super) fn hash_value(&self) -> u32 {
        hash_of(self.path.encode_utf16())
    }
}

impl PartialEq for FileMoniker {
    fn eq(&self, other: &Self) -> bool {
        upper_units(&self.path).eq(upper_units(&other.path))
    }
}

impl Eq for FileMoniker {}
