//! The editing verbs: what they do, and that everything else stays.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, pattern, sample};

fn edited() -> Bench {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    bench
}

/// The paths of all elements, sorted.
fn paths(bench: &Bench) -> Vec<String> {
    let mut paths: Vec<String> =
        bench.text(&["ls", "-R", "a.doc"]).lines().map(str::to_owned).collect();
    paths.sort();
    paths
}

#[test]
fn put_adds_and_replaces_streams() {
    let bench = edited();
    let before = paths(&bench);
    bench.write("new", pattern(9_000));
    bench.text(&["put", "a.doc!Pool/Chart/New", "new"]);
    assert_eq!(bench.run(&["cat", "a.doc!pool/chart/NEW"]).out, pattern(9_000));
    // From long to short and over standard input.
    let run = bench.run_with(&["put", "a.doc!Pool/Chart/Data"], b"tiny");
    assert_eq!(run.code, 0, "{}", run.errors);
    assert_eq!(bench.text(&["cat", "a.doc!Pool/Chart/Data"]), "tiny");
    assert_eq!(bench.run(&["cat", "a.doc!Contents"]).out, pattern(5_000));
    let mut expected = before;
    expected.push("Pool/Chart/New".to_owned());
    expected.sort();
    assert_eq!(paths(&bench), expected);
}

#[test]
fn put_makes_the_storages_above_only_when_asked() {
    let bench = edited();
    let run = bench.run_with(&["put", "a.doc!New/Deep/X"], b"x");
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("try: -p"), "{}", run.errors);
    assert_eq!(bench.run_with(&["put", "-p", "a.doc!New/Deep/X"], b"x").code, 0);
    assert_eq!(bench.text(&["cat", "a.doc!New/Deep/X"]), "x");
}

#[test]
fn put_takes_folders_too() {
    let bench = edited();
    bench.write("folder/Contents", b"replaced");
    bench.write("folder/Pool/Chart/More", b"added");
    bench.text(&["put", "-r", "a.doc", "folder"]);
    assert_eq!(bench.text(&["cat", "a.doc!Contents", "a.doc!Pool/Chart/More"]), "replacedadded");
    assert_eq!(bench.run(&["cat", "a.doc!Pool/Chart/Data"]).out, pattern(70_000));
    bench.text(&["put", "-r", "a.doc!Copy", "folder"]);
    assert_eq!(bench.text(&["cat", "a.doc!Copy/Pool/Chart/More"]), "added");
}

#[test]
fn rm_takes_storages_only_when_asked() {
    let bench = edited();
    assert_eq!(bench.run(&["rm", "a.doc!Pool"]).code, 1);
    bench.text(&["rm", "-r", "a.doc!Pool", "a.doc!Short", "a.doc!Nothing"]);
    assert_eq!(paths(&bench), ["Contents", "[1]CompObj"]);
    assert_eq!(bench.run(&["rm", "a.doc!Absent"]).code, 1);
    bench.text(&["rm", "-f", "a.doc!Absent"]);
}

#[test]
fn mv_renames_and_moves() {
    let bench = edited();
    bench.text(&["mv", "a.doc!Contents", "Renamed"]);
    bench.text(&["mv", "a.doc!Pool/Chart/Data", "a.doc!Nothing"]);
    bench.text(&["mv", "a.doc!Pool/Chart", "/"]);
    bench.text(&["mv", "a.doc!Short", "SHORT"]);
    let expected = [
        "Chart",
        "Chart/Empty",
        "Nothing",
        "Nothing/Data",
        "Pool",
        "Renamed",
        "SHORT",
        "[1]CompObj",
    ];
    assert_eq!(paths(&bench), expected);
    assert_eq!(bench.run(&["cat", "a.doc!Nothing/Data"]).out, pattern(70_000));
    for (from, to) in [("Renamed", "SHORT"), ("Nothing", "Nothing/Within"), ("Absent", "X")] {
        let run = bench.run(&["mv", &format!("a.doc!{from}"), to]);
        assert_eq!(run.code, 1, "{from} to {to}: {}", run.errors);
    }
    assert_eq!(paths(&bench), expected);
}

#[test]
fn mkdir_makes_storages() {
    let bench = edited();
    bench.text(&["mkdir", "a.doc!One", "a.doc!One/Two"]);
    assert_eq!(bench.run(&["mkdir", "a.doc!One"]).code, 1);
    bench.text(&["mkdir", "-p", "a.doc!One/Two/Three/Four"]);
    assert!(paths(&bench).contains(&"One/Two/Three/Four".to_owned()));
    bench.text(&["mkdir", "--create", "-p", "new.doc!A/B"]);
    assert_eq!(bench.text(&["ls", "-R", "new.doc"]), "A\nA/B\n");
}

#[test]
fn set_changes_attributes() {
    let bench = edited();
    let clsid = "{00020906-0000-0000-C000-000000000046}";
    bench.text(&[
        "set",
        "a.doc!Pool",
        "--clsid",
        clsid,
        "--state-bits",
        "0xF0",
        "--created",
        "2020-02-29T12:00:00.0000001+01:00",
        "--modified",
        "2021-01-01",
    ]);
    bench.text(&["set", "a.doc!Pool", "--state-bits", "0x5/0xF"]);
    let root = bench.json(&["ls", "a.doc!Pool"]).remove(0)["root"].clone();
    assert_eq!(root["clsid"], clsid);
    assert_eq!(root["state_bits"], 0xF5);
    assert_eq!(root["created"], "2020-02-29T11:00:00.0000001Z");
    assert_eq!(root["modified"], "2021-01-01T00:00:00Z");
    bench.text(&["set", "a.doc!Pool", "--clsid", "none", "--created", "none"]);
    let root = bench.json(&["ls", "a.doc!Pool"]).remove(0)["root"].clone();
    assert!(root["clsid"].is_null() && root["created"].is_null());
    assert_eq!(bench.run(&["set", "a.doc"]).code, 2);
    assert_eq!(bench.run(&["set", "a.doc", "--created", "now"]).code, 1);
    assert_eq!(bench.run(&["set", "a.doc!Short", "--clsid", clsid]).code, 1);
}

#[test]
fn a_document_within_a_stream_is_edited_in_place() {
    let bench = edited();
    bench.document("inner.doc", sample());
    bench.text(&["put", "a.doc!Object", "inner.doc"]);
    bench.write("new", pattern(6_000));
    bench.text(&["put", "a.doc!Object!Pool/New", "new"]);
    bench.text(&["rm", "a.doc!Object!Contents"]);
    assert_eq!(bench.run(&["cat", "a.doc!Object!Pool/New"]).out, pattern(6_000));
    assert_eq!(bench.run(&["cat", "a.doc!Object!Contents"]).code, 1);
    assert_eq!(bench.run(&["cat", "a.doc!Contents"]).out, pattern(5_000));
    assert_eq!(bench.run(&["cat", "a.doc!Object!Pool/Chart/Data"]).out, pattern(70_000));
}

#[test]
fn many_edits_do_not_make_the_file_grow_without_bound() {
    let bench = edited();
    let first = bench.read("a.doc").len();
    for round in 0..40_usize {
        bench.write("new", pattern(3_000 + round * 150));
        bench.text(&["put", "a.doc!Short", "new"]);
    }
    assert!(bench.read("a.doc").len() < first + 100_000);
}
