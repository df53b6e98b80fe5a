//! `pack`: a folder becomes a compound file. The inverse of `get`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use docfile::{CompoundFile, Error, FileBytes, FormatVersion};

use crate::arrival::Arrival;
use crate::bill::Meter;
use crate::change::{Change, Changes, report};
use crate::edit::{Edit, folder_of};
use crate::failure::Failure;
use crate::folder_tree::FolderTree;
use crate::layout::{self, Wish};
use crate::progress::Progress;
use crate::session::{Report, Session};
use crate::source::{Place, Source};

/// Build a compound file from a folder
///
/// Files become streams and folders become storages, named as `docfile get` names them:
/// `[5]SummaryInformation` is the element whose name begins with the character 5. Class ids, state
/// bits and times come from .docfile.json, if `docfile get --meta` left one. OUT appears whole or
/// not at all, in place of what was there.
#[derive(Debug, Args)]
pub(crate) struct Pack {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The file to write
    #[arg(value_name = "OUT")]
    output: OsString,
    /// The version of the format: 3 (512-byte sectors, up to 2 GiB) or 4 (4096-byte sectors);
    /// by default that of .docfile.json, or else 3 where it will do
    #[arg(long, value_name = "3|4", value_parser = parse_version)]
    format_version: Option<FormatVersion>,
    /// Streams to put first in the file, in this order, so that they open from its first bytes
    #[arg(long, value_name = "PATTERN", num_args = 1)]
    first: Vec<String>,
}

/// What version 3 holds beside its tables, with room to spare.
const V3_LEN: u64 = (2 << 30) - (64 << 20);

fn parse_version(text: &str) -> Result<FormatVersion, String> {
    match text {
        "3" => Ok(FormatVersion::V3),
        "4" => Ok(FormatVersion::V4),
        _ => Err(String::from("3 or 4")),
    }
}

impl Pack {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        session.each_source(std::slice::from_ref(&self.output), false, |output, meter| {
            Report::from(self.build(session, output, meter))
        })
    }

    fn build(
        &self,
        session: &Session,
        output: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Report<Changes>, Failure> {
        let path = match output.place() {
            Place::Path(path) if output.names().is_empty() => path,
            Place::Path(_) => {
                return Err(Failure::misuse("pack writes a file; put -r adds to a storage in one")
                    .at(output.to_string()));
            }
            Place::Url(_) => return Err(Failure::misuse("pack writes a local file")),
            Place::Stdin => return Err(Failure::misuse("pack writes a file, not standard output")),
        };
        let tree = FolderTree::read(&self.folder, Some(path))?;
        let version = self.format_version.unwrap_or_else(|| fitting_version(&tree));
        // What is to be in an order is built beside its place, and then written there in order.
        let scratch = match self.first.as_slice() {
            [] => None,
            _ => Some(Scratch::beside(path)?),
        };
        let built = scratch.as_ref().map_or(path.as_path(), Scratch::path);
        let edit = Edit::create_at(session, built, version, meter)?;
        let mut progress = Progress::new(session, tree.total_len());
        tree.build(edit.root(), &output.to_string(), &mut progress)?;
        drop(progress);
        edit.commit()?;
        if let Some(scratch) = &scratch {
            scratch.write_in_order(session, &self.first, path, &output.to_string())?;
        }
        let mut change = Change::new("packed", String::new());
        change.len = Some(tree.total_len());
        Ok(report(session, vec![change]))
    }
}

/// A file that is there for as long as it takes to write it anew.
struct Scratch {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Scratch {
    fn beside(path: &Path) -> Result<Self, Failure> {
        let parent = folder_of(path);
        let folder = tempfile::Builder::new().prefix(".docfile-").tempdir_in(parent);
        let folder = folder.map_err(|error| Failure::io(&error, parent))?;
        Ok(Self { path: folder.path().join("packed"), _folder: folder })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn write_in_order(
        &self,
        session: &Session,
        first: &[String],
        path: &Path,
        place: &str,
    ) -> Result<(), Failure> {
        let failed = |error: Error| Failure::from_engine(&error, place);
        let bytes = FileBytes::open(&self.path).map_err(failed)?;
        let file = CompoundFile::try_open(Arc::new(bytes), session.settings()).map_err(failed)?;
        let source = (&file, &Arrival::complete());
        layout::write(session, source, (Wish::First(first), None), path, place).map(drop)
    }
}

fn fitting_version(tree: &FolderTree) -> FormatVersion {
    if tree.total_len() > V3_LEN {
        return FormatVersion::V4;
    }
    tree.sidecar().map_or(FormatVersion::V3, |sidecar| sidecar.format_version())
}
