//! Any bytes, opened as a document, and any bytes as the streams of one: facts, pages, embedded
//! documents, with a password and without.
//!
//! Promises that are tried: nothing panics; documents end; what is shown has no control characters
//! but line feeds; asking again gets the same answer.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Result, Settings, Storage,
};
use docfile_objects::{Block, Bounds, DocumentObject, Opening, View, try_open};

/// Pages past which a document is not followed; it must not have more than its bytes explain.
const PAGE_MAX: usize = 2_000;
/// Streams that together are a document of some kind: all parsers are behind one of these.
const DOCUMENTS: [&[&str]; 14] = [
    &["WordDocument", "0Table"],
    &["WordDocument", "1Table"],
    &["Workbook"],
    &["Book"],
    &["PowerPoint Document", "Current User"],
    // The short properties of a message, and its body as rich text, as HTML, as text.
    &["__properties_version1.0", "__substg1.0_10090102"],
    &["__properties_version1.0", "__substg1.0_10130102"],
    &["__properties_version1.0", "__substg1.0_1000001E"],
    // Pool, data and tables of the strings of an installer, in the letters of its names.
    &[
        "\u{4840}\u{3F3F}\u{4577}\u{446C}\u{3E6A}\u{44B2}\u{482F}",
        "\u{4840}\u{3F3F}\u{4577}\u{446C}\u{3B6A}\u{45E4}\u{4824}",
        "\u{4840}\u{3F7F}\u{4164}\u{422F}\u{4836}",
    ],
    &["EncryptionInfo", "EncryptedPackage"],
    &["BasicFileInfo", "RevitPreview4.0"],
    &["DestList", "1"],
    &["Catalog", "1"],
    &["VisioDocument", "\u{5}SummaryInformation"],
];

/// Runs the target on one input that is a file.
pub fn run(data: &[u8]) {
    if let Ok(root) = Storage::try_open(Arc::new(MemoryBytes::new(data.to_vec()))) {
        show(root, None);
    }
    if let Ok(root) = Storage::try_open(Arc::new(MemoryBytes::new(data.to_vec()))) {
        show(root, Some("password"));
    }
}

/// Runs the target on one input that is the streams of a document: a byte chooses which, and each
/// but the last has its length in two bytes in front.
pub fn run_on_streams(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let names = DOCUMENTS[usize::from(*choice) % DOCUMENTS.len()];
    match document(names, rest) {
        Ok(root) => show(root, Some("password")),
        Err(error) => panic!("a document could not be made: {error}"),
    }
}

/// What [`run_on_streams`] takes apart.
#[must_use]
pub fn joined(choice: u8, streams: &[&[u8]]) -> Vec<u8> {
    let mut data = vec![choice];
    for (index, stream) in streams.iter().enumerate() {
        if index + 1 < streams.len() {
            let len = u16::try_from(stream.len()).unwrap_or(u16::MAX);
            data.extend(len.to_le_bytes());
        }
        data.extend(*stream);
    }
    data
}

fn document(names: &[&str], mut rest: &[u8]) -> Result<Storage> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
    let root = file.root(OpenMode::edit())?;
    for (index, name) in names.iter().enumerate() {
        let content = match rest {
            [low, high, behind @ ..] if index + 1 < names.len() => {
                let len = usize::from(u16::from_le_bytes([*low, *high])).min(behind.len());
                let (content, behind) = behind.split_at(len);
                rest = behind;
                content
            }
            _ => core::mem::take(&mut rest),
        };
        let stream = root.try_create_stream(&Name::new(name)?, OpenMode::child_edit())?;
        stream.try_write_at(0, content)?;
    }
    Ok(root)
}

fn show(root: Storage, password: Option<&str>) {
    // What a password may cost is a bound of its own; here it would only be slow.
    let bounds = Bounds { spin_count: 100, ..Bounds::default() };
    let Ok(document) = try_open(root, Opening { password: password.map(str::to_owned), bounds })
    else {
        return;
    };
    let first = document.try_info().map(|info| format!("{info:?}"));
    let second = document.try_info().map(|info| format!("{info:?}"));
    assert_eq!(first.ok(), second.ok(), "the facts changed");
    let mut index = 0;
    while let Ok(Some(view)) = document.try_page(index) {
        look(&view);
        index += 1;
        if index == PAGE_MAX {
            break;
        }
    }
    if index > 0 {
        let again = document.try_page(index - 1).ok().flatten();
        assert!(again.is_some(), "a page that was there is gone");
    }
    embedded(&*document);
    assert!(document.touches().iter().all(|touch| touch.range.start <= touch.range.end));
}

fn embedded(document: &dyn DocumentObject) {
    for index in 0..4 {
        let _ = document.try_embedded(index);
    }
}

fn look(view: &View) {
    let is_clean = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());
    for block in &view.blocks {
        let clean = match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => is_clean(text),
            Block::Row(cells) => cells.iter().all(|cell| is_clean(cell)),
            Block::Picture { name } => is_clean(name),
            _ => true,
        };
        assert!(clean, "{block:?}");
    }
}
