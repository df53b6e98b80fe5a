//! `get`: elements become files. `pack` is its inverse.
//!
//! Each stream becomes a file, each storage a folder, under the names that `folder.rs` gives.
//! Nothing is written outside the folder named: every file name is one plain name, and no folder
//! that is really a link is entered. A file grows under a name of its own and gets its right name
//! when it is whole; see `resume.rs`. What is damaged stays under the unfinished name.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use docfile::{ElementKind, Error, OpenMode, Stat, Storage, Stream, Walk, Walked};
use serde::Serialize;

use crate::arrival::Arrival;
use crate::bill::Meter;
use crate::document::{Document, Target};
use crate::element::walk_paths;
use crate::failure::{Failure, FailureKind};
use crate::folder::FileNames;
use crate::output::{visible, write_error};
use crate::pattern::Patterns;
use crate::progress::Progress;
use crate::resume::{Resume, Start, part_path};
use crate::session::{Report, Session};
use crate::sidecar::Sidecar;
use crate::source::Source;
use crate::stop;
use crate::stream_copy::copy_out;

/// Extract streams into a folder, all of them or by pattern
///
/// A pattern is `*`, `?`, `[a-z]` or `**` over names: with a / it is held against the path from
/// SOURCE, without one against the last name. A storage brings all that is in it. An extraction
/// that was broken off goes on where it was, as long as SOURCE did not change.
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The file, or a storage or stream in it
    #[arg(value_name = "SOURCE")]
    source: OsString,
    /// Which elements; all when none is given
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// The folder to write into; it is made when it does not exist
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write .docfile.json too: class ids, state bits and times, for pack to read back
    #[arg(long)]
    meta: bool,
}

/// What scripts get.
#[derive(Debug, Serialize)]
struct Extracted {
    files: Vec<ExtractedFile>,
}

#[derive(Debug, Serialize)]
struct ExtractedFile {
    path: String,
    file: String,
    len: u64,
    /// `written`, `resumed`, `kept` (it was whole already) or `partial`.
    state: &'static str,
}

impl Get {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        session.each_source(std::slice::from_ref(&self.source), false, |source, meter| {
            Report::from(self.extract(session, source, meter))
        })
    }

    fn extract(
        &self,
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Report<Extracted>, Failure> {
        let patterns = Patterns::parse(&self.patterns)?;
        let document = Document::open(session, source, meter)?;
        fs::create_dir_all(&self.output).map_err(|error| Failure::io(&error, &self.output))?;
        let resume = Resume::begin(source, &self.output)?;
        let mut extraction = Extraction {
            session,
            source: source.to_string(),
            arrival: document.arrival.clone(),
            resume: &resume,
            progress: Progress::new(session, 0),
            files: Vec::new(),
            failures: Vec::new(),
        };
        match &document.target {
            Target::Stream(stream, stat) => {
                extraction.progress = Progress::new(session, stat.len);
                let file = self.output.join(FileNames::default().take(&stat.name));
                let path = stat.name.to_string();
                extraction.write_stream(stream, stat, path, &file);
            }
            Target::Storage(storage) => self.extract_storage(&mut extraction, storage, patterns)?,
        }
        if self.meta {
            self.write_sidecar(&document, &extraction.source)?;
        }
        let Extraction { files, failures, .. } = extraction;
        // What is damaged will not be whole another time either.
        if failures.iter().all(|failure| failure.kind() == FailureKind::Corrupt) {
            resume.end();
        }
        Ok(Report { text: Vec::new(), body: Some(Extracted { files }), failures })
    }

    fn extract_storage(
        &self,
        extraction: &mut Extraction<'_>,
        storage: &Storage,
        mut patterns: Patterns,
    ) -> Result<(), Failure> {
        let walk = extraction
            .arrival
            .until(|| storage.try_walk())
            .map_err(|error| extraction.failure(&error, ""))?;
        for error in &walk.damage {
            extraction.failures.push(extraction.failure(error, ""));
        }
        let wanted = wanted_of(&walk, &mut patterns);
        let total = walk.elements.iter().zip(&wanted).filter(|(_, wanted)| **wanted);
        extraction.progress =
            Progress::new(extraction.session, total.map(|(walked, _)| walked.stat.len).sum());
        let mut levels = Levels::new(self.output.clone(), storage.clone());
        for ((walked, path), wanted) in walk.elements.iter().zip(walk_paths(&[], &walk)).zip(wanted)
        {
            let file = levels.place(walked);
            if !wanted {
                continue;
            }
            if stop::reason().is_some() {
                extraction.failures.extend(stop::check().err());
                break;
            }
            if let Err(failure) = extraction.write_element(&mut levels, walked, path, &file) {
                extraction.failures.push(failure);
            }
        }
        for pattern in patterns.unused() {
            let text = format!("no element matches the pattern \"{pattern}\"");
            let failure = Failure::not_found(text)
                .at(&extraction.source)
                .with_advice(format!("docfile tree {}", extraction.source));
            extraction.failures.push(failure);
        }
        Ok(())
    }

    fn write_sidecar(&self, document: &Document, place: &str) -> Result<(), Failure> {
        let Target::Storage(storage) = &document.target else { return Ok(()) };
        let failed = |error: Error| Failure::from_engine(&error, place);
        let mut sidecar = Sidecar::new(document.file.format_version());
        sidecar.add(String::new(), &document.arrival.until(|| storage.try_stat()).map_err(failed)?);
        let walk = document.arrival.until(|| storage.try_walk()).map_err(failed)?;
        for (walked, path) in walk.elements.iter().zip(walk_paths(&[], &walk)) {
            if walked.stat.kind == ElementKind::Storage {
                sidecar.add(path, &walked.stat);
            }
        }
        sidecar.write(&self.output)
    }
}

