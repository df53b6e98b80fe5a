//! `!` steps into a compound file within a stream, and into one within that.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, pattern, sample, with_stored_name};
use docfile_testkit::model::Tree;
use docfile_testkit::raw::{FileBuilder, Version};

#[test]
fn every_verb_that_reads_follows_the_steps() {
    let bench = Bench::new();
    let innermost = FileBuilder::new(Version::V4, sample()).build().to_vec();
    let inner = FileBuilder::new(
        Version::V3,
        Tree::default().with_storage("Deep", Tree::default().with_stream("In", innermost)),
    );
    bench.document("a.doc", Tree::default().with_stream("Object", inner.build().to_vec()));
    let source = "a.doc!Object!Deep/In";
    assert_eq!(bench.text(&["ls", source]), bench.text(&["ls", &format!("{source}!")]));
    assert!(bench.text(&["ls", source]).contains("Contents"));
    assert_eq!(bench.text(&["cat", &format!("{source}!Short")]), "a short stream");
    assert_eq!(bench.text(&["cat", "a.doc!Object!Deep!In!short"]), "a short stream");
    assert_eq!(bench.run(&["cat", &format!("{source}!Pool!Chart/Data")]).out, pattern(70_000));
    assert_eq!(bench.run(&["cat", &format!("{source}/Short")]).code, 1);
    bench.text(&["get", &format!("{source}!Pool"), "-o", "out"]);
    assert_eq!(bench.read("out/Chart/Data"), pattern(70_000));
    // A stream that holds no document is listed alone.
    assert_eq!(bench.text(&["ls", &format!("{source}!Short")]), "Short\n");
}

#[test]
fn names_that_would_be_misread_are_written_with_a_percent_sign() {
    let bench = Bench::new();
    let mut tree = Tree::default();
    for name in ["a!b", "a/b", "50%", "[5]", "\u{5}", ""] {
        tree = with_stored_name(tree, name, name.as_bytes());
    }
    bench.document("x!y%21.doc", tree);
    for (step, content) in
        [("a%21b", "a!b"), ("a%2Fb", "a/b"), ("50%25", "50%"), ("%5B5]", "[5]"), ("[5]", "\u{5}")]
    {
        assert_eq!(bench.text(&["cat", &format!("x%21y%2521.doc!{step}")]), content);
    }
    assert_eq!(bench.run(&["cat", "x%21y%2521.doc!"]).code, 0);
    let run = bench.run(&["ls", "x!y%21.doc"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("try: x%21y%2521.doc"), "{}", run.errors);
    let url = format!("file://{}/x%21y%2521.doc!50%25", bench.folder().to_str().unwrap());
    assert_eq!(bench.text(&["cat", &url]), "50%");
}
