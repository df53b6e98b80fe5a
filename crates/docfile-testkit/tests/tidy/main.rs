//! The rules of the house that no compiler checks: how files begin, how long and how named they
//! are, which crate may use which, that documents lead somewhere, and that nothing of a
//! developer's machine is written down.
//!
//! They are ordinary tests so that they fail where everything else does. Each rule names the file
//! that breaks it; the reasons are in `CONTRIBUTING.md` and `ARCHITECTURE.md`.

mod documents;
mod file_shape;
mod format_drawing;
mod import_direction;
mod machine_paths;
mod pure_crates;

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of things that are built or fetched, not written.
const NOT_WRITTEN: [&str; 4] = ["target", "artifacts", "corpus", "__pycache__"];
/// The one hidden folder that belongs to the project.
const HIDDEN_BUT_OURS: &str = ".ci";

/// The folder that holds the workspace: two above this crate's.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("/")).to_path_buf()
}

/// Every file of the workspace that somebody wrote, by its path from there, in a fixed order.
fn written_files() -> Vec<PathBuf> {
    let top = workspace();
    let mut files = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && name != HIDDEN_BUT_OURS;
            if hidden || NOT_WRITTEN.contains(&name.as_str()) {
                continue;
            }
            let path = entry.path();
            match path.strip_prefix(&top) {
                _ if path.is_dir() => folders.push(path),
                Ok(from_top) => files.push(from_top.to_path_buf()),
                Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

/// Every Rust source of the workspace's crates with its text.
fn rust_sources() -> Vec<(PathBuf, String)> {
    let sources: Vec<_> = written_files()
        .into_iter()
        .filter(|path| path.starts_with("crates") && path.extension().is_some_and(|e| e == "rs"))
        .filter_map(|path| Some((path.clone(), fs::read_to_string(workspace().join(path)).ok()?)))
        .collect();
    assert!(sources.len() > 10, "the sources were not found");
    sources
}

/// Fails with every breach of a rule, so that one run shows them all.
fn assert_none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}\n  {}", breaches.join("\n  "));
}