/// For each element whether a pattern asks for it.
fn wanted_of(walk: &Walk, patterns: &mut Patterns) -> Vec<bool> {
    walk_paths(&[], walk).map(|path| patterns.matches(&path)).collect()
}

/// One extraction, and what came of it so far.
struct Extraction<'e> {
    session: &'e Session,
    source: String,
    arrival: Arrival,
    resume: &'e Resume,
    progress: Progress,
    files: Vec<ExtractedFile>,
    failures: Vec<Failure>,
}

impl Extraction<'_> {
    fn failure(&self, error: &Error, path: &str) -> Failure {
        Failure::from_engine(error, &self.place(path))
    }

    /// The source text of the element at `path` below the source.
    fn place(&self, path: &str) -> String {
        match (path.is_empty(), self.source.contains('!')) {
            (true, _) => self.source.clone(),
            (false, true) => format!("{}/{path}", self.source),
            (false, false) => format!("{}!{path}", self.source),
        }
    }

    fn write_element(
        &mut self,
        levels: &mut Levels,
        walked: &Walked,
        path: String,
        file: &Path,
    ) -> Result<(), Failure> {
        if walked.stat.kind == ElementKind::Storage {
            return levels.make_folders(file);
        }
        levels.make_folders(file.parent().unwrap_or(file))?;
        let storage =
            self.arrival.until(|| levels.open()).map_err(|error| self.failure(&error, &path))?;
        let mode = OpenMode::child_read();
        let stream = self
            .arrival
            .until(|| storage.try_open_stream(&walked.stat.name, mode))
            .map_err(|error| self.failure(&error, &path))?;
        self.write_stream(&stream, &walked.stat, path, file);
        Ok(())
    }

    fn write_stream(&mut self, stream: &Stream, stat: &Stat, path: String, file: &Path) {
        let state = match self.resume.start(file, stat.len) {
            Ok(Start::Whole) => {
                self.progress.add(stat.len);
                "kept"
            }
            Ok(Start::Part(part, start)) => {
                self.progress.add(start);
                match self.fill(stream, &path, part, start, file) {
                    Ok(()) if start > 0 => "resumed",
                    Ok(()) => "written",
                    Err(failure) => {
                        self.failures.push(failure);
                        "partial"
                    }
                }
            }
            Err(failure) => return self.failures.push(failure),
        };
        let lies_at = if state == "partial" { part_path(file) } else { file.to_path_buf() };
        if self.session.common.verbose > 0 && !self.session.common.json {
            write_error(&visible(&format!("{state} {}", lies_at.display())));
        }
        let file = lies_at.to_string_lossy().into_owned();
        self.files.push(ExtractedFile { path, file, len: stat.len, state });
    }

    /// Writes the stream from `start` on behind what `part` holds, and names the whole file.
    fn fill(
        &mut self,
        stream: &Stream,
        path: &str,
        mut part: File,
        start: u64,
        file: &Path,
    ) -> Result<(), Failure> {
        let place = self.place(path);
        let progress = &mut self.progress;
        let (end, result) = copy_out(stream, &self.arrival, start, &place, |piece| {
            progress.add(piece.len() as u64);
            part.write_all(piece).map_err(|error| Failure::io(&error, &part_path(file)))
        });
        drop(part);
        match result {
            Ok(()) => self.resume.complete(file),
            Err(failure) if failure.kind() == FailureKind::Corrupt => Err(failure.with_advice(
                format!("its first {end} bytes, which are in {}", part_path(file).display()),
            )),
            Err(failure) => Err(failure),
        }
    }
}

