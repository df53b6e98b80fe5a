//! What went wrong, as one line for people, one object for scripts, and one exit code.
//!
//! Every failure of the command becomes a [`Failure`]: what, where, whose fault, what to try. The
//! tables from the engine's kinds to words and codes are here and nowhere else. Source: the
//! command's contract, "Exit codes" and "JSON that scripts rely on" (`docs/json.md`).

use std::fmt;
use std::io;

use docfile::{ByteRanges, Error, ErrorKind};
use serde::Serialize;

use crate::output::visible;
use crate::stop::Halt;

/// The word that scripts find in `error.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailureKind {
    Corrupt,
    Pending,
    Refused,
    NotFound,
    Misuse,
    Cancelled,
    Io,
    NotCompound,
}

/// One failure, one pointer wide. Its `Display` is the line on standard error.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Debug, Clone, Serialize)]
struct Inner {
    kind: FailureKind,
    text: String,
    /// `SOURCE` or `SOURCE!ELEMENT`.
    #[serde(rename = "where")]
    place: Option<String>,
    offset: Option<u64>,
    need: Option<Vec<[u64; 2]>>,
    fault: &'static str,
    #[serde(rename = "try")]
    advice: Option<String>,
    #[serde(skip)]
    exit_code: u8,
}

/// Whose fault it is that bytes have not arrived; not worth saying.
const NOBODY: &str = "nobody";
/// Wrong usage.
pub(crate) const USAGE_CODE: u8 = 2;

impl Failure {
    /// The command was asked for what makes no sense; exit code 2.
    pub(crate) fn misuse(text: impl Into<String>) -> Self {
        Self::new(FailureKind::Misuse, USAGE_CODE, "the command line", text)
    }

