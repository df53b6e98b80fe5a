//! `id` on files, prefixes and addresses.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use docfile_testkit::model::Tree;
use serde_json::json;

fn word() -> Tree {
    Tree::default().with_stream("WordDocument", vec![7; 300_000]).with_stream("1Table", *b"x")
}

#[test]
fn the_word_is_told_and_little_is_read() {
    let bench = Bench::new();
    bench.document("x.doc", word());
    bench.document("y", Tree::default().with_stream("z", *b"?"));
    assert_eq!(bench.text(&["id", "x.doc"]), "word\n");
    let lines = bench.json(&["id", "x.doc", "y"]);
    assert_eq!(lines[0]["kind"], "word");
    assert_eq!(lines[0]["complete"], true);
    assert_eq!(lines[0]["need"], json!([]));
    assert_eq!(lines[1]["kind"], "compound");
    assert!(lines[0]["bill"]["bytes_fetched"].as_u64().unwrap() < 8192);
}

#[test]
fn a_prefix_says_what_it_lacks() {
    let bench = Bench::new();
    bench.document("x.doc", word());
    let whole = bench.read("x.doc");
    assert_eq!(bench.run_with(&["id", "-"], &whole).text(), "word\n");
    let run = bench.run_with(&["id", "--json", "-"], &whole[..512]);
    assert_eq!(run.code, 3);
    let line: serde_json::Value = serde_json::from_str(run.text()).unwrap();
    assert_eq!(line["complete"], false);
    assert!(!line["need"].as_array().unwrap().is_empty());
    for (prefix, code) in [(&whole[..5], 3), (b"some", 5), (b"\xD0\xCF\x11\xE0not", 5)] {
        assert_eq!(bench.run_with(&["id", "-"], prefix).code, code, "{prefix:?}");
    }
    let run = bench.run_with(&["id", "-"], "this is no compound file".repeat(50).as_bytes());
    assert_eq!(run.code, 5, "{}", run.errors);
}

#[test]
fn over_a_link_it_takes_few_requests() {
    let bench = Bench::new();
    bench.document("x.doc", word());
    let line = &bench.json(&["id", "--link", "100mbit,1ms", "--frugal", "x.doc"])[0];
    assert_eq!(line["kind"], "word");
    assert!(line["bill"]["requests"].as_u64().unwrap() <= 4, "{line}");
    assert!(line["bill"]["bytes_fetched"].as_u64().unwrap() < 16_384, "{line}");
}