/// The storages from the source down to where a walk stands, each with its folder.
struct Levels {
    open: Vec<Level>,
}

struct Level {
    folder: PathBuf,
    files: FileNames,
    /// The element in the level above; `None` for the source itself.
    stat: Option<Stat>,
    /// Opened when a stream in it is wanted.
    storage: Option<Storage>,
    is_made: bool,
}

impl Levels {
    fn new(folder: PathBuf, storage: Storage) -> Self {
        let top = Level {
            folder,
            files: FileNames::default(),
            stat: None,
            storage: Some(storage),
            is_made: true,
        };
        Self { open: vec![top] }
    }

    /// Moves to where `walked` is, and answers its file. A storage becomes the lowest level.
    fn place(&mut self, walked: &Walked) -> PathBuf {
        self.open.truncate(walked.depth + 1);
        let Some(level) = self.open.last_mut() else { return PathBuf::new() };
        let file = level.folder.join(level.files.take(&walked.stat.name));
        if walked.stat.kind == ElementKind::Storage {
            self.open.push(Level {
                folder: file.clone(),
                files: FileNames::default(),
                stat: Some(walked.stat.clone()),
                storage: None,
                is_made: false,
            });
        }
        file
    }

    /// Makes the folders down to `folder`, entering none that is a link.
    fn make_folders(&mut self, folder: &Path) -> Result<(), Failure> {
        for level in &mut self.open {
            if level.is_made || !folder.starts_with(&level.folder) {
                continue;
            }
            match fs::create_dir(&level.folder) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(Failure::io(&error, &level.folder));
                }
                _ => {}
            }
            let is_folder = fs::symlink_metadata(&level.folder).is_ok_and(|found| found.is_dir());
            if !is_folder {
                return Err(Failure::refused("what stands here is no folder")
                    .at(level.folder.to_string_lossy()));
            }
            level.is_made = true;
        }
        Ok(())
    }

    /// The storage of the lowest level, opened.
    fn open(&mut self) -> Result<Storage, Error> {
        let mut above: Option<Storage> = None;
        for level in &mut self.open {
            let storage = match (&level.storage, &above, &level.stat) {
                (Some(storage), ..) => storage.clone(),
                (None, Some(above), Some(stat)) => {
                    above.try_open_storage(&stat.name, OpenMode::child_read())?
                }
                _ => continue,
            };
            level.storage = Some(storage.clone());
            above = Some(storage);
        }
        above.ok_or_else(|| Error::new(docfile::ErrorKind::NotFound, "no storage is open"))
    }
}
