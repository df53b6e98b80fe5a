//! What an editing verb did to a document, and the frame that all of them share.
//!
//! Elements of one file that are named on one command line are changed in one transaction.

use std::ffi::OsString;
use std::sync::Arc;

use serde::Serialize;

use crate::bill::Meter;
use crate::edit::Edit;
use crate::failure::Failure;
use crate::output::{visible, write_error};
use crate::session::{Report, Session};
use crate::source::Source;

/// One change, as scripts see it.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    /// `put`, `removed`, `moved`, `made` or `set`.
    pub(crate) action: &'static str,
    pub(crate) path: String,
    /// Where a moved element was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// Length of a stream that was put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) len: Option<u64>,
}

impl Change {
    pub(crate) fn new(action: &'static str, path: String) -> Self {
        Self { action, path, from: None, len: None }
    }
}

/// What scripts get from an editing verb.
#[derive(Debug, Serialize)]
pub(crate) struct Changes {
    changes: Vec<Change>,
}

/// Makes the report of changes that were committed; with `-v` they are told too.
pub(crate) fn report(session: &Session, changes: Vec<Change>) -> Report<Changes> {
    if session.common.verbose > 0 && !session.common.json {
        for change in &changes {
            let from = change.from.as_ref().map_or(String::new(), |from| format!("{from} to "));
            let path = if change.path.is_empty() { "the root" } else { &change.path };
            write_error(&visible(&format!("{} {from}{path}", change.action)));
        }
    }
    Report::done(Vec::new(), Changes { changes })
}

/// Changes the files of `sources`, each by one transaction: `work` is called for every source
/// of a file in turn, then all is committed. Answers the exit code.
pub(crate) fn edit_each(
    session: &Session,
    sources: &[OsString],
    may_create: bool,
    work: impl Fn(&mut Edit<'_>, &Source) -> Result<Vec<Change>, Failure> + Sync,
) -> u8 {
    let parsed: Result<Vec<Source>, Failure> =
        sources.iter().map(|text| Source::parse(text)).collect();
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(failure) => {
            // Nothing is begun when the command line cannot be understood.
            write_error(&failure);
            return failure.exit_code();
        }
    };
    let mut files: Vec<OsString> = Vec::new();
    for source in &parsed {
        let file = OsString::from(source.file_text());
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let work_on_file = |file: &Source, meter: &Arc<Meter>| {
        let mut edit = Edit::open(session, file, meter, may_create)?;
        let mut changes = Vec::new();
        for source in parsed.iter().filter(|source| source.place() == file.place()) {
            changes.extend(work(&mut edit, source)?);
        }
        edit.commit()?;
        Ok(report(session, changes))
    };
    session.each_source(&files, false, |file, meter| Report::from(work_on_file(file, meter)))
}
