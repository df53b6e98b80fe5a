//! How a source file begins, how long it is, and what it is called.

use crate::{assert_none, rust_sources};

/// Past this a file is two things.
const MAX_LINES: usize = 600;
/// Names that say nothing about what a file is for, and so collect everything.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "common", "helper", "helpers", "misc", "types", "core"];

#[test]
fn every_file_opens_with_a_paragraph() {
    let breaches: Vec<_> = rust_sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_none("a file opens with a paragraph that says what it is", &breaches);
}

#[test]
fn no_file_is_two_things() {
    let breaches: Vec<_> = rust_sources()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, count)| *count > MAX_LINES)
        .map(|(path, count)| format!("{} has {count} lines", path.display()))
        .collect();
    assert_none("a file has at most 600 lines", &breaches);
}

#[test]
fn no_file_has_an_empty_name() {
    let breaches: Vec<_> = rust_sources()
        .iter()
        .filter(|(path, _)| {
            path.with_extension("")
                .iter()
                .any(|part| EMPTY_NAMES.iter().any(|name| part.to_str() == Some(*name)))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_none("a file is named after a thing of the field", &breaches);
}
