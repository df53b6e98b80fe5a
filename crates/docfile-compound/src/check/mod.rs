//! Finding every broken rule of a file.
//!
//! A check reads all tables (never stream data), then goes through them once, each part with the
//! rules of its section. It reads no other way than permissive reading does, so that what it calls
//! forgiven is what a reader gets. Work and memory follow the tables, whatever they claim: a table
//! sector is looked at once, a unit belongs to the first chain that visits it, an entry to the
//! first storage that reaches it.

mod chain;
mod difat;
mod directory;
mod element;
mod fat;
mod header;
mod links;
mod mini;
mod owner;
mod reader;
mod report;
mod streams;
mod tables;
mod tree;

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::file::CompoundFile;
use crate::header::{HEADER_LEN, Header, SIGNATURE};
use crate::limits::Limits;
use crate::limits::Validation;
use crate::lock_bytes::LockBytes;
use crate::rule::Rule;
use report::Findings;
use tables::Tables;
use tree::Tree;

pub use report::{Finding, LISTED_MAX, Report, Severity, Unlisted};

/// Finds every broken rule of [MS-CFB] in a file.
///
/// ```
/// use std::sync::Arc;
/// use docfile_compound::{CommitFlags, CompoundFile, FormatVersion, Limits, MemoryBytes, OpenMode, Settings};
/// use docfile_compound::{Rule, Severity, try_check};
///
/// let bytes = Arc::new(MemoryBytes::default());
/// let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default())?;
/// file.root(OpenMode::edit())?.try_commit(CommitFlags::DEFAULT)?;
/// assert!(try_check(bytes.clone(), Limits::default())?.is_clean());
///
/// docfile_compound::LockBytes::write_at(&*bytes, 24, &[0x3B])?;
/// let report = try_check(bytes, Limits::default())?;
/// let [finding] = &report.findings[..] else { panic!("one rule was broken") };
/// assert_eq!((finding.rule, finding.offset), (Rule::HeaderMinorVersion, 24));
/// assert_eq!(finding.severity, Severity::Forgiven);
/// # Ok::<(), docfile_compound::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NotCompound`] when the signature is missing; damage is not an error.
/// [`ErrorKind::Pending`] naming every table sector that is known to be needed; repeated when
/// these have arrived, a check costs at most one round for the header, one for each DIFAT sector,
/// one for the FAT and one for the directory and the mini FAT.
pub fn try_check(bytes: Arc<dyn LockBytes>, limits: Limits) -> Result<Report> {
    let mut findings = Findings::default();
    let mut buffer = [0; HEADER_LEN];
    let filled = bytes.try_read_at(0, &mut buffer)?;
    if buffer.get(..filled).and_then(<[u8]>::first_chunk) != Some(&SIGNATURE) {
        return Err(Error::new(
            ErrorKind::NotCompound,
            "not a compound file: the signature is missing",
        ));
    }
    if filled < HEADER_LEN {
        findings.add_table(Rule::HeaderShort, Severity::Error, filled as u64, || {
            format!("The file is {filled} bytes long.")
        });
        return Ok(findings.into_report());
    }
    let parsed = Header::parse(&buffer, Validation::Permissive);
    header::check_fields(&buffer, parsed.is_ok(), &mut findings);
    if let Ok(parsed) = parsed {
        let tables = Tables::read(&*bytes, parsed)?;
        check_tables(&tables, &limits, &mut findings)?;
    }
    Ok(findings.into_report())
}

fn check_tables(tables: &Tables, limits: &Limits, findings: &mut Findings) -> Result<()> {
    header::check_padding(&tables.padding, findings);
    tables.fat_list.check(&tables.header, tables.sector_end, findings);
    fat::check_entries(tables, findings);
    let tree = Tree::check(&tables.directory, limits, findings)?;
    element::check(tables, &tree, findings);
    tree.report_orphans(&tables.directory, findings);
    streams::check(tables, &tree, findings);
    Ok(())
}

impl CompoundFile {
    /// Finds every broken rule in what the byte array holds: the state of the last commit. See
    /// [`try_check`]; nobody may be committing meanwhile.
    ///
    /// # Errors
    ///
    /// As [`try_check`].
    pub fn try_check(&self) -> Result<Report> {
        try_check(self.bytes().clone(), self.shared.medium.limits)
    }
}
