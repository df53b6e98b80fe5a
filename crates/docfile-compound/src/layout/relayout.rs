//! Writing a file anew, in a given order (`contract/storage.md` 6, ReLayoutDocfile).
//!
//! The file comes out from its first byte to its last, so it can go to a pipe as well as to a
//! byte array. Invariant: a step that meets missing bytes has given out nothing that a retry
//! would give out again. Memory is the directory, one piece per run of sectors (16 KiB per GiB
//! of a version 4 file, under 1 MiB per GiB of a version 3 file), and one buffer.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::file::CompoundFile;
use crate::layout::arrangement::{Arrangement, Holds, Piece};
use crate::layout::plan;
use crate::layout::script::LayoutScript;
use crate::layout::source::{ElementIndex, Source};
use crate::lock_bytes::LockBytes;
use crate::rule::Rule;
use crate::sector::{END_OF_CHAIN, FREE_SECTOR, MINI_SECTOR_LEN};
use crate::stored_stream::StoredStream;

/// How much is given out at once, in bytes.
const CHUNK_LEN: usize = 1 << 20;
/// How many streams of the source are kept open; more are opened again.
const OPEN_MAX: usize = 64;

/// A file that is being written in a given order.
///
/// # Example
///
/// ```
/// # use std::sync::Arc;
/// # use docfile_compound::*;
/// # let old = Arc::new(MemoryBytes::default());
/// # let root = CompoundFile::create(old.clone(), FormatVersion::V3, Settings::default())?.root(OpenMode::edit())?;
/// # root.try_create_stream(&Name::new("Page 1")?, OpenMode::child_edit())?.try_write_at(0, b"hello")?;
/// # root.try_commit(CommitFlags::DEFAULT)?;
/// let file = CompoundFile::try_open(old, Settings::default())?;
/// let script: LayoutScript = "stream \"Page 1\"".parse()?;
/// let new = MemoryBytes::default();
/// Relayout::try_new(&file, &script)?.try_write_to(&new)?;
/// # assert!(try_check(Arc::new(new), Limits::default())?.is_clean());
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug)]
pub struct Relayout {
    source: Source,
    arrangement: Arrangement,
    open: BTreeMap<ElementIndex, StoredStream>,
    /// The piece that is being written, and how many of its sectors are in the buffer.
    at: (usize, u32),
    buffer: Vec<u8>,
    /// How many bytes were given out.
    written_len: u64,
}

impl Relayout {
    /// Plans to write the newest generation of `file` in the order of `script`. Uncommitted
    /// changes are not part of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`](crate::ErrorKind::Pending) while the directory has not arrived;
    /// [`ErrorKind::InvalidParameter`](crate::ErrorKind::InvalidParameter) while the length of
    /// the file is not known; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the script names what does not
    /// exist; [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) when elements cannot be found;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), and
    /// [`ErrorKind::LimitReached`](crate::ErrorKind::LimitReached) for scripts without end.
    pub fn try_new(file: &CompoundFile, script: &LayoutScript) -> Result<Self> {
        let source = Source::read(file)?;
        source.check_lens()?;
        let steps = plan::steps(&source, script)?;
        let arrangement = Arrangement::new(&source, &steps)?;
        let mut buffer = arrangement.header.emit().to_vec();
        buffer.resize(arrangement.size.len(), 0);
        let open = BTreeMap::new();
        Ok(Self { source, arrangement, open, at: (0, 0), buffer, written_len: 0 })
    }

    /// The length of the new file, in bytes.
    #[must_use]
    pub fn file_len(&self) -> u64 {
        self.arrangement.len()
    }

    /// How many bytes were given out so far.
    #[must_use]
    pub fn written_len(&self) -> u64 {
        self.written_len
    }

