//! What a publisher says about order: which stream, which of its bytes, comes when.
//!
//! A script is a value; it knows no file. Names are paths from the root; what they lead to is
//! found when a plan is made. Source: `contract/storage.md` 6 (StorageLayout).

use core::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::name::Name;

/// The most items that a script may have, those within repeat blocks included.
pub(super) const ITEMS_MAX: usize = 1 << 16;
/// How deep repeat blocks may nest.
pub(super) const REPEAT_DEPTH_MAX: usize = 16;

/// The way from the root to an element; empty for the root itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ElementPath {
    names: Vec<Name>,
}

/// How many bytes of a stream an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RangeLen {
    /// So many bytes, or fewer where the stream ends before.
    Bytes(u64),
    /// All up to the end (STG_TOEND).
    ToEnd,
}

/// How often a block is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RepeatCount {
    /// So often.
    Times(u64),
    /// Until every stream in the block is consumed (STG_TOEND).
    UntilConsumed,
}

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LayoutItem {
    /// Bytes of a stream come next. In a repeat block each pass goes on where the one before
    /// ended: pass number p, counted from zero, places `len` bytes from `offset + p * len` on.
    Stream {
        /// The stream.
        path: ElementPath,
        /// Where the bytes start, from the start of the stream.
        offset: u64,
        /// How many.
        len: RangeLen,
    },
    /// A storage will be opened and listed at this point: the directory entries of its elements
    /// come next.
    Storage {
        /// The storage.
        path: ElementPath,
    },
    /// The whole directory comes next, so that a listing of everything is complete.
    Listing,
    /// A block that is gone through several times: how streams are interleaved.
    Repeat {
        /// How often.
        count: RepeatCount,
        /// The block.
        items: Vec<LayoutItem>,
    },
}

/// An order, as a list of items. What no item names comes after them in natural order: that of
/// the directory, storages before what is in them.
///
/// The script without items means: the whole directory first, then the summary property sets of
/// the root, then everything else in natural order.
///
/// # Example
///
/// ```
/// use docfile_compound::{LayoutItem, LayoutScript};
///
/// let script: LayoutScript = r#"
///     stream "\WordDocument" 0 4096   # the first page
///     repeat {                        # then both, interleaved
///         stream "WordDocument" 4096 4096
///         stream "Data" 0 16384
///     }
/// "#.parse()?;
/// assert_eq!(script.items.len(), 2);
/// assert!(matches!(script.items[1], LayoutItem::Repeat { .. }));
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LayoutScript {
    /// What comes first, in this order.
    pub items: Vec<LayoutItem>,
}

impl LayoutScript {
    /// The script that puts whole streams first, in the order given.
    #[must_use]
    pub fn whole_streams(paths: impl IntoIterator<Item = ElementPath>) -> Self {
        Self { items: paths.into_iter().map(LayoutItem::whole).collect() }
    }
}

impl LayoutItem {
    /// A stream from its start to its end.
    #[must_use]
    pub const fn whole(path: ElementPath) -> Self {
        Self::Stream { path, offset: 0, len: RangeLen::ToEnd }
    }
}

impl ElementPath {
    /// The path that goes through elements of these names.
    #[must_use]
    pub const fn new(names: Vec<Name>) -> Self {
        Self { names }
    }

    /// The names on the way, the outermost first.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Reads a path whose names, in display form, are separated by `\` or `/`; a separator in
    /// front is accepted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] for names that are empty or longer than 31 units.
    pub fn from_display(text: &str) -> Result<Self> {
        let text = text.strip_prefix(['\\', '/']).unwrap_or(text);
        if text.is_empty() {
            return Ok(Self::default());
        }
        let names = text.split(['\\', '/']).map(|part| {
            if part.is_empty() {
                let text = "a name in the path is empty";
                return Err(Error::new(ErrorKind::InvalidName, text));
            }
            Name::from_display(part)
        });
        Ok(Self { names: names.collect::<Result<_>>()? })
    }
}

impl fmt::Display for ElementPath {
    /// Names in display form, each with a `/` in front of it but the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names.iter().enumerate() {
            if at > 0 {
                f.write_str("/")?;
            }
            for character in name.to_string().chars() {
                // Names of damaged files can hold what separates names here.
                match character {
                    '\\' => f.write_str("%5C")?,
                    other => write!(f, "{other}")?,
                }
            }
        }
        Ok(())
    }
}
