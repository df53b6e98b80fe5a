//! `optimize` puts first what is asked for and changes nothing else; `check --order` tells what
//! came of it, and its exit code is a verdict.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

mod command;

use command::{Bench, files_below};

/// A folder that becomes a document of a MiB: the last of its streams is the one that matters.
fn pack(bench: &Bench, words: &[&str]) {
    bench.write("in/A large one", vec![1; 900_000]);
    bench.write("in/Pool/Page 1", vec![2; 20_000]);
    bench.write("in/[5]SummaryInformation", vec![0; 300]);
    let words: Vec<&str> =
        ["pack", "in", "old.doc"].into_iter().chain(words.iter().copied()).collect();
    bench.text(&words);
}

fn bytes_before(bench: &Bench, file: &str, path: &str) -> u64 {
    let line = bench.json(&["check", "--order", file]).remove(0);
    assert_eq!(line["findings"].as_array().map(Vec::len), Some(0), "{line}");
    let order = line["order"].as_array().unwrap();
    let found = order.iter().find(|element| element["path"] == path).unwrap();
    found["bytes_before_open"].as_u64().unwrap()
}

fn contents(bench: &Bench, file: &str, folder: &str) -> Vec<(String, Vec<u8>)> {
    bench.text(&["get", file, "-o", folder]);
    files_below(&bench.path(folder)).into_iter().collect()
}

#[test]
fn to_another_file_and_in_place() {
    let bench = Bench::new();
    pack(&bench, &[]);
    assert!(bytes_before(&bench, "old.doc", "Pool/Page 1") > 900_000);
    bench.text(&["optimize", "old.doc", "new.doc", "--first", "Page*", "--picture", "p.svg"]);
    assert!(bytes_before(&bench, "new.doc", "Pool/Page 1") < 26_000);
    let picture = String::from_utf8(bench.read("p.svg")).unwrap();
    assert!(picture.contains("before: ") && picture.contains("after: "), "{picture}");
    assert_eq!(contents(&bench, "old.doc", "a"), contents(&bench, "new.doc", "b"));

    bench.write("script", "stream \"\\Pool\\Page 1\" 0 100\nlisting\n");
    bench.text(&["optimize", "--in-place", "old.doc", "--script", "script"]);
    assert!(bytes_before(&bench, "old.doc", "Pool/Page 1") < 26_000);
    assert_eq!(contents(&bench, "old.doc", "c"), contents(&bench, "new.doc", "d"));
    let left = std::fs::read_dir(bench.folder()).unwrap();
    let left =
        left.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains(".docfile"));
    assert_eq!(left.count(), 0);
}

#[test]
fn when_it_is_packed() {
    let bench = Bench::new();
    pack(&bench, &["--first", "Pool"]);
    assert!(bytes_before(&bench, "old.doc", "Pool/Page 1") < 26_000);
    let before = bench.read("old.doc");
    let run = bench.run(&["pack", "in", "old.doc", "--first", "nothing"]);
    assert_eq!(run.code, 1, "{}", run.errors);
    assert_eq!(bench.read("old.doc"), before);
}

#[test]
fn a_verdict_is_an_exit_code() {
    let bench = Bench::new();
    pack(&bench, &[]);
    bench.text(&["optimize", "old.doc", "new.doc"]);
    let run = bench.run(&["check", "--order", "--within", "4096", "new.doc", "--picture", "p.svg"]);
    assert_eq!(run.code, 0, "{}", run.errors);
    assert!(bench.read("p.svg").starts_with(b"<svg"));
    let run = bench.run(&["check", "--order", "--within", "1000", "new.doc"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("the first view needs"), "{}", run.errors);
    assert!(run.text().contains("(the listing of everything)"), "{}", run.text());
    assert!(run.text().contains("(the first view)"), "{}", run.text());
    let line = bench.json(&["check", "--order", "new.doc"]).remove(0);
    assert!(line["bytes_before_first_view"].as_u64().unwrap() <= 4096, "{line}");
    let line = bench.json(&["check", "--order", "old.doc"]).remove(0);
    assert!(line["bytes_before_first_view"].as_u64().unwrap() > 900_000, "{line}");
    assert!(String::from_utf8(bench.read("p.svg")).unwrap().contains(">first view</text>"));
}

#[test]
fn a_document_without_a_view_has_its_listing_first() {
    let bench = Bench::new();
    bench.write("in/A large one", vec![1; 900_000]);
    bench.write("in/WordDocument", vec![0; 5000]);
    bench.text(&["pack", "in", "old.doc"]);
    let run = bench.run(&["optimize", "-v", "old.doc", "new.doc"]);
    assert_eq!(run.code, 0, "{}", run.errors);
    assert!(run.errors.contains("there is no view"), "{}", run.errors);
    let line = bench.json(&["check", "--order", "new.doc"]).remove(0);
    assert!(line["bytes_before_first_view"].is_null(), "{line}");
    assert!(line["bytes_before_listing"].as_u64().unwrap() < 4096, "{line}");
    let run = bench.run(&["check", "--order", "--within", "1000", "new.doc"]);
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("there is no view"), "{}", run.errors);
    assert_eq!(bench.run(&["check", "--order", "--within", "4096", "new.doc"]).code, 0);
}

