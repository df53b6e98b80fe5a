//! The exit codes, and that an error is one line that says what, where, whose fault, what to try.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

mod command;

use command::{Bench, sample};

/// A folder with a sound document, a broken one, and a file that is none.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.document("good.doc", sample());
    bench.write("none.txt", b"plain text, which is long enough to hold a header. ".repeat(20));
    let mut broken = bench.read("good.doc");
    // The third sector of the long stream leads to one that does not exist.
    let chain = broken.windows(8).position(|entries| entries == [9, 0, 0, 0, 10, 0, 0, 0]).unwrap();
    broken[chain + 4..chain + 8].copy_from_slice(&[0, 0, 1, 0]);
    bench.write("broken.doc", broken);
    bench
}

/// The lines of the errors, without the bill.
fn error_lines(errors: &str) -> Vec<&str> {
    errors.lines().filter(|line| !line.starts_with("fetched ")).collect()
}

#[test]
fn every_code_is_given() {
    let bench = bench();
    for (words, code, says) in [
        (["ls", "good.doc"].as_slice(), 0, ""),
        (&["ls", "absent.doc"], 1, "absent.doc: there is no such file"),
        (&["cat", "good.doc!Absent"], 1, "good.doc!Absent: there is no such element"),
        (&["cat", "good.doc!Short/X"], 1, "good.doc!Short: this is a stream"),
        (&["good.doc"], 2, "\"good.doc\" is no verb (fault: the command line; try: docfile ls "),
        (&["cat", "good.doc"], 2, "good.doc: this is a storage"),
        (&["cat", "good.doc!Pool"], 2, "good.doc!Pool: this is a storage"),
        (&["ls", "."], 2, ".: this is a folder"),
        (&["ls", ""], 2, "a source starts with"),
        (&["ls", "-"], 3, "-: more bytes are needed: 0..512"),
        (&["cat", "broken.doc!Pool/Chart/Data"], 4, "broken.doc!Pool/Chart/Data, offset "),
        (&["ls", "none.txt"], 5, "none.txt: "),
        (&["ls", "good.doc!Contents!X"], 5, "good.doc!Contents!X: "),
        (&["ls", "good.doc", "--limit-bytes", "600"], 6, "good.doc: the limit of bytes"),
    ] {
        let run = bench.run(words);
        assert_eq!(run.code, code, "{words:?}: {}", run.errors);
        let lines = error_lines(&run.errors);
        assert_eq!(lines.len(), usize::from(code != 0), "{words:?}: {lines:?}");
        if let [line] = lines[..] {
            let text = line.strip_prefix("docfile: ").unwrap();
            assert!(text.starts_with(says), "{words:?}: {line}");
            assert!(line.contains(" (fault: ") || line.contains(" (try: "), "{line}");
        }
    }
    for words in [["ls"].as_slice(), &["lss"], &["ls", "--nonsense", "x"], &[]] {
        assert_eq!(bench.run(words).code, 2, "{words:?}");
    }
    for words in [["--help"].as_slice(), &["ls", "--help"], &["--version"]] {
        assert_eq!(bench.run(words).code, 0, "{words:?}");
    }
}

#[test]
fn what_can_be_read_of_a_damaged_stream_is() {
    let bench = bench();
    let run = bench.run(&["cat", "broken.doc!Pool/Chart/Data"]);
    assert_eq!(run.code, 4);
    assert_eq!(run.out.len(), 3 * 512);
    assert_eq!(run.out, command::pattern(70_000)[..run.out.len()]);
    let run = bench.run(&["get", "broken.doc", "-o", "out"]);
    assert_eq!(run.code, 4, "{}", run.errors);
    assert_eq!(bench.read("out/Contents"), command::pattern(5_000));
    assert!(!bench.path("out/Pool/Chart/Data").exists());
    assert!(!bench.read("out/Pool/Chart/Data.%part").is_empty());
}

#[test]
fn one_source_that_fails_does_not_stop_the_rest() {
    let bench = bench();
    let run = bench.run(&["ls", "absent.doc", "good.doc", "none.txt", "good.doc"]);
    assert_eq!(run.code, 5);
    assert_eq!(run.text().matches("good.doc:\n").count(), 2);
    assert_eq!(error_lines(&run.errors).len(), 2);
}

#[test]
fn quiet_drops_the_bill_and_keeps_the_errors() {
    let bench = bench();
    assert_eq!(bench.run(&["ls", "good.doc", "-q"]).errors, "");
    assert_eq!(bench.run(&["ls", "absent.doc", "-q"]).errors.lines().count(), 1);
    let bill = bench.run(&["ls", "good.doc"]).errors;
    assert!(
        bill.starts_with("fetched ") && bill.contains(" in ") && bill.ends_with(" s\n"),
        "{bill}"
    );
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let bench = bench();
    let mut child = bench
        .command(&["cat", "good.doc!Pool/Chart/Data"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
