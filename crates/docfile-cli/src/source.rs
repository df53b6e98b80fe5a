//! The grammar of a SOURCE: where a compound file is, and the steps inside.
//!
//! The text is split at `!` before anything else is read. The first part is `-`, a path or a URL;
//! each further part is a step, whose `/` separate storages; the names in it are display names
//! (`docs/names.md`). In a path, a `!` of its own is written `%21`, and the text `%21` is written
//! `%2521`; any other percent sign of a path stands for itself. This opens nothing.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use docfile::Name;
use docfile::monikers::shown_address;

use crate::failure::Failure;

/// A parsed source. Its `Display` is the text that parses to it again, but for the credentials in an
/// address, which are never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    place: Place,
    names: Vec<StepName>,
}

/// Where the outermost compound file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Standard input: a prefix, of which more may exist.
    Stdin,
    /// A local file.
    Path(PathBuf),
    /// A resource somewhere else, as the address was given.
    Url(String),
}

/// One name on the way inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepName {
    pub(crate) name: Name,
    /// Whether a `!` follows, so that a stream of this name is opened as a compound file.
    pub(crate) ends_step: bool,
}

/// Stands for a `-` that a `!` follows on the command line, where it would be taken for a flag.
/// No word of a command line can hold a null, so it is never taken for anything else.
pub(crate) const STDIN_WORD: &str = "\0";

impl Source {
    /// Reads the text of a source.
    pub(crate) fn parse(text: &OsStr) -> Result<Self, Failure> {
        let (place, steps) = split_place(text);
        let misuse = |failure: Failure| {
            if text.is_empty() {
                failure
            } else {
                failure.at(shown_address(&text.to_string_lossy()))
            }
        };
        let place = parse_place(&place).map_err(misuse)?;
        let Some(steps) = steps else { return Ok(Self { place, names: Vec::new() }) };
        let steps = steps.to_str().ok_or_else(|| {
            misuse(Failure::misuse("the names behind the first ! are not valid UTF-8"))
        })?;
        let names = parse_steps(steps).map_err(misuse)?;
        Ok(Self { place, names })
    }

    /// The source that is the local file at `path`, whatever characters it has.
    pub(crate) fn from_path(path: PathBuf) -> Self {
        Self { place: Place::Path(path), names: Vec::new() }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The names of all steps, in order.
    pub(crate) fn names(&self) -> &[StepName] {
        &self.names
    }

    /// The folder that this source is, if it is one.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Path(path) if self.names.is_empty() && path.is_dir() => Some(path),
            _ => None,
        }
    }

    /// The first part alone: the outermost file, as it may be shown.
    pub(crate) fn file_text(&self) -> String {
        match &self.place {
            Place::Stdin => String::from("-"),
            Place::Path(path) => escape_path(&path.to_string_lossy()),
            // As a whole: a password may hold a `!`, and then only the rest tells that it is one.
            Place::Url(_) => self.to_string().split('!').next().unwrap_or_default().to_owned(),
        }
    }

    /// The whole name as it was given, credentials and all: never to be shown.
    pub(crate) fn full_text(&self) -> String {
        let file = match &self.place {
            Place::Url(address) => address.clone(),
            _ => self.file_text(),
        };
        file + &self.steps_text()
    }

    /// All steps, each with what separates it from the one before.
    pub(crate) fn steps_text(&self) -> String {
        let mut text = String::new();
        let mut separator = '!';
        for step in &self.names {
            text.push_str(&format!("{separator}{}", step.name));
            separator = if step.ends_step { '!' } else { '/' };
        }
        text
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.full_text();
        match &self.place {
            // As a whole: a password may hold a `!`.
            Place::Url(_) => f.write_str(&shown_address(&text)),
            _ => f.write_str(&text),
        }
    }
}

/// Reads the text of steps, without the `!` in front.
pub(crate) fn parse_steps(steps: &str) -> Result<Vec<StepName>, Failure> {
    let mut names = Vec::new();
    for step in steps.split('!') {
        for text in step.split('/') {
            let name = Name::from_display(text).map_err(|error| {
                Failure::misuse(format!("the name \"{text}\" cannot be: {error}"))
            })?;
            names.push(StepName { name, ends_step: false });
        }
        if let Some(last) = names.last_mut() {
            last.ends_step = true;
        }
    }
    if let Some(last) = names.last_mut() {
        last.ends_step = false;
    }
    Ok(names)
}

