//! However many sources are transferred side by side, together they fetch no more than the limit.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::served::Served;
use command::{Bench, sample};

#[test]
fn several_transfers_share_one_limit() {
    let bench = Bench::new();
    let names = ["a.doc", "b.doc", "c.doc", "d.doc"];
    names.iter().for_each(|name| bench.document(&format!("served/{name}"), sample()));
    let served = Served::start(&bench, &bench.path("served"), &["--link", "100mbit,20ms"]);
    let urls: Vec<String> = names.iter().map(|name| format!("{}/{name}", served.url)).collect();
    let fetched = |limit: &str| {
        let mut words = vec!["ls", "--frugal", "--jobs", "4", "--limit-bytes", limit];
        words.extend(urls.iter().map(String::as_str));
        let code = bench.run(&words).code;
        let lines = bench.json(&words);
        let bytes = |line: &serde_json::Value| line["bill"]["bytes_fetched"].as_u64().unwrap();
        (code, lines.iter().map(bytes).sum::<u64>())
    };
    let (code, all) = fetched("1g");
    assert_eq!(code, 0);
    let limit = all / 2;
    let (code, some) = fetched(&limit.to_string());
    assert_eq!(code, 6);
    assert!(some > 0 && some <= limit, "{some} of {limit} bytes, of {all}");
}
