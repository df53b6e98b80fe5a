//! Making the next generation: the root's changes become the file, at one moment or not at all.
//!
//! Invariant: until the header is written, everything written lies in sectors that no generation
//! in sight uses. The order is: streams, mini stream, directory, tables, flush; then the header
//! alone, flush. Whatever moment the power fails at, the file opens as the old generation or as
//! the new one. A commit that cannot go on gives back what it took and has changed nothing; only
//! a failed write latches the file.

mod consolidate;
mod directory_editor;
mod fat_editor;
mod mini_editor;
mod rebase;
mod siblings;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::allocator::Generation as GenerationNumber;
use crate::directory::entry::{DirectoryEntry, EntryKind};
use crate::error::{Error, ErrorKind, Result};
use crate::extents::Run;
use crate::generation::Generation;
use crate::header::Header;
use crate::open_mode::{CommitFlags, CommitOutcome};
use crate::sector::{END_OF_CHAIN, EntryId, SectorId, SectorSize};
use crate::stored_stream::{Placement, StoredStream};
use crate::transaction::content::Content;
use crate::transaction::node::{Node, NodeKey, StreamData, StreamNode};
use crate::transaction::opening::{Opening, OpeningState};
use crate::transaction::space::{ScopeId, Space};

use directory_editor::DirectoryEditor;
use fat_editor::FatEditor;
use mini_editor::MiniEditor;

/// What one commit changed about the use of sectors, kept while somebody sees what was before.
#[derive(Debug)]
pub(crate) struct Delta {
    pub(crate) generation: u64,
    adopted: Vec<Range<u32>>,
    freed: Vec<Range<u32>>,
}

/// Commits the root scope of an opening.
pub(crate) fn commit(
    opening: &Opening,
    state: &mut OpeningState,
    flags: CommitFlags,
) -> Result<CommitOutcome> {
    let base = state.scopes.base.clone();
    {
        let file = opening.file.lock();
        file.check_latch()?;
        if flags.contains(CommitFlags::ONLY_IF_CURRENT) && file.current.number != base.number {
            return Err(Error::new(
                ErrorKind::NotCurrent,
                "another root committed since this one was opened or last committed",
            ));
        }
    }
    let durable = !flags.contains(CommitFlags::TO_CACHE_ONLY);
    let root = state.scopes.scope(ScopeId::ROOT)?;
    // What nested transactions wrote behind the end is room that the FAT must describe.
    let has_grown = {
        let file = opening.file.lock();
        opening.file.medium.bytes.len().is_some_and(|len| len > file.committed_len)
    };
    if root.nodes.is_empty() && root.destroyed.is_empty() && !base.is_blank() && !has_grown {
        if durable {
            flush(opening)?;
        }
        return consolidate::finish(opening, state, flags);
    }
    publish(opening, state, durable, |commit, state| commit.make(state))?;
    consolidate::finish(opening, state, flags)
}

/// Makes a generation of what `make` writes, or leaves everything as it was.
fn publish(
    opening: &Opening,
    state: &mut OpeningState,
    durable: bool,
    make: impl FnOnce(&mut Commit<'_>, &OpeningState) -> Result<Header>,
) -> Result<()> {
    let base = state.scopes.base.clone();
    let mut commit = Commit::new(opening, &base)?;
    let header = match make(&mut commit, state).and_then(|header| commit.pivot(header, durable)) {
        Ok(header) => header,
        Err(error) => {
            commit.abandon();
            return Err(error);
        }
    };
    let new_keys = core::mem::take(&mut commit.new_keys);
    let generation = commit.install(header);
    state.change_count += 1;
    let rebased = rebase::rebase(opening, state, &base, &generation, &new_keys);
    // Only now does nobody in this opening read what the old generation alone has.
    opening.file.lock().move_opening(opening.id, generation.number);
    rebased
}

fn flush(opening: &Opening) -> Result<()> {
    let bytes = &opening.file.medium.bytes;
    bytes.flush().map_err(|error| opening.file.latch(error))
}

/// A commit under way.
struct Commit<'c> {
    opening: &'c Opening,
    base: &'c Arc<Generation>,
    space: Space<'c>,
    fat: FatEditor<'c>,
    mini: MiniEditor<'c>,
    entries: DirectoryEditor<'c>,
    directory: Content,
    /// Which places new elements got.
    new_keys: BTreeMap<NodeKey, NodeKey>,
    /// Sectors of streams that the transaction took and the new generation uses.
    adopted: Vec<Range<u32>>,
    /// Sectors of streams that the transaction took and the new generation does not use.
    unused: Vec<Run>,
    /// Streams of which only the place changed.
    moved: Vec<Content>,
}

