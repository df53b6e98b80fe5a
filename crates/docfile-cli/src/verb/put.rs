//! `put`: a file becomes a stream, or a folder a storage.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use docfile::{ElementKind, OpenMode, Stream};

use crate::change::{Change, edit_each};
use crate::document::is_pipe;
use crate::edit::Edit;
use crate::failure::Failure;
use crate::folder_tree::{FolderTree, fill_from_file, stream_for};
use crate::input::each_piece;
use crate::output::write_error;
use crate::progress::Progress;
use crate::session::Session;
use crate::source::{Place, Source};

/// Add or replace a stream
///
/// The bytes come from FILE, or from standard input. The document changes whole or not at all.
#[derive(Debug, Args)]
pub(crate) struct Put {
    /// The stream to write; with -r, the storage
    #[arg(value_name = "SOURCE!STREAM")]
    source: OsString,
    /// The file with the bytes; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// Make the storages above too
    #[arg(short, long)]
    parents: bool,
    /// FILE is a folder; what is in it goes into the storage
    #[arg(short, long)]
    recursive: bool,
    /// Make the document when it does not exist
    #[arg(long)]
    create: bool,
}

impl Put {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        edit_each(session, std::slice::from_ref(&self.source), self.create, |edit, source| {
            if self.recursive {
                self.put_folder(session, edit, source)
            } else {
                self.put_stream(session, edit, source)
            }
        })
    }

    fn put_stream(
        &self,
        session: &Session,
        edit: &mut Edit<'_>,
        source: &Source,
    ) -> Result<Vec<Change>, Failure> {
        let place = source.to_string();
        if source.names().is_empty() {
            return Err(Failure::misuse("the stream to write is not named")
                .at(place)
                .with_advice("docfile put SOURCE!STREAM FILE"));
        }
        if self.file.is_dir() {
            return Err(Failure::misuse("this is a folder")
                .at(self.file.to_string_lossy())
                .with_advice("-r to put what is in it"));
        }
        let spot = edit.spot(source.names(), self.parents).map_err(|error| {
            let failure = edit.failure(&error);
            if self.parents {
                failure
            } else {
                failure.with_advice("-p to make the storages above")
            }
        })?;
        let existing = spot.stat.as_ref().map(|stat| stat.kind);
        if existing == Some(ElementKind::Storage) {
            return Err(Failure::refused("this is a storage")
                .at(place)
                .with_advice("a / and a name behind it, or docfile rm -r first"));
        }
        let stream = stream_for(&spot.parent, &spot.name).map_err(|error| edit.failure(&error))?;
        let len = self.fill(session, &stream, source)?;
        let mut change = Change::new("put", spot.path());
        change.len = Some(len);
        Ok(vec![change])
    }

    /// Writes the bytes of the file into the stream; answers how many.
    fn fill(&self, session: &Session, stream: &Stream, source: &Source) -> Result<u64, Failure> {
        let place = &source.to_string();
        if self.file == Path::new("-") {
            if std::io::IsTerminal::is_terminal(&std::io::stdin()) && !session.common.quiet {
                write_error(&"docfile: the bytes come from standard input");
            }
            return fill_from_pipe(std::io::stdin(), stream, place);
        }
        let metadata = fs::metadata(&self.file).map_err(|error| Failure::io(&error, &self.file))?;
        if is_pipe(&metadata) {
            let file =
                fs::File::open(&self.file).map_err(|error| Failure::io(&error, &self.file))?;
            return fill_from_pipe(file, stream, place);
        }
        if is_same_file(&self.file, source) {
            return Err(Failure::refused("a document cannot be put into itself")
                .at(self.file.to_string_lossy())
                .with_advice("a copy of it"));
        }
        fill_from_file(stream, &self.file, &mut Progress::new(session, metadata.len()))
    }

    fn put_folder(
        &self,
        session: &Session,
        edit: &mut Edit<'_>,
        source: &Source,
    ) -> Result<Vec<Change>, Failure> {
        let failed = |error: docfile::Error| Failure::from_engine(&error, &source.file_text());
        let tree = FolderTree::read(&self.file, None)?;
        let (storage, path) = if source.names().is_empty() {
            (edit.root().clone(), String::new())
        } else {
            let spot = edit.spot(source.names(), self.parents).map_err(failed)?;
            let path = spot.path();
            let storage = match &spot.stat {
                Some(_) => edit.storage(source.names()),
                None => spot.parent.try_create_storage(&spot.name, OpenMode::child_edit()),
            };
            (storage.map_err(failed)?, path)
        };
        let mut progress = Progress::new(session, tree.total_len());
        tree.build(&storage, &source.to_string(), &mut progress)?;
        let mut change = Change::new("put", path);
        change.len = Some(tree.total_len());
        Ok(vec![change])
    }
}

/// Whether the file is the one that is being changed.
fn is_same_file(file: &Path, source: &Source) -> bool {
    let Place::Path(document) = source.place() else { return false };
    match (file.canonicalize(), document.canonicalize()) {
        (Ok(file), Ok(document)) => file == document,
        _ => false,
    }
}

fn fill_from_pipe(
    input: impl std::io::Read + Send + 'static,
    stream: &Stream,
    place: &str,
) -> Result<u64, Failure> {
    let mut offset = 0;
    each_piece(input, |piece| {
        stream.try_write_at(offset, piece).map_err(|error| Failure::from_engine(&error, place))?;
        offset += piece.len() as u64;
        Ok(())
    })?;
    Ok(offset)
}
