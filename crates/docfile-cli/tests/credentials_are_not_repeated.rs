//! What stands before the @ of an address, and what signs it, is in no line of the command:
//! neither in errors nor in JSON, headings or traces. What is said of a server that has nothing is
//! about the resource and names no byte of it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use command::served::Served;
use docfile_testkit::model::Tree;

#[test]
fn no_line_holds_what_is_secret() {
    let bench = Bench::new();
    bench.document("served/x.doc", Tree::default().with_stream("A", *b"a"));
    let served = Served::start(&bench, &bench.path("served"), &[]);
    let host = served.url.strip_prefix("http://").unwrap();
    for source in [
        format!("http://user:s3cret@{host}/x.doc?sig=s3cret"),
        format!("http://user:s3cret@{host}/none"),
        format!("http://user:s3cret@{host}/x.doc!None"),
        format!("http://user:s3cret!s3cret@{host}/x.doc!None"),
        String::from("http://user:s3cret@127.0.0.1:1/x"),
        String::from("http://user:s3cret@ho st/x"),
        String::from("dcom://user:s3cret@host/x"),
        String::from("s3://user:s3cret@bucket/x?X-Amz-Signature=s3cret"),
    ] {
        for words in [&["ls"][..], &["ls", "--json"], &["ls", "--trace", "trace"]] {
            let mut words = words.to_vec();
            words.extend([source.as_str(), "x.doc"]);
            let run = bench.run(&words);
            let out = String::from_utf8_lossy(&run.out).into_owned();
            assert!(!out.contains("s3cret"), "{source}: {out}");
            assert!(!run.errors.contains("s3cret"), "{source}: {}", run.errors);
            let trace = std::fs::read_to_string(bench.path("trace")).unwrap_or_default();
            assert!(!trace.contains("s3cret"), "{source}: {trace}");
        }
    }
}

#[test]
fn a_resource_that_is_not_there_has_no_byte() {
    let bench = Bench::new();
    bench.document("served/x.doc", Tree::default());
    let served = Served::start(&bench, &bench.path("served"), &[]);
    let run = bench.run(&["ls", &format!("{}/none", served.url)]);
    assert!(run.errors.contains("there is no such resource (status 404)"), "{}", run.errors);
    assert!(!run.errors.contains("byte 0"), "{}", run.errors);
}

#[test]
fn a_trace_that_cannot_be_written_costs_no_bill() {
    let bench = Bench::new();
    bench.document("served/x.doc", Tree::default());
    let served = Served::start(&bench, &bench.path("served"), &[]);
    let there = format!("{}/x.doc", served.url);
    let run = bench.run(&["ls", "--trace", "nowhere/trace", &there]);
    assert_eq!(run.code, 1, "{}", run.errors);
    assert!(run.errors.contains("nowhere/trace: "), "{}", run.errors);
    assert!(run.errors.contains("fetched "), "{}", run.errors);
}
