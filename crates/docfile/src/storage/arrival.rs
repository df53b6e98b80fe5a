//! What a handle does when its step met missing bytes: the decision protocol of
//! `IProgressNotify`, and the waiting.
//!
//! Invariant: sinks are called on the thread that reads, with no lock held, so that a sink may
//! advise, unadvise and read. The engine's state is asked anew after every call and every wait.
//! Source: `contract/storage.md` 4 and 5.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docfile_binding::progress::{
    AdviseError, AsyncMode, ConnectionPoints, Cookie, Decision, PointId, Progress, ProgressAnswer,
};
use docfile_compound::{Error, Missing, Result};

use crate::fill::FillLockBytes;

/// A progress sink (`IProgressNotify`).
pub trait ProgressNotify: Send + Sync {
    /// A reader met missing bytes. The answer decides when `is_owner`; else it is ignored.
    fn on_progress(&self, progress: Progress, is_owner: bool) -> ProgressAnswer;
}

type Sink = Arc<dyn ProgressNotify>;

/// The connection points below one root, and where its bytes come from.
struct Root {
    /// `None` where everything is here.
    fill: Option<FillLockBytes>,
    points: Mutex<ConnectionPoints<Sink>>,
}

/// The side of a handle that waits. Clones are the same handle.
#[derive(Clone)]
pub(super) struct Arrival(Arc<Handle>);

struct Handle {
    root: Arc<Root>,
    point: PointId,
    /// Keeps the point of the parent, from which sinks may be inherited.
    _parent: Option<Arc<Self>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let sinks = lock(&self.root).close(self.point);
        // A sink's own code may run here, and may ask this root.
        drop(sinks);
    }
}

/// What is left to do after the sinks were asked.
enum Next {
    Retry,
    Wait(FillLockBytes, Missing),
    Fail(Error),
}

impl Arrival {
    pub(super) fn new(fill: Option<FillLockBytes>, mode: AsyncMode) -> Self {
        let (points, point) = ConnectionPoints::new(mode);
        let root = Arc::new(Root { fill, points: Mutex::new(points) });
        Self(Arc::new(Handle { root, point, _parent: None }))
    }

    /// The same for what is opened from this handle.
    pub(super) fn child(&self) -> Self {
        let root = self.0.root.clone();
        let point = lock(&root).open_child(self.0.point);
        Self(Arc::new(Handle { root, point, _parent: Some(self.0.clone()) }))
    }

    pub(super) fn fill(&self) -> Option<&FillLockBytes> {
        self.0.root.fill.as_ref()
    }

    pub(super) fn advise(&self, sink: Sink) -> core::result::Result<Cookie, AdviseError> {
        lock(&self.0.root).advise(self.0.point, sink)
    }

    pub(super) fn unadvise(&self, cookie: Cookie) -> core::result::Result<(), AdviseError> {
        let sink = lock(&self.0.root).unadvise(self.0.point, cookie)?;
        drop(sink);
        Ok(())
    }

    /// Repeats `step` until it needs nothing that is missing, waiting on this thread.
    pub(super) fn until<T>(&self, mut step: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            match step() {
                Err(error) if error.is_pending() => match self.next(error) {
                    Next::Retry => {}
                    Next::Wait(fill, missing) => fill.wait(&missing)?,
                    Next::Fail(error) => return Err(error),
                },
                done => return done,
            }
        }
    }

    /// The same as a future.
    pub(super) async fn until_async<T>(&self, mut step: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            match step() {
                Err(error) if error.is_pending() => match self.next(error) {
                    Next::Retry => {}
                    Next::Wait(fill, missing) => fill.wait_async(missing).await,
                    Next::Fail(error) => return Err(error),
                },
                done => return done,
            }
        }
    }

    /// Asks the sinks; what is left to do. Without a fill nobody can bring the bytes.
    fn next(&self, pending: Error) -> Next {
        let Some(fill) = &self.0.root.fill else { return Next::Fail(pending) };
        match self.decide(fill) {
            Decision::RetryNow => Next::Retry,
            Decision::Pending => Next::Fail(pending),
            Decision::Fail(error) => Next::Fail(error),
            Decision::Block => {
                let missing = pending.into_missing().unwrap_or_default();
                Next::Wait(fill.clone(), missing)
            }
        }
    }

    fn decide(&self, fill: &FillLockBytes) -> Decision {
        let mut round = lock(&self.0.root).consult(self.0.point);
        let len = fill.len();
        let current = fill.arrived().byte_count();
        let maximum = len.unwrap_or(current);
        let progress = Progress { current, maximum, is_accurate: len.is_some() };
        while let Some(call) = round.next_call() {
            let answer = call.sink.on_progress(progress, call.is_owner);
            round.answer(answer);
        }
        round.decision()
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Arrival({:?}, {:?})", self.0.point, self.0.root.fill)
    }
}

fn lock(root: &Root) -> MutexGuard<'_, ConnectionPoints<Sink>> {
    root.points.lock().unwrap_or_else(PoisonError::into_inner)
}
