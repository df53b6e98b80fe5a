//! Every file of the shared corpus on which independent readers agree shows the agreed elements,
//! with the agreed length and checksum of every stream and the agreed class id of every storage.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::{ElementKind, Guid, MemoryBytes, Name, Settings};
use docfile_testkit::corpus::{AgreedContent, Corpus, CorpusFile};
use docfile_testkit::observation::{Content, Observation, Seen};

/// A path and what is at it, in a form in which two readers can be compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fact {
    path: Vec<Vec<u16>>,
    content: Either,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Either {
    Storage(Guid),
    Stream { len: u64, crc32: u32 },
    Unreadable(String),
}

fn units(path: &[Name]) -> Vec<Vec<u16>> {
    path.iter().map(|name| name.units().to_vec()).collect()
}

fn seen(seen: &Seen) -> Fact {
    let content = match &seen.content {
        Content::Stream { len, crc32, end: None } => Either::Stream { len: *len, crc32: *crc32 },
        _ if seen.stat.kind == ElementKind::Storage => Either::Storage(seen.stat.class_id),
        other => Either::Unreadable(format!("{other:?}")),
    };
    Fact { path: units(&seen.path), content }
}

fn agreed(file: &CorpusFile) -> Option<Vec<Fact>> {
    let elements = file.elements.as_ref()?;
    let facts = elements.iter().map(|element| Fact {
        path: units(&element.path),
        content: match element.content {
            AgreedContent::Storage { class_id } => Either::Storage(class_id),
            AgreedContent::Stream { len, crc32 } => Either::Stream { len, crc32 },
        },
    });
    Some(facts.collect())
}

#[test]
fn every_corpus_stream_has_the_agreed_bytes() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
    for file in corpus.files() {
        let Some(mut expected) = agreed(file) else { continue };
        let bytes = Arc::new(MemoryBytes::new(file.read()));
        let mut found = match Observation::of(bytes, Settings::default()) {
            Observation::Open { elements, .. } => elements.iter().map(seen).collect::<Vec<_>>(),
            closed => {
                wrong.insert(&file.name, format!("{closed:?}"));
                continue;
            }
        };
        found.sort();
        expected.sort();
        if let Some((ours, theirs)) = found.iter().zip(&expected).find(|(a, b)| a != b) {
            wrong.insert(&file.name, format!("{ours:?} instead of {theirs:?}"));
        } else if found.len() != expected.len() {
            wrong.insert(&file.name, format!("{} instead of {}", found.len(), expected.len()));
        }
    }
    assert!(wrong.is_empty(), "{} files differ: {wrong:#?}", wrong.len());
}
