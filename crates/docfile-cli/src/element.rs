//! An element as scripts and listings see it.

use docfile::{ElementKind, FileTime, Guid, Name, Stat, Walk};
use serde::Serialize;

use crate::document::path_text;

/// One element of a listing.
#[derive(Debug, Serialize)]
pub(crate) struct Element {
    /// From the root of its compound file, names separated by `/`.
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    pub(crate) len: u64,
    pub(crate) clsid: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) state_bits: u32,
}

impl Element {
    pub(crate) fn new(path: String, stat: &Stat) -> Self {
        Self {
            path,
            kind: kind_word(stat.kind),
            len: stat.len,
            clsid: class_id_text(stat.class_id),
            created: time_text(stat.created),
            modified: time_text(stat.modified),
            state_bits: stat.state_bits,
        }
    }

    /// The elements of a storage that lies at `above`.
    pub(crate) fn of_listing(above: &[Name], stats: &[Stat]) -> Vec<Self> {
        let above = prefix(above);
        stats.iter().map(|stat| Self::new(format!("{above}{}", stat.name), stat)).collect()
    }

    /// Everything below a storage that lies at `above`.
    pub(crate) fn of_walk(above: &[Name], walk: &Walk) -> Vec<Self> {
        walk_paths(above, walk)
            .zip(&walk.elements)
            .map(|(path, walked)| Self::new(path, &walked.stat))
            .collect()
    }
}

/// The paths of everything below a storage that lies at `above`.
pub(crate) fn walk_paths<'w>(
    above: &[Name],
    walk: &'w Walk,
) -> impl Iterator<Item = String> + use<'w> {
    let mut path = prefix(above);
    // The length of the path of each storage that is open, its `/` included.
    let mut open_lens = vec![path.len()];
    walk.elements.iter().map(move |walked| {
        open_lens.truncate(walked.depth + 1);
        path.truncate(open_lens.last().copied().unwrap_or(0));
        path.push_str(&walked.stat.name.to_string());
        let element_path = path.clone();
        path.push('/');
        open_lens.push(path.len());
        element_path
    })
}

fn prefix(above: &[Name]) -> String {
    let mut text = path_text(above);
    if !above.is_empty() {
        text.push('/');
    }
    text
}

pub(crate) fn kind_word(kind: ElementKind) -> &'static str {
    match kind {
        ElementKind::Storage => "storage",
        ElementKind::Stream => "stream",
    }
}

pub(crate) fn class_id_text(id: Guid) -> Option<String> {
    (!id.is_null()).then(|| id.to_string())
}

pub(crate) fn time_text(time: FileTime) -> Option<String> {
    time.is_some().then(|| time.to_string())
}
