//! Names of elements of the root by which a kind is known.
//!
//! Invariant: each name is looked up, not listed, so that a large directory costs the pages on
//! the way to it; names that are less telling come later. Where a step is missing bytes, all of
//! the lookups say what they need, so that one answer serves them all.

use docfile_compound::{Error, Missing, Name, Result, Storage};

use super::Kind;
use crate::thumbs::is_of_vista;

/// A kind, and the elements that all of its documents have.
const MARKS: [(Kind, &[&str]); 15] = [
    (Kind::EncryptedOoxml, &["EncryptionInfo", "EncryptedPackage"]),
    (Kind::Word, &["WordDocument"]),
    (Kind::PowerPoint, &["PowerPoint Document"]),
    (Kind::Excel, &["Workbook"]),
    (Kind::Excel, &["Book"]),
    (Kind::Visio, &["VisioDocument"]),
    // A message in a message has no names of properties of its own.
    (Kind::OutlookMessage, &["__properties_version1.0"]),
    (Kind::Publisher, &["Quill", "Contents"]),
    (Kind::Revit, &["BasicFileInfo"]),
    (Kind::Hwp, &["FileHeader", "DocInfo", "BodyText"]),
    (Kind::Aaf, &["properties", "referenced properties"]),
    (Kind::JumpList, &["DestList"]),
    (Kind::Thumbs, &["Catalog"]),
    // The tables of strings of an installer's database, in the letters that it uses for names.
    (Kind::Msi, &["\u{4840}\u{3F3F}\u{4577}\u{446C}\u{3E6A}\u{44B2}\u{482F}"]),
    (Kind::Altium, &["FileHeader"]),
];

/// The kind that the names of the root's elements tell, if they tell one.
pub(super) fn try_kind_of(root: &Storage) -> Result<Option<Kind>> {
    let mut missing = Missing::default();
    let mut is_pending = false;
    for (kind, names) in MARKS {
        match try_has_all(root, names) {
            Ok(true) if !is_pending => return Ok(Some(kind)),
            Ok(_) => {}
            Err(error) => match error.into_missing() {
                Ok(more) => {
                    is_pending = true;
                    missing.merge(&more);
                }
                Err(error) => return Err(error),
            },
        }
    }
    if is_pending {
        return Err(Error::pending(missing));
    }
    // Databases of thumbnails since Windows Vista have no name in common. They are small.
    let listing = root.try_list()?;
    Ok(listing.iter().any(|stat| is_of_vista(&stat.name)).then_some(Kind::Thumbs))
}

/// Whether the root has the elements of this kind.
pub(super) fn try_has_marks(root: &Storage, kind: Kind) -> Result<bool> {
    for (_, names) in MARKS.iter().filter(|(known, _)| *known == kind) {
        if try_has_all(root, names)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn try_has_all(root: &Storage, names: &[&str]) -> Result<bool> {
    for name in names {
        if root.try_find(&Name::new(name)?)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
