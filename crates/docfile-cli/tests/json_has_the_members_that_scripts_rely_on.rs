//! The members of `docs/json.md`, verb by verb.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, sample};
use serde_json::{Value, json};

/// The names of an object's members, sorted.
fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_line_has_a_source_and_a_bill() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let lines = bench.json(&["ls", "a.doc", "absent.doc"]);
    assert_eq!(lines.len(), 2);
    let bill = &lines[0]["bill"];
    for member in ["bytes_fetched", "bytes_total", "requests"] {
        assert!(bill[member].as_u64().unwrap() > 0, "{bill}");
    }
    assert!(bill["seconds"].as_f64().unwrap() >= 0.0);
    assert_eq!(bill["bytes_total"], bench.read("a.doc").len());
    let error = &lines[1]["error"];
    assert_eq!(lines[1]["source"], "absent.doc");
    assert_eq!(error["kind"], "not_found");
    assert!(error["offset"].is_null() && error["need"].is_null());
    assert!(error["text"].as_str().unwrap().contains("no such file"));
}

#[test]
fn listings_have_elements_in_the_order_of_the_directory() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let line = bench.json(&["tree", "a.doc"]).remove(0);
    let elements = line["elements"].as_array().unwrap();
    let paths: Vec<&str> =
        elements.iter().map(|element| element["path"].as_str().unwrap()).collect();
    let expected = [
        "Pool",
        "Pool/Chart",
        "Pool/Chart/Data",
        "Pool/Chart/Empty",
        "Short",
        "Nothing",
        "[1]CompObj",
        "Contents",
    ];
    assert_eq!(paths, expected);
    let names = ["clsid", "created", "kind", "len", "modified", "path", "state_bits"];
    assert!(elements.iter().all(|element| members(element) == names));
    assert_eq!((&elements[2]["kind"], &elements[2]["len"]), (&json!("stream"), &json!(70_000)));
    assert_eq!((&elements[0]["kind"], &elements[0]["clsid"]), (&json!("storage"), &Value::Null));
    let flat = bench.json(&["ls", "a.doc!Pool/Chart"]).remove(0);
    assert_eq!(flat["elements"][0]["path"], "Pool/Chart/Data");
    assert_eq!(flat["elements"].as_array().unwrap().len(), 2);
}

#[test]
fn cat_keeps_standard_output_for_the_bytes() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let run = bench.run(&["cat", "a.doc!Short", "--json", "-q"]);
    assert_eq!(run.out, b"a short stream");
    let line: Value = serde_json::from_str(&run.errors).unwrap();
    assert_eq!((&line["len"], &line["written"]), (&json!(14), &json!(14)));
    assert_eq!(line["source"], "a.doc!Short");
}

#[test]
fn edits_tell_what_they_changed() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    let line = bench.json(&["mv", "a.doc!Short", "Pool"]).remove(0);
    let changes = json!([{"action": "moved", "path": "Pool/Short", "from": "Short"}]);
    assert_eq!(line["changes"], changes);
    assert!(line["bill"]["bytes_written"].as_u64().unwrap() > 0);
    let line = bench.json(&["rm", "a.doc!Pool/Short", "a.doc!Contents"]).remove(0);
    assert_eq!(line["changes"].as_array().unwrap().len(), 2);
    let line = bench.json(&["rm", "a.doc!Contents"]).remove(0);
    assert_eq!(line["error"]["kind"], "not_found");
}
