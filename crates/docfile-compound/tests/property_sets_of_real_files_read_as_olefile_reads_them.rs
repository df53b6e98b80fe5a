//! Every property set of the shared corpus, against what olefile reads (`properties_by_olefile.tsv`,
//! made by `peers/olefile_properties.py`, says how); and what becomes of each when it is written.
//!
//! Without the corpus the worked examples of [MS-OLEPS] stand in for it where they can.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

mod worked_example;

use std::fmt::Write as _;
use std::sync::Arc;

use docfile_compound::property::{PropertySet, PropertySetStream, PropertyValue, format_id, parse};
use docfile_compound::{
    CompoundFile, ElementKind, Limits, MemoryBytes, OpenMode, Rule, Settings, Storage, Stream,
    Validation,
};
use docfile_testkit::corpus::{Corpus, CorpusFile};
use docfile_testkit::crc32::crc32;

const BY_OLEFILE: &str = include_str!("properties_by_olefile.tsv");

/// Files that olefile reads otherwise, and why.
const READ_OTHERWISE: &[(&str, &str)] = &[
    ("44501d.vsd", "strings of a vector without a null, of which olefile drops the last byte"),
    ("Test_Visio-Some_Random_Text.vsd", "the same"),
    ("6710128412590080.ppt", "a value that stands in the table of its set"),
    ("5074346559012864.doc", "a string without a null, of which olefile drops the last byte"),
    ("poi-fuzz.xls", "the same"),
];

/// The streams of a file that are property sets by their name, as far as they can be opened.
fn property_streams(file: &CorpusFile) -> Vec<Stream> {
    let mut found = Vec::new();
    let bytes = Arc::new(MemoryBytes::new(file.read()));
    let root = CompoundFile::try_open(bytes, Settings::default())
        .and_then(|file| file.root(OpenMode::read()));
    if let Ok(root) = root {
        collect(&root, &mut found);
    }
    found
}

fn collect(storage: &Storage, found: &mut Vec<Stream>) {
    let Ok(listing) = storage.try_list() else { return };
    for stat in listing.elements {
        let mode = OpenMode::child_read();
        match stat.kind {
            ElementKind::Storage => {
                if let Ok(child) = storage.try_open_storage(&stat.name, mode) {
                    collect(&child, found);
                }
            }
            _ if format_id::is_stream_name(&stat.name) => {
                found.extend(storage.try_open_stream(&stat.name, mode));
            }
            _ => {}
        }
    }
}

/// All bytes of a stream, as far as they are there.
fn bytes_of(stream: &Stream) -> Vec<u8> {
    let len = stream.try_len().ok().and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
    let mut bytes = vec![0; len];
    let read = stream.try_read_at(0, &mut bytes).unwrap_or(0);
    bytes.truncate(read);
    bytes
}

fn permissively(stream: &Stream) -> Option<PropertySetStream> {
    let limits = Limits::default();
    PropertySetStream::try_read(stream, Validation::Permissive, &limits).ok().map(|(read, _)| read)
}

/// A value as the script writes what olefile reads; `None` for types that olefile leaves out.
fn as_by_olefile(value: &PropertyValue) -> Option<String> {
    use PropertyValue as V;
    Some(match value {
        V::Bool(value) => value.to_string(),
        V::I2(_) | V::I4(_) | V::Int(_) | V::Ui1(_) | V::Ui2(_) | V::Ui4(_) | V::Uint(_) => {
            (value.as_integer()? & 0xFFFF_FFFF).to_string()
        }
        V::Error(value) => value.to_string(),
        V::Lpstr(text) | V::Bstr(text) | V::Lpwstr(text) => text.clone(),
        V::Blob(bytes) => format!("{:08x}", crc32(bytes)),
        V::Clipboard(data) => {
            let bytes = [data.tag.to_le_bytes().as_slice(), data.data.as_slice()].concat();
            format!("{:08x}", crc32(&bytes))
        }
        V::FileTime(time) => (time.0 / 10_000_000).to_string(),
        V::ClassId(id) => id.to_string().trim_matches(['{', '}']).to_owned(),
        V::Vector(elements) => {
            let parts: Option<Vec<String>> =
                elements.iter().map(|element| as_by_olefile(&element)).collect();
            format!("[{}]", parts?.join("\u{1F}"))
        }
        _ => return None,
    })
}

