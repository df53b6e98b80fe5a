//! Faults of the directory and of single entries ([MS-CFB] 2.6 to 2.6.3).

use docfile_compound::Rule;

use super::super::entry::{NO_STREAM, field};
use super::super::image::{FREE_SECTOR, Image, header};
use super::{Fault, forgivable, v3};

/// The entry of the root.
const ROOT: u32 = 0;
/// No directory of the sample has so many entries.
const OUT_OF_DIRECTORY: u32 = 0x00FF_FFFF;

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::DirectoryStart, "the directory starts past the end of the file", || {
        let mut image = v3();
        image.put_u32(header::DIRECTORY_START, 0x00FF_FFF0);
        image
    })
    .fatal(),
    forgivable(Rule::DirectoryChain, "the last sector leads back to the first", || {
        let mut image = v3();
        let sectors = image.directory_sectors().to_vec();
        image.put_u32(image.fat_entry_offset(sectors[sectors.len() - 1]), sectors[0]);
        image
    }),
    forgivable(Rule::DirectoryChain, "the last sector is marked free", || {
        let mut image = v3();
        let sectors = image.directory_sectors().to_vec();
        image.put_u32(image.fat_entry_offset(sectors[sectors.len() - 1]), FREE_SECTOR);
        image
    }),
    forgivable(Rule::RootMissing, "the first entry is a plain storage", || {
        with_byte("", field::KIND, 1)
    }),
    forgivable(Rule::RootName, "the root is called R", || {
        let mut image = v3();
        rename(&mut image, ROOT, "R");
        image
    }),
    forgivable(Rule::RootSibling, "the root has a sibling", || {
        let mut image = v3();
        let free = image.free_entry();
        image.put_u32(image.entry_field_offset(ROOT, field::LEFT), free);
        image
    }),
    forgivable(Rule::RootCreated, "the root has a creation time", || {
        let mut image = v3();
        image.put_u64(image.entry_field_offset(ROOT, field::CREATED), 0x01D0_0000_0000_0000);
        image
    }),
    forgivable(Rule::EntryType, "an unused entry of type 4", || {
        let mut image = v3();
        let free = image.free_entry();
        image.put(image.entry_field_offset(free, field::KIND), &[4]);
        image
    }),
    forgivable(Rule::EntryColor, "a colour of 2", || with_byte("Big", field::COLOR, 2)),
    forgivable(Rule::EntryNameLength, "a name of an odd number of bytes", || {
        with_byte("Big", field::NAME_LEN, 9)
    }),
    forgivable(Rule::EntryNameTerminator, "a name without a null behind it", || {
        with_byte("Big", field::NAME + 6, b'x')
    })
    .with(&[Rule::EntryNamePadding]),
    forgivable(Rule::EntryNamePadding, "a unit behind the name's null", || {
        with_byte("Big", field::NAME + 10, b'x')
    }),
    forgivable(Rule::EntryNameEmpty, "an element without a name", || {
        // The shortest name of all, so that the order holds.
        let mut image = v3();
        let id = image.find("n");
        rename(&mut image, id, "");
        image
    })
    .renaming(&["n"]),
    forgivable(Rule::EntryNameCharacter, "a name with a slash", || {
        let mut image = v3();
        let id = image.find("ab");
        rename(&mut image, id, "a/");
        image
    })
    .renaming(&["ab"]),
    forgivable(Rule::EntrySibling, "a sibling beyond the directory", || {
        with_u32("n", field::LEFT, OUT_OF_DIRECTORY)
    }),
    forgivable(Rule::EntryChild, "a stream with a child", || {
        let mut image = v3();
        let free = image.free_entry();
        let id = image.find("Big");
        image.put_u32(image.entry_field_offset(id, field::CHILD), free);
        image
    }),
    forgivable(Rule::EntryChild, "a child beyond the directory", || {
        with_u32("Pool/deep", field::CHILD, OUT_OF_DIRECTORY)
    })
    .with(&[Rule::EntryOrphan])
    .losing(&["Pool/deep"]),
    forgivable(Rule::EntryUnusedField, "a start in an unused entry", || {
        let mut image = v3();
        let free = image.free_entry();
        image.put_u32(image.entry_field_offset(free, field::START), 3);
        image
    }),
    forgivable(Rule::EntryUnusedField, "siblings of zero in an unused entry", || {
        let mut image = v3();
        let free = image.free_entry();
        assert_eq!(image.u32_at(image.entry_field_offset(free, field::LEFT)), NO_STREAM);
        image.put(image.entry_field_offset(free, field::LEFT), &[0; 12]);
        image
    }),
    forgivable(Rule::StreamClassId, "a stream with a class id", || {
        with_byte("Big", field::CLASS_ID + 3, 0x42)
    }),
    forgivable(Rule::StreamTime, "a stream with a modification time", || {
        with_u32("Big", field::MODIFIED, 5)
    }),
    forgivable(Rule::StreamStateBits, "a stream with state bits", || {
        with_u32("Big", field::STATE_BITS, 1)
    }),
    forgivable(Rule::StorageStart, "a storage that starts at the end of a chain", || {
        with_u32("Pool", field::START, 0xFFFF_FFFE)
    }),
    forgivable(Rule::StorageSize, "a storage with a length", || with_u32("Pool", field::LEN, 100)),
];

fn with_byte(path: &str, field: u64, value: u8) -> Image {
    let mut image = v3();
    let id = image.find(path);
    image.put(image.entry_field_offset(id, field), &[value]);
    image
}

fn with_u32(path: &str, field: u64, value: u32) -> Image {
    let mut image = v3();
    let id = image.find(path);
    image.put_u32(image.entry_field_offset(id, field), value);
    image
}

/// Gives an entry another name, with its length and padding as they must be.
pub(super) fn rename(image: &mut Image, id: u32, name: &str) {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_len = u16::try_from(bytes.len() + 2).unwrap_or(0);
    bytes.resize(64, 0);
    image.put(image.entry_field_offset(id, field::NAME), &bytes);
    image.put_u16(image.entry_field_offset(id, field::NAME_LEN), name_len);
}
