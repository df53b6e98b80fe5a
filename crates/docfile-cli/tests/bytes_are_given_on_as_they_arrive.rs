//! What is here of a stream that is still arriving is written at once: the first bytes do not wait
//! for a large piece, and when the limit ends the work, what came is out.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use std::io::Read as _;
use std::process::Stdio;
use std::time::Instant;

use command::{Bench, pattern};
use docfile_testkit::model::Tree;

const LONG_LEN: usize = 400_000;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.document("x.doc", Tree::default().with_stream("Long", pattern(LONG_LEN)));
    bench
}

#[test]
fn the_first_bytes_are_out_long_before_the_last_arrive() {
    let bench = bench();
    let began = Instant::now();
    let mut child = bench
        .command(&["cat", "--link", "1mbit,20ms", "x.doc!Long"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut bytes = vec![0];
    out.read_exact(&mut bytes).unwrap();
    let first = began.elapsed();
    out.read_to_end(&mut bytes).unwrap();
    let all = began.elapsed();
    assert!(child.wait().unwrap().success());
    assert_eq!(bytes, pattern(LONG_LEN));
    // The link alone needs 3.2 s for all, and 2.1 s for a piece of 256 KiB.
    assert!(first * 3 < all, "first after {first:?} of {all:?}");
}

#[test]
fn what_came_before_a_limit_is_out() {
    let bench = bench();
    let run = bench.run(&["cat", "--link", "1mbit,20ms", "--limit-bytes", "150k", "x.doc!Long"]);
    assert_eq!(run.code, 6, "{}", run.errors);
    assert!(run.errors.contains("x.doc!Long: the limit of bytes was reached"), "{}", run.errors);
    assert!(run.errors.contains("a greater --limit-bytes"), "{}", run.errors);
    assert!(run.out.len() >= 32 << 10, "{} bytes", run.out.len());
    assert_eq!(run.out, pattern(LONG_LEN)[..run.out.len()]);
}
