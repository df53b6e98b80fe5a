//! `open`: piped, for scripts, over a slow link, from a prefix, and stopped.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use std::fs;
use std::path::PathBuf;

use command::Bench;
use docfile_testkit::model::Tree;
use serde_json::Value;

/// A bench with the project's own letter, and with the same in a file of 2 MiB.
fn bench() -> Bench {
    let bench = Bench::new();
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    bench.write("letter.doc", fs::read(samples.join("letter.doc")).unwrap());
    bench.write("letter.doc.copy", fs::read(samples.join("letter.doc")).unwrap());
    fs::rename(bench.path("letter.doc.copy"), bench.path("long.doc")).unwrap();
    bench.write("ballast", vec![7; 2 << 20]);
    bench.text(&["put", "long.doc!Ballast", "ballast"]);
    bench
}

#[test]
fn piped_it_is_the_text_of_the_document() {
    let bench = bench();
    let text = bench.text(&["open", "letter.doc"]);
    assert!(text.starts_with("To whoever opens this file\n"), "{text}");
    assert!(text.ends_with("the developers of docfile\n"), "{text}");
    assert_eq!(bench.text(&["open", "--link", "1gbit,1ms", "letter.doc"]), text);
    assert_eq!(bench.text(&["open", "--no-ranges", "letter.doc"]), text);
}

#[test]
fn the_first_page_needs_only_a_part_of_the_file() {
    let bench = bench();
    let line = &bench.json(&["open", "--until", "first", "--link", "1gbit,1ms", "long.doc"])[0];
    assert_eq!(line["kind"], "word");
    assert!(line["pages"][0].as_str().unwrap().contains("Word 97"), "{line}");
    let bill = &line["bill"];
    assert!(bill["bytes_fetched"].as_u64().unwrap() < 600 << 10, "{bill}");
    assert!(bill["first_view_bytes"].as_u64() <= bill["bytes_fetched"].as_u64(), "{bill}");
}

#[test]
fn a_trace_proves_the_order_of_the_steps() {
    let bench = bench();
    bench.text(&["open", "--link", "1gbit,1ms", "--trace", "t.jsonl", "letter.doc"]);
    let trace = String::from_utf8(bench.read("t.jsonl")).unwrap();
    let lines = trace.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let steps: Vec<String> = lines
        .filter(|line| line["event"] == "step")
        .map(|line| line["step"].as_str().unwrap().to_owned())
        .collect();
    let order = ["class_chosen", "object_available", "site_set", "view_made", "first_view_ready"];
    let places: Vec<_> =
        order.iter().map(|step| steps.iter().position(|made| made == step).unwrap()).collect();
    assert!(places.is_sorted(), "{steps:?}");
    assert_eq!(steps.last().unwrap(), "closed");
}

#[test]
fn a_prefix_that_is_too_short_names_what_it_lacks() {
    let bench = bench();
    let whole = bench.read("letter.doc");
    assert!(bench.run_with(&["open", "-"], &whole).text().contains("To whoever"));
    let run = bench.run_with(&["open", "--json", "-"], &whole[..1024]);
    assert_eq!(run.code, 3, "{}", run.errors);
}

#[test]
fn what_is_no_document_fails_with_its_code() {
    let bench = bench();
    bench.write("x.txt", "text ".repeat(500));
    bench.document("y.bin", Tree::default().with_stream("z", *b"?"));
    assert_eq!(bench.run(&["open", "x.txt"]).code, 5);
    assert_eq!(bench.run(&["open", "absent.doc"]).code, 1);
    assert_eq!(bench.run(&["open", "--link", "1gbit,1ms", "x.txt"]).code, 5);
    let run = bench.run(&["open", "y.bin"]);
    assert_eq!(run.code, 0, "{}", run.errors);
}

#[test]
fn a_time_limit_ends_it_at_once() {
    let bench = bench();
    let started = std::time::Instant::now();
    let run = bench.run(&["open", "--link", "50kbit,2s", "--timeout", "300ms", "long.doc"]);
    assert_eq!(run.code, 6, "{}", run.errors);
    assert!(started.elapsed().as_secs() < 10);
}
