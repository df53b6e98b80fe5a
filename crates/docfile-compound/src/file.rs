//! A compound file: one byte array, its newest generation, and everybody who has it open.
//!
//! Several roots may be opened on one file at once, each with the view of the generation that was
//! newest then. This is where they meet: sharing modes are checked, sectors are handed out, and
//! commits follow one another. Between processes nothing is shared yet; that is left to a later
//! face (`docs/decisions.md`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::allocator::{Allocator, Generation as GenerationNumber};
use crate::error::{Error, ErrorKind, Result};
use crate::extents::Run;
use crate::generation::{Generation, read_header};
use crate::header::Header;
use crate::limits::{Limits, Validation};
use crate::lock_bytes::LockBytes;
use crate::medium::Medium;
use crate::open_mode::OpenMode;
use crate::sector::SectorSize;
use crate::storage::Storage;
use crate::transaction::free_scan::FreeScan;
use crate::transaction::opening::Opening;

/// The version of the format: what a new file becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FormatVersion {
    /// Sectors of 512 bytes, at most 2 GiB: what nearly every program writes and reads.
    #[default]
    V3,
    /// Sectors of 4096 bytes, up to 16 TiB.
    V4,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Settings {
    /// Whether breaches that real files commit are forgiven.
    pub validation: Validation,
    /// How much memory and depth the file is granted.
    pub limits: Limits,
}

/// A compound file over a byte array. Cheap to clone; all clones are the same file.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use docfile_compound::{CommitFlags, CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Settings};
///
/// let bytes = Arc::new(MemoryBytes::default());
/// let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default())?;
/// let root = file.root(OpenMode::edit())?;
/// let stream = root.try_create_stream(&Name::new("Contents")?, OpenMode::child_edit())?;
/// stream.try_write_at(0, b"hello")?;
/// root.try_commit(CommitFlags::DEFAULT)?;
///
/// let again = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
/// let stream = again.try_open_stream(&Name::new("contents")?, OpenMode::child_read())?;
/// let mut text = [0; 5];
/// assert_eq!(stream.try_read_at(0, &mut text)?, 5);
/// assert_eq!(&text, b"hello");
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompoundFile {
    pub(crate) shared: Arc<FileShared>,
}

#[derive(Debug)]
pub(crate) struct FileShared {
    pub(crate) medium: Arc<Medium>,
    state: Mutex<FileState>,
    next_opening_id: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct FileState {
    pub(crate) current: Arc<Generation>,
    pub(crate) allocator: Allocator,
    pub(crate) free_scan: FreeScan,
    /// The modes of the roots that are open.
    openings: Vec<OpenRoot>,
    /// What recent commits took and freed, for openings that still see what was before.
    pub(crate) recent: Vec<crate::commit::Delta>,
    /// How long the file was when it was opened, or last committed to.
    pub(crate) committed_len: u64,
    /// The first failed write; from then on nothing is written.
    latched: Option<Error>,
}

/// What the file knows of a root that is open.
#[derive(Debug)]
struct OpenRoot {
    id: u64,
    mode: OpenMode,
    /// The generation that the root sees.
    generation: u64,
}

impl CompoundFile {
    /// Opens an existing file: reads its header and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] while the header has not arrived, [`ErrorKind::NotCompound`] when
    /// the signature is missing, [`ErrorKind::Corrupt`] when the header cannot be used.
    pub fn try_open(bytes: Arc<dyn LockBytes>, settings: Settings) -> Result<Self> {
        if bytes.nesting_depth() > settings.limits.nesting_depth {
            return Err(Error::new(
                ErrorKind::LimitReached,
                "compound files nest too deep, one inside the other",
            ));
        }
        let header = read_header(&*bytes, settings.validation)?;
        Ok(Self::with_header(bytes, header, settings))
    }

    /// A new, empty file over `bytes`. What the array held is gone; the new file exists once a
    /// root commits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WriteFault`] when the array's length is not known: what is still arriving
    /// cannot be written over.
    pub fn create(
        bytes: Arc<dyn LockBytes>,
        version: FormatVersion,
        settings: Settings,
    ) -> Result<Self> {
        if bytes.len().is_none() {
            return Err(Error::new(
                ErrorKind::WriteFault,
                "an array that is still arriving cannot be written over",
            ));
        }
        let size = match version {
            FormatVersion::V3 => SectorSize::V3,
            FormatVersion::V4 => SectorSize::V4,
        };
        if !bytes.is_empty() {
            bytes.set_size(0)?;
        }
        Ok(Self::with_header(bytes, Header::blank(size), settings))
    }

    fn with_header(bytes: Arc<dyn LockBytes>, header: Header, settings: Settings) -> Self {
        let size = header.sector_size;
        let medium = Arc::new(Medium::new(bytes, size, settings.limits, settings.validation));
        let current = Arc::new(Generation::new(0, header, medium.clone()));
        let end = medium.sector_count().unwrap_or(0);
        let allocator = Allocator::new(size, u32::try_from(end).unwrap_or(u32::MAX));
        let state = FileState {
            free_scan: FreeScan::new(end, size),
            current,
            allocator,
            openings: Vec::new(),
            recent: Vec::new(),
            committed_len: medium.bytes.len().unwrap_or(0),
            latched: None,
        };
        let shared =
            FileShared { medium, state: Mutex::new(state), next_opening_id: AtomicU64::new(1) };
        Self { shared: Arc::new(shared) }
    }

