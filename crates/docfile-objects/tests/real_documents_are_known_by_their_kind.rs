//! The kinds of the files of the corpus, against the formats that its manifest names; and the same
//! answer whatever order the bytes come in.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, FormatVersion, Guid, LockBytes, MemoryBytes, Name, OpenMode, Settings, Storage,
};
use docfile_objects::{Identified, Kind, try_identify};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::Arriving;

/// The kind that a format of the manifest is, where it is one.
fn kind_of(format: &str) -> Option<Kind> {
    Some(match format {
        "Word" => Kind::Word,
        "Excel" => Kind::Excel,
        "PowerPoint" => Kind::PowerPoint,
        "Outlook msg" => Kind::OutlookMessage,
        "Visio" => Kind::Visio,
        "Publisher" => Kind::Publisher,
        "Revit" => Kind::Revit,
        "AAF" => Kind::Aaf,
        "Thumbs.db" => Kind::Thumbs,
        "HWP" => Kind::Hwp,
        "encrypted OOXML" => Kind::EncryptedOoxml,
        _ => return None,
    })
}

fn identified(bytes: Arc<dyn LockBytes>) -> docfile_compound::Result<Identified> {
    try_identify(&Storage::try_open(bytes)?)
}

#[test]
fn every_format_that_the_manifest_names_is_recognised() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut told, mut others) = (0, Vec::new());
    for file in corpus.files() {
        let Some(expected) = kind_of(&file.format) else { continue };
        match identified(Arc::new(MemoryBytes::new(file.read()))) {
            Ok(identified) if identified.kind == expected => told += 1,
            other => others.push(format!("{} {}: {other:?}", file.name, file.format)),
        }
    }
    eprintln!("{told} told; others: {others:#?}");
    assert!(told > 300, "{told}");
    // A workbook that the manifest calls by its name's end, and two encrypted packages likewise.
    assert!(others.len() <= 3, "{others:#?}");
}

/// A library that writes workbooks puts the class of Word on their root.
#[test]
fn the_class_of_an_office_program_counts_only_beside_its_stream() {
    let word = Guid::from_u128(0x00020906_0000_0000_C000_000000000046);
    let kinds = ["Workbook", "WordDocument", "Nothing"].map(|name| {
        let bytes = Arc::new(MemoryBytes::default());
        let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
        let root = file.root(OpenMode::edit()).unwrap();
        root.try_set_class_id(word).unwrap();
        root.try_create_stream(&Name::new(name).unwrap(), OpenMode::child_edit()).unwrap();
        try_identify(&root).unwrap().kind
    });
    assert_eq!(kinds, [Kind::Excel, Kind::Word, Kind::Word]);
    let Some(corpus) = Corpus::locate() else { return };
    let file = corpus.file("phpexcel_bad_cfb_dir.xls");
    assert_eq!(identified(Arc::new(MemoryBytes::new(file.read()))).unwrap().kind, Kind::Excel);
}

#[test]
fn the_answer_is_the_same_while_the_bytes_arrive_and_needs_few_of_them() {
    let Some(corpus) = Corpus::locate() else { return };
    for file in corpus.files().filter(|file| file.elements.is_some()) {
        let content = file.read();
        let whole = identified(Arc::new(MemoryBytes::new(content.clone())));
        let slow = Arc::new(Arriving::new(MemoryBytes::new(content)));
        let mut brought = 0;
        let last = loop {
            match identified(slow.clone()) {
                Err(error) if error.is_pending() => {
                    for range in error.missing().unwrap().required.iter() {
                        brought += range.end - range.start;
                        slow.arrive(range);
                    }
                }
                done => break done,
            }
        };
        assert_eq!(last.ok(), whole.ok(), "{}", file.name);
        // A directory without order is looked through whole.
        assert!(brought <= file.len, "{}: {brought} of {}", file.name, file.len);
    }
}
