//! `cat` and `ls` over the whole corpus, held against what eight independent readers agree on.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use docfile_testkit::corpus::{AgreedContent, AgreedElement, Corpus};
use docfile_testkit::crc32::crc32;
use serde_json::Value;

/// The path of an element as the command shows it.
fn path_of(element: &AgreedElement) -> String {
    element.path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
}

#[test]
fn every_stream_has_the_agreed_bytes() {
    let Some(corpus) = Corpus::locate() else { return };
    let bench = Bench::new();
    let mut compared = 0;
    for file in corpus.files() {
        let streams: Vec<(String, u64, u32)> = file
            .elements
            .iter()
            .flatten()
            .filter_map(|element| match element.content {
                AgreedContent::Stream { len, crc32 } => Some((path_of(element), len, crc32)),
                AgreedContent::Storage { .. } => None,
            })
            .collect();
        // A command line has its limits.
        for streams in streams.chunks(400) {
            let source = file.path.to_str().unwrap();
            let words: Vec<String> =
                streams.iter().map(|(path, ..)| format!("{source}!{path}")).collect();
            let words: Vec<&str> =
                ["cat"].into_iter().chain(words.iter().map(String::as_str)).collect();
            let run = bench.run(&words);
            assert_eq!(run.code, 0, "{source}: {}", run.errors);
            let mut rest = run.out.as_slice();
            for (path, len, agreed_crc) in streams {
                let (bytes, behind) = rest.split_at(usize::try_from(*len).unwrap());
                assert_eq!(crc32(bytes), *agreed_crc, "{source}!{path}");
                rest = behind;
                compared += 1;
            }
            assert!(rest.is_empty(), "{source}");
        }
    }
    assert!(compared > 10_000, "only {compared} streams were compared");
}

#[test]
fn every_listing_has_the_agreed_elements() {
    let Some(corpus) = Corpus::locate() else { return };
    let bench = Bench::new();
    for file in corpus.files() {
        let Some(agreed) = &file.elements else { continue };
        let listed = bench.json(&["ls", "-R", file.path.to_str().unwrap()]).remove(0);
        let mut found: Vec<(String, Value, Value)> = listed["elements"]
            .as_array()
            .unwrap_or_else(|| panic!("{}: {listed}", file.name))
            .iter()
            .map(|element| {
                let path = element["path"].as_str().unwrap().to_owned();
                let what = if element["kind"] == "stream" { "len" } else { "clsid" };
                (path, element["kind"].clone(), element[what].clone())
            })
            .collect();
        let mut expected: Vec<(String, Value, Value)> = agreed
            .iter()
            .filter(|element| !element.path.is_empty())
            .map(|element| match element.content {
                AgreedContent::Stream { len, .. } => {
                    (path_of(element), "stream".into(), len.into())
                }
                AgreedContent::Storage { class_id } => {
                    let clsid = (!class_id.is_null()).then(|| class_id.to_string());
                    (path_of(element), "storage".into(), clsid.into())
                }
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "{}", file.name);
    }
}
