//! An extraction that was broken off is resumed, and one of another version is not mixed with it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use std::fs;

use command::{Bench, checksums_below, sample};
use docfile_testkit::model::Tree;
use serde_json::Value;

const RECORD: &str = ".docfile.%resume";

/// Breaks an extraction off by its limit of bytes. `Contents` comes last.
fn broken_off(bench: &Bench) {
    bench.document("a.doc", sample());
    let run = bench.run(&["get", "a.doc", "-o", "out", "--limit-bytes", "75k"]);
    assert_eq!(run.code, 6, "{}", run.errors);
    assert!(bench.path("out").join(RECORD).exists());
}

fn states(line: &Value) -> Vec<(String, String)> {
    let state = |file: &Value| {
        (file["path"].as_str().unwrap().to_owned(), file["state"].as_str().unwrap().to_owned())
    };
    line["files"].as_array().unwrap().iter().map(state).collect()
}

#[test]
fn what_is_whole_is_kept_and_what_was_begun_is_continued() {
    let bench = Bench::new();
    broken_off(&bench);
    fs::rename(bench.path("out/Short"), bench.path("out/Short.%part")).unwrap();
    fs::write(bench.path("out/Short.%part"), b"a sho").unwrap();
    let line = bench.json(&["get", "a.doc", "-o", "out"]).remove(0);
    let states = states(&line);
    assert!(states.contains(&("Short".to_owned(), "resumed".to_owned())), "{states:?}");
    assert!(states.contains(&("Pool/Chart/Data".to_owned(), "kept".to_owned())), "{states:?}");
    bench.text(&["get", "a.doc", "-o", "fresh"]);
    assert_eq!(checksums_below(&bench.path("out")), checksums_below(&bench.path("fresh")));
}

#[test]
fn another_version_of_the_document_is_extracted_anew() {
    let bench = Bench::new();
    broken_off(&bench);
    // The same length and the same names, other bytes.
    let mut changed = sample();
    changed = changed.with_stream("Short", *b"A SHORT STREAM");
    bench.document("a.doc", changed);
    let line = bench.json(&["get", "a.doc", "-o", "out"]).remove(0);
    assert!(states(&line).iter().all(|(_, state)| state == "written"), "{line}");
    assert_eq!(bench.read("out/Short"), b"A SHORT STREAM");
    assert!(!bench.path("out").join(RECORD).exists());
}

#[test]
fn an_unfinished_extraction_is_not_packed() {
    let bench = Bench::new();
    broken_off(&bench);
    let run = bench.run(&["pack", "out", "b.doc"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("broken off"), "{}", run.errors);
    assert!(!bench.path("b.doc").exists());
}

#[test]
fn a_whole_extraction_leaves_no_traces() {
    let bench = Bench::new();
    bench.document("a.doc", Tree::default().with_stream("A", *b"a"));
    bench.text(&["get", "a.doc", "-o", "out"]);
    assert_eq!(checksums_below(&bench.path("out")).into_keys().collect::<Vec<_>>(), ["A"]);
}