/// The count and the text of the properties of the first set.
fn summary(stream: &PropertySetStream) -> (usize, String) {
    let mut text = String::new();
    let mut ids: Vec<u32> = Vec::new();
    let properties = stream.sets().first().map_or(&[][..], PropertySet::properties);
    ids.extend(properties.iter().map(|property| property.id()));
    ids.sort_unstable();
    ids.dedup();
    let mut count = 0;
    let set = stream.sets().first();
    for id in ids {
        if let Some(value) = set.and_then(|set| set.get(id)).and_then(as_by_olefile) {
            writeln!(text, "{id}={value}").expect("a string takes all");
            count += 1;
        }
    }
    (count, text)
}

#[test]
fn every_property_has_the_value_that_olefile_finds() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut differing = Vec::new();
    let mut compared = 0;
    for line in BY_OLEFILE.lines().filter(|line| !line.starts_with('#')) {
        let (name, theirs) = line.split_once('\t').expect("a name and what was read");
        let mut ours: Vec<(String, String)> = property_streams(corpus.file(name))
            .iter()
            .map(|stream| {
                let (count, text) =
                    permissively(stream).map_or_else(Default::default, |read| summary(&read));
                (format!("{count}:{:08x}", crc32(text.as_bytes())), text)
            })
            .collect();
        ours.sort();
        let read: Vec<&str> = ours.iter().map(|(checksum, _)| checksum.as_str()).collect();
        if read.join(",") != theirs {
            differing.push((name, theirs, ours));
        }
        compared += 1;
    }
    assert_eq!(compared, 330, "lines of the table");
    let unexpected: Vec<_> = differing
        .iter()
        .filter(|(name, ..)| !READ_OTHERWISE.iter().any(|(ending, _)| name.ends_with(ending)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert_eq!(differing.len(), READ_OTHERWISE.len(), "{differing:?}");
}

/// Streams to be written again: all of the corpus, or the worked examples.
fn samples() -> Vec<(String, Vec<u8>)> {
    let examples = || {
        vec![
            ("the summary of [MS-OLEPS] 3.1".to_owned(), worked_example::summary_information()),
            ("the bag of [MS-OLEPS] 3.2".to_owned(), worked_example::property_bag()),
        ]
    };
    Corpus::locate().map_or_else(examples, |corpus| {
        let streams = |file: &CorpusFile| {
            let name = file.name.clone();
            property_streams(file).into_iter().map(move |stream| (name.clone(), bytes_of(&stream)))
        };
        corpus.files().flat_map(streams).collect()
    })
}

#[test]
fn a_set_that_was_not_changed_is_written_byte_for_byte() {
    for (name, bytes) in samples() {
        if let Ok((stream, _)) = parse(&bytes, Validation::Permissive, &Limits::default()) {
            assert_eq!(stream.emit().expect("nothing was changed"), bytes, "{name}");
        }
    }
}

#[test]
fn a_set_that_was_changed_is_valid_and_says_the_same() {
    // What a program put into a value, or into the names of properties, is left as it is, and so
    // are values of types that are not known here.
    let left =
        |rule| matches!(rule, Rule::PropertyBool | Rule::PropertyDictionary | Rule::PropertyType);
    for (name, bytes) in samples() {
        let Ok((mut stream, findings)) = parse(&bytes, Validation::Permissive, &Limits::default())
        else {
            continue;
        };
        // Of two sets that cannot share a stream nothing sound can be made.
        if stream.sets().is_empty() || findings.iter().any(|f| f.rule == Rule::PropertySetHeader) {
            continue;
        }
        let format_ids: Vec<_> = stream.sets().iter().map(PropertySet::format_id).collect();
        for format_id in format_ids {
            let set = stream.set_mut(format_id).expect("it was just seen");
            let locale = set.locale();
            set.set_locale(Some(locale.map_or(1033, |locale| locale ^ 1)));
            set.set_locale(locale);
        }
        let written = stream.emit().expect("not longer than it was");
        let (read, findings) =
            parse(&written, Validation::Permissive, &Limits::default()).expect("what we write");
        let rules: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
        assert!(rules.iter().all(|rule| left(*rule)), "{name}: {findings:?}");
        assert_eq!(summary(&read), summary(&stream), "{name}");
        assert_eq!(read, stream, "{name}");
    }
}
