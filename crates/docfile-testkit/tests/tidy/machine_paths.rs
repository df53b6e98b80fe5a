//! Nothing written down depends on the machine on which it was written.

use std::fs;

use crate::{assert_none, workspace, written_files};

/// Where developers' files live. Cut in two so that this file does not name them itself.
const HOMES: [(&str, &str); 5] =
    [("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/"), ("/wo", "rk/"), ("C:\\Us", "ers\\")];

#[test]
fn no_file_names_a_place_on_a_developers_machine() {
    let files = written_files();
    assert!(files.len() > 20, "the files were not found");
    let mut breaches = Vec::new();
    for path in files {
        // What is no text is a sample, and samples are taken as they are.
        let Ok(text) = fs::read_to_string(workspace().join(&path)) else { continue };
        for (index, line) in text.lines().enumerate() {
            for home in HOMES.map(|(start, end)| format!("{start}{end}")) {
                if line.contains(&home) {
                    breaches.push(format!("{}:{}: {home}", path.display(), index + 1));
                }
            }
        }
    }
    assert_none("a file that is written down names no place on one machine", &breaches);
}
