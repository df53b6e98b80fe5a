//! From the bytes of a file that somebody read, in their order, to a script: the recording of a
//! program that reads through no library of ours (`contract/storage.md` 6, BeginMonitor).
//!
//! What was read twice counts the first time. A read of whole sectors is a read of whatever lies
//! in them. Tables and single directory entries are not in the script, because they come before
//! what needs them anyway; that all of the directory was read is.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::error::Result;
use crate::file::CompoundFile;
use crate::layout::script::{ITEMS_MAX, LayoutItem, LayoutScript, RangeLen};
use crate::layout::source::{ElementIndex, Source};
use crate::missing::ByteRanges;
use crate::sector::{MINI_CUTOFF, SectorId};

/// How much of a stream is looked for at once, in bytes.
const STRETCH_LEN: u64 = 1 << 20;

/// Where a part of a stream lies.
struct Located {
    /// In the file.
    range: Range<u64>,
    element: ElementIndex,
    /// In the stream.
    offset: u64,
}

/// What was read, as parts of streams, and the moments of the directory.
enum Read {
    Part { element: ElementIndex, range: Range<u64> },
    Listing,
}

impl LayoutScript {
    /// The script that `reads` come to: ranges of the bytes of `file`, in the order in which
    /// somebody read them.
    ///
    /// Streams shorter than 4096 bytes are in it whole. After 65536 parts the rest is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`](crate::ErrorKind::Pending) while a table has not arrived;
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) when elements cannot be found.
    ///
    /// # Example
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use docfile_compound::*;
    /// # let bytes = Arc::new(MemoryBytes::default());
    /// # let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default())?;
    /// # let root = file.root(OpenMode::edit())?;
    /// # root.try_create_stream(&Name::new("Page 1")?, OpenMode::child_edit())?.try_write_at(0, &[1; 5000])?;
    /// # root.try_commit(CommitFlags::DEFAULT)?;
    /// # let len = bytes.len().unwrap();
    /// let file = CompoundFile::try_open(bytes, Settings::default())?;
    /// let script = LayoutScript::try_of_reads(&file, &[0..len])?;
    /// assert!(script.to_string().contains("stream \"Page 1\" 0 5000\n"));
    /// # Ok::<(), docfile_compound::Error>(())
    /// ```
    pub fn try_of_reads(file: &CompoundFile, reads: &[Range<u64>]) -> Result<Self> {
        let source = Source::read(file)?;
        let wanted: ByteRanges = reads.iter().cloned().collect();
        let mut places = locate(&source, &wanted)?;
        places.sort_by_key(|place| place.range.start);
        let mut directory = directory(&source)?;
        let mut new = wanted;
        let mut found: Vec<Read> = Vec::new();
        for read in reads {
            for range in parts_of(&new, read) {
                new.remove(range.clone());
                let from = places.partition_point(|place| place.range.end <= range.start);
                for place in places.get(from..).unwrap_or_default() {
                    if place.range.start >= range.end {
                        break;
                    }
                    add(&mut found, place, &range);
                }
                if !directory.is_empty() {
                    directory.remove(range);
                    if directory.is_empty() {
                        found.push(Read::Listing);
                    }
                }
            }
            if found.len() >= ITEMS_MAX {
                break;
            }
        }
        found.truncate(ITEMS_MAX);
        Ok(Self { items: items(&source, found) })
    }
}

/// What of `range` is in the set.
fn parts_of(set: &ByteRanges, range: &Range<u64>) -> Vec<Range<u64>> {
    let mut outside = ByteRanges::new();
    outside.insert(range.clone());
    for gap in set.gaps(range.clone()).iter() {
        outside.remove(gap);
    }
    outside.iter().collect()
}

/// The parts of streams that lie where somebody read. What cannot be followed is left out.
fn locate(source: &Source, wanted: &ByteRanges) -> Result<Vec<Located>> {
    let mut places = Vec::new();
    for (element, len) in source.streams() {
        let stream = source.open(element)?;
        let mut at = 0;
        while at < len {
            let mut pieces = Vec::new();
            let stretch_len = STRETCH_LEN.min(len - at);
            let ended = stream.pieces(at, stretch_len, &mut pieces).err();
            let mut offset = at;
            for piece in pieces {
                let range = piece.offset..piece.offset.saturating_add(piece.len);
                if wanted.intersects(&range) {
                    places.push(Located { range, element, offset });
                }
                offset = offset.saturating_add(piece.len);
            }
            match ended {
                Some(error) if error.is_pending() => return Err(error),
                Some(_) => break,
                None => at += stretch_len,
            }
        }
    }
    Ok(places)
}

/// Where the directory lies.
fn directory(source: &Source) -> Result<ByteRanges> {
    let generation = &*source.generation;
    let size = generation.medium.sector_size;
    generation.directory.with(&generation.fat(), u64::MAX, |extents, error| {
        if let Some(error) = error.filter(crate::error::Error::is_pending) {
            return Err(error);
        }
        let runs = extents.runs_from(0).map(|run| {
            let start = size.offset(SectorId(run.first));
            start..start + (u64::from(run.count) << size.shift())
        });
        Ok(runs.collect())
    })
}

/// Adds what of `range` lies in `place`, joining it with what was read just before.
fn add(found: &mut Vec<Read>, place: &Located, range: &Range<u64>) {
    let (start, end) = (place.range.start.max(range.start), place.range.end.min(range.end));
    let start = place.offset + (start - place.range.start);
    let end = place.offset + (end - place.range.start);
    match found.last_mut() {
        Some(Read::Part { element, range }) if *element == place.element && range.end == start => {
            range.end = end;
        }
        _ => found.push(Read::Part { element: place.element, range: start..end }),
    }
}

fn items(source: &Source, found: Vec<Read>) -> Vec<LayoutItem> {
    let mut short_seen = BTreeSet::new();
    let mut items = Vec::new();
    for read in found {
        let Read::Part { element, range } = read else {
            items.push(LayoutItem::Listing);
            continue;
        };
        let path = source.path(element);
        let is_short = source.stream_len(element).is_some_and(|len| len < u64::from(MINI_CUTOFF));
        if !is_short {
            let len = RangeLen::Bytes(range.end - range.start);
            items.push(LayoutItem::Stream { path, offset: range.start, len });
        } else if short_seen.insert(element) {
            items.push(LayoutItem::whole(path));
        }
    }
    items
}
