//! Many sources at once: folders, side by side, told one after the other as they were given.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use docfile_testkit::model::Tree;

#[test]
fn a_folder_stands_for_the_files_in_it_in_order() {
    let bench = Bench::new();
    let names: Vec<String> =
        (0..40).map(|index| format!("in/{}/{index:02}.doc", index % 3)).collect();
    for name in &names {
        let size = name.len() * 1000;
        bench.document(name, Tree::default().with_stream("X", vec![1; size]));
    }
    let mut sorted = names.clone();
    sorted.sort();
    for jobs in ["1", "4"] {
        let lines = bench.json(&["ls", "-r", "in", "--jobs", jobs]);
        let sources: Vec<&str> =
            lines.iter().map(|line| line["source"].as_str().unwrap()).collect();
        assert_eq!(sources, sorted);
        assert!(lines.iter().all(|line| line["elements"][0]["path"] == "X"));
    }
    let text = bench.text(&["tree", "-r", "in"]);
    assert_eq!(text.matches("└── X").count(), 40);
    assert!(text.starts_with("in/0/00.doc:\n└── X (11000)\n\nin/0/03.doc:\n"), "{text}");
    assert_eq!(bench.run(&["ls", "in"]).code, 2);
    assert_eq!(bench.run(&["ls", "in", "--jobs", "0"]).code, 2);
}

#[test]
fn files_that_are_no_documents_are_told_among_the_rest() {
    let bench = Bench::new();
    bench.document("in/b.doc", Tree::default());
    bench.write("in/a.txt", b"text");
    bench.write("in/empty", b"");
    let lines = bench.json(&["ls", "-r", "in"]);
    let kinds: Vec<_> = lines.iter().map(|line| line["error"]["kind"].as_str()).collect();
    assert_eq!(kinds, [Some("not_compound"), None, Some("not_compound")]);
    assert_eq!(bench.run(&["ls", "-r", "in"]).code, 5);
}

#[test]
fn the_limit_of_bytes_holds_for_all_of_them_together() {
    let bench = Bench::new();
    for name in ["a.doc", "b.doc", "c.doc", "d.doc"] {
        bench.document(name, Tree::default().with_stream("X", vec![1; 5_000]));
    }
    let run = bench.run(&[
        "ls",
        "a.doc",
        "b.doc",
        "c.doc",
        "d.doc",
        "--limit-bytes",
        "2k",
        "--jobs",
        "1",
    ]);
    assert_eq!(run.code, 6, "{}", run.errors);
    assert!(run.text().contains("a.doc:\nX\n"));
    assert!(!run.text().contains("d.doc"));
}