impl<'c> Commit<'c> {
    fn new(opening: &'c Opening, base: &'c Arc<Generation>) -> Result<Self> {
        let directory = if base.is_blank() {
            Content::empty()
        } else {
            let (count, error) = base
                .directory
                .with(&base.fat(), u64::MAX, |extents, error| (extents.sector_count(), error));
            if let Some(error) = error {
                return Err(error);
            }
            let start = base.header.directory_start;
            let chain = crate::chain::Chain::new(start, 0, u64::from(count));
            let len = u64::from(count) << base.medium.sector_size.shift();
            Content::stored(Arc::new(chain), count, len)
        };
        let mut space = opening.space(base, ScopeId::COMMIT);
        space.in_place = false;
        Ok(Self {
            opening,
            base,
            space,
            fat: FatEditor::new(base)?,
            mini: MiniEditor::new(base)?,
            entries: DirectoryEditor::new(base)?,
            directory,
            new_keys: BTreeMap::new(),
            adopted: Vec::new(),
            unused: Vec::new(),
            moved: Vec::new(),
        })
    }

    /// Writes everything but the header, and answers the header.
    fn make(&mut self, state: &OpeningState) -> Result<Header> {
        let root = state.scopes.scope(ScopeId::ROOT)?;
        siblings::unlink_removed(&mut self.entries, self.base, root)?;
        for key in &root.destroyed {
            if let NodeKey::Stored(id) = *key {
                self.destroy(id)?;
            }
        }
        for (key, node) in &root.nodes {
            if matches!(key, NodeKey::New(_)) {
                let kind = match node {
                    Node::Storage(_) => EntryKind::Storage,
                    Node::Stream(_) => EntryKind::Stream,
                };
                let entry = DirectoryEntry { kind, ..DirectoryEntry::unallocated() };
                let id = self.entries.add(entry)?;
                self.new_keys.insert(*key, NodeKey::Stored(id));
            }
        }
        for (key, node) in &root.nodes {
            self.put_node(*key, node)?;
        }
        siblings::link_added(&mut self.entries, self.base, state, &self.new_keys)?;
        self.write_tables()
    }

    /// The directory entry of an element.
    fn place_of(&self, key: NodeKey) -> EntryId {
        match self.new_keys.get(&key).copied().unwrap_or(key) {
            NodeKey::Stored(id) => id,
            NodeKey::New(_) => EntryId::ROOT,
        }
    }

    fn destroy(&mut self, id: EntryId) -> Result<()> {
        if self.base.entry(id)?.kind == EntryKind::Stream {
            self.free_stored(id)?;
        }
        self.entries.free(id);
        Ok(())
    }

    /// Frees all that the stored form of a stream uses.
    fn free_stored(&mut self, id: EntryId) -> Result<()> {
        let entry = self.base.entry(id)?;
        if entry.len == 0 {
            return Ok(());
        }
        let stored = StoredStream::new(self.base.clone(), &entry, 0);
        match stored.placement {
            Placement::Sectors => self.fat.free_chain(&stored.chain),
            Placement::MiniSectors => self.mini.free_chain(&stored.chain),
        }
    }

    /// Puts what a node says into its directory entry, and its bytes where they belong.
    fn put_node(&mut self, key: NodeKey, node: &Node) -> Result<()> {
        let id = self.place_of(key);
        let (attributes, bytes) = match node {
            Node::Storage(storage) => (&storage.attributes, None),
            Node::Stream(stream) => (&stream.attributes, self.put_stream(key, stream)?),
        };
        self.entries.change(id, |entry| {
            entry.name = attributes.name;
            entry.class_id = attributes.class_id;
            entry.state_bits = attributes.state_bits;
            entry.created = attributes.created;
            entry.modified = attributes.modified;
            if let Some((start, len)) = bytes {
                entry.start = start;
                entry.len = len;
            }
        })
    }

    /// Puts the bytes of a stream into place; answers where they start and how many they are,
    /// `None` when they stay as they were.
    fn put_stream(&mut self, key: NodeKey, stream: &StreamNode) -> Result<Option<(u32, u64)>> {
        let cutoff = u64::from(self.base.header.mini_cutoff);
        match &stream.data {
            StreamData::Stored => Ok(None),
            StreamData::Short(bytes) => {
                self.free_replaced(key)?;
                Ok(Some((self.mini.put(&self.space, bytes)?, bytes.len() as u64)))
            }
            StreamData::Long(content) if content.len() < cutoff => {
                self.free_replaced(key)?;
                let mut bytes = vec![0; usize::try_from(content.len()).unwrap_or(0)];
                content.read(self.base, 0, &mut bytes)?;
                self.unused.extend(content.runs_of(ScopeId::ROOT));
                Ok(Some((self.mini.put(&self.space, &bytes)?, content.len())))
            }
            StreamData::Long(content) => {
                if content.base().is_none() {
                    self.free_replaced(key)?;
                }
                content.clear_slack(&self.opening.space(self.base, ScopeId::ROOT))?;
                self.adopted.extend(content.runs_of(ScopeId::ROOT).map(Run::range));
                Ok(Some((self.fat.link_content(content)?, content.len())))
            }
        }
    }

