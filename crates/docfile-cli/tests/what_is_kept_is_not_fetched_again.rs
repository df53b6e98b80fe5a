//! `--cache`: a second run over a document that did not change fetches no byte again, one that did
//! is fetched anew, and nothing secret gets into the folder.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;
use command::served::Served;
use docfile_testkit::model::Tree;

fn document(bench: &Bench, first: u8) {
    let long = (0..1_000_000_u32).map(|index| first ^ (index % 251) as u8).collect::<Vec<u8>>();
    bench.document("served/x.doc", Tree::default().with_stream("Long", long));
}

#[test]
fn a_second_run_asks_once_and_fetches_nothing() {
    let bench = Bench::new();
    document(&bench, 0);
    let served = Served::start(&bench, &bench.path("served"), &[]);
    // A name and a password that the server does not care about.
    let there = format!("{}/x.doc", served.url).replace("http://", "http://someone:secret@");
    let words = |verb: &str| {
        let steps = if verb == "cat" { "!Long" } else { "" };
        let source = format!("{there}{steps}");
        [verb, "--json", "--cache", "kept", &source].map(str::to_owned)
    };
    let run = |verb: &str| {
        let words = words(verb);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = bench.run(&words);
        assert_eq!(run.code, 0, "{}", run.errors);
        assert!(!run.errors.contains("secret"), "{}", run.errors);
        let told = if verb == "cat" { run.errors.clone() } else { run.text().to_owned() };
        let line = told.lines().find(|line| line.starts_with('{')).unwrap();
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(!line.contains("secret"), "{line}");
        (run.out, json["bill"].clone())
    };
    let (_, first) = run("ls");
    assert!(first["bytes_fetched"].as_u64().unwrap() > 0);
    let (_, second) = run("ls");
    assert_eq!(second["bytes_fetched"], 0, "{second}");
    assert_eq!(second["requests"], 1, "{second}");
    let (whole, more) = run("cat");
    assert!(more["bytes_fetched"].as_u64().unwrap() < 1_100_000, "{more}");
    let (again, nothing) = run("cat");
    assert_eq!(nothing["bytes_fetched"], 0, "{nothing}");
    assert!(whole == again && whole.len() == 1_000_000);

    // Another document of the same length.
    document(&bench, 1);
    let (other, all) = run("cat");
    assert!(all["bytes_fetched"].as_u64().unwrap() > 1_000_000, "{all}");
    assert!(other != whole && other.len() == 1_000_000);
    assert_eq!(run("cat").1["bytes_fetched"], 0);

    for entry in std::fs::read_dir(bench.path("kept")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in [&b"secret"[..], b"someone", b"x.doc"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{}", path.display());
        }
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let bench = Bench::new();
    document(&bench, 0);
    bench.write("file", "in the way");
    let served = Served::start(&bench, &bench.path("served"), &[]);
    let there = format!("{}/x.doc", served.url);
    let run = bench.run(&["ls", "--cache", "file/kept", &there]);
    assert_eq!(run.code, 1, "{}", run.errors);
    assert!(run.errors.contains("the folder of the cache cannot be made"), "{}", run.errors);
}
