//! Patterns over element paths, as shells have them: `*`, `?`, `[a-z]`, `**`.
//!
//! A pattern with a `/` is held against the whole path, one without against the last name, so
//! that `*Summary*` finds what it says wherever it lies. A storage that matches brings all that is
//! in it. Case does not count, as it does not between names. The text of a control character,
//! `[5]`, stands for itself.

use glob::{MatchOptions, Pattern as Glob};

use crate::failure::Failure;

/// The patterns of one command line, and which of them found something.
#[derive(Debug)]
pub(crate) struct Patterns {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    glob: Glob,
    is_path: bool,
    found: bool,
}

const OPTIONS: MatchOptions = MatchOptions {
    // Both sides are in lower case already, beyond ASCII too.
    case_sensitive: true,
    // Shells' patterns stay within one name.
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Patterns {
    /// Reads the patterns; none at all match everything.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, Failure> {
        let parse = |text: &String| {
            let trimmed = text.trim_end_matches('/');
            let glob = Glob::new(&escape_controls(&trimmed.to_lowercase())).map_err(|error| {
                Failure::misuse(format!("the pattern \"{text}\" cannot be read: {error}"))
            })?;
            let is_path = trimmed.contains('/');
            Ok(Pattern { text: text.clone(), glob, is_path, found: false })
        };
        Ok(Self { patterns: texts.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// Whether the element at `path` is wanted, itself or by a storage that it lies in.
    pub(crate) fn matches(&mut self, path: &str) -> bool {
        let mut wanted = self.patterns.is_empty();
        let path = path.to_lowercase();
        for pattern in &mut self.patterns {
            if pattern.matches(&path) {
                pattern.found = true;
                wanted = true;
            }
        }
        wanted
    }

    /// The patterns that found nothing.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().filter(|pattern| !pattern.found).map(|pattern| pattern.text.as_str())
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(index, _)| index);
        ends.chain([path.len()]).any(|end| {
            let storage = path.get(..end).unwrap_or(path);
            let held =
                if self.is_path { storage } else { storage.rsplit('/').next().unwrap_or(storage) };
            self.glob.matches_with(held, OPTIONS)
        })
    }
}

/// Writes `[5]`, which a shell's pattern would read as the one character 5, as `[[]5]`.
fn escape_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        let behind = text.get(index..).unwrap_or_default();
        if character == '[' && is_control(behind) {
            escaped.push_str("[[]");
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Whether the text starts with the display form of a control character.
fn is_control(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    inner.is_some_and(|(digits, _)| {
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse::<u16>().is_ok_and(|value| value < 0x20)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Patterns::parse(&[pattern.to_owned()]).unwrap().matches(path)
    }

    #[test]
    fn a_name_is_found_wherever_it_lies() {
        assert!(matches("*Summary*", "[5]SummaryInformation"));
        assert!(matches("*summary*", "Pool/_1/[5]DocumentSummaryInformation"));
        assert!(matches("[5]SummaryInformation", "A/[5]SummaryInformation"));
        assert!(!matches("[5]SummaryInformation", "5SummaryInformation"));
        assert!(matches("[A-C]hart", "Pool/Chart"));
        assert!(!matches("Chart", "Pool/Charts"));
    }

    #[test]
    fn a_path_is_held_against_the_path_from_the_root() {
        assert!(matches("Pool/*", "Pool/Chart"));
        assert!(!matches("Pool/*", "Other/Pool/Chart"));
        assert!(matches("**/Chart", "Other/Pool/Chart"));
    }

    #[test]
    fn a_storage_brings_what_is_in_it() {
        for pattern in ["Pool", "Pool/", "Pool/_1", "Pool/*", "_?"] {
            assert!(matches(pattern, "Pool/_1/Deep/Chart"), "{pattern}");
        }
    }

    #[test]
    fn patterns_that_find_nothing_are_told() {
        let mut patterns = Patterns::parse(&["A".to_owned(), "B*".to_owned()]).unwrap();
        assert!(patterns.matches("Bee") && !patterns.matches("C"));
        assert_eq!(patterns.unused().collect::<Vec<_>>(), ["A"]);
        assert!(Patterns::parse(&[]).unwrap().matches("anything"));
        assert!(Patterns::parse(&["[a".to_owned()]).is_err());
    }
}
