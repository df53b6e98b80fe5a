//! Words of the documents of the corpus as LibreOffice 7.4 converts them (`--convert-to` txt, csv
//! of all sheets as shown, fodp without notes and comments), up to forty of each, evenly spaced.
//!
//! Known differences, none of them lost text: numbers of lists, which are not text of the
//! document; TRUE and FALSE, which LibreOffice writes as 1 and 0; formulas and dates that it works
//! out anew; characters of symbol fonts; embedded objects of slides; a chart that is a workbook of
//! its own; one document of Word 95 for the Far East, whose text has two widths.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::{MemoryBytes, Result, Storage};
use docfile_objects::{Opening, try_open};
use docfile_testkit::corpus::Corpus;

const WORDS: &str = include_str!("words_by_libreoffice.tsv");

fn text_of(bytes: Vec<u8>) -> Result<String> {
    let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes)))?;
    let document = try_open(root, Opening::default())?;
    let mut text = String::new();
    for index in 0.. {
        let Some(view) = document.try_page(index)? else { break };
        text.push_str(&view.to_string());
    }
    Ok(text)
}

fn words(text: &str) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    for word in text.split([' ', '\t', '\n', '\u{A0}', ',', '"', '\u{3000}']) {
        *words.entry(word).or_default() += 1;
    }
    words
}

#[test]
fn most_documents_have_all_of_their_words() {
    let Some(corpus) = Corpus::locate() else { return };
    for (extensions, share) in [(&[".doc", ".dot"][..], 0.91), (&[".ppt"], 0.91), (&[".xls"], 0.88)]
    {
        let (mut count, mut complete, mut lacking) = (0, 0, Vec::new());
        for line in WORDS.lines() {
            let (name, expected) = line.split_once('\t').unwrap();
            let lower = name.to_lowercase();
            if !extensions.iter().any(|extension| lower.ends_with(extension)) {
                continue;
            }
            let file = corpus.file(name);
            let text = text_of(file.read()).unwrap_or_else(|error| error.to_string());
            let (expected, found) = (words(expected), words(&text));
            let wanted: usize = expected.values().sum();
            let lacks = |(word, n): (&&str, &usize)| {
                let count = n.saturating_sub(*found.get(word).unwrap_or(&0));
                (count > 0).then(|| (count, (*word).to_owned()))
            };
            let missing: Vec<_> = expected.iter().filter_map(lacks).collect();
            let missing_count: usize = missing.iter().map(|(count, _)| count).sum();
            count += 1;
            match missing_count * 100 <= wanted * 2 {
                true => complete += 1,
                false => lacking.push(format!("{name} {wanted}: {missing:?}")),
            }
        }
        eprintln!("{extensions:?}: {complete} of {count}; lacking {lacking:#?}");
        let share_found = f64::from(complete) / f64::from(count);
        assert!(share_found >= share, "{extensions:?}: {complete} of {count}: {lacking:#?}");
    }
}
