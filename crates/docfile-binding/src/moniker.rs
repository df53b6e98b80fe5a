//! Monikers: names that can be bound, as unchanging values (`contract/binding.md` 3).
//!
//! The kinds are an enum, since what two of them do together depends on both; a kind from outside
//! comes in by the one variant that is a trait. A moniker knows what it is called and how it
//! relates to others; it binds nothing, and looks at no file and no network.

mod anti;
mod class;
mod common_prefix;
mod comparison;
mod compose;
mod composite;
mod file;
mod foreign;
mod item;
mod path;
mod pointer;
mod reduce;
mod relative_path;
mod running;
mod saved;
mod shown;
mod system_id;
mod url;

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use docfile_compound::Guid;

pub use self::url::UrlMoniker;
pub use anti::AntiMoniker;
pub use class::ClassMoniker;
pub(crate) use class::strip_class_prefix;
pub use common_prefix::{CommonPrefix, PrefixRelation, common_prefix};
pub use compose::compose;
pub use composite::CompositeMoniker;
pub use file::FileMoniker;
pub use foreign::ForeignMoniker;
pub use item::ItemMoniker;
pub use pointer::PointerMoniker;
pub use reduce::{ReduceDepth, Reduced};
pub use relative_path::{RelativePath, relative_path};
pub use saved::{ForeignClasses, NoForeignClasses};
pub use shown::MAX_DISPLAY_LEN;
pub use system_id::{
    ANTI_CLASS_ID, CLASS_CLASS_ID, COMPOSITE_CLASS_ID, FILE_CLASS_ID, ITEM_CLASS_ID,
    OBJECT_REFERENCE_CLASS_ID, POINTER_CLASS_ID, SystemId, URL_CLASS_ID,
};

/// A name that can be bound. Cheap to clone; never changes.
///
/// `==` is the contract's `IsEqual`: it ignores case where the contract does.
///
/// ```
/// use docfile_binding::{FileMoniker, ItemMoniker, Moniker, compose};
/// let names = [
///     FileMoniker::new("plan.rvt").into(),
///     ItemMoniker::new("!", "Formats").into(),
///     ItemMoniker::new("/", "Latest").into(),
/// ];
/// let whole = compose(names)?.unwrap();
/// assert_eq!(whole.display_name()?, "plan.rvt!Formats/Latest");
/// assert_eq!(whole.components().len(), 3);
/// assert!(!whole.is_async());
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Debug, Clone)]
pub enum Moniker {
    /// A resource named by its URL.
    Url(UrlMoniker),
    /// A file named by its path.
    File(FileMoniker),
    /// Something inside what is named at its left.
    Item(ItemMoniker),
    /// What takes back what is at its left.
    Anti(AntiMoniker),
    /// An object that is there already.
    Pointer(PointerMoniker),
    /// A class.
    Class(ClassMoniker),
    /// Several in a row.
    Composite(CompositeMoniker),
    /// One of a kind from outside this crate.
    Foreign(Arc<dyn ForeignMoniker>),
}

impl Moniker {
    /// A moniker of a kind from outside this crate.
    #[must_use]
    pub fn foreign(moniker: impl ForeignMoniker) -> Self {
        Self::Foreign(Arc::new(moniker))
    }

    /// The class that loads its saved form.
    #[must_use]
    pub fn class_id(&self) -> Guid {
        match self {
            Self::Url(_) => URL_CLASS_ID,
            Self::File(_) => FILE_CLASS_ID,
            Self::Item(_) => ITEM_CLASS_ID,
            Self::Anti(_) => ANTI_CLASS_ID,
            Self::Pointer(_) => POINTER_CLASS_ID,
            Self::Class(_) => CLASS_CLASS_ID,
            Self::Composite(_) => COMPOSITE_CLASS_ID,
            Self::Foreign(foreign) => foreign.class_id(),
        }
    }

    /// The number by which the contract knows its kind (`IsSystemMoniker`).
    #[must_use]
    pub fn system_id(&self) -> SystemId {
        match self {
            Self::Url(_) => SystemId::Url,
            Self::File(_) => SystemId::File,
            Self::Item(_) => SystemId::Item,
            Self::Anti(_) => SystemId::Anti,
            Self::Pointer(_) => SystemId::Pointer,
            Self::Class(_) => SystemId::Class,
            Self::Composite(_) => SystemId::Composite,
            Self::Foreign(foreign) => foreign.system_id(),
        }
    }

    /// Whether binding it may go on after the call: a URL, or a composite with one in it
    /// (`IsAsyncMoniker`, `contract/binding.md` 6).
    #[must_use]
    pub fn is_async(&self) -> bool {
        self.components().iter().any(|component| match component {
            Self::Url(_) => true,
            Self::Foreign(foreign) => foreign.is_async(),
            _ => false,
        })
    }

    /// The components of a composite, from the left; anything else is its own one component.
    #[must_use]
    pub fn components(&self) -> &[Self] {
        match self {
            Self::Composite(composite) => composite.components(),
            leaf => core::slice::from_ref(leaf),
        }
    }

    /// The components of a composite, to be walked from either end; none for anything else
    /// (`Enum`, `contract/binding.md` 3.2).
    #[must_use]
    pub fn enumerate(&self) -> Option<core::slice::Iter<'_, Self>> {
        match self {
            Self::Composite(composite) => Some(composite.components().iter()),
            _ => None,
        }
    }

    /// A hash; equal monikers have the same. The values are those of the contract (3.2), and mean
    /// nothing outside this run of the program.
    #[must_use]
    pub fn hash_value(&self) -> u32 {
        match self {
            Self::Url(url) => url.hash_value(),
            Self::File(file) => file.hash_value(),
            Self::Item(item) => item.hash_value(),
            Self::Anti(anti) => anti.hash_value(),
            Self::Pointer(pointer) => pointer.hash_value(),
            Self::Class(class) => class.hash_value(),
            Self::Composite(composite) => composite.hash_value(),
            Self::Foreign(foreign) => foreign.hash_value(),
        }
    }
}

impl PartialEq for Moniker {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Url(a), Self::Url(b)) => a == b,
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Item(a), Self::Item(b)) => a == b,
            (Self::Anti(a), Self::Anti(b)) => a == b,
            (Self::Pointer(a), Self::Pointer(b)) => a == b,
            (Self::Class(a), Self::Class(b)) => a == b,
            (Self::Composite(a), Self::Composite(b)) => a == b,
            (Self::Foreign(a), Self::Foreign(b)) => {
                a.class_id() == b.class_id() && a.is_equal(&**b)
            }
            _ => false,
        }
    }
}

impl Eq for Moniker {}

impl Hash for Moniker {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash_value());
    }
}

impl From<UrlMoniker> for Moniker {
    fn from(url: UrlMoniker) -> Self {
        Self::Url(url)
    }
}

impl From<FileMoniker> for Moniker {
    fn from(file: FileMoniker) -> Self {
        Self::File(file)
    }
}

impl From<ItemMoniker> for Moniker {
    fn from(item: ItemMoniker) -> Self {
        Self::Item(item)
    }
}

impl From<AntiMoniker> for Moniker {
    fn from(anti: AntiMoniker) -> Self {
        Self::Anti(anti)
    }
}

impl From<PointerMoniker> for Moniker {
    fn from(pointer: PointerMoniker) -> Self {
        Self::Pointer(pointer)
    }
}

impl From<ClassMoniker> for Moniker {
    fn from(class: ClassMoniker) -> Self {
        Self::Class(class)
    }
}
