//! Going on with an extraction that was broken off.
//!
//! While an extraction is under way its folder holds a record of which file it reads: name,
//! length and time of change. Only when the next extraction reads the very same file are whole
//! files kept and parts continued; otherwise everything is written anew, so that a folder never
//! mixes two versions of a document. A file stands under its own name only when it is whole.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::folder::{PART_SUFFIX, RESUME_RECORD};
use crate::source::{Place, Source};

/// Which file an extraction reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    source: String,
    len: u64,
    /// Nanoseconds since 1970.
    changed: u128,
}

/// One extraction into one folder.
#[derive(Debug)]
pub(crate) struct Resume {
    folder: PathBuf,
    is_resumed: bool,
}

/// What is there of one file already.
#[derive(Debug)]
pub(crate) enum Start {
    /// All of it.
    Whole,
    /// Its first bytes, so many; the file is open behind them.
    Part(File, u64),
}

impl Resume {
    /// Begins an extraction of `source` into `folder`, which exists.
    pub(crate) fn begin(source: &Source, folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(RESUME_RECORD);
        let record = record_of(source);
        let before: Option<Record> =
            fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let is_resumed = record.is_some() && record == before;
        if let Some(record) = record.filter(|_| !is_resumed) {
            let text = crate::output::json_line(&record)?;
            fs::write(&path, text).map_err(|error| Failure::io(&error, &path))?;
        }
        Ok(Self { folder: folder.to_path_buf(), is_resumed })
    }

    /// What is there of the file at `path`, which is `len` bytes long when it is whole.
    pub(crate) fn start(&self, path: &Path, len: u64) -> Result<Start, Failure> {
        let part = part_path(path);
        let failed = |error: std::io::Error| Failure::io(&error, &part);
        let plain_len = |path: &Path| {
            fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|found| found.len())
        };
        if self.is_resumed {
            if plain_len(path) == Some(len) {
                return Ok(Start::Whole);
            }
            if let Some(part_len) = plain_len(&part).filter(|part_len| *part_len <= len) {
                let file = OpenOptions::new().append(true).open(&part).map_err(failed)?;
                return Ok(Start::Part(file, part_len));
            }
        }
        // Removing it first keeps a link that somebody left there from leading elsewhere.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&part).map_err(failed)?;
        Ok(Start::Part(file, 0))
    }

    /// Gives a file that became whole its own name.
    pub(crate) fn complete(&self, path: &Path) -> Result<(), Failure> {
        fs::rename(part_path(path), path).map_err(|error| Failure::io(&error, path))
    }

    /// Ends an extraction that has nothing left to do.
    pub(crate) fn end(self) {
        // The record may be absent, and a stale one does no harm: it is compared before it counts.
        let _ = fs::remove_file(self.folder.join(RESUME_RECORD));
    }
}

/// Where a file lies while it is not whole.
pub(crate) fn part_path(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_os_string();
    part.push(PART_SUFFIX);
    PathBuf::from(part)
}

/// The record of a source that can be read again.
fn record_of(source: &Source) -> Option<Record> {
    let Place::Path(path) = source.place() else { return None };
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(Record { source: source.to_string(), len: metadata.len(), changed })
}
