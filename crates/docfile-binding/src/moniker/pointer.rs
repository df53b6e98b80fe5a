//! An object that is already there, as a moniker (`contract/binding.md` 3.2, "pointer").
//!
//! It has no name and no saved form: it means something in this process only.

use core::fmt;

use crate::object::{Object, address, same_object};

/// Stands for an object that somebody holds already.
#[derive(Clone)]
pub struct PointerMoniker {
    object: Option<Object>,
}

impl PointerMoniker {
    /// Stands for `object`.
    #[must_use]
    pub fn new(object: Object) -> Self {
        Self { object: Some(object) }
    }

    /// Stands for no object; binding it is an error.
    #[must_use]
    pub const fn null() -> Self {
        Self { object: None }
    }

    /// The object.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        self.object.as_ref()
    }

    /// The low half of the object's address.
    pub(super) fn hash_value(&self) -> u32 {
        let address = self.object.as_ref().map_or(0, address);
        u32::try_from(address & 0xFFFF_FFFF).unwrap_or(0)
    }
}

impl PartialEq for PointerMoniker {
    fn eq(&self, other: &Self) -> bool {
        match (&self.object, &other.object) {
            (Some(a), Some(b)) => same_object(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

impl Eq for PointerMoniker {}

impl fmt::Debug for PointerMoniker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PointerMoniker({:#x})", self.object.as_ref().map_or(0, address))
    }
}