    fn free_replaced(&mut self, key: NodeKey) -> Result<()> {
        match key {
            NodeKey::Stored(id) => self.free_stored(id),
            NodeKey::New(_) => Ok(()),
        }
    }

    /// Writes the mini stream, the directory, and the tables that lead to them.
    fn write_tables(&mut self) -> Result<Header> {
        let mut header = self.base.header.clone();
        let size = header.sector_size;
        self.mini.write(&self.space)?;
        let mini_start = self.fat.link_content(&self.mini.stream)?;
        let mini_len = self.mini.len();
        let moved = self.base.is_blank() || {
            let root = self.base.root_entry()?;
            (root.start, root.len) != (mini_start, mini_len)
        };
        if moved {
            self.entries.change(EntryId::ROOT, |root| {
                root.start = if mini_len == 0 { END_OF_CHAIN } else { mini_start };
                root.len = mini_len;
            })?;
        }
        header.mini_fat_start = self.fat.link_content(&self.mini.fat)?;
        header.mini_fat_count = self.mini.fat.sector_count();
        let directory_count = self.entries.write(&self.space, &mut self.directory)?;
        header.directory_count = if size == SectorSize::V4 { directory_count } else { 0 };
        header.directory_start = self.fat.link_content(&self.directory)?;
        if !self.base.is_blank() {
            header.transaction = header.transaction.wrapping_add(1);
        }
        self.fat.place(&self.space, || self.opening.file.lock().allocator.end())?;
        self.fat.write(&self.space, &mut header)?;
        Ok(header)
    }

    /// Makes everything durable, then the header alone, then that.
    fn pivot(&mut self, header: Header, durable: bool) -> Result<Header> {
        let size = header.sector_size;
        let file = &self.opening.file;
        let end = file.lock().allocator.end();
        let len = (u64::from(end) + 1) << size.shift();
        let bytes = &file.medium.bytes;
        if bytes.len().is_none_or(|present| present < len) {
            bytes.set_size(len).map_err(|error| file.latch(error))?;
        }
        if durable {
            flush(self.opening)?;
        }
        self.space.write(0, &header.emit())?;
        if durable {
            flush(self.opening)?;
        }
        Ok(header)
    }

    /// The sectors that the commit took for itself.
    fn taken(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        [&self.mini.stream, &self.mini.fat, &self.directory]
            .into_iter()
            .chain(&self.moved)
            .flat_map(|content| content.runs_of(ScopeId::COMMIT))
            .map(Run::range)
            .chain(self.fat.taken.iter().cloned())
    }

    fn abandon(self) {
        self.taken().for_each(|run| self.space.give_back(run.into()));
    }

    /// Makes what was written the newest generation.
    fn install(mut self, header: Header) -> Arc<Generation> {
        let file = &self.opening.file;
        let mut state = file.lock();
        let number = state.current.number + 1;
        let mut adopted: Vec<_> = self.taken().collect();
        adopted.append(&mut self.adopted);
        let mut freed = core::mem::take(&mut self.fat.freed);
        let delta = Delta { generation: number, adopted: adopted.clone(), freed: freed.clone() };
        // What others committed since is overridden: what they took is used no more, what they
        // freed is used again.
        for other in state.recent.iter().filter(|other| other.generation > self.base.number) {
            freed.extend(other.adopted.iter().cloned());
        }
        let reused: Vec<_> = state
            .recent
            .iter()
            .filter(|other| other.generation > self.base.number)
            .flat_map(|other| other.freed.iter().cloned())
            .collect();
        state.allocator.commit(GenerationNumber(number), freed, adopted);
        for run in reused {
            state.allocator.use_again(&run);
        }
        for run in self.unused.drain(..) {
            state.allocator.give_back(run.range());
        }
        state.recent.push(delta);
        let medium = file.medium.clone();
        let difat = self.fat.into_difat();
        let generation = Arc::new(Generation::with_difat(number, header, medium, difat));
        state.current = generation.clone();
        state.committed_len = file.medium.bytes.len().unwrap_or(0);
        generation
    }
}

/// Writes table sectors, neighbours in one go, and keeps them for reading.
fn write_sectors(
    space: &Space<'_>,
    size: SectorSize,
    writes: BTreeMap<u32, Vec<u8>>,
) -> Result<()> {
    let mut batch: Vec<u8> = Vec::new();
    let mut first = 0;
    for (sector, page) in writes {
        let batch_count = u32::try_from(batch.len() >> size.shift()).unwrap_or(u32::MAX);
        if first + batch_count != sector || batch.len() >= BATCH_LEN {
            write_batch(space, size, first, &batch)?;
            batch.clear();
            first = sector;
        }
        batch.extend_from_slice(&page);
        space.file.medium.keep(SectorId(sector), page.into());
    }
    write_batch(space, size, first, &batch)
}

/// How much of the tables is written at once, in bytes.
const BATCH_LEN: usize = 256 << 10;

fn write_batch(space: &Space<'_>, size: SectorSize, first: u32, batch: &[u8]) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    space.write(size.offset(SectorId(first)), batch)
}
