//! What every document object can do, and how the object of a document is made.
//!
//! Invariant: no verb waits. One that meets missing bytes answers
//! [`Pending`](docfile_compound::ErrorKind::Pending) naming them and can be repeated; what it had
//! worked out by then is kept. The same questions get the same answers in whatever order the
//! bytes came.

use core::fmt::Debug;
use core::ops::Range;

use docfile_compound::{Result, Storage};

use crate::bounds::Bounds;
use crate::excel::ExcelWorkbook;
use crate::info::{Info, Preview};
use crate::kind::{Kind, try_identify};
use crate::ooxml::EncryptedOoxml;
use crate::powerpoint::PowerPointPresentation;
use crate::source::Source;
use crate::told_kinds::object_of;
use crate::view::View;
use crate::word::WordDocument;

/// A document that shows itself from the parts of it that are here.
///
/// While it is alive it holds the streams that it has read open, each exclusively as children of
/// a storage are; give it a root of its own.
pub trait DocumentObject: Debug + Send + Sync {
    /// What it is.
    fn kind(&self) -> Kind;

    /// The facts about it.
    ///
    /// # Errors
    ///
    /// `Pending`; what the engine answers; `Corrupt` where the document is damaged.
    fn try_info(&self) -> Result<Info>;

    /// Page `index` of it, from 0; `None` past the last one.
    ///
    /// # Errors
    ///
    /// As [`try_info`](Self::try_info); `AccessDenied` where it is encrypted and the password is
    /// missing or wrong; `Unimplemented` where its text cannot be read, with the reason.
    fn try_page(&self, index: usize) -> Result<Option<View>>;

    /// The picture of it, where it has one; needs no more than that.
    ///
    /// # Errors
    ///
    /// As [`try_info`](Self::try_info).
    fn try_preview(&self) -> Result<Option<Preview>> {
        Ok(self.try_info()?.preview)
    }

    /// What was read of it so far, in that order.
    fn touches(&self) -> Vec<Touch>;

    /// The compound file of embedded document `index` of the detail `embedded`, where that has no
    /// path of its own because it lies packed inside a stream; `None` where it has one, and past
    /// the last.
    ///
    /// # Errors
    ///
    /// As [`try_page`](Self::try_page); `Corrupt` where the object is damaged.
    fn try_embedded(&self, _index: usize) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// The first page.
    ///
    /// # Errors
    ///
    /// As [`try_page`](Self::try_page).
    fn try_first_view(&self) -> Result<View> {
        Ok(self.try_page(0)?.unwrap_or_default())
    }
}

/// A part of a stream that was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Touch {
    /// The names of the elements from the root to the stream.
    pub path: Vec<String>,
    /// Which of its bytes.
    pub range: Range<u64>,
}

/// With what a document is opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// The password of an encrypted document.
    pub password: Option<String>,
    /// How much it may make its object hold or do.
    pub bounds: Bounds,
}

/// Makes the object of the document with this root.
///
/// # Errors
///
/// As [`try_identify`](crate::try_identify); nothing inside the document is read yet.
///
/// # Example
///
/// ```
/// use docfile_compound::{CompoundFile, FormatVersion, MemoryBytes, OpenMode, Settings};
/// use docfile_objects::{Kind, Opening, try_open};
/// # use std::sync::Arc;
///
/// let bytes = Arc::new(MemoryBytes::default());
/// let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
/// let document = try_open(file.root(OpenMode::edit())?, Opening::default())?;
/// assert_eq!(document.kind(), Kind::Compound);
/// assert!(document.try_first_view()?.is_empty());
/// # Ok::<(), docfile_compound::Error>(())
/// ```
pub fn try_open(root: Storage, opening: Opening) -> Result<Box<dyn DocumentObject>> {
    let kind = try_identify(&root)?.kind;
    let source = Source::new(root, opening.bounds.read_len);
    Ok(match kind {
        Kind::Word => Box::new(WordDocument::new(source, opening)),
        Kind::Excel => Box::new(ExcelWorkbook::new(source, opening)),
        Kind::PowerPoint => Box::new(PowerPointPresentation::new(source, opening)),
        Kind::EncryptedOoxml => Box::new(EncryptedOoxml::new(source, opening)),
        kind => object_of(kind, source, opening.bounds),
    })
}

/// What the first view of the document with this root reads, in that order: what a publisher puts
/// in front.
///
/// # Errors
///
/// As [`try_open`] and [`DocumentObject::try_first_view`].
pub fn try_first_view_order(root: Storage, opening: Opening) -> Result<Vec<Touch>> {
    let document = try_open(root, opening)?;
    document.try_first_view()?;
    Ok(document.touches())
}
