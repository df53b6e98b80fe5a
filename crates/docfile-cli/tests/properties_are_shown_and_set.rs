//! `props` shows what `set` sets, and leaves the rest of a set as it was.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]

mod command;

use command::{Bench, sample};
use docfile_testkit::corpus::Corpus;
use serde_json::{Value, json};

/// The properties of a set by name: type and value.
fn properties(
    bench: &Bench,
    source: &str,
    set: &str,
) -> std::collections::BTreeMap<String, (String, Value)> {
    let line = bench.json(&["props", source]).remove(0);
    let sets = line["sets"].as_array().unwrap();
    let Some(set) = sets.iter().find(|found| found["name"] == set) else {
        return std::collections::BTreeMap::new();
    };
    let property = |property: &Value| {
        let text = |member: &str| property[member].as_str().unwrap_or("").to_owned();
        (text("name"), (text("type"), property["value"].clone()))
    };
    set["properties"].as_array().unwrap().iter().map(property).collect()
}

#[test]
fn what_is_set_is_shown_with_its_type() {
    let bench = Bench::new();
    bench.document("a.doc", sample());
    assert!(properties(&bench, "a.doc", "SummaryInformation").is_empty());
    bench.text(&[
        "set",
        "a.doc",
        "-p",
        "title=Plan ü ☃",
        "-p",
        "page_count=12",
        "-p",
        "edit_time=90",
        "-p",
        "created=2024-05-06T07:08:09Z",
        "-p",
        "company=Ours",
        "-p",
        "Checked by=me",
        "-p",
        "Weight:float=1.5",
        "-p",
        "Done:bool=yes",
        "-p",
        "user:title=mine",
    ]);
    let summary = properties(&bench, "a.doc", "SummaryInformation");
    assert_eq!(summary["title"], ("VT_LPSTR".to_owned(), json!("Plan ü ☃")));
    assert_eq!(summary["page_count"], ("VT_I4".to_owned(), json!(12)));
    assert_eq!(summary["edit_time"], ("VT_FILETIME".to_owned(), json!(90)));
    assert_eq!(summary["created"].1, "2024-05-06T07:08:09Z");
    let more = properties(&bench, "a.doc", "DocumentSummaryInformation");
    assert_eq!(more["company"].1, "Ours");
    let own = properties(&bench, "a.doc", "UserDefinedProperties");
    assert_eq!(own["Checked by"].1, "me");
    assert_eq!(own["Weight"], ("VT_R8".to_owned(), json!(1.5)));
    assert_eq!(own["Done"], ("VT_BOOL".to_owned(), json!(true)));
    assert_eq!(own["title"].1, "mine");
    bench.text(&["set", "a.doc", "--unset", "title", "--unset", "Weight", "-p", "Done=no"]);
    assert!(!properties(&bench, "a.doc", "SummaryInformation").contains_key("title"));
    let own = properties(&bench, "a.doc", "UserDefinedProperties");
    assert_eq!(own["Done"].1, json!(false));
    assert!(!own.contains_key("Weight") && own.contains_key("title"));
}

#[test]
fn other_properties_of_a_real_document_stay() {
    let Some(corpus) = Corpus::locate() else { return };
    let file = corpus.file("Bug28627.doc");
    let bench = Bench::new();
    bench.write("a.doc", file.read());
    let before = properties(&bench, "a.doc", "SummaryInformation");
    assert_eq!(before["author"].1, "Dumbledore");
    bench.text(&["set", "a.doc", "-p", "title=Other"]);
    let mut after = properties(&bench, "a.doc", "SummaryInformation");
    assert_eq!(after.insert("title".to_owned(), before["title"].clone()).unwrap().1, "Other");
    assert_eq!(after, before);
    assert_eq!(
        properties(&bench, "a.doc", "DocumentSummaryInformation"),
        properties(&bench, file.path.to_str().unwrap(), "DocumentSummaryInformation")
    );
}

#[test]
fn every_document_of_the_corpus_tells_its_properties() {
    let Some(corpus) = Corpus::locate() else { return };
    let bench = Bench::new();
    let folder = corpus.files().next().unwrap().path.parent().unwrap().to_owned();
    let mut shown = 0;
    for line in bench.json(&["props", "-r", folder.to_str().unwrap()]) {
        if let Some(sets) = line["sets"].as_array() {
            shown += sets.len();
        } else {
            assert!(line["error"].is_object(), "{line}");
        }
    }
    assert!(shown > 400, "only {shown} sets");
}
