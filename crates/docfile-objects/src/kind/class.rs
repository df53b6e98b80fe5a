//! Class ids of roots, each as its program registers it.
//!
//! Invariant: a class is in this table only if nothing but documents of its kind bears it.

use docfile_compound::Guid;

use super::Kind;

/// The ids that Microsoft gave its programs differ in their first number alone.
const fn ole(first: u32) -> Guid {
    Guid::from_u128((first as u128) << 96 | 0xC000_0000_0000_0046)
}

const CLASSES: [(Guid, Kind); 20] = [
    (ole(0x0002_0900), Kind::Word),
    (ole(0x0002_0906), Kind::Word),
    (ole(0x0002_0907), Kind::Word),
    (ole(0x0002_0810), Kind::Excel),
    (ole(0x0002_0811), Kind::Excel),
    (ole(0x0002_0820), Kind::Excel),
    (ole(0x0002_0821), Kind::Excel),
    (Guid::from_u128(0x64818D10_4F9B_11CF_86EA_00AA00B929E8), Kind::PowerPoint),
    (Guid::from_u128(0x64818D11_4F9B_11CF_86EA_00AA00B929E8), Kind::PowerPoint),
    (Guid::from_u128(0xEA7BAE70_FB3B_11CD_A903_00AA00510EA3), Kind::PowerPoint),
    (ole(0x0002_1A13), Kind::Visio),
    (ole(0x0002_1A14), Kind::Visio),
    (Guid::from_u128(0x00021201_0000_0000_00C0_000000000046), Kind::Publisher),
    (ole(0x0002_0D0B), Kind::OutlookMessage),
    (ole(0x0002_0D09), Kind::OutlookMessage),
    (ole(0x000C_1082), Kind::Msi),
    (ole(0x000C_1084), Kind::Msi),
    (ole(0x000C_1086), Kind::Msi),
    (Guid::from_u128(0xB3B398A5_1C90_11D4_8053_080036210804), Kind::Aaf),
    (Guid::from_u128(0x0D010201_0200_0000_060E_2B3403020101), Kind::Aaf),
];

/// The class ids of roots that tell a kind, each once.
pub fn class_ids() -> impl Iterator<Item = Guid> {
    CLASSES.iter().map(|(id, _)| *id)
}

/// The kind that this class is of, if it is of one.
pub(super) fn kind_of(class_id: Guid) -> Option<Kind> {
    CLASSES.iter().find(|(id, _)| *id == class_id).map(|(_, kind)| *kind)
}