    /// Gives the next bytes of the new file, about a MiB, to `sink`; answers whether more follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`](crate::ErrorKind::Pending) while bytes of the source are missing:
    /// repeat it then. What reading the source answers; what `sink` answers, after which the new
    /// file is void.
    pub fn try_step(&mut self, sink: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<bool> {
        while self.buffer.len() < CHUNK_LEN {
            let (index, done) = self.at;
            let Some(piece) = self.arrangement.pieces.get(index).cloned() else { break };
            let size = self.arrangement.size;
            let room = u32::try_from(CHUNK_LEN >> size.shift()).unwrap_or(1);
            let count = (piece.count - done).min(room);
            let start = self.buffer.len();
            self.buffer.resize(start + ((count as usize) << size.shift()), 0);
            let mut buffer = std::mem::take(&mut self.buffer);
            let filled = self.fill(&piece, done, buffer.get_mut(start..).unwrap_or_default());
            self.buffer = buffer;
            if let Err(error) = filled {
                self.buffer.truncate(start);
                return Err(error);
            }
            self.at =
                if done + count == piece.count { (index + 1, 0) } else { (index, done + count) };
        }
        sink(&self.buffer)?;
        self.written_len += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(self.at.0 < self.arrangement.pieces.len())
    }

    /// Writes the new file over what `bytes` holds.
    ///
    /// # Errors
    ///
    /// As [`try_step`](Self::try_step); after [`ErrorKind::Pending`](crate::ErrorKind::Pending)
    /// the next call goes on where this one stopped.
    pub fn try_write_to(&mut self, bytes: &dyn LockBytes) -> Result<()> {
        if self.written_len == 0 {
            bytes.set_size(0)?;
        }
        loop {
            let offset = self.written_len;
            if !self.try_step(&mut |data| bytes.write_at(offset, data))? {
                return bytes.flush();
            }
        }
    }

    /// Fills zeroed sectors with those of a piece from number `done` on.
    fn fill(&mut self, piece: &Piece, done: u32, to: &mut [u8]) -> Result<()> {
        let size = self.arrangement.size;
        let logical = piece.logical + done;
        match piece.holds {
            Holds::Stream(element) => {
                return self.read(element, u64::from(logical) << size.shift(), to);
            }
            Holds::MiniStream => return self.fill_mini(u64::from(logical) << size.shift(), to),
            Holds::RangeLock => return Ok(()),
            _ => {}
        }
        for (sector, to) in (logical..).zip(to.chunks_exact_mut(size.len())) {
            match piece.holds {
                Holds::Directory => self.arrangement.directory.emit(sector, to),
                Holds::MiniFat => self.fill_mini_fat(sector, to),
                // Tables are counted from one.
                Holds::Fat => self.fill_fat(sector - 1, to),
                Holds::Difat => self.fill_difat(sector as usize - 1, to),
                _ => {}
            }
        }
        Ok(())
    }

    fn fill_fat(&self, index: u32, to: &mut [u8]) {
        let first = index * self.arrangement.size.fat_entries();
        let links = (first..).map(|sector| self.arrangement.link_of(sector));
        put_links(links.map(|link| link.unwrap_or(FREE_SECTOR)), to);
    }

    fn fill_difat(&self, index: usize, to: &mut [u8]) {
        let named = self.arrangement.size.fat_entries() as usize - 1;
        let skipped = crate::header::HEADER_DIFAT_COUNT + index * named;
        let sectors = self.arrangement.fat_sectors.iter().copied().skip(skipped);
        let next = self.arrangement.difat_sectors.get(index + 1).copied();
        let sectors = sectors.chain(std::iter::repeat(FREE_SECTOR)).take(named);
        put_links(sectors.chain([next.unwrap_or(END_OF_CHAIN)]), to);
    }

    fn fill_mini_fat(&self, index: u32, to: &mut [u8]) {
        let mini = &self.arrangement.mini;
        let first = index * self.arrangement.size.fat_entries();
        let mut at = mini.partition_point(|piece| piece.first + piece.count <= first);
        let links = (first..).map(|sector| {
            while mini.get(at).is_some_and(|piece| piece.first + piece.count <= sector) {
                at += 1;
            }
            match mini.get(at) {
                None => FREE_SECTOR,
                Some(piece) if sector + 1 < piece.first + piece.count => sector + 1,
                Some(_) => END_OF_CHAIN,
            }
        });
        put_links(links, to);
    }

    /// Fills zeroed bytes with those of the mini stream from `offset` on.
    fn fill_mini(&mut self, offset: u64, to: &mut [u8]) -> Result<()> {
        let end = offset + to.len() as u64;
        let start_of = |first: u32| u64::from(first) * MINI_SECTOR_LEN;
        let mini = &self.arrangement.mini;
        let from = mini.partition_point(|piece| start_of(piece.first + piece.count) <= offset);
        let until = mini.partition_point(|piece| start_of(piece.first) < end);
        let pieces = mini.get(from..until).unwrap_or_default().to_vec();
        for piece in pieces {
            let start = start_of(piece.first);
            let room = (start.max(offset)..start_of(piece.first + piece.count).min(end), start);
            let within = |at: u64| usize::try_from(at - offset).unwrap_or(usize::MAX);
            let range = within(room.0.start)..within(room.0.end);
            self.read(piece.element, room.0.start - start, to.get_mut(range).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Reads from a stream of the source; behind its end `to` stays as it is.
    fn read(&mut self, element: ElementIndex, offset: u64, to: &mut [u8]) -> Result<()> {
        if self.open.len() > OPEN_MAX {
            self.open.clear();
        }
        let stream = match self.open.entry(element) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(self.source.open(element)?)
            }
        };
        let left = usize::try_from(stream.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(to.len());
        let mut done = 0;
        while done < wanted {
            let rest = to.get_mut(done..wanted).unwrap_or_default();
            match stream.try_read_at(offset + done as u64, rest)? {
                0 => return Err(Error::corrupt(Rule::ChainShort, 0)),
                count => done += count,
            }
        }
        if offset + wanted as u64 >= stream.len {
            self.open.remove(&element);
        }
        Ok(())
    }
}

fn put_links(links: impl Iterator<Item = u32>, to: &mut [u8]) {
    for (to, link) in to.chunks_exact_mut(4).zip(links) {
        to.copy_from_slice(&link.to_le_bytes());
    }
}
