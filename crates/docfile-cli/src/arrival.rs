//! How a verb waits for bytes of a source that are missing.
//!
//! Invariant: a step of the engine is repeated until it is not pending any more, and nothing else
//! is done with it; the stop key is felt while it waits. For a local source, where nothing is
//! missing, a step is made once.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use docfile::fill::{Termination, Wait};
use docfile::serve::Server;
use docfile::transfer::Transfer;
use docfile::{Error, ErrorKind, LockBytes as _, Missing, Result, Stream};

use crate::bill::Meter;
use crate::stop;

/// How long the stop key may go unnoticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// What brings the bytes of one source, if anything has to.
#[derive(Debug, Clone)]
pub(crate) struct Arrival(Option<Arc<Transferred>>);

#[derive(Debug)]
struct Transferred {
    transfer: Transfer,
    meter: Arc<Meter>,
    /// Serves a local source to the command itself.
    _server: Option<Server>,
}

impl Arrival {
    /// Everything is here.
    pub(crate) const fn complete() -> Self {
        Self(None)
    }

    /// Bytes come by `transfer`, perhaps from a server of the command's own.
    pub(crate) fn by(transfer: Transfer, meter: Arc<Meter>, server: Option<Server>) -> Self {
        Self(Some(Arc::new(Transferred { transfer, meter, _server: server })))
    }

    /// Repeats a step of the engine until nothing that it needs is missing.
    pub(crate) fn until<T>(&self, mut step: impl FnMut() -> Result<T>) -> Result<T> {
        let Some(transferred) = &self.0 else { return step() };
        loop {
            if stop::reason().is_some() {
                return Err(stopped());
            }
            match step() {
                Err(error) if error.is_pending() => {
                    let missing = error.into_missing().unwrap_or_default();
                    transferred.wait(missing)?;
                }
                done => {
                    transferred.note();
                    return done.map_err(|error| transferred.told(error));
                }
            }
        }
    }
}

impl Transferred {
    fn wait(&self, missing: Missing) -> Result<()> {
        self.transfer.fill().wait_unless(missing, PATIENCE, || stop::reason().is_some())
    }

    fn note(&self) {
        self.meter.note_transfer(self.transfer.counters(), self.transfer.fill().len());
    }

    /// Why bytes did not come, in place of that they did not.
    fn told(&self, error: Error) -> Error {
        match (error.kind(), self.transfer.fill().termination()) {
            (ErrorKind::Incomplete, Some(Termination::Abnormal(why))) => why,
            _ => error,
        }
    }
}

impl Drop for Transferred {
    fn drop(&mut self) {
        self.note();
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Terminated, "stopped")
}

/// Wants the bytes of a stream some way before they are read, so that a copy waits for the line
/// and not for one round trip a piece.
#[derive(Debug)]
pub(crate) struct ReadAhead<'s> {
    transferred: Option<&'s Transferred>,
    stream: &'s Stream,
    window_len: u64,
    /// In the stream.
    end_offset: u64,
    /// Registers the demand for as long as it lives.
    wanted: Option<Wait>,
}

impl<'s> ReadAhead<'s> {
    const FIRST_LEN: u64 = 1 << 20;
    const MAX_LEN: u64 = 8 << 20;

    pub(crate) fn new(arrival: &'s Arrival, stream: &'s Stream) -> Self {
        // The ranges of a stream in a document in a stream are not those of the outermost array.
        let transferred = arrival.0.as_deref().filter(|_| stream.nesting_depth() == 1);
        Self { transferred, stream, window_len: Self::FIRST_LEN, end_offset: 0, wanted: None }
    }

    /// The copy has come to `offset`.
    pub(crate) fn reach(&mut self, offset: u64) {
        let Some(transferred) = self.transferred else { return };
        if offset.saturating_add(self.window_len / 2) < self.end_offset {
            return;
        }
        // Where the tables themselves are missing the read that follows will say so.
        let Ok(ranges) = self.stream.try_ranges(offset, self.window_len) else { return };
        let mut missing = Missing::default();
        ranges.into_iter().for_each(|range| missing.required.insert(range));
        let mut wanted = transferred.transfer.fill().wait_async(missing);
        // Being polled once is what registers it; nobody has to be woken.
        let _ = std::pin::pin!(&mut wanted).as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.wanted = Some(wanted);
        self.end_offset = offset.saturating_add(self.window_len);
        self.window_len = (self.window_len * 2).min(Self::MAX_LEN);
    }
}
