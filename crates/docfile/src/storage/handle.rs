//! A storage that can wait.
//!
//! Invariant: it adds nothing to what the engine's storage does but the waiting; every verb is the
//! engine's `try_` verb, repeated until it is not pending.

use std::sync::Arc;

use docfile_binding::progress::{AdviseError, AsyncMode, Cookie};
use docfile_compound as engine;
use docfile_compound::{CompoundFile, Listing, Name, OpenMode, Result, Settings, Stat, Walk};

use super::arrival::{Arrival, ProgressNotify};
use super::stream::Stream;
use crate::fill::FillLockBytes;

/// A storage, perhaps of a file that is still arriving.
///
/// # Example
///
/// ```
/// use docfile::fill::FillLockBytes;
/// use docfile::storage::{AsyncMode, Storage};
/// use docfile::{CompoundFile, FormatVersion, MemoryBytes};
/// # use std::sync::Arc;
/// # let made = Arc::new(MemoryBytes::default());
/// # let file = CompoundFile::create(made.clone(), FormatVersion::V3, Default::default())?;
/// # file.root(docfile::OpenMode::edit())?.try_commit(Default::default())?;
/// # drop(file);
/// # let document = made.to_vec();
///
/// let fill = FillLockBytes::memory();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         for piece in document.chunks(100) {
///             fill.fill_append(piece).unwrap();
///         }
///         fill.terminate(docfile::fill::Termination::Success);
///     });
///     // Waits for no more than it needs.
///     let root = Storage::open(&fill, AsyncMode::Default)?;
///     assert_eq!(root.list()?.elements.len(), 0);
///     Ok::<(), docfile::Error>(())
/// })?;
/// # Ok::<(), docfile::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Storage {
    engine: engine::Storage,
    arrival: Arrival,
}

impl Storage {
    /// Opens the root of what `fill` brings; never waits
    /// (`StgOpenAsyncDocfileOnIFillLockBytes`).
    ///
    /// # Errors
    ///
    /// [`Pending`](engine::ErrorKind::Pending) while the header is missing; as
    /// [`CompoundFile::try_open`].
    pub fn try_open(fill: &FillLockBytes, mode: AsyncMode) -> Result<Self> {
        let file = CompoundFile::try_open(fill.lock_bytes(), Settings::default())?;
        let engine = file.root(OpenMode::read())?;
        Ok(Self { engine, arrival: Arrival::new(Some(fill.clone()), mode) })
    }

    /// Opens the root of what `fill` brings; waits for the header.
    ///
    /// # Errors
    ///
    /// As [`try_open`](Self::try_open), never pending.
    pub fn open(fill: &FillLockBytes, mode: AsyncMode) -> Result<Self> {
        Arrival::new(Some(fill.clone()), mode).until(|| Self::try_open(fill, mode))
    }

