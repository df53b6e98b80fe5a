//! Documents that are pointed at exist.
//!
//! A link of a document is followed from its own folder; what prose or a source names in
//! the folder of documents is taken from the top.

use std::fs;
use std::path::Path;

use crate::{assert_none, workspace, written_files};

#[test]
fn every_document_that_is_pointed_at_exists() {
    let mut breaches = Vec::new();
    for path in written_files() {
        let is_document = path.extension().is_some_and(|extension| extension == "md");
        let Ok(text) = fs::read_to_string(workspace().join(&path)) else { continue };
        let folder = path.parent().unwrap_or(Path::new(""));
        let links = targets(&text, "](", ')').filter(|_| is_document);
        let links = links.map(|link| folder.join(link.split('#').next().unwrap_or_default()));
        let named = targets(&text, "`docs/", '`').map(|name| Path::new("docs").join(name));
        for target in links.chain(named).filter(|target| !workspace().join(target).exists()) {
            breaches.push(format!("{}: {}", path.display(), target.display()));
        }
    }
    assert_none("a document that is pointed at exists", &breaches);
}

/// What stands between `open` and `close` on one line, but for addresses of the web.
fn targets<'t>(text: &'t str, open: &'t str, close: char) -> impl Iterator<Item = &'t str> {
    text.lines()
        .flat_map(move |line| line.split(open).skip(1))
        .filter_map(move |rest| rest.split_once(close).map(|(target, _)| target))
        .filter(|target| !target.contains("://") && !target.contains(' '))
}