/// Cuts at the first `!`; an operating system's text may be no UTF-8 before it.
fn split_place(text: &OsStr) -> (OsString, Option<OsString>) {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = text.as_bytes();
        let Some(cut) = bytes.iter().position(|byte| *byte == b'!') else {
            return (text.to_os_string(), None);
        };
        let (place, steps) = bytes.split_at(cut);
        let steps = steps.get(1..).unwrap_or_default();
        (OsStr::from_bytes(place).to_os_string(), Some(OsStr::from_bytes(steps).to_os_string()))
    }
    #[cfg(not(unix))]
    {
        let text = text.to_string_lossy();
        match text.split_once('!') {
            Some((place, steps)) => (OsString::from(place), Some(OsString::from(steps))),
            None => (OsString::from(text.as_ref()), None),
        }
    }
}

/// Schemes of sources that lie elsewhere.
const REMOTE_SCHEMES: [&str; 5] = ["http", "https", "s3", "gs", "az"];
/// Sources that later versions read.
const LATER_SCHEMES: [&str; 1] = ["dcom"];

fn parse_place(place: &OsStr) -> Result<Place, Failure> {
    if place.is_empty() {
        return Err(Failure::misuse("a source starts with a path, a URL, or - for standard input"));
    }
    if place == "-" || place == STDIN_WORD {
        return Ok(Place::Stdin);
    }
    let Some(text) = place.to_str() else { return Ok(Place::Path(unescape_path(place))) };
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(Place::Path(unescape_path(place)));
    };
    let scheme = scheme.to_ascii_lowercase();
    if REMOTE_SCHEMES.contains(&scheme.as_str()) && rest.starts_with("//") {
        return Ok(Place::Url(text.to_owned()));
    }
    if LATER_SCHEMES.contains(&scheme.as_str()) && rest.starts_with("//") {
        return Err(Failure::not_built(&format!("sources of {scheme}:")));
    }
    if scheme == "file" { parse_file_url(rest) } else { Ok(Place::Path(unescape_path(place))) }
}

/// Reads what follows `file:` (RFC 8089): an absolute path, on this machine.
fn parse_file_url(rest: &str) -> Result<Place, Failure> {
    let path = match rest.strip_prefix("//") {
        Some(with_host) => {
            let path = with_host.strip_prefix("localhost").unwrap_or(with_host);
            if !path.starts_with('/') {
                return Err(Failure::misuse("a file: URL names a file on this machine")
                    .with_advice("file:///path"));
            }
            path
        }
        None => rest,
    };
    if !path.starts_with('/') {
        return Err(Failure::misuse("a file: URL has an absolute path").with_advice("file:///path"));
    }
    if path.contains(['?', '#']) {
        return Err(Failure::misuse("a file: URL has neither a query nor a fragment")
            .with_advice("%3F for ? and %23 for #"));
    }
    path_from_bytes(percent_decoded(path)).map(Place::Path)
}

/// Replaces every `%XX`; a percent sign without two digits behind it stands for itself.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        let value = digits
            .filter(|pair| *first == b'%' && pair.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(value.unwrap_or(*first));
        rest = rest.get(if value.is_some() { 3 } else { 1 }..).unwrap_or_default();
    }
    decoded
}

fn path_from_bytes(bytes: Vec<u8>) -> Result<PathBuf, Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        Ok(PathBuf::from(OsString::from_vec(bytes)))
    }
    #[cfg(not(unix))]
    {
        String::from_utf8(bytes)
            .map(PathBuf::from)
            .map_err(|_| Failure::misuse("the path of a file: URL is not valid UTF-8"))
    }
}

/// How often `25` is repeated between a percent sign and a `21`, when `text` starts so. Such text
/// is what writing a `!` as `%21` makes ambiguous, and one more `25` tells the two apart.
fn repeats_before_21(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix('%')?;
    let mut repeats = 0;
    while let Some(behind) = rest.strip_prefix("25") {
        rest = behind;
        repeats += 1;
    }
    rest.starts_with("21").then_some(repeats)
}