    /// Opens the root storage with the given mode (`contract/storage.md` 7).
    ///
    /// The root sees the newest generation, and goes on seeing it whatever others commit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`] for modes that contradict themselves,
    /// [`ErrorKind::ShareViolation`] when another open root forbids it,
    /// [`ErrorKind::Unimplemented`] for what is left to a later face.
    pub fn root(&self, mode: OpenMode) -> Result<Storage> {
        let mut state = self.shared.lock();
        if state.current.is_blank() {
            mode.check_create_root()?;
        } else {
            mode.check_open_root()?;
        }
        if mode.can_write() {
            state.check_latch()?;
            if self.shared.medium.bytes.len().is_none() {
                return Err(Error::new(
                    ErrorKind::AccessDenied,
                    "a file that is still arriving cannot be edited",
                ));
            }
        }
        if state.openings.iter().any(|other| mode.conflicts(other.mode)) {
            return Err(Error::new(
                ErrorKind::ShareViolation,
                "another root that is open does not share the file",
            ));
        }
        let id = self.shared.next_opening_id.fetch_add(1, Ordering::Relaxed);
        let base = state.current.clone();
        state.openings.push(OpenRoot { id, mode, generation: base.number });
        state.allocator.open(GenerationNumber(base.number));
        drop(state);
        Ok(Storage::root(Opening::new(self.shared.clone(), id, mode, base)))
    }

    /// The version of the format.
    #[must_use]
    pub fn format_version(&self) -> FormatVersion {
        match self.shared.medium.sector_size {
            SectorSize::V4 => FormatVersion::V4,
            _ => FormatVersion::V3,
        }
    }

    /// The length of a sector in bytes.
    #[must_use]
    pub fn sector_len(&self) -> usize {
        self.shared.medium.sector_size.len()
    }

    /// The byte array below.
    #[must_use]
    pub fn bytes(&self) -> &Arc<dyn LockBytes> {
        &self.shared.medium.bytes
    }
}

impl FileShared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, FileState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A root is closed, which saw that generation.
    pub(crate) fn close(&self, opening_id: u64, generation: u64) {
        let mut state = self.lock();
        let wrote = state
            .openings
            .iter()
            .any(|opening| opening.id == opening_id && opening.mode.can_change());
        state.openings.retain(|opening| opening.id != opening_id);
        state.allocator.close(GenerationNumber(generation));
        state.forget_old_deltas();
        // What abandoned transactions wrote behind the end is of use to nobody. That it cannot be
        // cut off is no error: it is free room.
        let bytes = &self.medium.bytes;
        if wrote
            && state.openings.is_empty()
            && state.latched.is_none()
            && bytes.len().is_some_and(|len| len > state.committed_len)
        {
            state.allocator.trim();
            let _ = bytes.set_size(state.committed_len);
        }
    }

    /// Takes sectors that no generation in sight uses.
    pub(crate) fn take_sectors(
        &self,
        generation: &Generation,
        count: u32,
        near: Option<u32>,
    ) -> Result<Vec<Run>> {
        let mut state = self.lock();
        state.check_latch()?;
        let FileState { free_scan, allocator, current, .. } = &mut *state;
        if !generation.is_blank() {
            free_scan.look_for(current, allocator, count)?;
        }
        let runs: Vec<Run> = allocator.take(count, near)?.into_iter().map(Run::from).collect();
        for run in &runs {
            self.medium.forget(run.first, run.count);
        }
        Ok(runs)
    }

    pub(crate) fn give_back(&self, run: Run) {
        self.lock().allocator.give_back(run.range());
    }

    /// Writes to the file. A failure stays: whatever was half written, nothing more is.
    pub(crate) fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.medium.write(offset, data).map_err(|error| self.latch(error))
    }

    /// Makes `error` the answer to every later write.
    pub(crate) fn latch(&self, error: Error) -> Error {
        let mut state = self.lock();
        state.latched.get_or_insert_with(|| error.clone());
        error
    }

    pub(crate) fn check_latch(&self) -> Result<()> {
        self.lock().check_latch()
    }
}

impl FileState {
    pub(crate) fn check_latch(&self) -> Result<()> {
        match &self.latched {
            Some(error) => Err(Error::new(
                ErrorKind::Latched,
                "an earlier write failed; open the file anew to go on",
            )
            .with_source(error.clone())),
            None => Ok(()),
        }
    }

    /// Whether any root but this one is open.
    pub(crate) fn others_are_open(&self, opening_id: u64) -> bool {
        self.openings.iter().any(|opening| opening.id != opening_id)
    }

    /// A root that has committed sees what it committed.
    pub(crate) fn move_opening(&mut self, opening_id: u64, generation: u64) {
        for opening in self.openings.iter_mut().filter(|opening| opening.id == opening_id) {
            self.allocator.open(GenerationNumber(generation));
            self.allocator.close(GenerationNumber(opening.generation));
            opening.generation = generation;
        }
        self.forget_old_deltas();
    }

    /// Drops deltas that no opening can need: those of commits that everybody sees.
    pub(crate) fn forget_old_deltas(&mut self) {
        let oldest = self.openings.iter().map(|opening| opening.generation).min();
        let oldest = oldest.unwrap_or(self.current.number);
        self.recent.retain(|delta| delta.generation > oldest);
    }
}
