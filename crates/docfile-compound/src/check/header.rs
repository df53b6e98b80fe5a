//! The header's own fields, and what follows it in its sector ([MS-CFB] 2.2).
//!
//! Counts of sectors are told where the sectors are counted.

use crate::check::report::{Findings, Severity};
use crate::header::{Breach, HEADER_LEN, breaches};
use crate::rule::Rule;

/// Reports what the fields break by themselves.
pub(super) fn check_fields(bytes: &[u8; HEADER_LEN], is_readable: bool, findings: &mut Findings) {
    for breach in breaches(bytes) {
        let is_fatal = breach.rule == Rule::HeaderSectorShift && !is_readable;
        let severity = if is_fatal { Severity::Error } else { Severity::Forgiven };
        findings.add_table(breach.rule, severity, breach.offset, || text(&breach));
    }
}

fn text(breach: &Breach) -> String {
    let found = breach.found;
    match breach.rule {
        Rule::HeaderClassId => "The class id in the header is not null.".to_owned(),
        Rule::HeaderMinorVersion => format!("The minor version is {found:#X}."),
        Rule::HeaderVersion => format!("The major version is {found}."),
        Rule::HeaderByteOrder => format!("The byte order mark is {found:#X}."),
        Rule::HeaderSectorShift => format!("The sector shift is {found}."),
        Rule::HeaderMiniSectorShift => format!("The mini sector shift is {found}."),
        Rule::HeaderReserved => "The reserved bytes of the header are not zero.".to_owned(),
        Rule::HeaderDirectoryCount => {
            format!("The count of directory sectors is {found} in version 3.")
        }
        Rule::HeaderMiniCutoff => format!("The mini stream cutoff is {found}."),
        rule => rule.text().to_owned(),
    }
}

/// Reports what follows the header in its sector and is not zero.
pub(super) fn check_padding(padding: &[u8], findings: &mut Findings) {
    if let Some((at, byte)) = padding.iter().enumerate().find(|(_, byte)| **byte != 0) {
        let offset = HEADER_LEN + at;
        findings.add_table(Rule::HeaderPadding, Severity::Forgiven, offset as u64, || {
            format!("Byte {offset} of the header's sector is {byte:#04X}.")
        });
    }
}
