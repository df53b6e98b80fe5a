//! `tree`: everything below a storage, drawn.

use std::ffi::OsString;

use clap::Args;

use crate::element::Element;
use crate::output::Terminal;
use crate::session::{Report, Session};
use crate::verb::ls;

/// Draw everything below a storage
#[derive(Debug, Args)]
pub(crate) struct Tree {
    /// What to draw: SOURCE for the whole file, SOURCE!STORAGE for a part
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
}

impl Tree {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let several = self.sources.len() > 1 || self.read_folders;
        session.each_source(&self.sources, self.read_folders, |source, meter| {
            let report = ls::list(session, source, meter, true).map(|(listing, failures)| {
                // With several sources, each has a heading already.
                let heading = if several { String::new() } else { format!("{source}\n") };
                let mut text = crate::output::visible(heading.trim_end()).to_string();
                if !heading.is_empty() {
                    text.push('\n');
                }
                draw(&listing.elements, session.terminal, &mut text);
                Report { text: text.into_bytes(), body: Some(listing), failures }
            });
            Report::from(report)
        })
    }
}

fn draw(elements: &[Element], terminal: Terminal, text: &mut String) {
    let depths: Vec<usize> = elements.iter().map(|element| depth_of(&element.path)).collect();
    let base = depths.iter().copied().min().unwrap_or(0);
    // For each storage that is open, whether more of its elements follow.
    let mut more: Vec<bool> = Vec::new();
    for ((element, depth), has_next) in elements.iter().zip(&depths).zip(have_next(&depths)) {
        let level = depth - base;
        more.truncate(level);
        for follows in &more {
            text.push_str(if *follows { "│   " } else { "    " });
        }
        text.push_str(if has_next { "├── " } else { "└── " });
        more.push(has_next);
        let name = element.path.rsplit('/').next().unwrap_or_default();
        if element.kind == "storage" {
            text.push_str(&terminal.storage_name(name));
        } else {
            text.push_str(&format!("{name} ({})", element.len));
        }
        text.push('\n');
    }
}

/// How many storages lie above; a `/` that belongs to a name is escaped in a path.
fn depth_of(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// For each element whether a sibling follows. Seen from the end, one does if an element of the
/// same depth was met and none above it since.
fn have_next(depths: &[usize]) -> Vec<bool> {
    let mut met: Vec<bool> = Vec::new();
    let mut have: Vec<bool> = depths
        .iter()
        .rev()
        .map(|depth| {
            met.resize(depth + 1, false);
            met.last_mut().is_some_and(|met| std::mem::replace(met, true))
        })
        .collect();
    have.reverse();
    have
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(path: &str, kind: &'static str) -> Element {
        Element {
            path: path.to_owned(),
            kind,
            len: 7,
            clsid: None,
            created: None,
            modified: None,
            state_bits: 0,
        }
    }

    #[test]
    fn branches_end_where_siblings_do() {
        let elements = [
            element("X/A", "storage"),
            element("X/A/B", "storage"),
            element("X/A/B/C", "stream"),
            element("X/A/D", "stream"),
            element("X/E", "storage"),
            element("X/E/F", "stream"),
        ];
        let mut text = String::new();
        let plain = Terminal { color: false, stdout: false, stderr: false, stdin: false };
        draw(&elements, plain, &mut text);
        let expected = "├── A\n│   ├── B\n│   │   └── C (7)\n│   └── D (7)\n└── E\n    └── F (7)\n";
        assert_eq!(text, expected);
    }
}
