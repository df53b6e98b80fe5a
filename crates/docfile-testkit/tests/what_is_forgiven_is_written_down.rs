//! What permissive reading forgives is what `docs/forgiveness.md` says that it forgives.
//!
//! For every rule of [MS-CFB] there are files that break it alone. Where strict reading blames the
//! rule and permissive reading goes on without blame, the first table has a row for it, and for
//! no other. The second table lists what only a check notices: strict reading does not meet it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use docfile_compound::{Finding, Limits, Rule, Settings, Severity, Validation, try_check};
use docfile_testkit::observation::{Content, Observation};
use docfile_testkit::raw::entry::field;
use docfile_testkit::raw::fault::sample;
use docfile_testkit::raw::{Fault, FileBuilder, Image, Version, valid};

/// Files that break a rule of the format where reading meets it: the kit's faults, and two rules
/// of which the kit breaks only what reading never looks at.
fn broken_files() -> Vec<(Rule, Image)> {
    let faults = Fault::all().filter(|fault| fault.rule.section().starts_with("[MS-CFB]"));
    let mut files: Vec<_> = faults.map(|fault| (fault.rule, fault.build())).collect();
    let mut image = FileBuilder::new(Version::V3, sample()).build();
    image.put(image.entry_field_offset(image.find("Big"), field::KIND), &[4]);
    files.push((Rule::EntryType, image));
    for seed in 0..20 {
        // Some of them end with a table.
        let (mut image, _) = valid(seed);
        image.set_len(image.len() - 10);
        files.push((Rule::SectorShort, image));
    }
    files
}

/// The rules that a reading blames, for which it gave less than the whole.
fn blamed(image: &Image, validation: Validation) -> BTreeSet<Rule> {
    let settings = Settings { validation, ..Settings::default() };
    match Observation::of(Arc::new(image.to_sparse()), settings) {
        Observation::Closed(blame) => blame.rule.into_iter().collect(),
        Observation::Open { elements, .. } => elements
            .iter()
            .filter_map(|seen| match &seen.content {
                Content::Refused(blame) => Some(*blame),
                Content::Stream { end, .. } => *end,
                Content::Storage { .. } => None,
            })
            .filter_map(|blame| blame.rule)
            .collect(),
    }
}

/// The ids in the first column of the table under a heading.
fn rows(heading: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/forgiveness.md");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_default();
    section
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(id, _)| id.to_owned())
        .collect()
}

#[test]
fn every_rule_that_strict_reading_alone_blames_has_a_row() {
    let forgiven: BTreeSet<String> = broken_files()
        .into_iter()
        .filter(|(rule, image)| blamed(image, Validation::Strict).contains(rule))
        .filter(|(rule, image)| !blamed(image, Validation::Permissive).contains(rule))
        .map(|(rule, _)| rule.id().to_owned())
        .collect();
    assert_eq!(rows("What reading meets"), forgiven);
}

#[test]
fn every_rule_that_only_a_check_forgives_has_a_row() {
    let met = rows("What reading meets");
    let mut noticed = BTreeSet::new();
    for (rule, image) in broken_files() {
        // Without its signature a file is something else, and is not checked.
        let report = try_check(Arc::new(image.to_sparse()), Limits::default());
        let Ok(report) = report else { continue };
        let forgiven = |found: &Finding| found.rule == rule && found.severity == Severity::Forgiven;
        if report.findings.iter().any(forgiven) && !met.contains(rule.id()) {
            noticed.insert(rule.id().to_owned());
        }
    }
    assert_eq!(rows("What only a check notices"), noticed);
}
