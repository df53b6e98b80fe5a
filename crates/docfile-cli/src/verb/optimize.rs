//! `optimize`: a document in an order that suits those who fetch it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use docfile::{CompoundFile, Error, FileBytes, LayoutScript};
use serde::Serialize;

use crate::arrival::Arrival;
use crate::bill::{Meter, MeteredBytes};
use crate::document::{Document, Target};
use crate::failure::Failure;
use crate::layout::{self, Wish};
use crate::output::{visible, write_error};
use crate::picture::Picture;
use crate::recording;
use crate::session::{Report, Session};
use crate::source::{Place, Source};

/// Rewrite a document so that it opens from its first bytes
///
/// What is needed to find a byte comes before it in the file, so a download shows the listing and
/// what is first long before its end. Elements, bytes, class ids, times and state bits stay as
/// they are. Without --first, --script or --record the kind of the document decides: the summary and
/// the picture of it first, then what its first page reads, then the rest. The new file appears
/// whole or not at all.
#[derive(Debug, Args)]
pub(crate) struct Optimize {
    /// IN and OUT; with --in-place, the files to rewrite
    #[arg(required = true, value_name = "IN OUT")]
    files: Vec<OsString>,
    /// Rewrite each file where it is
    #[arg(short, long)]
    in_place: bool,
    /// Streams to put first, in this order; a storage stands for what is in it
    #[arg(long, value_name = "PATTERN", num_args = 1, conflicts_with = "script")]
    first: Vec<String>,
    /// A file that says the order (docs/layout-script.md)
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Draw the file before and after
    #[arg(long, value_name = "SVG")]
    picture: Option<PathBuf>,
    /// Serve the file to COMMAND and take the order in which it reads; {} in its words, or
    /// $DOCFILE_URL, is the address
    #[arg(long, conflicts_with_all = ["script", "first"], requires = "command")]
    record: bool,
    /// Write the order as a layout script
    #[arg(long, value_name = "FILE")]
    script_out: Option<PathBuf>,
    /// With --record, the program that reads
    #[arg(last = true, requires = "record", value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What scripts get.
#[derive(Debug, Serialize)]
struct Optimized {
    file: String,
    len_before: Option<u64>,
    len: u64,
}

impl Optimize {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let outcome = self.jobs();
        let (sources, output) = match outcome {
            Ok(jobs) => jobs,
            Err(failure) => {
                write_error(&failure);
                return failure.exit_code();
            }
        };
        session.each_source(sources, false, |source, meter| {
            Report::from(self.rewrite(session, source, output, meter))
        })
    }

    /// What to read, and where to write it if not there.
    fn jobs(&self) -> Result<(&[OsString], Option<&Path>), Failure> {
        let jobs = match self.files.as_slice() {
            files if self.in_place => (files, None),
            [input, output] => (std::slice::from_ref(input), Some(Path::new(output))),
            _ => {
                return Err(Failure::misuse("optimize takes IN and OUT").with_advice(
                    "docfile optimize --in-place FILE…, to rewrite files where they are",
                ));
            }
        };
        if self.picture.is_some() && jobs.0.len() > 1 {
            return Err(Failure::misuse("a picture shows one file"));
        }
        if (self.record || self.script_out.is_some()) && jobs.0.len() > 1 {
            return Err(Failure::misuse("an order is recorded, and written out, of one file"));
        }
        Ok(jobs)
    }

    fn wish(&self) -> Wish<'_> {
        match (&self.script, self.first.as_slice()) {
            (Some(script), _) => Wish::Script(script),
            (None, []) => Wish::ByKind,
            (None, first) => Wish::First(first),
        }
    }

    /// What the program of the command line reads of the document, if that is asked for.
    fn recorded(
        &self,
        session: &Session,
        file: &CompoundFile,
        source: &Source,
    ) -> Result<Option<LayoutScript>, Failure> {
        if !self.record {
            return Ok(None);
        }
        match source.place() {
            Place::Path(path) if source.names().is_empty() => {
                let place = source.to_string();
                recording::record(session, (file, path), &self.command, &place).map(Some)
            }
            _ => Err(Failure::misuse("only a file on disk can be served to a command")
                .at(source.to_string())),
        }
    }

    fn rewrite(
        &self,
        session: &Session,
        source: &Source,
        output: Option<&Path>,
        meter: &Arc<Meter>,
    ) -> Result<Report<Optimized>, Failure> {
        let place = source.to_string();
        let (file, arrival, output) = match output {
            Some(output) => {
                refuse_same(source, output)?;
                let document = Document::open_container(session, source, meter)?;
                if matches!(document.target, Target::Storage(_)) && !document.path.is_empty() {
                    return Err(Failure::misuse("a storage is optimized with its file").at(place));
                }
                (document.file, document.arrival, output)
            }
            None => {
                let path = in_place_path(source)?;
                // Others who edit with docfile are kept out until the file is replaced.
                let bytes = FileBytes::open_for_edit(path);
                let failed = |error: Error| Failure::from_engine(&error, &place);
                let bytes = MeteredBytes::new(bytes.map_err(failed)?, Arc::clone(meter));
                let file = CompoundFile::try_open(Arc::new(bytes), session.settings());
                (file.map_err(failed)?, Arrival::complete(), path)
            }
        };
        let mut picture = Picture::default();
        if self.picture.is_some() {
            picture.add(session, "before", (&file, &arrival), &place)?;
        }
        let len_before = file.bytes().len();
        let recorded = self.recorded(session, &file, source)?;
        let wish = recorded.as_ref().map_or_else(|| self.wish(), Wish::Recorded);
        let wish = (wish, self.script_out.as_deref());
        let written = layout::write(session, (&file, &arrival), wish, output, &place)?;
        if let Some(path) = &self.picture {
            picture.add(session, "after", (&written.file, &Arrival::complete()), &place)?;
            picture.write(path)?;
        }
        let file = output.to_string_lossy().into_owned();
        if session.common.verbose > 0 && !session.common.json {
            write_error(&visible(&format!("{file}: {} bytes", written.len)));
        }
        Ok(Report::done(Vec::new(), Optimized { file, len_before, len: written.len }))
    }
}

fn in_place_path(source: &Source) -> Result<&Path, Failure> {
    match source.place() {
        Place::Path(path) if source.names().is_empty() => Ok(path),
        _ => {
            Err(Failure::misuse("only a file on disk can be rewritten in place")
                .at(source.to_string()))
        }
    }
}

/// A file that is being read is not written over by accident.
fn refuse_same(source: &Source, output: &Path) -> Result<(), Failure> {
    let Place::Path(input) = source.place() else { return Ok(()) };
    let is_same = match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if !is_same {
        return Ok(());
    }
    Err(Failure::misuse("IN and OUT are the same file")
        .at(source.to_string())
        .with_advice("docfile optimize --in-place"))
}