#[test]
fn what_a_command_reads_is_put_first() {
    let bench = Bench::new();
    pack(&bench, &[]);
    let docfile = env!("CARGO_BIN_EXE_docfile");
    let words = ["optimize", "old.doc", "new.doc", "--record", "--script-out", "script", "--"];
    let cat = [docfile, "--frugal", "cat", "{}!Pool/Page 1"];
    let run = bench.run(&[words.as_slice(), &cat].concat());
    assert_eq!(run.code, 0, "{}", run.errors);
    assert_eq!(run.out, vec![2; 20_000]);
    let script = String::from_utf8(bench.read("script")).unwrap();
    assert!(script.contains("stream \"Pool/Page 1\" 0 "), "{script}");
    assert!(bytes_before(&bench, "new.doc", "Pool/Page 1") < 200_000, "{script}");
    assert_eq!(contents(&bench, "old.doc", "a"), contents(&bench, "new.doc", "b"));
    let run = bench.run(&[words.as_slice(), &[docfile, "cat", "{}!Nothing"]].concat());
    assert_eq!(run.code, 1);
    assert!(run.errors.contains("its order was not taken"), "{}", run.errors);
}

/// Where a stream of a file lies, as the engine finds it.
fn place_of(file: &std::path::Path, storage: &str, name: &str) -> Vec<std::ops::Range<u64>> {
    use docfile::{CompoundFile, FileBytes, Name, OpenMode, Settings};
    let bytes = std::sync::Arc::new(FileBytes::open(file).unwrap());
    let root =
        CompoundFile::try_open(bytes, Settings::default()).unwrap().root(OpenMode::read()).unwrap();
    let mode = OpenMode::child_read();
    let pool = root.try_open_storage(&Name::new(storage).unwrap(), mode).unwrap();
    let stream = pool.try_open_stream(&Name::new(name).unwrap(), mode).unwrap();
    stream.try_ranges(0, stream.try_len().unwrap()).unwrap()
}

#[test]
fn what_a_program_of_others_reads_is_put_first() {
    let bench = Bench::new();
    let python = std::process::Command::new("python3").arg("--version").output();
    if python.is_err() {
        println!("skipped: a reader in Python (no python3)");
        return;
    }
    pack(&bench, &[]);
    let [place] = &place_of(&bench.path("old.doc"), "Pool", "Page 1")[..] else {
        unreachable!("it was packed in one piece");
    };
    let middle = place.start + 10_240;
    let program = format!(
        "import os, urllib.request as u\n\
         for first, last in [({middle}, {}), ({}, {})]:\n    \
         field = {{'Range': f'bytes={{first}}-{{last}}'}}\n    \
         u.urlopen(u.Request(os.environ['DOCFILE_URL'], headers=field)).read()\n",
        place.end - 1,
        place.start,
        middle - 1,
    );
    let words = ["optimize", "old.doc", "new.doc", "--record", "--script-out", "script", "--"];
    let run = bench.run(&[words.as_slice(), &["python3", "-c", &program]].concat());
    assert_eq!(run.code, 0, "{}", run.errors);
    let script = String::from_utf8(bench.read("script")).unwrap();
    let wanted = "stream \"Pool/Page 1\" 10240 9760\nstream \"Pool/Page 1\" 0 10240\n";
    assert_eq!(script, wanted);
    assert!(bytes_before(&bench, "new.doc", "Pool/Page 1") < 40_000);
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let bench = Bench::new();
    pack(&bench, &[]);
    let before = bench.read("old.doc");
    for words in [
        ["optimize", "old.doc", "old.doc"].as_slice(),
        &["optimize", "old.doc"],
        &["optimize", "--in-place", "old.doc", "--first", "nothing*"],
        &["optimize", "--in-place", "old.doc!A large one"],
        &["optimize", "old.doc", "new.doc", "--record", "--", "cat", "old.doc"],
    ] {
        let run = bench.run(words);
        assert!(matches!(run.code, 1 | 2), "{words:?}: {} {}", run.code, run.errors);
        assert_eq!(bench.read("old.doc"), before, "{words:?}");
        assert!(!bench.path("new.doc").exists());
    }
    bench.write("cut.doc", &before[..before.len() / 2]);
    let cut = bench.read("cut.doc");
    assert_eq!(bench.run(&["optimize", "--in-place", "cut.doc"]).code, 4);
    assert_eq!(bench.read("cut.doc"), cut);
}
