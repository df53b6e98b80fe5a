//! Whatever names a document has, `get` writes below the folder that was named and nowhere else.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, files_below, sample, with_stored_name};
use docfile_testkit::model::Tree;

#[test]
fn names_that_lead_elsewhere_become_plain_names() {
    let bench = Bench::new();
    let inner = Tree::default().with_stream("..", *b"x");
    let mut tree = Tree::default().with_storage("..", with_stored_name(inner, "../../evil", b"x"));
    for name in ["/evil", "C:\\evil", "a/b"] {
        tree = with_stored_name(tree, name, b"x");
    }
    bench.document("a.doc", tree);
    bench.text(&["get", "a.doc", "-o", "sub/out"]);
    let files: Vec<String> = files_below(bench.folder()).into_keys().collect();
    let expected = [
        "a.doc",
        "sub/out/%2Fevil",
        "sub/out/.%2E/.%2E",
        "sub/out/.%2E/..%2F..%2Fevil",
        "sub/out/C%3A%5Cevil",
        "sub/out/a%2Fb",
    ];
    assert_eq!(files, expected);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_way_is_not_followed() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    std::fs::create_dir_all(bench.path("out")).unwrap();
    std::fs::create_dir_all(bench.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(bench.path("elsewhere"), bench.path("out/Pool")).unwrap();
    std::os::unix::fs::symlink(bench.path("elsewhere/x"), bench.path("out/Short")).unwrap();
    let run = bench.run(&["get", "a.doc", "-o", "out"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("no folder"), "{}", run.errors);
    assert_eq!(std::fs::read_dir(bench.path("elsewhere")).unwrap().count(), 0);
    // The link itself is replaced by the stream; what else could be written was.
    assert!(bench.path("out/Short").symlink_metadata().unwrap().is_file());
    assert_eq!(bench.read("out/Short"), b"a short stream");
}

#[test]
fn patterns_take_what_they_say() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let extracted = |patterns: &[&str], out: &str| {
        let words: Vec<&str> =
            ["get", "a.doc", "-o", out].iter().chain(patterns).copied().collect();
        bench.text(&words);
        files_below(&bench.path(out)).into_keys().collect::<Vec<_>>()
    };
    assert_eq!(extracted(&["Pool"], "1"), ["Pool/Chart/Data", "Pool/Chart/Empty"]);
    assert_eq!(
        extracted(&["*o*"], "2"),
        ["Contents", "Pool/Chart/Data", "Pool/Chart/Empty", "Short", "[1]CompObj"]
    );
    assert_eq!(extracted(&["[1]compobj", "**/Data"], "3"), ["Pool/Chart/Data", "[1]CompObj"]);
    let run = bench.run(&["get", "a.doc", "Short", "Absent*", "-o", "4"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("\"Absent*\""), "{}", run.errors);
    assert!(bench.path("4/Short").exists());
    bench.text(&["get", "a.doc!Pool", "chart/data", "-o", "5"]);
    assert!(bench.path("5/Chart/Data").exists());
    bench.text(&["get", "a.doc!Short", "-o", "6"]);
    assert_eq!(bench.read("6/Short"), b"a short stream");
}