    /// The future of the root of what `fill` brings.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_async(fill: &FillLockBytes, mode: AsyncMode) -> Result<Self> {
        let waiting = Arrival::new(Some(fill.clone()), mode);
        waiting.until_async(|| Self::try_open(fill, mode)).await
    }

    /// A handle over a storage of the engine whose bytes are all here.
    #[must_use]
    pub fn complete(engine: engine::Storage) -> Self {
        Self { engine, arrival: Arrival::new(None, AsyncMode::Default) }
    }

    /// The engine's handle, which never waits.
    #[must_use]
    pub const fn engine(&self) -> &engine::Storage {
        &self.engine
    }

    /// Where the bytes come from, unless all are here.
    #[must_use]
    pub fn fill(&self) -> Option<&FillLockBytes> {
        self.arrival.fill()
    }

    /// Adds a progress sink to this storage.
    ///
    /// # Errors
    ///
    /// [`AdviseError::AdviseLimit`].
    pub fn advise(
        &self,
        sink: Arc<dyn ProgressNotify>,
    ) -> core::result::Result<Cookie, AdviseError> {
        self.arrival.advise(sink)
    }

    /// Removes a progress sink.
    ///
    /// # Errors
    ///
    /// [`AdviseError::NoConnection`] when no sink has this cookie.
    pub fn unadvise(&self, cookie: Cookie) -> core::result::Result<(), AdviseError> {
        self.arrival.unadvise(cookie)
    }

    /// Repeats a step of the engine, `step`, until nothing that it needs is missing: for what has
    /// no verb here, such as property sets.
    ///
    /// # Errors
    ///
    /// What `step` answers; pending only when a sink decided so.
    pub fn until<T>(&self, step: impl FnMut() -> Result<T>) -> Result<T> {
        self.arrival.until(step)
    }

    /// The future of what [`until`](Self::until) waits for.
    ///
    /// # Errors
    ///
    /// As [`until`](Self::until).
    pub async fn until_async<T>(&self, step: impl FnMut() -> Result<T>) -> Result<T> {
        self.arrival.until_async(step).await
    }

    /// What is known of this storage; waits. See [`engine::Storage::try_stat`].
    ///
    /// # Errors
    ///
    /// As the engine's, pending only when a sink decided so.
    pub fn stat(&self) -> Result<Stat> {
        self.arrival.until(|| self.engine.try_stat())
    }

    /// The future of [`stat`](Self::stat).
    ///
    /// # Errors
    ///
    /// As [`stat`](Self::stat).
    pub async fn stat_async(&self) -> Result<Stat> {
        self.arrival.until_async(|| self.engine.try_stat()).await
    }

    /// The elements of this storage; waits. See [`engine::Storage::try_list`].
    ///
    /// # Errors
    ///
    /// As the engine's, pending only when a sink decided so.
    pub fn list(&self) -> Result<Listing> {
        self.arrival.until(|| self.engine.try_list())
    }

    /// The future of [`list`](Self::list).
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn list_async(&self) -> Result<Listing> {
        self.arrival.until_async(|| self.engine.try_list()).await
    }

    /// Everything below this storage; waits. See [`engine::Storage::try_walk`].
    ///
    /// # Errors
    ///
    /// As the engine's, pending only when a sink decided so.
    pub fn walk(&self) -> Result<Walk> {
        self.arrival.until(|| self.engine.try_walk())
    }

    /// The future of [`walk`](Self::walk).
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk).
    pub async fn walk_async(&self) -> Result<Walk> {
        self.arrival.until_async(|| self.engine.try_walk()).await
    }

    /// The element of this name, if there is one; waits. See [`engine::Storage::try_find`].
    ///
    /// # Errors
    ///
    /// As the engine's, pending only when a sink decided so.
    pub fn find(&self, name: &Name) -> Result<Option<Stat>> {
        self.arrival.until(|| self.engine.try_find(name))
    }

    /// The future of [`find`](Self::find).
    ///
    /// # Errors
    ///
    /// As [`find`](Self::find).
    pub async fn find_async(&self, name: &Name) -> Result<Option<Stat>> {
        self.arrival.until_async(|| self.engine.try_find(name)).await
    }

    /// A stream of this storage, for reading; never waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Storage::try_open_stream`].
    pub fn try_open_stream(&self, name: &Name) -> Result<Stream> {
        let engine = self.engine.try_open_stream(name, OpenMode::child_read())?;
        Ok(Stream::new(engine, self.arrival.child()))
    }

    /// A stream of this storage, for reading; waits.
    ///
    /// # Errors
    ///
    /// As [`try_open_stream`](Self::try_open_stream), pending only when a sink decided so.
    pub fn open_stream(&self, name: &Name) -> Result<Stream> {
        self.arrival.until(|| self.try_open_stream(name))
    }

    /// The future of [`open_stream`](Self::open_stream).
    ///
    /// # Errors
    ///
    /// As [`open_stream`](Self::open_stream).
    pub async fn open_stream_async(&self, name: &Name) -> Result<Stream> {
        self.arrival.until_async(|| self.try_open_stream(name)).await
    }

    /// A storage of this storage, for reading; never waits.
    ///
    /// # Errors
    ///
    /// As [`engine::Storage::try_open_storage`].
    pub fn try_open_storage(&self, name: &Name) -> Result<Self> {
        let engine = self.engine.try_open_storage(name, OpenMode::child_read())?;
        Ok(Self { engine, arrival: self.arrival.child() })
    }

    /// A storage of this storage, for reading; waits.
    ///
    /// # Errors
    ///
    /// As [`try_open_storage`](Self::try_open_storage), pending only when a sink decided so.
    pub fn open_storage(&self, name: &Name) -> Result<Self> {
        self.arrival.until(|| self.try_open_storage(name))
    }

    /// The future of [`open_storage`](Self::open_storage).
    ///
    /// # Errors
    ///
    /// As [`open_storage`](Self::open_storage).
    pub async fn open_storage_async(&self, name: &Name) -> Result<Self> {
        self.arrival.until_async(|| self.try_open_storage(name)).await
    }

    /// The root of the compound file that `stream`, a stream of this file, holds; waits.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_in(stream: &Stream) -> Result<Self> {
        stream.arrival().until(|| Self::try_open_in(stream))
    }

    /// The future of [`open_in`](Self::open_in).
    ///
    /// # Errors
    ///
    /// As [`open_in`](Self::open_in).
    pub async fn open_in_async(stream: &Stream) -> Result<Self> {
        stream.arrival().until_async(|| Self::try_open_in(stream)).await
    }

    fn try_open_in(stream: &Stream) -> Result<Self> {
        let bytes = Arc::new(stream.engine().clone());
        let file = CompoundFile::try_open(bytes, Settings::default())?;
        let engine = file.root(OpenMode::read())?;
        Ok(Self { engine, arrival: stream.arrival().child() })
    }
}
