//! Something inside what is named at its left (`contract/binding.md` 3.2, "item").
//!
//! The text is kept as UTF-16 units, since the names of elements are any units. A delimiter
//! stands before it in a display name and says nothing more: two items that differ in it alone, or
//! in case, are equal. How the text is shown is `docs/names.md`.

use core::fmt;
use std::sync::Arc;

use crate::display_name::step;
use crate::upper_case::{hash_of, upper_unit};

/// An element of a storage, or an item of another container.
///
/// ```
/// use docfile_binding::{ItemMoniker, Moniker};
/// let item = ItemMoniker::new("!", "Sheet1!Object 1");
/// assert_eq!(item, ItemMoniker::new("/", "SHEET1!OBJECT 1"));
/// assert_eq!(Moniker::from(item).display_name()?, "!Sheet1%21Object 1");
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Clone)]
pub struct ItemMoniker {
    delimiter: Option<Arc<str>>,
    units: Arc<[u16]>,
}

impl ItemMoniker {
    /// The item with this text behind this delimiter, which may be empty.
    #[must_use]
    pub fn new(delimiter: &str, item: &str) -> Self {
        Self::from_units(Some(delimiter), item.encode_utf16().collect::<Vec<_>>())
    }

    /// The item with this text and no delimiter, not even an empty one; only a saved form tells
    /// the two apart.
    #[must_use]
    pub fn without_delimiter(item: &str) -> Self {
        Self::from_units(None, item.encode_utf16().collect::<Vec<_>>())
    }

    /// The item with these UTF-16 units.
    #[must_use]
    pub fn from_units(delimiter: Option<&str>, units: impl Into<Arc<[u16]>>) -> Self {
        Self { delimiter: delimiter.map(Arc::from), units: units.into() }
    }

    /// The item whose text is shown as `step` (`docs/names.md`). Every text reads as a name.
    #[must_use]
    pub fn from_display(delimiter: &str, step: &str) -> Self {
        Self::from_units(Some(delimiter), step::from_display(step))
    }

    /// The delimiter, or none.
    #[must_use]
    pub fn delimiter(&self) -> Option<&str> {
        self.delimiter.as_deref()
    }

    /// The text as UTF-16 units, without delimiter or terminator.
    #[must_use]
    pub fn units(&self) -> &[u16] {
        &self.units
    }

    /// The text, with the replacement character for what is no valid UTF-16.
    #[must_use]
    pub fn item(&self) -> String {
        String::from_utf16_lossy(&self.units)
    }

    pub(super) fn hash_value(&self) -> u32 {
        hash_of(self.units.iter().copied())
    }
}

impl PartialEq for ItemMoniker {
    fn eq(&self, other: &Self) -> bool {
        let upper = |unit: &u16| upper_unit(*unit);
        self.units.iter().map(upper).eq(other.units.iter().map(upper))
    }
}

impl Eq for ItemMoniker {}

impl fmt::Debug for ItemMoniker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemMoniker({:?}, {:?})", self.delimiter, self.item())
    }
}
