//! Every reading verb over HTTP says what it says of the same file here, for few bytes and
//! requests. The server is the command's own, started as a user would.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

mod command;

use command::Bench;
use command::served::Served;
use docfile_testkit::corpus::{Corpus, CorpusFile};
use docfile_testkit::model::Tree;

fn sample() -> Tree {
    let long = (0..200_000_u32).flat_map(|index| index.to_le_bytes()).collect::<Vec<u8>>();
    Tree::default()
        .with_stream("Short", *b"a few bytes")
        .with_storage("Pool", Tree::default().with_stream("Long", long))
}

#[test]
fn every_reading_verb_gives_the_same() {
    let bench = Bench::new();
    bench.document("served/x.doc", sample());
    for flags in [&[][..], &["--no-ranges"]] {
        let served = Served::start(&bench, &bench.path("served"), flags);
        let there = format!("{}/x.doc", served.url);
        for words in [
            &["ls", "-l", "{}"][..],
            &["tree", "{}"],
            &["props", "{}"],
            &["check", "{}"],
            &["cat", "{}!Pool/Long"],
            &["cat", "--frugal", "{}!Pool/Long", "{}!Short"],
        ] {
            let with = |place: &str| words.iter().map(|word| word.replace("{}", place)).collect();
            let run = |words: Vec<String>| {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                bench.run(&words)
            };
            let (here, there) = (run(with("served/x.doc")), run(with(&there)));
            assert_eq!(there.code, here.code, "{words:?}: {}", there.errors);
            let told =
                String::from_utf8_lossy(&there.out).replace(&format!("{}/", served.url), "served/");
            assert_eq!(told, String::from_utf8_lossy(&here.out), "{words:?}");
        }
        bench.text(&["get", &there, "-o", "out"]);
        let long = bench.read("out/Pool/Long");
        assert_eq!(long.len(), 800_000);
        std::fs::remove_dir_all(bench.path("out")).unwrap();
    }
}

#[test]
fn what_cannot_be_had_says_why() {
    let bench = Bench::new();
    bench.document("served/x.doc", sample());
    bench.write("served/text", "no compound file, but long enough to be one".repeat(100));
    let served = Served::start(&bench, &bench.path("served"), &[]);
    let at = |name: &str| format!("{}/{name}", served.url);
    let told = |words: &[&str]| {
        let run = bench.run(words);
        let line: serde_json::Value = serde_json::from_str(run.text()).unwrap();
        assert!(line["error"].is_object(), "{words:?}: {line}");
        (run.code, line["error"]["kind"].as_str().unwrap().to_owned())
    };
    assert_eq!(told(&["ls", "--json", &at("none")]), (1, "not_found".to_owned()));
    assert_eq!(told(&["ls", "--json", &at("text")]), (5, "not_compound".to_owned()));
    assert_eq!(told(&["ls", "--json", &at("x.doc!None")]), (1, "not_found".to_owned()));
    let words = ["ls", "--json", "--limit-bytes", "600", &at("x.doc")];
    assert_eq!(told(&words).0, 6);
    assert_eq!(told(&["ls", "--json", "http://127.0.0.1:1/x"]), (1, "io".to_owned()));
}

#[test]
fn a_local_source_can_be_read_as_if_it_were_far_away() {
    let bench = Bench::new();
    bench.document("x.doc", sample());
    let line = &bench.json(&["ls", "--link", "10mbit,20ms", "x.doc"])[0];
    assert_eq!(line["elements"].as_array().unwrap().len(), 2);
    assert!(line["bill"]["seconds"].as_f64().unwrap() >= 0.02);
    let line = &bench.json(&["ls", "--no-ranges", "x.doc"])[0];
    assert_eq!(line["bill"]["requests"], 1, "the seed's single request");
}

#[test]
fn a_trace_tells_every_request_and_the_picture_draws_it() {
    let bench = Bench::new();
    bench.document("x.doc", sample());
    let words = ["cat", "--link", "100mbit,1ms", "--trace", "t.jsonl", "x.doc!Short"];
    assert_eq!(bench.text(&words), "a few bytes");
    let trace = String::from_utf8(bench.read("t.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> =
        trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event"], "requested");
    let sum: u64 = lines
        .iter()
        .filter(|line| line["event"] == "arrived")
        .map(|line| line["range"][1].as_u64().unwrap() - line["range"][0].as_u64().unwrap())
        .sum();
    assert!(sum > 512);
    bench.run(&["ls", "--link", "100mbit,1ms", "--trace", "t.svg", "x.doc"]);
    assert!(bench.read("t.svg").starts_with(b"<svg "));
}

/// The value at `percent` of all, from below.
fn at_percent(mut values: Vec<u64>, percent: usize) -> u64 {
    values.sort_unstable();
    values[(values.len() * percent).div_ceil(100) - 1]
}

/// What is wanted: in the median the larger of 5 % and 40 KiB with `--frugal`; 3 requests with
/// `--fast`, and 5 for nine files in ten (`docs/performance.md`). How many requests it takes depends
/// on when bytes come, so those bounds are above what is mostly counted.
#[test]
fn a_listing_and_the_properties_of_real_files_cost_no_more_than_they_did() {
    let Some(corpus) = Corpus::locate() else { return };
    let files: Vec<&CorpusFile> =
        corpus.files().filter(|file| file.len >= 256 << 10 && file.elements.is_some()).collect();
    let bench = Bench::new();
    let folder = files[0].path.parent().unwrap();
    let served = Served::start(&bench, folder, &[]);
    for verb in ["ls", "props"] {
        let (mut excess, mut requests) = (Vec::new(), Vec::new());
        for file in &files {
            let name = file.path.file_name().unwrap().to_str().unwrap();
            let url = format!("{}/{name}", served.url);
            let bill = |policy| {
                let line = bench.json(&[verb, policy, &url])[0].clone();
                // A source that is not found would be the cheapest of all.
                assert!(line["error"].is_null(), "{verb} {name}: {}", line["error"]);
                line["bill"].clone()
            };
            let bytes = bill("--frugal")["bytes_fetched"].as_u64().unwrap();
            excess.push(bytes * 1000 / (file.len / 20).max(40 << 10));
            requests.push(bill("--fast")["requests"].as_u64().unwrap());
        }
        let (bytes, median, most) =
            (at_percent(excess, 50), at_percent(requests.clone(), 50), at_percent(requests, 90));
        eprintln!(
            "{verb}: {} files, {bytes} thousandths of the bytes wanted, {median} requests, {most} for nine in ten",
            files.len()
        );
        assert!(bytes <= 1_000, "{verb}: {bytes} thousandths of the bytes wanted");
        assert!(median <= 5 && most <= 7, "{verb}: {median} and {most} requests");
    }
}
