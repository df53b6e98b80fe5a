//! Files to try these kinds on: made ones, and those of the corpus; and what they tell.

use std::sync::Arc;

use docfile_compound::{CommitFlags, CompoundFile, ElementKind, FormatVersion, LockBytes};
use docfile_compound::{MemoryBytes, Name, OpenMode, Settings, Storage};
use docfile_objects::{Block, Detail, DocumentObject, Info, Opening, try_open};
use docfile_testkit::corpus::Corpus;

/// The formats of the corpus that are told here, in the words of its manifest.
const FORMATS: [&str; 7] =
    ["Outlook msg", "Visio", "Publisher", "Revit", "AAF", "Thumbs.db", "HWP"];

/// Streams, by the names on the way to them.
pub(crate) type Streams = Vec<(Vec<String>, Vec<u8>)>;

/// A compound file with these streams.
pub(crate) fn file_of(streams: &Streams) -> Vec<u8> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    for (path, data) in streams {
        let (last, above) = path.split_last().unwrap();
        let mut storage = root.clone();
        for step in above {
            let name = Name::new(step).unwrap();
            let known = storage.try_find(&name).unwrap();
            let mode = OpenMode::child_edit();
            storage = match known.map(|stat| stat.kind) {
                Some(ElementKind::Storage) => storage.try_open_storage(&name, mode),
                _ => storage.try_create_storage(&name, mode),
            }
            .unwrap();
        }
        let stream =
            storage.try_create_stream(&Name::new(last).unwrap(), OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, data).unwrap();
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    drop((root, file));
    bytes.to_vec()
}

/// A stream of the root.
pub(crate) fn at_root(name: &str, data: impl Into<Vec<u8>>) -> (Vec<String>, Vec<u8>) {
    (vec![name.to_owned()], data.into())
}

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// All files of these kinds, by name.
pub(crate) fn all() -> Vec<(String, Vec<u8>)> {
    let mut files = made();
    if let Some(corpus) = Corpus::locate() {
        let known = corpus.files().filter(|file| FORMATS.contains(&file.format.as_str()));
        files.extend(known.map(|file| (file.name.clone(), file.read())));
    }
    files
}

/// The files that are made here.
pub(crate) fn made() -> Vec<(String, Vec<u8>)> {
    let named = |name: &str, streams: &Streams| (name.to_owned(), file_of(streams));
    vec![
        named("message", &crate::message::streams()),
        named("installer", &crate::installer::streams()),
        named("hangul", &crate::hangul::streams()),
        named("jump list", &crate::jump_list::streams()),
        named("schematic", &crate::altium::schematic()),
        named("board", &crate::altium::board()),
    ]
}

/// The object of the document in these bytes.
pub(crate) fn opened(bytes: Vec<u8>) -> docfile_compound::Result<Box<dyn DocumentObject>> {
    try_open(Storage::try_open(Arc::new(MemoryBytes::new(bytes)))?, Opening::default())
}

/// All that an object tells: its facts and its pages, as one text to compare. What is pending ends
/// it.
pub(crate) fn try_told(document: &dyn DocumentObject) -> docfile_compound::Result<String> {
    let mut told = String::new();
    let mut add = |part: docfile_compound::Result<String>| match part {
        Ok(part) => {
            told.push_str(&part);
            told.push('\n');
            Ok(())
        }
        Err(error) if error.is_pending() => Err(error),
        Err(error) => {
            told.push_str(&format!("{:?} {:?}\n", error.kind(), error.rule()));
            Ok(())
        }
    };
    add(document.try_info().map(|info| format!("{info:?}")))?;
    let mut index = 0;
    loop {
        match document.try_page(index) {
            Ok(None) => break,
            Ok(Some(view)) => add(Ok(format!("{view:?}")))?,
            Err(error) => {
                add(Err(error))?;
                break;
            }
        }
        index += 1;
        assert!(index < 100_000, "a document has pages without end");
    }
    Ok(told)
}

/// The same as an object over the bytes as they come.
pub(crate) fn try_told_of(bytes: Arc<dyn LockBytes>) -> docfile_compound::Result<String> {
    let document = try_open(Storage::try_open(bytes)?, Opening::default())?;
    try_told(&*document)
}

/// The text of a detail.
pub(crate) fn text<'a>(info: &'a Info, name: &str) -> &'a str {
    match info.detail(name) {
        Some(Detail::Text(text)) => text,
        None => "",
        other => panic!("{name}: {other:?}"),
    }
}

/// The texts under `key` of a list of maps; empty where one has none.
pub(crate) fn column(info: &Info, name: &str, key: &str) -> Vec<String> {
    let Some(Detail::List(list)) = info.detail(name) else { panic!("{name}: {info:?}") };
    let value = |detail: &Detail| {
        let Detail::Map(facts) = detail else { panic!("{detail:?}") };
        match facts.iter().find(|(known, _)| known == key) {
            Some((_, Detail::Text(text))) => text.clone(),
            Some((_, Detail::Integer(number))) => number.to_string(),
            None => String::new(),
            other => panic!("{other:?}"),
        }
    };
    list.iter().map(value).collect()
}

/// The paragraphs of all pages, a line each.
pub(crate) fn paragraphs(document: &dyn DocumentObject) -> String {
    let mut lines = Vec::new();
    let mut index = 0;
    while let Some(view) = document.try_page(index).unwrap() {
        lines.extend(view.blocks.into_iter().filter_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            _ => None,
        }));
        index += 1;
    }
    lines.join("\n")
}
