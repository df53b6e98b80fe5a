//! A folder read as elements: what `pack` and `put -r` build from.
//!
//! Everything is found and every name is checked before anything is built. Files and folders
//! only: a link, a device or a pipe is refused, so that what is packed is what lies in the folder.
//! The order is that of the file names, so that the same folder always gives the same file.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use docfile::{ElementKind, Name, OpenMode, Storage, Stream};

use crate::failure::Failure;
use crate::folder::{PART_SUFFIX, RESUME_RECORD, SIDECAR, name_of_file};
use crate::progress::Progress;
use crate::sidecar::Sidecar;
use crate::stop;

/// A folder, read.
#[derive(Debug)]
pub(crate) struct FolderTree {
    /// Parents before what is in them.
    items: Vec<Item>,
    sidecar: Option<Sidecar>,
    except: Option<PathBuf>,
}

#[derive(Debug)]
struct Item {
    path: PathBuf,
    name: Name,
    /// How many folders lie between it and the top: 0 for what is at the top.
    depth: usize,
    /// `None` for a folder.
    len: Option<u64>,
}

impl FolderTree {
    /// Reads what is in `folder`, but for the file `except`: what is built there is not packed.
    pub(crate) fn read(folder: &Path, except: Option<&Path>) -> Result<Self, Failure> {
        let except = except.and_then(|path| path.canonicalize().ok());
        let mut tree = Self { items: Vec::new(), sidecar: Sidecar::read(folder)?, except };
        if fs::symlink_metadata(folder.join(RESUME_RECORD)).is_ok() {
            return Err(Failure::refused("the folder holds an extraction that was broken off")
                .at(folder.to_string_lossy())
                .with_advice("the same docfile get again, to finish it"));
        }
        tree.add_folder(folder, 0)?;
        Ok(tree)
    }

    pub(crate) fn sidecar(&self) -> Option<&Sidecar> {
        self.sidecar.as_ref()
    }

    /// Bytes in all files together.
    pub(crate) fn total_len(&self) -> u64 {
        self.items.iter().filter_map(|item| item.len).sum()
    }

    fn add_folder(&mut self, folder: &Path, depth: usize) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::io(&error, folder);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
        }
        paths.sort();
        for path in paths {
            self.add(path, depth)?;
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, depth: usize) -> Result<(), Failure> {
        let place = path.to_string_lossy().into_owned();
        let file = path.file_name().unwrap_or_default();
        if depth == 0 && file == SIDECAR {
            return Ok(());
        }
        let file = file
            .to_str()
            .ok_or_else(|| Failure::misuse("the file name is not valid UTF-8").at(&place))?;
        if file.ends_with(PART_SUFFIX) {
            return Err(Failure::refused("this is only a part of a stream")
                .at(place)
                .with_advice("the same docfile get again, or without this file"));
        }
        let name = name_of_file(file).map_err(|failure| failure.at(&place))?;
        let metadata = fs::symlink_metadata(&path).map_err(|error| Failure::io(&error, &path))?;
        if self.except.is_some() && path.canonicalize().ok() == self.except {
            return Ok(());
        }
        if metadata.is_file() {
            self.items.push(Item { path, name, depth, len: Some(metadata.len()) });
            return Ok(());
        }
        if !metadata.is_dir() {
            return Err(Failure::refused("only files and folders become elements").at(place));
        }
        self.items.push(Item { path: path.clone(), name, depth, len: None });
        self.add_folder(&path, depth + 1)
    }

    /// Makes everything that was read in `storage`; what is there already is replaced (streams)
    /// or added to (storages).
    pub(crate) fn build(
        &self,
        storage: &Storage,
        place: &str,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let failed = |error: docfile::Error| Failure::from_engine(&error, place);
        let attributes = match &self.sidecar {
            Some(sidecar) => sidecar.by_path()?,
            None => std::collections::HashMap::new(),
        };
        if let Some(attributes) = attributes.get("") {
            attributes.apply(storage).map_err(failed)?;
        }
        let mut open: Vec<(Storage, String)> = vec![(storage.clone(), String::new())];
        for item in &self.items {
            stop::check()?;
            open.truncate(item.depth + 1);
            let Some((above, above_path)) = open.last() else { break };
            let item_place =
                |error: docfile::Error| Failure::from_engine(&error, &item.path.to_string_lossy());
            match item.len {
                Some(_) => {
                    let stream = stream_for(above, &item.name).map_err(item_place)?;
                    fill_from_file(&stream, &item.path, progress)?;
                }
                None => {
                    let storage = storage_for(above, &item.name).map_err(item_place)?;
                    let path = format!("{above_path}{}", item.name);
                    if let Some(attributes) = attributes.get(path.as_str()) {
                        attributes.apply(&storage).map_err(item_place)?;
                    }
                    open.push((storage, path + "/"));
                }
            }
        }
        Ok(())
    }
}

/// An empty stream of that name, new or emptied.
pub(crate) fn stream_for(storage: &Storage, name: &Name) -> docfile::Result<Stream> {
    match storage.try_find(name)? {
        Some(stat) if stat.kind == ElementKind::Stream => {
            let stream = storage.try_open_stream(name, OpenMode::child_edit())?;
            stream.try_set_len(0)?;
            Ok(stream)
        }
        // A storage in its place is an error, which the engine tells.
        _ => storage.try_create_stream(name, OpenMode::child_edit()),
    }
}

fn storage_for(storage: &Storage, name: &Name) -> docfile::Result<Storage> {
    match storage.try_find(name)? {
        Some(stat) if stat.kind == ElementKind::Storage => {
            storage.try_open_storage(name, OpenMode::child_edit())
        }
        _ => storage.try_create_storage(name, OpenMode::child_edit()),
    }
}

/// Writes a file's bytes into a stream; answers how many.
pub(crate) fn fill_from_file(
    stream: &Stream,
    path: &Path,
    progress: &mut Progress,
) -> Result<u64, Failure> {
    let failed = |error: std::io::Error| Failure::io(&error, path);
    let file = fs::File::open(path).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    // A file that grows meanwhile would otherwise be followed for ever.
    let mut file = file.take(len);
    let mut buffer = vec![0; usize::try_from(len).unwrap_or(PIECE_LEN).clamp(1, PIECE_LEN)];
    let mut offset = 0;
    loop {
        stop::check()?;
        let count = match file.read(&mut buffer) {
            Ok(0) => return Ok(offset),
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        let written = stream.try_write_at(offset, piece);
        written.map_err(|error| Failure::from_engine(&error, &path.to_string_lossy()))?;
        offset += count as u64;
        progress.add(count as u64);
    }
}

const PIECE_LEN: usize = 1 << 20;
