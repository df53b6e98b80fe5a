//! A Word document hidden by XOR, as [MS-DOC] 2.2.6.1 has it, shows the same with its password as
//! it did before. The bytes of the password are those that msoffcrypto-tool makes; that zeros stay
//! and where the hidden part begins rests on the specification, since the corpus has no such file.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ErrorKind, FormatVersion, MemoryBytes, Name, OpenMode, Result, Settings, Storage,
};
use docfile_objects::{Detail, DocumentObject, Opening, View, try_open};
use docfile_testkit::corpus::Corpus;

const PASSWORD: &str = "abc";
/// Its key in the upper half, its verifier in the lower.
const KEY: u32 = 0x514A_CC1A;
const BYTES: [u8; 16] = [
    0x95, 0x99, 0x94, 0x75, 0xDA, 0x57, 0x78, 0x57, 0xDA, 0x74, 0x65, 0xA8, 0x7A, 0x2F, 0x25, 0x77,
];
/// Encrypted, and only by XOR.
const FLAGS: u16 = 0x8100;
const PLAIN_LEN: usize = 0x44;

/// The stream, and whether it is there.
fn stream(root: &Storage, name: &str) -> Option<Vec<u8>> {
    let stream = root.try_open_stream(&Name::new(name).unwrap(), OpenMode::child_read()).ok()?;
    let mut bytes = vec![0; usize::try_from(stream.try_len().unwrap()).unwrap()];
    stream.try_read_at(0, &mut bytes).unwrap();
    Some(bytes)
}

fn hide(bytes: &mut [u8], plain_len: usize) {
    for (offset, byte) in bytes.iter_mut().enumerate().skip(plain_len) {
        let key = BYTES[offset % BYTES.len()];
        if *byte != 0 && *byte != key {
            *byte ^= key;
        }
    }
}

/// A document with the same text, hidden.
fn hidden(document: Vec<u8>) -> Storage {
    let source = Storage::try_open(Arc::new(MemoryBytes::new(document))).unwrap();
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    for name in ["WordDocument", "0Table", "1Table"] {
        let Some(mut bytes) = stream(&source, name) else { continue };
        let is_main = name == "WordDocument";
        if is_main {
            let flags = u16::from_le_bytes([bytes[10], bytes[11]]) | FLAGS;
            bytes[10..12].copy_from_slice(&flags.to_le_bytes());
            bytes[14..18].copy_from_slice(&KEY.to_le_bytes());
        }
        hide(&mut bytes, if is_main { PLAIN_LEN } else { 0 });
        let name = Name::new(name).unwrap();
        let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, &bytes).unwrap();
    }
    root
}

fn opened(root: Storage, password: Option<&str>) -> Result<Box<dyn DocumentObject>> {
    let password = password.map(str::to_owned);
    try_open(root, Opening { password, ..Opening::default() })
}

fn pages(document: &dyn DocumentObject) -> Vec<View> {
    (0..).map_while(|index| document.try_page(index).unwrap()).collect()
}

#[test]
fn all_pages_are_as_before() {
    let Some(corpus) = Corpus::locate() else { return };
    for name in ["67d7fe8e05_simple-table.doc", "07fffee18c_57843.doc"] {
        let bytes = corpus.file(name).read();
        let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes.clone()))).unwrap();
        let before = pages(&*opened(root, None).unwrap());
        assert!(!before[0].is_empty(), "{name}");

        let document = opened(hidden(bytes.clone()), Some(PASSWORD)).unwrap();
        assert_eq!(pages(&*document), before, "{name}");
        let info = document.try_info().unwrap();
        assert_eq!(info.detail("encryption"), Some(&Detail::from("XOR")));

        for password in [None, Some("abd")] {
            let document = opened(hidden(bytes.clone()), password).unwrap();
            let error = document.try_first_view().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AccessDenied, "{name}");
        }
    }
}
