//! `check`: every broken rule of [MS-CFB] and [MS-OLEPS], with its offset and its section.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use docfile::{CompoundFile, Error, Finding, LockBytes, Severity, Unlisted, try_check};
use serde::Serialize;

use crate::arguments::parse_len;
use crate::arrival::Arrival;
use crate::bill::Meter;
use crate::document::{Document, Target, open_bytes};
use crate::failure::Failure;
use crate::order::Order;
use crate::output::{visible, write_error};
use crate::picture::Picture;
use crate::session::{Report, Session};
use crate::source::Source;

/// Find every broken rule
///
/// Rules that reading forgives are told too, but only the others make the exit code 4; with
/// --strict, all do.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file, or a stream that holds one
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
    /// Tell how many bytes must arrive before the listing is complete, before each stream opens
    /// and before the first view
    #[arg(long)]
    order: bool,
    /// Fail when the first view needs more than this; the listing, where there is no view
    #[arg(long, value_name = "BYTES", requires = "order", value_parser = parse_len)]
    within: Option<u64>,
    /// Draw the file as a strip
    #[arg(long, value_name = "SVG")]
    picture: Option<PathBuf>,
}

/// What scripts get.
#[derive(Debug, Serialize)]
struct Findings {
    findings: Vec<FindingLine>,
    /// What there is too much of to be listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unlisted: Vec<UnlistedLine>,
    #[serde(flatten)]
    order: Option<Order>,
}

#[derive(Debug, Serialize)]
struct UnlistedLine {
    rule: &'static str,
    section: &'static str,
    severity: &'static str,
    count: u64,
}

#[derive(Debug, Serialize)]
struct FindingLine {
    rule: &'static str,
    section: &'static str,
    offset: u64,
    severity: &'static str,
    /// The element concerned, if it is one's.
    element: Option<String>,
    text: String,
}

impl Check {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        if self.picture.is_some() && (self.sources.len() > 1 || self.read_folders) {
            let failure = Failure::misuse("a picture shows one file");
            write_error(&failure);
            return failure.exit_code();
        }
        session.each_source(&self.sources, self.read_folders, |source, meter| {
            Report::from(check(self, session, source, meter))
        })
    }
}

fn check(
    verb: &Check,
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<Report<Findings>, Failure> {
    let place = source.to_string();
    let (bytes, arrival) = bytes_of(session, source, meter)?;
    let report = arrival
        .until(|| try_check(bytes.clone(), session.settings().limits))
        .map_err(|error: Error| Failure::from_engine(&error, &place))?;
    let mut damage_count = report.count(Severity::Error);
    if session.common.strict {
        damage_count += report.count(Severity::Forgiven);
    }
    let mut failures = Vec::new();
    if damage_count > 0 {
        failures.push(Failure::damaged(damage_count).at(&place));
    }
    let order = verb.order.then(|| Order::of(session, (&bytes, &arrival), &place));
    let order = match order.transpose() {
        Ok(order) => order,
        Err(failure) => {
            failures.push(failure);
            None
        }
    };
    failures.extend(order.as_ref().and_then(|order| order.verdict(verb.within, &place)));
    if let Some(path) = &verb.picture {
        let failed = |error: Error| Failure::from_engine(&error, &place);
        let open = || CompoundFile::try_open(bytes.clone(), session.settings());
        let file = arrival.until(open).map_err(failed)?;
        let mut picture = Picture::default();
        picture.add(session, "order", (&file, &arrival), &place)?;
        picture.write(path)?;
    }
    let findings = Findings {
        findings: report.findings.iter().map(line_of).collect(),
        unlisted: report.unlisted.iter().map(unlisted_line_of).collect(),
        order,
    };
    let mut text = text_of(&findings);
    text.extend(findings.order.as_ref().map(Order::text));
    let text = text.into_bytes();
    Ok(Report { text, body: Some(findings), failures })
}

/// The bytes to be checked. Those of a whole file are not opened first, because it may be damaged
/// where opening begins.
fn bytes_of(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<(Arc<dyn LockBytes>, Arrival), Failure> {
    if source.names().is_empty() {
        return open_bytes(session, source, meter);
    }
    let document = Document::open(session, source, meter)?;
    match document.target {
        Target::Stream(stream, _) => Ok((Arc::new(stream), document.arrival)),
        Target::Storage(_) if document.path.is_empty() => Ok((document.bytes, document.arrival)),
        Target::Storage(_) => Err(Failure::misuse("a storage is checked with the file it is in")
            .at(source.to_string())
            .with_advice(format!("docfile check {}", source.file_text()))),
    }
}

fn line_of(finding: &Finding) -> FindingLine {
    FindingLine {
        rule: finding.rule.id(),
        section: finding.rule.section(),
        offset: finding.offset,
        severity: severity_word(finding.severity),
        element: finding.element.clone(),
        text: finding.text.clone(),
    }
}

fn unlisted_line_of(unlisted: &Unlisted) -> UnlistedLine {
    UnlistedLine {
        rule: unlisted.rule.id(),
        section: unlisted.rule.section(),
        severity: severity_word(unlisted.severity),
        count: unlisted.count,
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Forgiven => "forgiven",
    }
}

fn text_of(Findings { findings, unlisted, .. }: &Findings) -> String {
    if findings.is_empty() {
        return String::from("no broken rules\n");
    }
    let mut text = String::new();
    let offset_width = findings.iter().map(|line| line.offset.to_string().len()).max().unwrap_or(0);
    let rule_width = findings.iter().map(|line| line.rule.len()).max().unwrap_or(0);
    for line in findings {
        let element = line.element.as_ref().map_or(String::new(), |element| format!("{element}: "));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:8}  offset {:offset_width$}  {:rule_width$}  {}{} ({})",
            line.severity,
            line.offset,
            line.rule,
            visible(&element),
            visible(&line.text),
            line.section
        );
    }
    for line in unlisted {
        let _ = writeln!(
            text,
            "{:8}  {} more of {} ({})",
            line.severity, line.count, line.rule, line.section
        );
    }
    text
}
