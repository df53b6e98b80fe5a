//! The rules of [MS-CFB] that a file can break, each with its section and one sentence.
//!
//! A rule is named in three places: the error of a parser that cannot go on, the list of what
//! permissive reading forgives, and the findings of `check`. All three use this one table, so a
//! rule reads the same everywhere. Whether a breach is forgiven is not said here but where it is
//! met, through [`Validation`](crate::Validation).

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $section:literal, $text:literal;)*) => {
        /// A rule of [MS-CFB] (or of [MS-OLEPS], where the section says so) that a file can break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $text] $(#[$doc])* $name,)*
        }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// A short stable word for scripts, in kebab case.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The section that states the rule.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self { $(Self::$name => $section,)* }
            }

            /// The rule in one sentence.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

rules! {
    HeaderSignature = "header-signature", "[MS-CFB] 2.2", "The file starts with D0 CF 11 E0 A1 B1 1A E1.";
    HeaderShort = "header-short", "[MS-CFB] 2.2", "The header is 512 bytes long.";
    HeaderClassId = "header-clsid", "[MS-CFB] 2.2", "The class id in the header is null.";
    HeaderMinorVersion = "header-minor-version", "[MS-CFB] 2.2", "The minor version is 0x3E.";
    HeaderVersion = "header-version", "[MS-CFB] 2.2", "The major version is 3 or 4.";
    HeaderByteOrder = "header-byte-order", "[MS-CFB] 2.2", "The byte order mark is 0xFFFE.";
    HeaderSectorShift = "header-sector-shift", "[MS-CFB] 2.2", "The sector shift is 9 in version 3 and 12 in version 4.";
    HeaderMiniSectorShift = "header-mini-sector-shift", "[MS-CFB] 2.2", "The mini sector shift is 6.";
    HeaderReserved = "header-reserved", "[MS-CFB] 2.2", "The reserved bytes of the header are zero.";
    HeaderDirectoryCount = "header-directory-count", "[MS-CFB] 2.2", "The count of directory sectors is zero in version 3 and exact in version 4.";
    HeaderFatCount = "header-fat-count", "[MS-CFB] 2.2", "The count of FAT sectors is that of the FAT.";
    HeaderMiniCutoff = "header-mini-cutoff", "[MS-CFB] 2.2", "The mini stream cutoff is 4096.";
    HeaderMiniFatCount = "header-minifat-count", "[MS-CFB] 2.2", "The count of mini FAT sectors is the length of the mini FAT's chain.";
    HeaderDifatCount = "header-difat-count", "[MS-CFB] 2.2", "The count of DIFAT sectors is the length of the DIFAT's chain.";
    HeaderPadding = "header-padding", "[MS-CFB] 2.2", "In version 4 the rest of the header's sector is zero.";
    DifatEntry = "difat-entry", "[MS-CFB] 2.5", "A DIFAT entry names a sector of the file, or is free.";
    DifatOrder = "difat-order", "[MS-CFB] 2.5", "Free DIFAT entries stand only at the end.";
    DifatChain = "difat-chain", "[MS-CFB] 2.5", "The DIFAT's chain visits each of its sectors once and ends with ENDOFCHAIN.";
    DifatMark = "difat-mark", "[MS-CFB] 2.3", "A sector that holds DIFAT entries is marked DIFSECT in the FAT.";
    FatMark = "fat-mark", "[MS-CFB] 2.3", "A sector that holds FAT entries is marked FATSECT in the FAT.";
    FatDuplicate = "fat-duplicate", "[MS-CFB] 2.3", "A FAT sector is listed in the DIFAT once.";
    FatMissing = "fat-missing", "[MS-CFB] 2.3", "Every sector of the file is described by the FAT.";
    FatBeyondEnd = "fat-beyond-end", "[MS-CFB] 2.3", "FAT entries for sectors past the end of the file are free.";
    FatEntry = "fat-entry", "[MS-CFB] 2.3", "A FAT entry names a sector of the file or is one of the special values.";
    ChainCycle = "chain-cycle", "[MS-CFB] 2.3", "A chain visits each sector once.";
    ChainBroken = "chain-broken", "[MS-CFB] 2.3", "A chain runs over allocated sectors until ENDOFCHAIN.";
    ChainShort = "chain-short", "[MS-CFB] 2.3", "A chain has a sector for every part of its stream.";
    ChainLong = "chain-long", "[MS-CFB] 2.3", "A chain has no more sectors than its stream needs.";
    ChainShared = "chain-shared", "[MS-CFB] 2.3", "A sector belongs to one chain only.";
    ChainStart = "chain-start", "[MS-CFB] 2.6.1", "The starting sector of a stream is a sector of the file, or ENDOFCHAIN when the stream is empty.";
    SectorOrphan = "sector-orphan", "[MS-CFB] 2.3", "A sector that is not free belongs to a chain.";
    SectorPastEnd = "sector-past-end", "[MS-CFB] 2.1", "Every sector that is used lies in the file.";
    SectorShort = "sector-short", "[MS-CFB] 2.1", "The length of the file is a whole number of sectors.";
    TrailingData = "trailing-data", "[MS-CFB] 2.1", "Nothing follows the last sector that the FAT describes.";
    RangeLockSector = "range-lock-sector", "[MS-CFB] 2.8", "The sector that covers 0x7FFFFF00 to 0x7FFFFFFF is used by no stream.";
    MiniFatEntry = "minifat-entry", "[MS-CFB] 2.4", "A mini FAT entry names a mini sector of the mini stream or is one of the special values.";
    MiniFatShort = "minifat-short", "[MS-CFB] 2.4", "The mini FAT describes every mini sector of the mini stream.";
    MiniChainCycle = "mini-chain-cycle", "[MS-CFB] 2.4", "A chain of mini sectors visits each once.";
    MiniChainBroken = "mini-chain-broken", "[MS-CFB] 2.4", "A chain of mini sectors runs over allocated mini sectors until ENDOFCHAIN.";
    MiniChainShort = "mini-chain-short", "[MS-CFB] 2.4", "A chain of mini sectors has one for every 64 bytes of its stream.";
    MiniChainLong = "mini-chain-long", "[MS-CFB] 2.4", "A chain of mini sectors has no more than its stream needs.";
    MiniChainShared = "mini-chain-shared", "[MS-CFB] 2.4", "A mini sector belongs to one chain only.";
    MiniSectorOrphan = "mini-sector-orphan", "[MS-CFB] 2.4", "A mini sector that is not free belongs to a chain.";
    MiniSectorPastEnd = "mini-sector-past-end", "[MS-CFB] 2.4", "Every mini sector that is used lies in the mini stream.";
    MiniStreamLength = "mini-stream-length", "[MS-CFB] 2.6.2", "The length of the mini stream is a multiple of 64.";
    MiniStreamShort = "mini-stream-short", "[MS-CFB] 2.6.2", "The chain of the mini stream has a sector for every part of it.";
    DirectoryStart = "directory-start", "[MS-CFB] 2.6", "The directory starts at a sector of the file.";
    DirectoryChain = "directory-chain", "[MS-CFB] 2.6", "The directory's chain visits each of its sectors once and ends with ENDOFCHAIN.";
    RootMissing = "root-missing", "[MS-CFB] 2.6.2", "The first directory entry is the root storage.";
    RootName = "root-name", "[MS-CFB] 2.6.2", "The root storage is named \"Root Entry\".";
    RootSibling = "root-sibling", "[MS-CFB] 2.6.2", "The root storage has no siblings.";
    RootCreated = "root-created", "[MS-CFB] 2.6.2", "The root storage has no creation time.";
    EntryType = "entry-type", "[MS-CFB] 2.6.1", "The type of a directory entry is unknown (0), storage (1), stream (2) or root (5).";
    EntryColor = "entry-color", "[MS-CFB] 2.6.1", "The colour of a directory entry is red (0) or black (1).";
    EntryNameLength = "entry-name-length", "[MS-CFB] 2.6.1", "The length of a name is even, counts the terminator, and is at most 64.";
    EntryNameTerminator = "entry-name-terminator", "[MS-CFB] 2.6.1", "A name ends with a null.";
    EntryNamePadding = "entry-name-padding", "[MS-CFB] 2.6.1", "A name is followed by nulls.";
    EntryNameEmpty = "entry-name-empty", "[MS-CFB] 2.6.1", "An element has a name.";
    EntryNameCharacter = "entry-name-character", "[MS-CFB] 2.6.1", "A name contains none of / \\ : !";
    EntrySibling = "entry-sibling", "[MS-CFB] 2.6.1", "A sibling is an entry of the directory, or NOSTREAM.";
    EntryChild = "entry-child", "[MS-CFB] 2.6.1", "The child of a storage is an entry of the directory, or NOSTREAM; a stream has none.";
    EntrySizeHigh = "entry-size-high", "[MS-CFB] 2.6.1", "In version 3 a stream is at most 2 GiB long.";
    EntrySize = "entry-size", "[MS-CFB] 2.6.1", "A stream is no longer than the sectors of the file can hold.";
    EntryUnusedField = "entry-unused-field", "[MS-CFB] 2.6.3", "An unallocated entry is zero but for its NOSTREAM siblings and child.";
    StreamClassId = "stream-clsid", "[MS-CFB] 2.6.1", "A stream has no class id.";
    StreamTime = "stream-time", "[MS-CFB] 2.6.1", "A stream has no times.";
    StreamStateBits = "stream-state-bits", "[MS-CFB] 2.6.1", "A stream has no state bits.";
    StorageStart = "storage-start", "[MS-CFB] 2.6.3", "A storage has no starting sector.";
    StorageSize = "storage-size", "[MS-CFB] 2.6.3", "A storage has no length.";
    TreeOrder = "tree-order", "[MS-CFB] 2.6.4", "Siblings are ordered by the length of their names, then by their upper-cased units.";
    TreeDuplicate = "tree-duplicate", "[MS-CFB] 2.6.4", "Names are unique within a storage.";
    TreeRedRed = "tree-red-red", "[MS-CFB] 2.6.4", "A red node has no red child.";
    TreeBlackHeight = "tree-black-height", "[MS-CFB] 2.6.4", "Every path to a leaf has the same number of black nodes.";
    TreeRootRed = "tree-root-red", "[MS-CFB] 2.6.4", "The root of a tree of siblings is black.";
    TreeCycle = "tree-cycle", "[MS-CFB] 2.6.4", "An entry is reached by one path only.";
    TreeNodeFree = "tree-node-free", "[MS-CFB] 2.6.4", "An entry that is reached is a storage or a stream.";
    EntryOrphan = "entry-orphan", "[MS-CFB] 2.6.4", "An entry that is allocated is reached from the root.";
    PropertySetHeader = "property-set-header", "[MS-OLEPS] 2.21", "A property set stream starts with 0xFFFE, version 0 or 1, and one or two property sets.";
    PropertySetBounds = "property-set-bounds", "[MS-OLEPS] 2.20", "A property set lies inside its stream.";
    PropertyBounds = "property-bounds", "[MS-OLEPS] 2.20", "A property's value lies inside its property set.";
    PropertyType = "property-type", "[MS-OLEPS] 2.15", "A property's type is one of the listed ones.";
    PropertyDuplicate = "property-duplicate", "[MS-OLEPS] 2.20", "A property id occurs once in a property set.";
    PropertyString = "property-string", "[MS-OLEPS] 2.5", "A string has the stated length and ends with a null.";
    PropertyDictionary = "property-dictionary", "[MS-OLEPS] 2.17", "The dictionary names each property once.";
    PropertyCodePage = "property-code-page", "[MS-OLEPS] 2.18.2", "A property set states its code page.";
    PropertyAlignment = "property-alignment", "[MS-OLEPS] 2.19", "A property's value starts on a multiple of four.";
    PropertyOrder = "property-order", "[MS-OLEPS] 2.20", "Properties are listed in the order of their offsets.";
    PropertyVersion = "property-version", "[MS-OLEPS] 2.21", "A property set of version 0 holds no types of version 1.";
    PropertyBool = "property-bool", "[MS-OLEPS] 2.15", "A boolean is 0 or 0xFFFF.";
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let mut ids: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert!(ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Rule::ALL.len());
    }
}
