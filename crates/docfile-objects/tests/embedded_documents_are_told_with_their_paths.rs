//! Documents that are embedded are counted and told with the path that opens them, or can be had
//! unpacked where they have none; what is had so is a compound file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{ElementKind, MemoryBytes, Name, OpenMode, Storage};
use docfile_objects::{Detail, DocumentObject, Kind, Opening, try_identify, try_open};
use docfile_testkit::corpus::Corpus;

fn opened(bytes: &[u8]) -> docfile_compound::Result<Box<dyn DocumentObject>> {
    let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes.to_vec())))?;
    try_open(root, Opening::default())
}

fn text_of<'a>(facts: &'a Detail, name: &str) -> Option<&'a str> {
    let Detail::Map(facts) = facts else { panic!("{facts:?}") };
    match facts.iter().find(|(known, _)| known == name) {
        Some((_, Detail::Text(text))) => Some(text),
        _ => None,
    }
}

/// The storage at a path as it is written behind `SOURCE!`.
fn storage_at(bytes: &[u8], path: &str) -> Storage {
    let mut storage = Storage::try_open(Arc::new(MemoryBytes::new(bytes.to_vec()))).unwrap();
    for step in path.split('/') {
        let name = Name::from_display(step).unwrap();
        assert_eq!(storage.try_find(&name).unwrap().unwrap().kind, ElementKind::Storage);
        storage = storage.try_open_storage(&name, OpenMode::child_read()).unwrap();
    }
    storage
}

#[test]
fn each_opens_by_its_path_or_is_had_unpacked() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut by_path, mut unpacked) = (0, 0);
    let (mut others, mut damaged) = (Vec::new(), Vec::new());
    for file in corpus.files() {
        let bytes = file.read();
        let Ok(document) = opened(&bytes) else { continue };
        let Ok(info) = document.try_info() else { continue };
        let told = match info.detail("embedded") {
            Some(Detail::List(told)) => told.as_slice(),
            None => &[],
            other => panic!("{other:?}"),
        };
        assert_eq!(told.len(), info.embedded_count, "{}", file.name);
        for (index, facts) in told.iter().enumerate() {
            if let Some(path) = text_of(facts, "path") {
                assert_eq!(document.try_embedded(index).unwrap(), None);
                let kind = try_identify(&storage_at(&bytes, path)).unwrap().kind;
                if text_of(facts, "kind").is_some_and(|word| word != kind.word()) {
                    others.push(format!("{} {path}: {kind}", file.name));
                }
                by_path += 1;
                continue;
            }
            let object = document.try_embedded(index);
            let root = object.and_then(|object| {
                Storage::try_open(Arc::new(MemoryBytes::new(object.unwrap_or_default())))
            });
            match root.and_then(|root| try_identify(&root)) {
                Ok(_) => unpacked += 1,
                Err(error) => damaged.push(format!("{} {index}: {error} {facts:?}", file.name)),
            }
        }
        assert_eq!(document.try_embedded(told.len()).unwrap_or_default(), None);
    }
    eprintln!("{by_path} by path, {unpacked} unpacked, {others:#?}, damaged {damaged:#?}");
    // Broken by a fuzzer.
    assert!(others.len() <= 1, "{others:#?}");
    assert!(by_path >= 9 && unpacked >= 12, "{by_path} by path, {unpacked} unpacked");
    assert!(damaged.len() <= 2, "{damaged:#?}");
}

#[test]
fn a_presentation_names_what_it_holds() {
    let Some(corpus) = Corpus::locate() else { return };
    let document = opened(&corpus.file("ole2-embedding-2003.ppt").read()).unwrap();
    let info = document.try_info().unwrap();
    let Some(Detail::List(told)) = info.detail("embedded") else { panic!("{info:?}") };
    let kinds: Vec<_> = told.iter().map(|facts| text_of(facts, "kind")).collect();
    assert!(kinds.contains(&Some(Kind::Excel.word())), "{told:?}");
}
