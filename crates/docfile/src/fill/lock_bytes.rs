//! The filler's face of a byte array that is filling (`IFillLockBytes`).
//!
//! Invariant: `state` believes only in bytes that `bytes` holds; one filler at a time places,
//! stores and reports a piece, and readers run beside it. `state` is locked for single steps only,
//! and wakers are called after it was unlocked, so that who is woken may read at once. Each time
//! everything is forgotten the epoch grows, and a reader of an earlier one gets an error: versions
//! never mix. Source: `contract/storage.md` 3, `design.md` 5.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use docfile_binding::fill::{FillState, Placement, Registration, Termination, WaiterId};
use docfile_binding::planner::Validator;
use docfile_compound::{ByteRanges, LockBytes, MemoryBytes, Missing, ReadRequest, Result};

use super::arriving::ArrivingBytes;
use super::cache::CacheBytes;
use super::events::{AvailabilityEvents, DemandChanged};
use super::wait::Wait;
use crate::{FileBytes, apartment};

/// Bytes that are compared with what is here at once; a longer overlap is compared in pieces.
const COMPARED_LEN: u64 = 256 << 10;

/// A byte array that is filling. Clones are the same array.
///
/// Dropping the last handle of the filler does not end the transfer; who fills says how it ended
/// by [`terminate`](Self::terminate).
///
/// # Example
///
/// ```
/// use docfile::LockBytes;
/// use docfile::fill::{FillLockBytes, Termination};
///
/// let fill = FillLockBytes::memory();
/// let reader = fill.lock_bytes();
/// fill.set_fill_size(10)?;
/// fill.fill_at(6, b"file")?;
///
/// let mut buffer = [0; 4];
/// assert_eq!(reader.try_read_at(6, &mut buffer)?, 4);
/// assert!(reader.try_read_at(0, &mut buffer).unwrap_err().is_pending());
/// fill.fill_at(0, b"small ")?;
/// fill.terminate(Termination::Success);
/// assert_eq!(reader.try_read_at(0, &mut buffer)?, 4);
/// # Ok::<(), docfile::Error>(())
/// ```
#[derive(Clone)]
pub struct FillLockBytes(pub(super) Arc<Shared>);

pub(super) struct Shared {
    bytes: Arc<dyn LockBytes>,
    /// The same, where it outlives this array.
    cache: Option<Arc<CacheBytes>>,
    /// Held by the one who places, stores and reports a piece.
    filling: Mutex<()>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) fill: FillState,
    /// Grows when everything is forgotten.
    pub(super) epoch: u64,
    wakers: BTreeMap<WaiterId, Waker>,
    /// Those who wait for any change: of the demand, or of what has arrived.
    watchers: Vec<Waker>,
}

impl State {
    /// The wakers of those who are woken, and of everybody who watches.
    fn take_wakers(&mut self, woken: &[WaiterId]) -> Vec<Waker> {
        let mut wakers = core::mem::take(&mut self.watchers);
        wakers.extend(woken.iter().filter_map(|id| self.wakers.remove(id)));
        wakers
    }

    pub(super) fn watch(&mut self, waker: &Waker) {
        if !self.watchers.iter().any(|other| other.will_wake(waker)) {
            self.watchers.push(waker.clone());
        }
    }
}

impl FillLockBytes {
    /// An empty array in memory. Its size is that of the last byte that arrived, so that who fills
    /// out of order over a long array rather takes [`temporary`](Self::temporary).
    #[must_use]
    pub fn memory() -> Self {
        Self::on(Arc::new(MemoryBytes::default()))
    }

