//! The kinds of documents, and how they are recognised.
//!
//! Invariant: the class id of the root decides where it is one of a kind, because it is at hand
//! first and costs nothing more; that of an Office program only beside the stream that its
//! documents have, since libraries that write workbooks put Word's class on them. Else the names
//! of elements decide, the telling ones first. Nothing inside an element is read. What has neither
//! is a compound file and no more.

mod class;
mod name;

use core::fmt;

pub use class::class_ids;
use docfile_compound::{Guid, Result, Storage};

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Word, of 1997 to 2003 or before.
    Word,
    /// Excel, of 1993 to 2003.
    Excel,
    /// PowerPoint, of 1997 to 2003 or before.
    PowerPoint,
    /// Visio, of 2000 to 2010.
    Visio,
    /// Publisher.
    Publisher,
    /// An Outlook message.
    OutlookMessage,
    /// A Windows Installer package, patch or transform.
    Msi,
    /// Revit: a project, a family or a template.
    Revit,
    /// Hangul, from version 5.
    Hwp,
    /// The Advanced Authoring Format.
    Aaf,
    /// A database of thumbnails.
    Thumbs,
    /// A jump list of automatic destinations.
    JumpList,
    /// Altium Designer: a schematic, a board or a library.
    Altium,
    /// An Office Open XML document that is encrypted.
    EncryptedOoxml,
    /// Any other compound file.
    Compound,
}

impl Kind {
    /// The stable word by which scripts know it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Excel => "excel",
            Self::PowerPoint => "powerpoint",
            Self::Visio => "visio",
            Self::Publisher => "publisher",
            Self::OutlookMessage => "outlook-message",
            Self::Msi => "msi",
            Self::Revit => "revit",
            Self::Hwp => "hwp",
            Self::Aaf => "aaf",
            Self::Thumbs => "thumbs",
            Self::JumpList => "jump-list",
            Self::Altium => "altium",
            Self::EncryptedOoxml => "encrypted-ooxml",
            Self::Compound => "compound",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What was found out about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identified {
    /// Its kind.
    pub kind: Kind,
    /// The class id of its root; null where it has none.
    pub class_id: Guid,
}

/// Finds out what kind of document has this root.
///
/// # Errors
///
/// [`Pending`](docfile_compound::ErrorKind::Pending) naming what of the directory is needed next;
/// what the engine answers.
///
/// # Example
///
/// ```
/// use docfile_compound::{CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Settings};
/// use docfile_objects::{Kind, try_identify};
/// # use std::sync::Arc;
///
/// let bytes = Arc::new(MemoryBytes::default());
/// let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
/// let root = file.root(OpenMode::edit())?;
/// root.try_create_stream(&Name::new("WordDocument")?, OpenMode::child_edit())?;
/// assert_eq!(try_identify(&root)?.kind, Kind::Word);
/// # Ok::<(), docfile_compound::Error>(())
/// ```
pub fn try_identify(root: &Storage) -> Result<Identified> {
    let class_id = root.try_stat()?.class_id;
    let kind = match class::kind_of(class_id) {
        Some(kind) if !is_office(kind) || name::try_has_marks(root, kind)? => kind,
        claimed => name::try_kind_of(root)?.or(claimed).unwrap_or(Kind::Compound),
    };
    Ok(Identified { kind, class_id })
}

/// Whether documents of this kind are written by programs that put the class of another one of
/// them on the root.
const fn is_office(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Excel | Kind::PowerPoint)
}

/// The kind of documents whose root bears this class, where it is of one.
pub(crate) fn kind_of_class(class_id: Guid) -> Option<Kind> {
    class::kind_of(class_id)
}
