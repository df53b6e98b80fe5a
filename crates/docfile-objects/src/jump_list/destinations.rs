//! The stream `DestList`: a header of 32 bytes, then entries of a fixed part and a path.
//!
//! Invariant: an entry takes more than a hundred bytes, so the count that the header claims
//! decides nothing. A version above 1 has a longer fixed part, and properties behind the path that
//! are passed over.

use docfile_compound::FileTime;
use docfile_compound::property::CodePage;

use crate::field_cursor::FieldCursor;
use crate::text::{of_code_page, utf_16};

/// What the stream says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DestinationList {
    pub(super) version: u32,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: u32,
    pub(super) path: String,
    pub(super) host: String,
    pub(super) last_opened: Option<FileTime>,
    pub(super) pin: Option<u32>,
    pub(super) open_count: Option<u32>,
}

const HEADER_LEN: usize = 32;
/// A checksum and four ids of volumes and files, in front of the name of the host.
const DROIDS_LEN: usize = 8 + 4 * 16;
const HOST_LEN: usize = 16;

impl DestinationList {
    pub(super) fn parse(stored: &[u8]) -> Self {
        let Some(version) = FieldCursor::new(stored).u32() else { return Self::default() };
        let mut cursor = FieldCursor::at(stored, HEADER_LEN);
        let mut entries = Vec::new();
        while let Some(entry) = Entry::parse(&mut cursor, version) {
            entries.push(entry);
        }
        Self { version, entries }
    }
}

impl Entry {
    fn parse(cursor: &mut FieldCursor<'_>, version: u32) -> Option<Self> {
        cursor.skip(DROIDS_LEN)?;
        let host = of_code_page(cursor.take(HOST_LEN)?, CodePage::WINDOWS_1252);
        let id = cursor.u32()?;
        cursor.skip(8)?;
        let time = FileTime(cursor.u64()?);
        let pin = cursor.u32()?;
        let mut open_count = None;
        if version > 1 {
            cursor.skip(4)?;
            open_count = Some(cursor.u32()?);
            cursor.skip(8)?;
        }
        let path_len = usize::from(cursor.u16()?).checked_mul(2)?;
        let path = utf_16(cursor.take(path_len)?);
        if version > 1 {
            // The length of the properties of the entry, and the properties.
            let store_len = cursor.len32().unwrap_or(0);
            cursor.take_up_to(store_len);
        }
        Some(Self {
            id,
            path,
            host,
            last_opened: Some(time).filter(|time| time.is_some()),
            // Not pinned is minus one.
            pin: Some(pin).filter(|pin| *pin != u32::MAX),
            open_count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(version: u32, paths: &[&str]) -> Vec<u8> {
        let mut stored = version.to_le_bytes().to_vec();
        stored.resize(HEADER_LEN, 0);
        for (index, path) in paths.iter().enumerate() {
            stored.extend([7; DROIDS_LEN]);
            stored.extend(b"desk\0...........");
            stored.extend(u32::try_from(index + 10).unwrap().to_le_bytes());
            stored.extend([0; 8]);
            stored.extend(9_u64.to_le_bytes());
            stored.extend(if index == 0 { 3_u32 } else { u32::MAX }.to_le_bytes());
            if version > 1 {
                stored.extend([0; 4]);
                stored.extend(5_u32.to_le_bytes());
                stored.extend([0; 8]);
            }
            let units: Vec<u16> = path.encode_utf16().collect();
            stored.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
            stored.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            if version > 1 {
                // Properties behind the first entry alone.
                stored.extend(if index == 0 {
                    [3_u8, 0, 0, 0, 9, 9, 9].to_vec()
                } else {
                    vec![0; 4]
                });
            }
        }
        stored
    }

    #[test]
    fn both_layouts_are_read() {
        for (version, open_count) in [(1, None), (4, Some(5))] {
            let read = DestinationList::parse(&list(version, &["D:\\a.txt", "D:\\b.txt"]));
            assert_eq!(read.version, version);
            let [a, b] = &read.entries[..] else { panic!("{read:?}") };
            assert_eq!((a.id, a.path.as_str(), a.host.as_str()), (10, "D:\\a.txt", "desk"));
            assert_eq!((a.pin, b.pin), (Some(3), None));
            assert_eq!((b.path.as_str(), b.open_count), ("D:\\b.txt", open_count));
            assert_eq!(a.last_opened, Some(FileTime(9)));
        }
    }

    #[test]
    fn a_list_that_is_cut_short_keeps_its_whole_entries() {
        let stored = list(4, &["D:\\a.txt", "D:\\b.txt"]);
        for len in 0..stored.len() {
            assert!(DestinationList::parse(&stored[..len]).entries.len() <= 2);
        }
        assert_eq!(DestinationList::parse(&stored[..stored.len() - 8]).entries.len(), 1);
    }
}