    /// What was asked for does not exist.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(FailureKind::NotFound, 1, "the command line", text)
    }

    /// What was asked for is possible, but not here and not now.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(FailureKind::Refused, 1, "the command line", text)
    }

    /// The bytes are something else than a compound file; exit code 5.
    pub(crate) fn not_compound(text: impl Into<String>) -> Self {
        Self::new(FailureKind::NotCompound, 5, "the file", text)
    }

    /// The machine did not do what it was asked.
    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self::new(FailureKind::Io, 1, "the system", text)
    }

    /// A file breaks so many rules.
    pub(crate) fn damaged(count: u64) -> Self {
        let noun = if count == 1 { "rule is" } else { "rules are" };
        let text = format!("damaged: {count} {noun} broken");
        let failure = Self::new(FailureKind::Corrupt, 4, "the file", text);
        failure.with_advice("docfile get, which saves what can be read")
    }

    /// A file breaks so many rules that changing it could lose more.
    pub(crate) fn damaged_for_edit(count: u64) -> Self {
        Self::damaged(count).with_advice(
            "docfile check, which says what is broken; docfile get and docfile pack, which make a \
             sound file of what can be read",
        )
    }

    /// Something that exists in the contract and is not there yet; exit code 2.
    pub(crate) fn not_built(what: &str) -> Self {
        let text = format!("not built yet: {what}");
        Self::new(FailureKind::Misuse, USAGE_CODE, "this version", text)
    }

    /// Work was stopped before its end.
    pub(crate) fn halted(halt: Halt) -> Self {
        let (code, text) = match halt {
            Halt::Stopped => (130, "stopped"),
            Halt::TimeOut => (6, "the time limit was reached"),
            Halt::ByteLimit => (6, "the limit of bytes was reached"),
        };
        let failure = Self::new(FailureKind::Cancelled, code, "the command line", text);
        match halt {
            Halt::Stopped => failure,
            Halt::TimeOut => failure.with_advice("a greater --timeout"),
            Halt::ByteLimit => failure.with_advice("a greater --limit-bytes"),
        }
    }

    /// The system's answer about the file at `path`.
    pub(crate) fn io(error: &io::Error, path: &std::path::Path) -> Self {
        let (kind, text) = match error.kind() {
            io::ErrorKind::NotFound => (FailureKind::NotFound, "there is no such file"),
            io::ErrorKind::PermissionDenied => {
                (FailureKind::Refused, "the system does not permit it")
            }
            io::ErrorKind::AlreadyExists => (FailureKind::Refused, "it exists already"),
            _ => {
                let failure = Self::new(FailureKind::Io, 1, "the system", error.to_string());
                return failure.at(path.to_string_lossy());
            }
        };
        let fault = if kind == FailureKind::NotFound { "the command line" } else { "the system" };
        Self::new(kind, 1, fault, text).at(path.to_string_lossy())
    }

    /// What the engine answered while it worked on `place`, a source with its steps.
    pub(crate) fn from_engine(error: &Error, place: &str) -> Self {
        if let (ErrorKind::Terminated | ErrorKind::LimitReached, Some(halt)) =
            (error.kind(), crate::stop::reason())
        {
            return Self::halted(halt).at(place);
        }
        let (kind, exit_code) = kind_and_code(error.kind());
        let mut failure = Self::new(kind, exit_code, fault_of(error), text_of(error));
        failure.0.offset = error.offset();
        failure.0.need = error.missing().map(|missing| pairs(&missing.required));
        let place = match error.element() {
            Some(element) if !ends_with_element(place, element) => format!("{place}!{element}"),
            _ => place.to_owned(),
        };
        failure.0.advice = advice_of(error.kind(), &place);
        failure.at(place)
    }

    fn new(kind: FailureKind, exit_code: u8, fault: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self(Box::new(Inner {
            kind,
            text,
            place: None,
            offset: None,
            need: None,
            fault,
            advice: None,
            exit_code,
        }))
    }

    /// The same failure with where it happened, unless that is known already.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    /// The same failure with what to try, in place of what it said before.
    pub(crate) fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }

    pub(crate) fn kind(&self) -> FailureKind {
        self.0.kind
    }

    /// The byte ranges that are wanted.
    pub(crate) fn need(&self) -> &[[u64; 2]] {
        self.0.need.as_deref().unwrap_or_default()
    }

    /// Whether somebody stopped the work.
    pub(crate) fn is_stop(&self) -> bool {
        self.0.kind == FailureKind::Cancelled
    }

    /// What the command ends with when nothing worse happens.
    pub(crate) fn exit_code(&self) -> u8 {
        self.0.exit_code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("docfile: ")?;
        if let Some(place) = &self.0.place {
            write!(f, "{}", visible(place))?;
            if let Some(offset) = self.0.offset {
                write!(f, ", offset {offset}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}", visible(&self.0.text))?;
        if let Some(need) = &self.0.need {
            write_need(need, f)?;
        }
        if self.0.kind == FailureKind::Cancelled && self.0.advice.is_none() {
            return Ok(());
        }
        match (self.0.fault, &self.0.advice) {
            (NOBODY, None) => Ok(()),
            (NOBODY, Some(advice)) => write!(f, " (try: {})", visible(advice)),
            (fault, None) => write!(f, " (fault: {fault})"),
            (fault, Some(advice)) => write!(f, " (fault: {fault}; try: {})", visible(advice)),
        }
    }
}

fn ends_with_element(place: &str, element: &str) -> bool {
    place.strip_suffix(element).is_some_and(|before| before.ends_with(['!', '/']))
}

/// The ranges that are wanted, the first few of them.
fn write_need(need: &[[u64; 2]], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const SHOWN: usize = 4;
    let mut separator = ": ";
    for [start, end] in need.iter().take(SHOWN) {
        write!(f, "{separator}{start}..{end}")?;
        separator = ", ";
    }
    match need.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

pub(crate) fn pairs(ranges: &ByteRanges) -> Vec<[u64; 2]> {
    ranges.iter().map(|range| [range.start, range.end]).collect()
}

fn kind_and_code(kind: ErrorKind) -> (FailureKind, u8) {
    match kind {
        ErrorKind::Pending => (FailureKind::Pending, 3),
        ErrorKind::Corrupt => (FailureKind::Corrupt, 4),
        ErrorKind::NotCompound => (FailureKind::NotCompound, 5),
        // The file asked for more than a limit of the engine grants.
        ErrorKind::LimitReached => (FailureKind::Refused, 6),
        ErrorKind::NotFound => (FailureKind::NotFound, 1),
        ErrorKind::InvalidName | ErrorKind::InvalidParameter => (FailureKind::Misuse, USAGE_CODE),
        ErrorKind::InvalidFlag | ErrorKind::InvalidFunction | ErrorKind::Unimplemented => {
            (FailureKind::Misuse, 1)
        }
        ErrorKind::AlreadyExists
        | ErrorKind::AccessDenied
        | ErrorKind::ShareViolation
        | ErrorKind::NotCurrent
        | ErrorKind::TooLarge
        | ErrorKind::Reverted => (FailureKind::Refused, 1),
        ErrorKind::Terminated => (FailureKind::Cancelled, 1),
        _ => (FailureKind::Io, 1),
    }
}

fn fault_of(error: &Error) -> &'static str {
    match error.fault() {
        docfile::Fault::Caller => "the command line",
        docfile::Fault::File => "the file",
        docfile::Fault::Medium => "the system",
        docfile::Fault::NotYet => NOBODY,
    }
}

/// The engine's sentence without the parts that have a place of their own here.
fn text_of(error: &Error) -> String {
    if error.kind() == ErrorKind::Pending {
        return String::from("more bytes are needed");
    }
    let mut text = error.to_string();
    // The system's own words add nothing to these.
    if let (
        ErrorKind::NotFound | ErrorKind::AccessDenied | ErrorKind::AlreadyExists,
        Some(source),
    ) = (error.kind(), std::error::Error::source(error))
    {
        text = text.replacen(&format!(": {source}"), "", 1);
    }
    if let Some(element) = error.element() {
        text = text.replacen(&format!(", element {element}"), "", 1);
    }
    if let Some(offset) = error.offset() {
        text = text.replacen(&format!(", offset {offset}"), "", 1);
    }
    text
}

fn advice_of(kind: ErrorKind, place: &str) -> Option<String> {
    let source = place.split('!').next().unwrap_or(place);
    match kind {
        ErrorKind::Pending if source == "-" => {
            Some(String::from("more of the file; if this was all of it, save it and give its path"))
        }
        ErrorKind::Corrupt => Some(format!("docfile check {source}")),
        ErrorKind::NotFound if place.contains('!') => Some(format!("docfile tree {source}")),
        ErrorKind::TooLarge => {
            Some(String::from("docfile get --meta, then docfile pack --format-version 4"))
        }
        ErrorKind::ShareViolation => Some(String::from("again later")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile::{Missing, Rule};

    #[test]
    fn a_damaged_element_is_named_once_with_its_offset() {
        let error = Error::corrupt(Rule::ChainCycle, 1536).with_element("Pool/Chart");
        let failure = Failure::from_engine(&error, "plan.doc");
        assert_eq!(
            failure.to_string(),
            "docfile: plan.doc!Pool/Chart, offset 1536: damaged file: broken rule: A chain visits \
             each sector once. ([MS-CFB] 2.3) (fault: the file; try: docfile check plan.doc)"
        );
        assert_eq!(failure.exit_code(), 4);
        let again = Failure::from_engine(&error, "plan.doc!Pool/Chart");
        assert!(again.to_string().starts_with("docfile: plan.doc!Pool/Chart, offset 1536: "));
    }

    #[test]
    fn the_ranges_that_are_wanted_are_named() {
        let mut missing = Missing::required(512..1024);
        missing.required.insert(4096..4608);
        let failure = Failure::from_engine(&Error::pending(missing), "-");
        assert!(failure.to_string().contains("more bytes are needed: 512..1024, 4096..4608 "));
        assert_eq!(failure.exit_code(), 3);
        let json = serde_json::to_value(&failure).unwrap();
        assert_eq!(json["kind"], "pending");
        assert_eq!(json["need"], serde_json::json!([[512, 1024], [4096, 4608]]));
    }

    #[test]
    fn control_sequences_do_not_reach_the_line() {
        let line = Failure::not_found("no \u{1b}[2J here").at("a\nb").to_string();
        assert!(!line.chars().any(char::is_control), "{line}");
    }
}
