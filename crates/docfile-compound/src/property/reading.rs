//! What goes along while a property set stream is read: how strictly, what was forgiven, and how
//! much memory the values may still take.
//!
//! The one invariant: whatever the bytes claim, the values kept of a stream of `n` bytes cost at
//! most twice `n` and a mebibyte. Two properties may point at the same large value and
//! a short packet may stand for a large object, so the bytes alone do not bound it.

use core::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Validation;
use crate::rule::Rule;

/// A broken rule that reading a property set stream met and forgave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Where, in bytes from the start of the property set stream.
    pub offset: u64,
    /// What was found there, and what was made of it.
    pub text: String,
}

/// The most findings that are kept of one stream; a file of nothing but faults tells no more
/// by its thousandth.
const MAX_FINDINGS: usize = 256;
const FREE_BUDGET: usize = 1 << 20;

/// Whether code page strings inside a vector are padded.
///
/// [MS-OLEPS] 2.5 pads every one; [MS-OSHARED] 2.3.3.1.10 and 2.3.3.1.12 pad none in the two
/// vectors of the DocumentSummaryInformation set, and Office writes them so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Aligned,
    Unaligned,
}

impl Packing {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Aligned => Self::Unaligned,
            Self::Unaligned => Self::Aligned,
        }
    }
}

/// The state of one reading.
#[derive(Debug)]
pub(super) struct Reading {
    validation: Validation,
    findings: Vec<Finding>,
    budget: usize,
    /// How many faults of structure were forgiven.
    fault_count: usize,
    /// An attempt at one of two readings: any fault of structure ends it.
    attempt: bool,
}

impl Reading {
    /// For a stream of `len` bytes.
    pub(super) fn new(validation: Validation, len: usize) -> Self {
        let budget = len.saturating_mul(2).saturating_add(FREE_BUDGET);
        Self { validation, findings: Vec::new(), budget, fault_count: 0, attempt: false }
    }

    /// The same reading, but any fault of structure is an error and nothing is recorded.
    pub(super) fn attempt(&self) -> Self {
        Self {
            validation: Validation::Strict,
            findings: Vec::new(),
            budget: self.budget,
            fault_count: 0,
            attempt: true,
        }
    }

    /// Forgives a breach and records it, or answers it as an error when reading strictly.
    pub(super) fn forgive(
        &mut self,
        rule: Rule,
        offset: usize,
        text: fmt::Arguments<'_>,
    ) -> Result<()> {
        self.record(rule, offset, text)?;
        self.fault_count += 1;
        Ok(())
    }

    /// Forgives a breach that says nothing about the structure around it.
    pub(super) fn forgive_content(
        &mut self,
        rule: Rule,
        offset: usize,
        text: fmt::Arguments<'_>,
    ) -> Result<()> {
        if self.attempt { Ok(()) } else { self.record(rule, offset, text) }
    }

    fn record(&mut self, rule: Rule, offset: usize, text: fmt::Arguments<'_>) -> Result<()> {
        let offset = u64::try_from(offset).unwrap_or(u64::MAX);
        self.validation.forgive(rule, offset)?;
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { rule, offset, text: text.to_string() });
        }
        Ok(())
    }

    /// How many faults of structure were forgiven so far. What was read while it grew does not
    /// mean what its bytes say.
    pub(super) fn fault_count(&self) -> usize {
        self.fault_count
    }

    /// Takes `len` bytes of memory out of the budget.
    pub(super) fn charge(&mut self, len: usize) -> Result<()> {
        match self.budget.checked_sub(len) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::LimitReached,
                "the values of a property set claim more memory than its bytes justify",
            )),
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