fn escape_path(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for (index, character) in path.char_indices() {
        match character {
            '!' => escaped.push_str("%21"),
            '%' if path.get(index..).and_then(repeats_before_21).is_some() => {
                escaped.push_str("%25");
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn unescape_path(path: &OsStr) -> PathBuf {
    let Some(mut rest) = path.to_str() else { return PathBuf::from(path) };
    let mut plain = String::with_capacity(rest.len());
    while let Some(character) = rest.chars().next() {
        let used = match repeats_before_21(rest) {
            Some(0) => "%21".len(),
            Some(_) => "%25".len(),
            None => character.len_utf8(),
        };
        plain.push(if used == "%21".len() && rest.starts_with("%21") { '!' } else { character });
        rest = rest.get(used..).unwrap_or_default();
    }
    PathBuf::from(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Source {
        Source::parse(OsStr::new(text)).unwrap()
    }

    fn path_of(text: &str) -> PathBuf {
        match parse(text).place {
            Place::Path(path) => path,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn steps_are_split_before_anything_else() {
        let source = parse("plan.rvt!Pool/Chart!%21x/[5]Y");
        assert_eq!(source.place, Place::Path(PathBuf::from("plan.rvt")));
        let names: Vec<_> = source
            .names()
            .iter()
            .map(|step| (step.name.to_string_lossy(), step.ends_step))
            .collect();
        let expected = [("Pool", false), ("Chart", true), ("!x", false), ("\u{5}Y", false)];
        assert_eq!(names, expected.map(|(name, ends)| (name.to_owned(), ends)));
        assert_eq!(source.to_string(), "plan.rvt!Pool/Chart!%21x/[5]Y");
    }

    #[test]
    fn a_path_keeps_its_percent_signs_but_for_the_exclamation_mark() {
        for (text, path) in [
            ("a%21b.doc", "a!b.doc"),
            ("a%2521b.doc", "a%21b.doc"),
            ("a%252521b.doc", "a%2521b.doc"),
            ("%%21%", "%!%"),
            ("ü%2121", "ü!21"),
            ("100%.doc", "100%.doc"),
            ("a%20b%25.doc", "a%20b%25.doc"),
            ("C:\\x.doc", "C:\\x.doc"),
            ("odd:name", "odd:name"),
        ] {
            assert_eq!(path_of(text), Path::new(path), "{text}");
            assert_eq!(Source::from_path(PathBuf::from(path)).to_string(), text);
        }
    }

    #[test]
    fn file_urls_are_decoded_after_the_split() {
        assert_eq!(path_of("file:///a%20b/c%21d!X"), Path::new("/a b/c!d"));
        assert_eq!(path_of("file:/x"), Path::new("/x"));
        assert_eq!(path_of("FILE://localhost/x"), Path::new("/x"));
        for wrong in ["file:x", "file://elsewhere/x", "file:///x?y", "file:///x#y"] {
            assert!(Source::parse(OsStr::new(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn later_sources_say_that_they_are_not_built() {
        for text in ["dcom://u@h/N", "DCOM://h/N!X"] {
            let failure = Source::parse(OsStr::new(text)).unwrap_err();
            assert!(failure.to_string().contains("not built yet: "), "{failure}");
            assert_eq!(failure.exit_code(), 2);
        }
    }

    #[test]
    fn addresses_are_split_before_they_are_read_and_kept_as_they_are() {
        for (text, address) in [
            ("https://host/a%21b.doc?x=1!Pool/Chart", "https://host/a%21b.doc?x=1"),
            ("s3://bucket/key!Y", "s3://bucket/key"),
            ("az://container/a b", "az://container/a b"),
        ] {
            let source = parse(text);
            assert_eq!(*source.place(), Place::Url(address.to_owned()));
            assert_eq!(source.to_string(), text);
        }
    }

    #[test]
    fn standard_input_and_nothing() {
        assert_eq!(parse("-!A/B").place, Place::Stdin);
        assert_eq!(path_of("./-"), Path::new("./-"));
        assert!(Source::parse(OsStr::new("")).is_err());
        assert!(Source::parse(OsStr::new("!A")).is_err());
    }
}
