//! A file that breaks one rule is reported for that rule, and for nothing that does not follow
//! from it; a file that breaks none is reported for nothing.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::sync::Arc;

use docfile_compound::{
    ErrorKind, Limits, LockBytes, MemoryBytes, Report, Rule, Severity, try_check,
};
use docfile_testkit::raw::{Fault, Lost, valid};

fn check(bytes: impl LockBytes + 'static) -> Report {
    try_check(Arc::new(bytes), Limits::default()).unwrap()
}

/// Rules of [MS-OLEPS] are about what streams hold, which a check of the file does not read.
fn is_of_the_file(rule: Rule) -> bool {
    rule.section().starts_with("[MS-CFB]")
}

#[test]
fn a_fault_is_found_and_nothing_else() {
    let faults: Vec<Fault> = Fault::all().filter(|fault| is_of_the_file(fault.rule)).collect();
    assert!(faults.len() > 80);
    let mut failures = Vec::new();
    for fault in faults.into_iter().filter(|fault| fault.rule != Rule::HeaderSignature) {
        let report = check(fault.build().to_sparse());
        let found: BTreeSet<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
        let is_allowed = |rule: &Rule| *rule == fault.rule || fault.unavoidable.contains(rule);
        if !found.contains(&fault.rule) || !found.iter().all(is_allowed) {
            failures.push(format!("{} ({}):\n{}", fault.what, fault.rule.id(), shown(&report)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the fault took away, as a check can see it.
fn is_loss(fault: &Fault) -> bool {
    match fault.rule {
        // The element is there, under the name it was given; the bytes are, too.
        Rule::EntryNameEmpty | Rule::EntryNameCharacter | Rule::MiniSectorPastEnd => false,
        // Only who made the fault knows that nothing stood behind the link.
        Rule::EntrySibling => true,
        _ => fault.lost != Lost::Nothing,
    }
}

#[test]
fn what_is_lost_is_an_error_and_what_is_not_is_forgiven() {
    for fault in Fault::all().filter(|fault| is_of_the_file(fault.rule)) {
        if fault.rule == Rule::HeaderSignature {
            continue;
        }
        let report = check(fault.build().to_sparse());
        let (what, rule) = (fault.what, fault.rule.id());
        assert_eq!(report.has_errors(), is_loss(&fault), "{what} ({rule}):\n{}", shown(&report));
    }
}

#[test]
fn a_finding_stands_where_the_fault_is() {
    let elements: BTreeSet<Rule> = Fault::all()
        .filter(|fault| is_of_the_file(fault.rule) && fault.rule != Rule::HeaderSignature)
        .filter(|fault| {
            let (image, report) = (fault.build(), check(fault.build().to_sparse()));
            assert!(report.findings.iter().all(|finding| finding.offset <= image.len()));
            assert!(report.findings.iter().all(|finding| finding.text.ends_with('.')));
            report.findings.iter().any(|f| f.rule == fault.rule && f.element.is_some())
        })
        .map(|fault| fault.rule)
        .collect();
    for rule in [Rule::ChainCycle, Rule::MiniChainShort, Rule::EntryColor, Rule::TreeRedRed] {
        assert!(elements.contains(&rule), "{}", rule.id());
    }
    for rule in [Rule::HeaderClassId, Rule::DifatOrder, Rule::FatMark, Rule::SectorOrphan] {
        assert!(!elements.contains(&rule), "{}", rule.id());
    }
}

#[test]
fn a_file_without_its_signature_is_no_compound_file() {
    for fault in Fault::of(Rule::HeaderSignature) {
        let error = try_check(Arc::new(fault.build().to_sparse()), Limits::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotCompound);
    }
}

#[test]
fn a_valid_file_has_no_findings() {
    for seed in 0..400 {
        let (image, _) = valid(seed);
        let report = check(MemoryBytes::new(image.to_vec()));
        assert!(report.is_clean(), "seed {seed}:\n{}", shown(&report));
    }
}

fn shown(report: &Report) -> String {
    let lines: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            let severity = if finding.severity == Severity::Error { "ERROR" } else { "forgiven" };
            let element = finding.element.as_deref().unwrap_or("-");
            let (rule, offset) = (finding.rule.id(), finding.offset);
            format!("    {severity} {rule} at {offset} in {element}: {}", finding.text)
        })
        .collect();
    lines.join("\n")
}
