//! What a check found: each broken rule with its place, how bad it is, and one sentence.
//!
//! Invariant: a report stays small whatever the file holds. Of each rule and severity the first
//! [`LISTED_MAX`] findings are listed and the rest are counted, so no breach is passed over in
//! silence and none can hide behind a milder one.

use std::collections::BTreeMap;

use crate::rule::Rule;

/// How many findings of one rule and severity a report lists.
pub const LISTED_MAX: u64 = 200;

/// What a breach costs a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Reading permissively loses nothing by it (`docs/forgiveness.md`).
    Forgiven,
    /// Bytes or elements are lost, or it cannot be said which are meant.
    Error,
}

/// A broken rule, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule; it knows its section and its sentence.
    pub rule: Rule,
    /// Where the breach stands, in bytes from the start of the array.
    pub offset: u64,
    /// What it costs.
    pub severity: Severity,
    /// The element concerned, as a path in display form (`Pool/Chart`), cut in front when very
    /// long; `Root Entry` for the root; none for tables.
    pub element: Option<String>,
    /// One sentence with the values found.
    pub text: String,
}

/// Findings that a report counts and does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlisted {
    /// The rule.
    pub rule: Rule,
    /// What each of them costs.
    pub severity: Severity,
    /// How many there are beside the listed ones.
    pub count: u64,
}

/// Everything that is wrong with a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The findings, by offset.
    pub findings: Vec<Finding>,
    /// What was left out of the findings because there is so much of it.
    pub unlisted: Vec<Unlisted>,
}

impl Report {
    /// Whether no rule is broken.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether anything is lost or ambiguous.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// How many breaches there are of that severity, listed or not.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        let listed = self.findings.iter().filter(|finding| finding.severity == severity).count();
        let unlisted = self.unlisted.iter().filter(|rest| rest.severity == severity);
        listed as u64 + unlisted.map(|rest| rest.count).sum::<u64>()
    }
}

/// A report in the making.
#[derive(Debug, Default)]
pub(super) struct Findings {
    listed: Vec<Finding>,
    counts: BTreeMap<(Rule, Severity), u64>,
}

impl Findings {
    /// Adds a breach. The element and the sentence are made only when they will be listed.
    pub(super) fn add(
        &mut self,
        rule: Rule,
        severity: Severity,
        offset: u64,
        element: impl FnOnce() -> Option<String>,
        text: impl FnOnce() -> String,
    ) {
        if self.count(rule, severity) {
            self.listed.push(Finding { rule, offset, severity, element: element(), text: text() });
        }
    }

    /// Adds a breach that concerns no element.
    pub(super) fn add_table(
        &mut self,
        rule: Rule,
        severity: Severity,
        offset: u64,
        text: impl FnOnce() -> String,
    ) {
        self.add(rule, severity, offset, || None, text);
    }

    /// Counts a breach and answers whether it is still to be listed.
    fn count(&mut self, rule: Rule, severity: Severity) -> bool {
        let count = self.counts.entry((rule, severity)).or_default();
        *count += 1;
        *count <= LISTED_MAX
    }

    pub(super) fn into_report(mut self) -> Report {
        self.listed.sort_by_key(|finding| finding.offset);
        let over = |((rule, severity), count): ((Rule, Severity), u64)| {
            let count = count.checked_sub(LISTED_MAX).filter(|count| *count > 0)?;
            Some(Unlisted { rule, severity, count })
        };
        Report {
            findings: self.listed,
            unlisted: self.counts.into_iter().filter_map(over).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_counted_by_rule_and_severity() {
        let mut findings = Findings::default();
        for offset in (0..LISTED_MAX + 5).rev() {
            findings.add_table(Rule::ChainLong, Severity::Forgiven, offset, String::new);
        }
        findings.add_table(Rule::ChainLong, Severity::Error, 7, || "one".to_owned());
        let report = findings.into_report();
        assert_eq!(report.count(Severity::Forgiven), LISTED_MAX + 5);
        assert_eq!(report.count(Severity::Error), 1);
        assert!(report.has_errors());
        assert!(report.findings.is_sorted_by_key(|finding| finding.offset));
        let rest = Unlisted { rule: Rule::ChainLong, severity: Severity::Forgiven, count: 5 };
        assert_eq!(report.unlisted, [rest]);
    }
}
