//! What kinds of moniker there are, and the class ids and numbers they are known by
//! (`contract/binding.md` 0.2).

use docfile_compound::Guid;

/// The number by which the contract knows a kind of moniker (`MKSYS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum SystemId {
    /// None of the system's.
    None = 0,
    /// A generic composite.
    Composite = 1,
    /// A file.
    File = 2,
    /// What takes back what is at its left.
    Anti = 3,
    /// An item of a container.
    Item = 4,
    /// An object that is there already.
    Pointer = 5,
    /// A URL.
    Url = 6,
    /// A class.
    Class = 7,
    /// A reference to an object of another process.
    ObjectReference = 8,
    /// A session.
    Session = 9,
    /// A class that is created with more rights.
    Elevation = 10,
}

impl SystemId {
    /// The number itself.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
}

/// The id that ends like all of the early ones.
const fn ole(number: u32) -> Guid {
    Guid::from_u128((number as u128) << 96 | 0xC000_0000_0000_0046)
}

/// The class of URL monikers.
pub const URL_CLASS_ID: Guid = Guid::from_u128(0x79EA_C9E0_BAF9_11CE_8C82_00AA_004B_A90B);
/// The class of file monikers.
pub const FILE_CLASS_ID: Guid = ole(0x303);
/// The class of item monikers.
pub const ITEM_CLASS_ID: Guid = ole(0x304);
/// The class of anti monikers.
pub const ANTI_CLASS_ID: Guid = ole(0x305);
/// The class of pointer monikers.
pub const POINTER_CLASS_ID: Guid = ole(0x306);
/// The class of generic composites.
pub const COMPOSITE_CLASS_ID: Guid = ole(0x309);
/// The class of class monikers.
pub const CLASS_CLASS_ID: Guid = ole(0x31A);
/// The class of object-reference monikers, which the crates above bring.
pub const OBJECT_REFERENCE_CLASS_ID: Guid = ole(0x327);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_contract() {
        assert_eq!(COMPOSITE_CLASS_ID.to_string(), "{00000309-0000-0000-C000-000000000046}");
        assert_eq!(CLASS_CLASS_ID.to_string(), "{0000031A-0000-0000-C000-000000000046}");
        assert_eq!(URL_CLASS_ID.to_string(), "{79EAC9E0-BAF9-11CE-8C82-00AA004BA90B}");
        assert_eq!(SystemId::ObjectReference.number(), 8);
    }
}
