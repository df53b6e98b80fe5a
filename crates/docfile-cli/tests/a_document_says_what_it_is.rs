//! `info`: on one document, on many, on what is inside, and on what cannot be read.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use docfile_testkit::model::Tree;

/// A picture of one pixel, and what an Altium or other program might call it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

/// A document of a program that is not known, with what the bench's own `set` writes.
fn plain(bench: &Bench, name: &str, title: &str) {
    bench.document(name, Tree::default().with_stream("Data", vec![7; 20_000]));
    bench.text(&["set", name, "--property", &format!("title={title}"), "--property", "author=Ada"]);
}

#[test]
fn one_document_fills_a_screen() {
    let bench = Bench::new();
    plain(&bench, "x.bin", "Sums");
    let run = bench.run(&["info", "x.bin"]);
    assert_eq!(run.code, 0, "{}", run.errors);
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines[0], "kind    compound");
    assert_eq!(lines[1], "title   Sums");
    assert_eq!(lines[2], "author  Ada");
    assert!(run.errors.contains("fetched "), "{}", run.errors);
}

#[test]
fn scripts_find_the_members_that_they_rely_on() {
    let bench = Bench::new();
    plain(&bench, "x.bin", "Sums");
    let line = &bench.json(&["info", "x.bin"])[0];
    for member in
        ["kind", "application", "version", "title", "author", "created", "modified", "preview"]
    {
        assert!(line.get(member).is_some(), "{member} in {line}");
    }
    assert_eq!(line["title"], "Sums");
    assert_eq!(line["embedded"], 0);
    let title = line["properties"].as_array().unwrap().iter().find(|p| p["name"] == "title");
    assert_eq!(title.unwrap()["value"], "Sums");
    let bill = &line["bill"];
    assert!(bill["first_view_seconds"].as_f64().unwrap() <= bill["seconds"].as_f64().unwrap());
    assert_eq!(bill["first_view_bytes"], bill["bytes_fetched"]);
}

#[test]
fn many_documents_are_a_table_and_one_bad_file_harms_no_other() {
    let bench = Bench::new();
    plain(&bench, "d/a.bin", "First");
    bench.write("d/b.bin", "no compound file");
    plain(&bench, "d/c.bin", "A title that is longer than the column which it gets in the table");
    let run = bench.run(&["info", "-r", "d"]);
    assert_eq!(run.code, 5);
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let place = |line: &str, name: &str| {
        let before = &line[..line.find(name).unwrap()];
        before.chars().count()
    };
    assert_eq!(place(lines[0], "d/a.bin"), place(lines[1], "d/c.bin"), "{lines:?}");
    assert!(run.errors.contains("b.bin"), "{}", run.errors);
}

#[test]
fn what_is_inside_is_a_document_in_turn() {
    let bench = Bench::new();
    let word = Tree::default().with_stream("WordDocument", vec![0; 600]);
    bench.document("word.doc", word);
    let bytes = bench.read("word.doc");
    bench.document("outer.bin", Tree::default().with_stream("Inner", bytes));
    let lines = bench.json(&["id", "outer.bin!Inner"]);
    assert_eq!(lines[0]["kind"], "word");
    let run = bench.run(&["info", "outer.bin!Absent"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_preview_is_saved_as_it_is() {
    let bench = Bench::new();
    let tree = Tree::default()
        .with_stream("BasicFileInfo", vec![0; 100])
        .with_stream("RevitPreview4.0", [&[1; 60][..], PNG].concat());
    bench.document("plan.rvt", tree);
    let line = &bench.json(&["info", "plan.rvt", "--preview", "out.png"])[0];
    assert_eq!(line["preview"]["media_type"], "image/png", "{line}");
    assert_eq!(line["preview"]["path"], "out.png");
    assert_eq!(bench.read("out.png"), PNG);
    assert_eq!(line["preview"]["len"], PNG.len());
}

#[test]
fn text_of_a_document_cannot_steer_the_terminal() {
    let bench = Bench::new();
    plain(&bench, "x.bin", "a\u{1b}[2Jb\nkind word");
    let text = bench.text(&["info", "x.bin"]);
    assert!(!text.contains('\u{1b}'), "{text:?}");
    assert_eq!(text.lines().filter(|line| line.starts_with("kind")).count(), 1, "{text}");
}

#[test]
fn over_a_link_few_bytes_are_fetched() {
    let bench = Bench::new();
    let tree = Tree::default().with_stream("Data", vec![7; 3 << 20]);
    bench.document("x.bin", tree);
    bench.text(&["set", "x.bin", "--property", "title=Sums"]);
    let line = &bench.json(&["info", "--link", "1gbit,1ms", "--frugal", "x.bin"])[0];
    assert_eq!(line["title"], "Sums");
    assert!(line["bill"]["bytes_fetched"].as_u64().unwrap() < 56 << 10, "{line}");
}

#[test]
fn a_prefix_names_what_it_lacks() {
    let bench = Bench::new();
    plain(&bench, "x.bin", "Sums");
    let whole = bench.read("x.bin");
    let run = bench.run_with(&["info", "--json", "-"], &whole[..512]);
    assert_eq!(run.code, 3, "{}", run.errors);
    let run = bench.run_with(&["info", "-"], &whole);
    assert!(run.text().contains("Sums"));
}

#[test]
fn verbose_tells_what_each_fact_cost() {
    let bench = Bench::new();
    plain(&bench, "x.bin", "Sums");
    let text = bench.text(&["info", "-v", "x.bin"]);
    assert!(text.contains("kind from "), "{text}");
    assert!(text.lines().any(|line| line.starts_with("read ") && line.contains("[5]Summary")));
}
