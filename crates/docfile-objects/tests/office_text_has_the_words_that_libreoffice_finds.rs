//! Words of the documents of the corpus as LibreOffice 7.4 converts them (`--convert-to` txt, csv
//! of all sheets as shown, fodp without notes and comments), up to forty of each, evenly spaced.
//!
//! Truth values count by what they say: LibreOffice writes 1 and 0 for TRUE and FALSE; so do
//! exponents, which it writes with three digits. Every document that still lacks more than one
//! word in fifty is listed with the reason, and the list has no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::{MemoryBytes, Result, Storage};
use docfile_objects::{Opening, try_open};
use docfile_testkit::corpus::Corpus;

const WORDS: &str = include_str!("words_by_libreoffice.tsv");

/// The documents that lack words, and why.
const LACKING: [(&str, &str); 19] = [
    ("test-fields.doc", "the numbers of notes, which are not in the text"),
    ("Bug49908.doc", "a character of a symbol font"),
    ("Bug60942.doc", "the date of the conversion"),
    ("simple-list.doc", "the numbers of a list, which are not in the text"),
    ("Bug51944.doc", "a text in pieces that were changed by hand; not explained"),
    ("ole2-embedding-2003.ppt", "what is inside of embedded documents"),
    ("WithComments.ppt", "a comment"),
    ("testPPT_skipBadCompressedObject.ppt", "what is inside of embedded documents"),
    ("LONumbers-2011.xls", "dates before 1900, which Excel does not show"),
    ("number_format_entities.xls", "a format that LibreOffice does not take"),
    ("49761.xls", "a number that is none, NaN there and #NUM! here"),
    ("64130.xls", "a chart that is a workbook of its own"),
    ("defined_names_simple.xls", "a formula worked out anew"),
    ("excelant.xls", "a formula worked out anew"),
    ("43623.xls", "formulas worked out anew"),
    ("_ErrPtg.xls", "formulas worked out anew"),
    ("externalFunctionExample.xls", "a formula worked out anew"),
    ("issue_646_unsupported_formula_function.xls", "a formula worked out anew"),
    ("xls_formula_columns_beyond_z.xls", "formulas worked out anew"),
];

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

fn words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split([' ', '\t', '\n', '\u{A0}', ',', '"', '\u{3000}']) {
        *words.entry(spelled(word)).or_default() += 1;
    }
    words
}

/// The word as both write it.
fn spelled(word: &str) -> String {
    match word {
        "TRUE" => "1".to_owned(),
        "FALSE" => "0".to_owned(),
        _ => word.replace("E+0", "E+").replace("E-0", "E-"),
    }
}

/// Whether the text lacks more than one of fifty words.
fn lacks_words(expected: &str, text: &str) -> Option<Vec<String>> {
    let (expected, found) = (words(expected), words(text));
    let missing = |(word, count): (&String, &usize)| {
        let missing = count.saturating_sub(*found.get(word).unwrap_or(&0));
        vec![word.clone(); missing]
    };
    let missing: Vec<String> = expected.iter().flat_map(missing).collect();
    let wanted: usize = expected.values().sum();
    (missing.len() * 50 > wanted).then_some(missing)
}

#[test]
fn all_documents_have_their_words_but_those_that_are_listed() {
    let Some(corpus) = Corpus::locate() else { return };
    for extensions in [&[".doc", ".dot"][..], &[".ppt"], &[".xls"]] {
        let (mut count, mut lacking) = (0, Vec::new());
        for line in WORDS.lines() {
            let (name, expected) = line.split_once('\t').unwrap();
            let lower = name.to_lowercase();
            if !extensions.iter().any(|extension| lower.ends_with(extension)) {
                continue;
            }
            let text = text_of(corpus.file(name).read()).unwrap_or_else(|error| error.to_string());
            count += 1;
            let listed = LACKING.iter().find(|(end, _)| name.ends_with(end));
            match (lacks_words(expected, &text), listed) {
                (Some(_), Some((end, reason))) => lacking.push(format!("{end}: {reason}")),
                (None, None) => {}
                (missing, listed) => panic!("{name}: lacks {missing:?}, listed {listed:?}"),
            }
        }
        let complete = count - lacking.len();
        eprintln!("{extensions:?}: {complete} of {count}; lacking {lacking:#?}");
        assert!(complete * 100 >= count * 91, "{extensions:?}: {complete} of {count}");
    }
}
