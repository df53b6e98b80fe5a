//! The path of a file moniker, cut into where it starts and the steps from there
//! (`contract/binding.md` 3.2, 3.3).
//!
//! `\` and `/` both separate, whatever the machine, so that a moniker means the same everywhere.
//! A drive, `\\server\share` and a leading separator are *roots*: one component that `..` never
//! climbs over. Nothing here looks at a file system.

use crate::error::{Error, ErrorKind, Result};
use crate::upper_case::upper_units;

/// A path cut into its parts. Empty steps and `.` are gone; `..` is kept.
#[derive(Debug, Clone)]
pub(super) struct Path<'t> {
    /// `C:\`, `C:`, `\\server\share`, `\`, `/`, or nothing for a relative path.
    root: &'t str,
    steps: Vec<&'t str>,
    separator: char,
}

/// The longest path that joining makes, in bytes of UTF-8: what Windows allows, where every unit
/// takes three.
const MAX_JOINED_LEN: usize = 3 * 32_767;

const SEPARATORS: [char; 2] = ['\\', '/'];

impl<'t> Path<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let root = text.get(..root_len(text)).unwrap_or_default();
        let rest = text.get(root.len()..).unwrap_or_default();
        let steps = rest.split(SEPARATORS).filter(|step| !matches!(*step, "" | ".")).collect();
        let separator = text.chars().find(|c| SEPARATORS.contains(c)).unwrap_or('\\');
        Self { root, steps, separator }
    }

    pub(super) fn is_relative(&self) -> bool {
        self.root.is_empty()
    }

    /// This path followed by a relative one, `..` resolved.
    ///
    /// Fails when `right` is not relative, or climbs over the root.
    pub(super) fn join(&self, right: &Path<'t>) -> Result<String> {
        let mut joined = Path { steps: Vec::new(), ..*self };
        if self.is_relative() && self.steps.is_empty() {
            joined.separator = right.separator;
        }
        if !right.is_relative() {
            return Err(syntax("what is at the right of a path is relative"));
        }
        for step in self.steps.iter().chain(&right.steps) {
            match joined.steps.last() {
                _ if *step != ".." => joined.steps.push(step),
                Some(last) if *last != ".." => drop(joined.steps.pop()),
                _ if joined.is_relative() => joined.steps.push(step),
                _ => return Err(syntax("a path climbs over its root")),
            }
        }
        let text = joined.to_text();
        if text.len() > MAX_JOINED_LEN {
            return Err(syntax("a path is longer than paths can be"));
        }
        Ok(text)
    }

    /// How many leading components both have: the root counts as one where there is one.
    pub(super) fn shared_count(&self, other: &Self) -> usize {
        if !same(self.root, other.root) {
            return 0;
        }
        let steps = self.steps.iter().zip(&other.steps).take_while(|(a, b)| same(a, b)).count();
        usize::from(!self.is_relative()) + steps
    }

    pub(super) fn component_count(&self) -> usize {
        usize::from(!self.is_relative()) + self.steps.len()
    }

    /// The first `count` components.
    pub(super) fn prefix(&self, count: usize) -> String {
        let steps = count.saturating_sub(usize::from(!self.is_relative()));
        let steps = self.steps.iter().take(steps).copied().collect();
        Path { steps, ..*self }.to_text()
    }

    /// The way from this path to `other`, both of which share their first `shared` components:
    /// up from the last name of this path, which counts, and down again. None where the way up
    /// passes a `..`, whose folder has no name here.
    pub(super) fn way_to(&self, other: &Path<'t>, shared: usize) -> Option<String> {
        let climbed = self.component_count().saturating_sub(shared);
        if self.steps.iter().rev().take(climbed).any(|step| *step == "..") {
            return None;
        }
        let skipped = shared.saturating_sub(usize::from(!other.is_relative()));
        let down = other.steps.iter().skip(skipped).copied();
        let steps = core::iter::repeat_n("..", climbed).chain(down).collect();
        Some(Path { root: "", steps, separator: self.separator }.to_text())
    }

    fn to_text(&self) -> String {
        let mut text = self.root.to_owned();
        for (index, step) in self.steps.iter().enumerate() {
            let behind_root = index == 0 && !self.root.starts_with(r"\\");
            if !behind_root {
                text.push(self.separator);
            }
            text.push_str(step);
        }
        text
    }
}

/// How many bytes of `text` are its root.
fn root_len(text: &str) -> usize {
    if let Some(unc) = text.strip_prefix(r"\\") {
        let mut ends = unc.match_indices(SEPARATORS).map(|(index, _)| index + 2);
        return ends.nth(1).unwrap_or(text.len());
    }
    match *text.as_bytes() {
        [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic() => 3,
        [drive, b':', ..] if drive.is_ascii_alphabetic() => 2,
        [b'\\' | b'/', ..] => 1,
        _ => 0,
    }
}

/// Names of files are the same in either case, and separators are the same in either form.
fn same(a: &str, b: &str) -> bool {
    let plain = |unit| if unit == u16::from(b'/') { u16::from(b'\\') } else { unit };
    upper_units(a).map(plain).eq(upper_units(b).map(plain))
}

fn syntax(text: &'static str) -> Error {
    Error::new(ErrorKind::Syntax, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_one_component() {
        for (text, count) in [
            (r"C:\a\b", 3),
            (r"C:a", 2),
            (r"\\server\share\a", 2),
            (r"\\server", 1),
            ("/a//b/./c/", 4),
            (r"a\..\b", 3),
            ("", 0),
        ] {
            assert_eq!(Path::parse(text).component_count(), count, "{text}");
        }
    }

    #[test]
    fn joining_resolves_and_never_climbs_over_a_root() {
        let join = |a: &str, b: &str| {
            let (a, b) = (a.to_owned(), b.to_owned());
            Path::parse(&a).join(&Path::parse(&b))
        };
        assert_eq!(join(r"C:\a\b", r"..\c").unwrap(), r"C:\a\c");
        assert_eq!(join("/a", "b/./c").unwrap(), "/a/b/c");
        assert_eq!(join("a", r"..\..\b").unwrap(), r"..\b");
        assert_eq!(join(r"\\s\h", "x").unwrap(), r"\\s\h\x");
        assert_eq!(join("C:", "x").unwrap(), "C:x");
        assert_eq!(join(r"C:\", "..").unwrap_err().kind(), ErrorKind::Syntax);
        assert_eq!(join("a", r"C:\b").unwrap_err().kind(), ErrorKind::Syntax);
    }
}
