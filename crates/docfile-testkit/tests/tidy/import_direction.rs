//! Which crate may use which: the table of `ARCHITECTURE.md`, checked in the manifests.
//!
//! Only what a crate ships counts; a test may use anything.

use std::fs;

use crate::{assert_none, workspace};

/// A crate and the crates of this workspace that it may use.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("docfile-compound", &[]),
    ("docfile-binding", &["docfile-compound"]),
    ("docfile-call-macros", &[]),
    ("docfile-call", &["docfile-call-macros"]),
    ("docfile-objects", &["docfile-compound", "docfile-binding"]),
    ("docfile", &["docfile-compound", "docfile-binding", "docfile-objects", "docfile-call"]),
    ("docfile-cli", &["docfile"]),
    ("docfile-testkit", &["docfile-compound", "docfile"]),
];

#[test]
fn crates_use_only_what_their_row_names() {
    let mut breaches = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(workspace().join("crates")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(manifest) = fs::read_to_string(entry.path().join("Cargo.toml")) else { continue };
        seen += 1;
        let Some((_, allowed)) = MAY_USE.iter().find(|(row, _)| *row == name) else {
            breaches.push(format!("{name} has no row in this test and in ARCHITECTURE.md"));
            continue;
        };
        for used in shipped_dependencies(&manifest) {
            if used.starts_with("docfile") && !allowed.contains(&used.as_str()) {
                breaches.push(format!("{name} uses {used}"));
            }
        }
    }
    assert!(seen >= 2, "the manifests were not found");
    assert_none("a crate uses only what its row names", &breaches);
}

#[test]
fn a_dependency_is_found_in_every_way_of_writing_it() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nb = \"1\"\n\
                    [dependencies.c]\nversion = \"1\"\n[dev-dependencies]\nd = \"1\"\n\
                    [target.'cfg(unix)'.dependencies]\n# e = \"1\"\nf = \"1\"\n[build-dependencies]\ng = \"1\"\n";
    assert_eq!(shipped_dependencies(manifest), ["a", "b", "c", "f", "g"]);
}

/// The names under every table of dependencies but that of the tests.
fn shipped_dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut in_table = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_table = table.ends_with("dependencies") && !table.ends_with("dev-dependencies");
            match table.rsplit_once("dependencies.") {
                Some((before, name)) if !before.ends_with("dev-") => names.push(name.to_owned()),
                _ => {}
            }
        } else if in_table && !line.starts_with('#') {
            let name: String =
                line.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
            names.extend((!name.is_empty()).then_some(name));
        }
    }
    names
}
