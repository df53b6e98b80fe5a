//! Classes by their ids, and which of them a resource is of (`contract/binding.md` 7.7 and 9).
//!
//! Invariant: the same evidence and the same bytes give the same class, however the bytes arrive:
//! what is missing makes the choice pending, never another one. A table is a value; nothing here
//! makes an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::{self as engine, CompoundFile, Guid, LockBytes, OpenMode, Settings};

use super::media::essence;

/// The media type whose content begins with the id of its class.
const OLE_OBJECT: &str = "application/x-oleobject";

/// Bytes at a place of a file by which it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePattern {
    /// Where, in bytes from the start, or from the end when negative.
    pub offset: i64,
    /// Which bits count, as many bytes as the value; all of them when empty.
    pub mask: Vec<u8>,
    /// The bytes.
    pub value: Vec<u8>,
}

impl FilePattern {
    fn try_matches(&self, bytes: &dyn LockBytes) -> engine::Result<bool> {
        let offset = match u64::try_from(self.offset) {
            Ok(offset) => offset,
            // Where the end is not known, the byte that would show it is what is missing.
            Err(_) => match bytes.len().and_then(|len| len.checked_add_signed(self.offset)) {
                Some(offset) => offset,
                None if bytes.len().is_some() => return Ok(false),
                None => {
                    let end = engine::Missing::required(u64::MAX - 1..u64::MAX);
                    return Err(engine::Error::pending(end));
                }
            },
        };
        let mut found = vec![0; self.value.len()];
        if bytes.try_read_at(offset, &mut found)? < found.len() {
            return Ok(false);
        }
        let masks = self.mask.iter().copied().chain(core::iter::repeat(0xFF));
        Ok(found.iter().zip(&self.value).zip(masks).all(|((a, b), mask)| a & mask == b & mask))
    }
}

/// What is known of a resource besides its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClassEvidence<'e> {
    /// The media type that the server told.
    pub media_type: Option<&'e str>,
    /// The path, or the path of the URL, for its extension.
    pub path: Option<&'e str>,
    /// The class id of the storage, where the name leads to a storage inside.
    pub storage_class: Option<Guid>,
}

/// Classes by id, with what makes an object of each, and how resources of them are known.
///
/// ```
/// use docfile_binding::bind::{ClassEvidence, ClassTable};
/// use docfile_compound::{Guid, MemoryBytes};
/// use std::sync::Arc;
///
/// let class_id = Guid::from_u128(7);
/// let mut table = ClassTable::new();
/// table.register(class_id, "makes viewers");
/// table.media_type("application/x-plan", class_id).extension("plan", class_id);
/// let bytes = Arc::new(MemoryBytes::new(b"no compound file, but 16 bytes".to_vec()));
/// let evidence = ClassEvidence { path: Some("/files/a.PLAN"), ..ClassEvidence::default() };
/// assert_eq!(table.try_choose(&evidence, bytes)?, Some(class_id));
/// assert_eq!(table.get(class_id), Some(&"makes viewers"));
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClassTable<F> {
    classes: BTreeMap<[u8; 16], F>,
    media_types: BTreeMap<String, Guid>,
    extensions: BTreeMap<String, Guid>,
    /// In the order in which they were registered; the first that matches wins.
    patterns: Vec<(FilePattern, Guid)>,
    /// What resources are of when nothing that is registered fits.
    otherwise: Option<Guid>,
}

impl<F> Default for ClassTable<F> {
    fn default() -> Self {
        Self {
            classes: BTreeMap::new(),
            media_types: BTreeMap::new(),
            extensions: BTreeMap::new(),
            patterns: Vec::new(),
            otherwise: None,
        }
    }
}

impl<F> ClassTable<F> {
    /// No classes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `factory` the one for the class, and gives back the one before.
    pub fn register(&mut self, class_id: Guid, factory: F) -> Option<F> {
        self.classes.insert(class_id.to_bytes(), factory)
    }

    /// What makes objects of the class.
    #[must_use]
    pub fn get(&self, class_id: Guid) -> Option<&F> {
        self.classes.get(&class_id.to_bytes())
    }

    /// Resources of this media type are of the class.
    pub fn media_type(&mut self, media_type: &str, class_id: Guid) -> &mut Self {
        self.media_types.insert(essence(media_type), class_id);
        self
    }

    /// Files of this extension, with or without its dot, are of the class.
    pub fn extension(&mut self, extension: &str, class_id: Guid) -> &mut Self {
        let extension = extension.trim_start_matches('.').to_lowercase();
        self.extensions.insert(extension, class_id);
        self
    }

    /// Files with these bytes are of the class.
    pub fn pattern(&mut self, pattern: FilePattern, class_id: Guid) -> &mut Self {
        self.patterns.push((pattern, class_id));
        self
    }

    /// Resources are of this class when nothing else that is registered fits: also those that bear
    /// the id of a class which is not.
    pub fn otherwise(&mut self, class_id: Guid) -> &mut Self {
        self.otherwise = Some(class_id);
        self
    }

    /// The class of a resource: what its first bytes say, if it is an `application/x-oleobject`;
    /// that of its media type; the class id of a compound file; that of a pattern; that of its
    /// extension; the one of [`otherwise`](Self::otherwise). A class id of zeros says nothing, and
    /// the next evidence is asked.
    ///
    /// # Errors
    ///
    /// [`Pending`](engine::ErrorKind::Pending) while bytes are missing that could decide; what the
    /// array answers.
    pub fn try_choose(
        &self,
        evidence: &ClassEvidence<'_>,
        bytes: Arc<dyn LockBytes>,
    ) -> engine::Result<Option<Guid>> {
        let media_type = evidence.media_type.map(essence);
        if media_type.as_deref() == Some(OLE_OBJECT) {
            let mut class_id = [0; 16];
            if bytes.try_read_at(0, &mut class_id)? == class_id.len() {
                return Ok(Some(Guid::from_bytes(class_id)));
            }
        }
        let by_media_type = media_type.and_then(|media_type| self.media_types.get(&media_type));
        if let Some(class_id) = by_media_type {
            return Ok(Some(*class_id));
        }
        let storage_class = match evidence.storage_class {
            Some(class_id) => Some(class_id),
            None => try_root_class(bytes.clone())?,
        };
        let is_told = |class_id: &Guid| {
            !class_id.is_null() && (self.otherwise.is_none() || self.get(*class_id).is_some())
        };
        if let Some(class_id) = storage_class.filter(is_told) {
            return Ok(Some(class_id));
        }
        for (pattern, class_id) in &self.patterns {
            if pattern.try_matches(&*bytes)? {
                return Ok(Some(*class_id));
            }
        }
        let extension = evidence.path.and_then(extension);
        let by_extension = extension.and_then(|extension| self.extensions.get(&extension).copied());
        Ok(by_extension.or(self.otherwise))
    }
}

/// The class id of a compound file; none when it is no such file, or a damaged one.
fn try_root_class(bytes: Arc<dyn LockBytes>) -> engine::Result<Option<Guid>> {
    let stat = CompoundFile::try_open(bytes, Settings::default())
        .and_then(|file| file.root(OpenMode::read()))
        .and_then(|root| root.try_stat());
    match stat {
        Ok(stat) => Ok(Some(stat.class_id)),
        Err(error) => match error.kind() {
            engine::ErrorKind::NotCompound | engine::ErrorKind::Corrupt => Ok(None),
            _ => Err(error),
        },
    }
}

fn extension(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (_, extension) = name.rsplit_once('.')?;
    Some(extension.to_lowercase())
}

#[cfg(test)]
#[path = "class_table_tests.rs"]
mod tests;
