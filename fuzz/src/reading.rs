//! Reading everything in a file, in a form that two ways of reading can be compared in.
//!
//! What cannot be read is part of the picture: the kind of error stands where the bytes would. The
//! work is bounded, because a hostile file can say of every stream that it is all of the file.

use std::collections::BTreeSet;
use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementKind, ErrorKind, FormatVersion, LockBytes, OpenMode, Result, Settings,
    Stat, Storage,
};
use docfile_testkit::crc32::Crc32;

/// No more elements than these are looked at.
const MAX_ELEMENTS: usize = 2_000;
/// No more bytes of streams than these are read.
const MAX_BYTES: u64 = 4 << 20;

/// Repeats a step until it is not pending, or calls it once.
pub(crate) trait Patience {
    fn ready<T>(&self, step: impl FnMut() -> Result<T>) -> Result<T>;
}

/// For bytes that are all here: a step that is pending then is a fault.
pub(crate) struct AllHere;

impl Patience for AllHere {
    fn ready<T>(&self, mut step: impl FnMut() -> Result<T>) -> Result<T> {
        let outcome = step();
        if let Err(error) = &outcome {
            assert_ne!(error.kind(), ErrorKind::Pending, "pending on bytes that are here: {error}");
        }
        outcome
    }
}

/// All that a reader sees.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) version: FormatVersion,
    pub(crate) elements: Vec<Seen>,
    /// How many breaches the listings told.
    pub(crate) damage_count: usize,
}

/// An element, and what became of reading it.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) depth: usize,
    pub(crate) stat: Stat,
    /// CRC-32 of a stream's bytes, zero for a storage that opened.
    pub(crate) content: core::result::Result<u32, ErrorKind>,
}

/// Opens a file and reads everything in it.
pub(crate) fn picture(
    bytes: &Arc<dyn LockBytes>,
    settings: Settings,
    patience: &impl Patience,
) -> Result<Picture> {
    let file = patience.ready(|| CompoundFile::try_open(bytes.clone(), settings))?;
    let root = patience.ready(|| file.root(OpenMode::read()))?;
    let version = file.format_version();
    let mut reading = Reading {
        picture: Picture { version, elements: Vec::new(), damage_count: 0 },
        visited: BTreeSet::new(),
        bytes_left: MAX_BYTES,
        patience,
    };
    reading.storage(&root, 0)?;
    Ok(reading.picture)
}

struct Reading<'p, P> {
    picture: Picture,
    /// Storages by their place in the directory: a damaged tree may lead back to one.
    visited: BTreeSet<u32>,
    bytes_left: u64,
    patience: &'p P,
}

impl<P: Patience> Reading<'_, P> {
    fn storage(&mut self, storage: &Storage, depth: usize) -> Result<()> {
        let patience = self.patience;
        let listing = patience.ready(|| storage.try_list())?;
        self.picture.damage_count += listing.damage.len();
        for stat in listing.elements {
            if self.picture.elements.len() >= MAX_ELEMENTS {
                break;
            }
            let index = self.picture.elements.len();
            let seen = Seen { depth, stat: stat.clone(), content: Ok(0) };
            self.picture.elements.push(seen);
            let content = match stat.kind {
                ElementKind::Stream => self.stream(storage, &stat),
                ElementKind::Storage if !self.visited.insert(stat.id.index()) => Ok(0),
                ElementKind::Storage => patience
                    .ready(|| storage.try_open_storage(&stat.name, OpenMode::child_read()))
                    .and_then(|child| self.storage(&child, depth + 1))
                    .map(|()| 0),
            };
            if let Some(seen) = self.picture.elements.get_mut(index) {
                seen.content = content.map_err(|error| error.kind());
            }
        }
        Ok(())
    }

    /// The checksum of a stream, read in pieces that are no multiple of a sector.
    fn stream(&mut self, storage: &Storage, stat: &Stat) -> Result<u32> {
        let patience = self.patience;
        let stream =
            patience.ready(|| storage.try_open_stream(&stat.name, OpenMode::child_read()))?;
        let mut crc = Crc32::default();
        let mut buffer = [0; 5_003];
        let mut offset = 0;
        while self.bytes_left > 0 {
            let read = patience.ready(|| stream.try_read_at(offset, &mut buffer))?;
            if read == 0 {
                break;
            }
            crc.update(&buffer[..read]);
            offset += read as u64;
            self.bytes_left = self.bytes_left.saturating_sub(read as u64);
        }
        Ok(crc.value())
    }
}
