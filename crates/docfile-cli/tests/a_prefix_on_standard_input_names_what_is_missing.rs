//! Given the first bytes of a document, the command answers what they suffice for, and else names
//! the bytes that it needs; given those, it gets on.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

mod command;

use command::{Bench, Run, pattern, sample};
use serde_json::Value;

/// The ranges that a run names.
fn need(run: &Run) -> Vec<(usize, usize)> {
    let line: Value = serde_json::from_slice(&run.out).unwrap();
    assert_eq!(line["error"]["kind"], "pending", "{line}");
    let bound = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let pair = |range: &Value| (bound(&range[0]), bound(&range[1]));
    line["error"]["need"].as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn each_answer_leads_to_the_next_until_the_listing_is_there() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let whole = bench.read("a.doc");
    let mut prefix_len = 0;
    for _ in 0..20 {
        let run = bench.run_with(&["ls", "-", "--json"], &whole[..prefix_len]);
        if run.code == 0 {
            let line: Value = serde_json::from_slice(&run.out).unwrap();
            assert_eq!(line["elements"].as_array().unwrap().len(), 5);
            assert!(line["bill"]["bytes_total"].is_null());
            assert!(prefix_len < whole.len());
            return;
        }
        assert_eq!(run.code, 3, "{}", run.errors);
        assert!(run.errors.contains("more bytes are needed: "), "{}", run.errors);
        let need = need(&run);
        let wanted_len = need.iter().map(|(_, end)| *end).max().unwrap();
        assert!(wanted_len > prefix_len, "{need:?}");
        prefix_len = wanted_len;
    }
    unreachable!("the listing never came");
}

#[test]
fn what_is_here_comes_out_before_what_is_missing_is_named() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let whole = bench.read("a.doc");
    let run = bench.run_with(&["cat", "-!Pool/Chart/Data"], &whole[..40_000]);
    assert_eq!(run.code, 3, "{}", run.errors);
    assert!(run.out.len() > 30_000 && run.out.len() < 40_000, "{}", run.out.len());
    assert_eq!(run.out, pattern(70_000)[..run.out.len()]);
}

#[test]
fn a_whole_document_is_read_to_its_end() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let run = bench.run_with(&["cat", "-!Pool/Chart/Data", "-!Short"], &bench.read("a.doc"));
    assert_eq!(run.code, 0, "{}", run.errors);
    assert_eq!(run.out[..70_000], pattern(70_000));
    assert_eq!(run.out[70_000..], *b"a short stream");
}

#[test]
fn nothing_at_all_needs_the_header() {
    let bench = Bench::new();
    let run = bench.run(&["ls", "-", "--json"]);
    assert_eq!(run.code, 3);
    assert_eq!(need(&run)[0].0, 0);
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_a_prefix_too() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let status = std::process::Command::new("mkfifo").arg(bench.path("pipe")).status();
    if !status.is_ok_and(|status| status.success()) {
        return;
    }
    let content = bench.read("a.doc")[..600].to_vec();
    let pipe = bench.path("pipe");
    let writer = std::thread::spawn(move || std::fs::write(pipe, content));
    assert_eq!(bench.run(&["ls", "pipe"]).code, 3);
    writer.join().unwrap().unwrap();
}
