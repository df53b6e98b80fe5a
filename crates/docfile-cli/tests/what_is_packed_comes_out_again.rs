//! `pack` and `get` are inverses: of folders, of documents, of attributes and of awkward names.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, checksums_below, pattern, sample};
use docfile_testkit::model::Tree;

#[test]
fn a_folder_comes_out_as_it_was() {
    let bench = Bench::new();
    bench.write("in/[5]SummaryInformation", pattern(300));
    bench.write("in/Empty", b"");
    bench.write("in/Exactly the limit", pattern(4096));
    bench.write("in/Long", pattern(200_000));
    bench.write("in/Pool/Deep/100%25", b"percent");
    std::fs::create_dir(bench.path("in/Nothing")).unwrap();
    bench.text(&["pack", "in", "out.doc"]);
    let listed = bench.text(&["ls", "-R", "out.doc"]);
    let mut listed: Vec<&str> = listed.lines().collect();
    listed.sort_unstable();
    let expected = [
        "Empty",
        "Exactly the limit",
        "Long",
        "Nothing",
        "Pool",
        "Pool/Deep",
        "Pool/Deep/100%25",
        "[5]SummaryInformation",
    ];
    assert_eq!(listed, expected);
    bench.text(&["get", "out.doc", "-o", "again"]);
    assert_eq!(checksums_below(&bench.path("again")), checksums_below(&bench.path("in")));
    assert!(bench.path("again/Nothing").is_dir());
}

#[test]
fn a_document_comes_back_with_its_attributes() {
    let bench = Bench::new();
    let mut tree = sample();
    tree.class_id = "{00020906-0000-0000-C000-000000000046}".parse().unwrap();
    let mut pool = Tree::default();
    pool.class_id = "{64818D10-4F9B-11CF-86EA-00AA00B929E8}".parse().unwrap();
    pool.state_bits = 5;
    pool.created = docfile::FileTime(133_000_000_000_000_001);
    pool.modified = docfile::FileTime(133_000_000_000_000_002);
    tree = tree.with_storage("Object", pool);
    bench.document("a.doc", tree);
    bench.text(&["get", "a.doc", "-o", "x", "--meta"]);
    bench.text(&["pack", "x", "b.doc"]);
    let line = |name: &str| {
        let mut line = bench.json(&["tree", name]).remove(0);
        line["source"] = "".into();
        line["bill"] = "".into();
        line
    };
    assert_eq!(line("a.doc"), line("b.doc"));
    bench.text(&["get", "b.doc", "-o", "y", "--meta"]);
    assert_eq!(checksums_below(&bench.path("x")), checksums_below(&bench.path("y")));
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let bench = Bench::new();
    bench.write("in/A", pattern(10_000));
    bench.write("in/B/C", b"short");
    bench.text(&["pack", "in", "one.doc"]);
    bench.text(&["pack", "in", "two.doc"]);
    assert_eq!(bench.read("one.doc"), bench.read("two.doc"));
}

#[test]
fn what_is_built_within_the_folder_is_not_packed_into_itself() {
    let bench = Bench::new();
    bench.write("in/A", b"a");
    for _ in 0..2 {
        bench.text(&["pack", "in", "in/out.doc"]);
        assert_eq!(bench.text(&["ls", "in/out.doc"]), "A\n");
    }
}

#[test]
fn names_that_no_file_system_holds_come_back() {
    let bench = Bench::new();
    let tree =
        ["..", ".", "con", "a.", "b ", "\u{1}\u{1f}", "%", "x*?\"<>|", "\u{202e}", ".docfile.json"]
            .iter()
            .fold(Tree::default(), |tree, name| tree.with_stream(name, name.as_bytes()));
    bench.document("a.doc", tree);
    bench.text(&["get", "a.doc", "-o", "x"]);
    bench.text(&["pack", "x", "b.doc"]);
    assert_eq!(bench.text(&["ls", "a.doc"]), bench.text(&["ls", "b.doc"]));
    assert_eq!(bench.text(&["cat", "b.doc!.."]), "..");
    assert_eq!(bench.text(&["cat", "b.doc!CON"]), "con");
    assert_eq!(bench.text(&["cat", "b.doc!.docfile.json"]), ".docfile.json");
}

#[test]
fn version_4_is_kept_and_can_be_asked_for() {
    let bench = Bench::new();
    bench.write("in/A", pattern(10_000));
    bench.text(&["pack", "in", "four.doc", "--format-version", "4"]);
    let version = |name: &str| bench.json(&["ls", name]).remove(0)["format_version"].clone();
    assert_eq!(version("four.doc"), 4);
    bench.text(&["get", "four.doc", "-o", "x", "--meta"]);
    bench.text(&["pack", "x", "again.doc"]);
    assert_eq!(version("again.doc"), 4);
    bench.text(&["pack", "in", "three.doc"]);
    assert_eq!(version("three.doc"), 3);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_and_nothing_is_left() {
    let bench = Bench::new();
    bench.write("in/A", b"a");
    std::os::unix::fs::symlink(bench.path("in/A"), bench.path("in/B")).unwrap();
    let run = bench.run(&["pack", "in", "out.doc"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("only files and folders"), "{}", run.errors);
    assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 1);
}
