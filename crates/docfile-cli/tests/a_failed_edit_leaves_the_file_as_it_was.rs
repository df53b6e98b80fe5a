//! An edit happens whole or not at all, whether it fails, is refused or is stopped.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, checksums_below, sample};

/// Runs an edit that must fail, and holds the folder to what it was.
fn fails(bench: &Bench, words: &[&str], code: i32) {
    let before = checksums_below(bench.folder());
    let run = bench.run(words);
    assert_eq!(run.code, code, "{words:?}: {}", run.errors);
    assert_eq!(checksums_below(bench.folder()), before, "{words:?}");
}

#[test]
fn a_part_that_fails_undoes_all_of_it() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    bench.write("folder/Contents", b"new");
    bench.write("folder/Pool/Chart", b"a stream where a storage is");
    fails(&bench, &["rm", "a.doc!Short", "a.doc!Absent"], 1);
    fails(&bench, &["mkdir", "a.doc!New", "a.doc!Short"], 1);
    fails(&bench, &["put", "-r", "a.doc", "folder"], 1);
    fails(&bench, &["put", "a.doc!New", "absent file"], 1);
    fails(&bench, &["put", "a.doc!Pool", "folder/Contents"], 1);
    fails(&bench, &["put", "a.doc!Itself", "./a.doc"], 1);
    fails(&bench, &["set", "a.doc", "--clsid", "none", "--unset", "absent"], 1);
    fails(&bench, &["mv", "a.doc!Contents", "Pool/Absent/X"], 1);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_done() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    bench.document("b.doc", sample());
    bench.write(
        "no.doc",
        b"this is not a compound file, although it is long enough to be one".repeat(20),
    );
    fails(&bench, &["rm", "a.doc"], 2);
    fails(&bench, &["put", "a.doc"], 2);
    fails(&bench, &["mkdir", "a.doc"], 2);
    fails(&bench, &["mv", "a.doc!Short", "b.doc!Short"], 2);
    fails(&bench, &["put", "-!X"], 2);
    fails(&bench, &["rm", "no.doc!X"], 5);
    fails(&bench, &["rm", "absent.doc!X"], 1);
    fails(&bench, &["put", "absent.doc!X", "b.doc"], 1);
    fails(&bench, &["mkdir", "a.doc!a:b"], 2);
}

#[cfg(unix)]
mod stopped {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    /// Sends the stop key's signal.
    fn interrupt(id: u32) {
        let status = Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn the_stop_key_ends_an_edit_with_nothing_changed() {
        let bench = Bench::new();
        bench.document("a.doc", sample());
        let before = checksums_below(bench.folder());
        for words in [["put", "a.doc!Short"].as_slice(), &["put", "--create", "new.doc!A"]] {
            let mut child =
                bench.command(words).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            // The pipe stays open, so the command waits for more.
            let mut input = child.stdin.take().unwrap();
            input.write_all(&vec![7; 300_000]).unwrap();
            std::thread::sleep(Duration::from_millis(300));
            let started = Instant::now();
            interrupt(child.id());
            let status = child.wait().unwrap();
            assert_eq!(status.code(), Some(130), "{words:?}");
            assert!(started.elapsed() < Duration::from_secs(2));
            let mut errors = String::new();
            child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
            assert!(errors.contains("stopped"), "{errors}");
            assert_eq!(checksums_below(bench.folder()), before, "{words:?}");
        }
    }

    #[test]
    fn the_time_limit_does_the_same() {
        let bench = Bench::new();
        bench.document("a.doc", sample());
        let before = checksums_below(bench.folder());
        let mut child = bench
            .command(&["put", "a.doc!Short", "--timeout", "200ms"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        assert_eq!(child.wait().unwrap().code(), Some(6));
        drop(input);
        assert_eq!(checksums_below(bench.folder()), before);
    }

    #[test]
    fn two_editors_do_not_meet() {
        let bench = Bench::new();
        bench.document("a.doc", sample());
        let mut first = bench
            .command(&["put", "a.doc!Short"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let second = bench.run(&["rm", "a.doc!Contents"]);
        assert_eq!(second.code, 1);
        assert!(second.errors.contains("another program"), "{}", second.errors);
        first.stdin.take().unwrap().write_all(b"first").unwrap();
        assert_eq!(first.wait().unwrap().code(), Some(0));
        assert_eq!(bench.text(&["cat", "a.doc!Short"]), "first");
    }
}