    /// An empty array in a sparse temporary file, which vanishes with the last handle.
    ///
    /// # Errors
    ///
    /// [`WriteFault`](docfile_compound::ErrorKind::WriteFault) when no such file can be made.
    pub fn temporary() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| {
            let kind = docfile_compound::ErrorKind::WriteFault;
            docfile_compound::Error::new(kind, "no temporary file can be made").with_source(error)
        })?;
        Ok(Self::on(Arc::new(FileBytes::from_file(file, true)?)))
    }

    /// An empty array in an existing file (`StgGetIFillLockBytesOnFile`), which is overwritten.
    ///
    /// # Errors
    ///
    /// As [`FileBytes::open_for_edit`].
    pub fn on_file(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::on(Arc::new(FileBytes::open_for_edit(path)?)))
    }

    /// An empty array in `bytes`, which is overwritten (`StgGetIFillLockBytesOnILockBytes`).
    #[must_use]
    pub fn on(bytes: Arc<dyn LockBytes>) -> Self {
        Self::with(bytes, FillState::new())
    }

    /// An array that holds some bytes from an earlier run. Readers get none of them before
    /// [`confirm`](Self::confirm): the resource may be another one by now.
    #[must_use]
    pub fn holding(bytes: Arc<dyn LockBytes>, kept: ByteRanges) -> Self {
        Self::with(bytes, FillState::holding(kept))
    }

    /// What the array held from the start is of the resource that is being filled in; from now on
    /// readers get it.
    ///
    /// # Errors
    ///
    /// [`InvalidFunction`](docfile_compound::ErrorKind::InvalidFunction) after the end,
    /// [`InvalidParameter`](docfile_compound::ErrorKind::InvalidParameter) when it holds more than
    /// was declared.
    pub fn confirm(&self) -> Result<()> {
        self.change(|state| state.fill.confirm())
    }

    /// An array in a cache, of which some bytes are here from an earlier run.
    pub(super) fn caching(cache: Arc<CacheBytes>, kept: ByteRanges) -> Self {
        Self::over(cache.clone(), Some(cache), FillState::holding(kept))
    }

    fn with(bytes: Arc<dyn LockBytes>, fill: FillState) -> Self {
        Self::over(bytes, None, fill)
    }

    fn over(bytes: Arc<dyn LockBytes>, cache: Option<Arc<CacheBytes>>, fill: FillState) -> Self {
        let state = State { fill, epoch: 0, wakers: BTreeMap::new(), watchers: Vec::new() };
        let (filling, state) = (Mutex::new(()), Mutex::new(state));
        Self(Arc::new(Shared { bytes, cache, filling, state }))
    }

    /// Tells a cache which resource is filled in, so that it can keep it.
    pub(crate) fn note_entity(&self, validator: &Validator, total_len: u64) {
        if let Some(cache) = &self.0.cache {
            cache.note_entity(validator, total_len);
        }
    }

    /// The reader's face. What it read once it can read again, or it gets an error.
    #[must_use]
    pub fn lock_bytes(&self) -> Arc<ArrivingBytes> {
        Arc::new(ArrivingBytes::new(self.clone()))
    }

    /// Adds `data` at the present end (`FillAppend`).
    ///
    /// # Errors
    ///
    /// As [`fill_at`](Self::fill_at).
    pub fn fill_append(&self, data: &[u8]) -> Result<()> {
        let _filling = self.filling();
        let placement = self.state().fill.place_append(data.len() as u64)?;
        self.store(&placement, data)
    }

    /// Puts `data` at `offset` (`FillAt`): in any order, and over what is here, which must be the
    /// same bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](docfile_compound::ErrorKind::InvalidParameter) with the offset of the
    /// first byte that contradicts one that is here, or when `data` ends past the declared size;
    /// [`InvalidFunction`](docfile_compound::ErrorKind::InvalidFunction) after the end of the
    /// transfer; what the array below answers.
    pub fn fill_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        let _filling = self.filling();
        let placement = self.state().fill.place_at(offset, data.len() as u64)?;
        self.store(&placement, data)
    }

    /// Declares the final size (`SetFillSize`).
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](docfile_compound::ErrorKind::InvalidParameter) when another size was
    /// declared or more has arrived,
    /// [`InvalidFunction`](docfile_compound::ErrorKind::InvalidFunction) after the end.
    pub fn set_fill_size(&self, len: u64) -> Result<()> {
        self.change(|state| state.fill.set_fill_size(len))
    }

    /// The transfer is over (`Terminate`): from now on nothing is pending, and everybody who waits
    /// is woken. Only the first call counts.
    pub fn terminate(&self, how: Termination) {
        // Every way for this to fail is in the type of the closure only.
        let _infallible: Result<()> = self.change(|state| Ok(state.fill.terminate(how)));
        if let Some(cache) = &self.0.cache {
            cache.vouch();
        }
    }

    /// Forgets every byte, because the resource is another one now. Readers that have read
    /// anything get an error from now on; others begin with the new version.
    ///
    /// # Errors
    ///
    /// What the array below answers to being cut.
    pub fn restart(&self) -> Result<()> {
        let _filling = self.filling();
        // First nobody may believe in the old bytes any more, then they may go.
        self.change(|state| {
            let woken = state.fill.restart();
            state.epoch = state.epoch.wrapping_add(1);
            Ok(woken)
        })?;
        self.0.bytes.set_size(0)
    }

    /// What has arrived.
    #[must_use]
    pub fn arrived(&self) -> ByteRanges {
        self.state().fill.arrived().clone()
    }

    /// The length in bytes, once it is known.
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        self.state().fill.len()
    }

    /// Whether the array is known to have no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// How the transfer ended, once it has.
    #[must_use]
    pub fn termination(&self) -> Option<Termination> {
        self.state().fill.termination().cloned()
    }

    /// What those who wait lack: what they require, and apart from it what would help them.
    #[must_use]
    pub fn demand(&self) -> Missing {
        self.state().fill.demand()
    }

    /// How many wait.
    #[must_use]
    pub fn waiter_count(&self) -> usize {
        self.state().fill.waiter_count()
    }

    /// The future of another demand than the one at this moment.
    pub fn demand_changed(&self) -> DemandChanged {
        let seen = self.state().fill.demand_change_count();
        DemandChanged::new(self.clone(), seen)
    }

    /// What arrives from now on, and how the transfer ends.
    pub fn availability(&self) -> AvailabilityEvents {
        AvailabilityEvents::new(self.clone())
    }

    /// Waits on this thread until everything that `missing` requires is here, or nothing will come
    /// any more. The read that was pending is then repeated, and tells which.
    ///
    /// # Errors
    ///
    /// [`InvalidFunction`](docfile_compound::ErrorKind::InvalidFunction) inside an asynchronous
    /// context; [`Terminated`](docfile_compound::ErrorKind::Terminated) when the apartment of this
    /// thread is told to stop.
    pub fn wait(&self, missing: &Missing) -> Result<()> {
        apartment::block_on(self.wait_async(missing.clone()))
    }

    /// As [`wait`](Self::wait), until `is_stopped` too; it is asked at least once in every
    /// `patience`.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and
    /// [`Terminated`](docfile_compound::ErrorKind::Terminated) when it was stopped.
    pub fn wait_unless(
        &self,
        missing: Missing,
        patience: std::time::Duration,
        is_stopped: impl FnMut() -> bool,
    ) -> Result<()> {
        apartment::block_on_unless(self.wait_async(missing), patience, is_stopped)
    }

    /// The future of everything that `missing` requires, or of the end of the transfer. Dropping it
    /// takes its demand back.
    pub fn wait_async(&self, missing: Missing) -> Wait {
        Wait::new(self.clone(), missing)
    }

    /// Registers a waiter, unless there is nothing to wait for. Testing and registering are one
    /// step, so that no wake is lost.
    pub(super) fn register(&self, missing: &Missing, waker: &Waker) -> Registration {
        let mut state = self.state();
        let registration = state.fill.register(missing);
        if let Registration::Waiting(id) = registration {
            state.wakers.insert(id, waker.clone());
        }
        let watchers = core::mem::take(&mut state.watchers);
        drop(state);
        watchers.into_iter().for_each(Waker::wake);
        registration
    }

    /// Whether `id` still waits; then `waker` is the one to be called.
    pub(super) fn keep_waiting(&self, id: WaiterId, waker: &Waker) -> bool {
        match self.state().wakers.get_mut(&id) {
            Some(known) => {
                known.clone_from(waker);
                true
            }
            None => false,
        }
    }

    pub(super) fn deregister(&self, id: WaiterId) {
        let mut state = self.state();
        let was_waiting = state.fill.deregister(id);
        let dropped = state.wakers.remove(&id);
        let watchers = if was_waiting { core::mem::take(&mut state.watchers) } else { Vec::new() };
        drop(state);
        drop(dropped);
        watchers.into_iter().for_each(Waker::wake);
    }

    /// Reads out of the array below: only what has arrived may be asked for.
    pub(super) fn read_stored(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        self.0.bytes.try_read_many(requests)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No code of others runs under this lock, so that what a panic left is whole.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn filling(&self) -> MutexGuard<'_, ()> {
        self.0.filling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, step: impl FnOnce(&mut State) -> Result<Vec<WaiterId>>) -> Result<()> {
        let mut state = self.state();
        let woken = step(&mut state)?;
        let wakers = state.take_wakers(&woken);
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        Ok(())
    }

    fn store(&self, placement: &Placement, data: &[u8]) -> Result<()> {
        self.compare(placement, data)?;
        for range in placement.new_ranges().iter() {
            self.0.bytes.write_at(range.start, placement.part(data, &range))?;
        }
        self.change(|state| state.fill.arrive(placement))
    }

    /// Compares what came with what is here, without reading more than a piece at once.
    fn compare(&self, placement: &Placement, data: &[u8]) -> Result<()> {
        for known in placement.known_ranges().iter() {
            let mut start = known.start;
            while start < known.end {
                let end = known.end.min(start.saturating_add(COMPARED_LEN));
                let part = placement.part(data, &(start..end));
                self.compare_part(start, part)?;
                start = end;
            }
        }
        Ok(())
    }

    fn compare_part(&self, offset: u64, now: &[u8]) -> Result<()> {
        let mut before = vec![0; now.len()];
        self.0.bytes.try_read_at(offset, &mut before)?;
        let same = before.iter().zip(now).take_while(|(a, b)| a == b).count();
        if same == now.len() {
            return Ok(());
        }
        let kind = docfile_compound::ErrorKind::InvalidParameter;
        let text = "other bytes came for a place than the ones that are there";
        Err(docfile_compound::Error::new(kind, text)
            .with_offset(offset.saturating_add(same as u64)))
    }
}

impl fmt::Debug for FillLockBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("FillLockBytes")
            .field("arrived", &state.fill.arrived().byte_count())
            .field("len", &state.fill.len())
            .field("waiters", &state.fill.waiter_count())
            .finish()
    }
}
