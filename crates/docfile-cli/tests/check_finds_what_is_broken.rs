//! `check` tells every broken rule with its place, and its exit code whether anything is lost.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, sample};

#[test]
fn a_sound_document_has_no_broken_rules() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    assert_eq!(bench.text(&["check", "a.doc", "--strict"]), "no broken rules\n");
    // What the command writes is sound too, whatever it was made from.
    bench.text(&["get", "a.doc", "-o", "x", "--meta"]);
    bench.text(&["pack", "x", "b.doc"]);
    bench.text(&["rm", "b.doc!Short"]);
    bench.text(&["mv", "b.doc!Pool/Chart", "Nothing"]);
    bench.text(&["set", "b.doc", "-p", "title=T"]);
    assert_eq!(bench.text(&["check", "b.doc", "--strict"]), "no broken rules\n");
}

#[test]
fn damage_is_an_error_and_what_is_forgiven_is_one_when_strict() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let mut bytes = bench.read("a.doc");
    // The minor version, which nobody reads.
    bytes[24] = 0x3B;
    bench.write("forgiven.doc", &bytes);
    // The third sector of the long stream leads to one that does not exist.
    let chain = bytes.windows(8).position(|entries| entries == [9, 0, 0, 0, 10, 0, 0, 0]).unwrap();
    bytes[chain + 4..chain + 8].copy_from_slice(&[0, 0, 1, 0]);
    bench.write("broken.doc", &bytes);

    let line = bench.json(&["check", "forgiven.doc"]).remove(0);
    assert!(line["error"].is_null());
    let finding = &line["findings"][0];
    assert_eq!(finding["rule"], "header-minor-version");
    assert_eq!(finding["section"], "[MS-CFB] 2.2");
    assert_eq!(finding["offset"], 24);
    assert_eq!(finding["severity"], "forgiven");
    assert_eq!(bench.run(&["check", "forgiven.doc"]).code, 0);
    assert_eq!(bench.run(&["check", "forgiven.doc", "--strict"]).code, 4);

    let run = bench.run(&["check", "broken.doc"]);
    assert_eq!(run.code, 4);
    assert!(run.text().contains("error     offset "), "{}", run.text());
    assert!(run.text().contains("Pool/Chart/Data"), "{}", run.text());
    assert!(run.errors.contains("broken.doc: damaged: "), "{}", run.errors);
}

#[test]
fn a_document_within_a_stream_and_a_prefix_are_checked_too() {
    let bench = Bench::new();
    bench.document("inner.doc", sample());
    bench.document("a.doc", sample());
    bench.text(&["put", "a.doc!Object", "inner.doc"]);
    assert_eq!(bench.text(&["check", "a.doc!Object"]), "no broken rules\n");
    assert_eq!(bench.run(&["check", "a.doc!Pool"]).code, 2);
    assert_eq!(bench.run(&["check", "a.doc!Contents"]).code, 5);
    assert_eq!(bench.run_with(&["check", "-"], &bench.read("a.doc")[..900]).code, 3);
}
