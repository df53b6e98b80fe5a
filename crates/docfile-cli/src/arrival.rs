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
use crate::stop::{self, Halt};

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
                    transferred.wait(missing).map_err(|error| transferred.told(error))?;
                }
                done => {
                    transferred.note();
                    return done.map_err(|error| transferred.told(error));
                }
            }
        }
    }

    /// Whether nothing more comes, because something went wrong: what is here can still be read.
    pub(crate) fn has_failed(&self) -> bool {
        let termination = self.0.as_ref().and_then(|by| by.transfer.fill().termination());
        matches!(termination, Some(Termination::Abnormal(_)))
    }
}

impl Transferred {
    fn wait(&self, missing: Missing) -> Result<()> {
        self.transfer.fill().wait_unless(missing, PATIENCE, || stop::reason().is_some())
    }

    fn note(&self) {
        self.meter.note_transfer(self.transfer.counters(), self.transfer.fill().len());
    }

    /// Why bytes did not come, in place of that they did not. A transfer that came to the limit of
    /// the command line stops the work, as a local source does.
    fn told(&self, error: Error) -> Error {
        let Some(Termination::Abnormal(why)) = self.transfer.fill().termination() else {
            return error;
        };
        if why.kind() == ErrorKind::LimitReached && self.meter.allowance().is_some() {
            stop::set(Halt::ByteLimit);
        }
        if error.kind() == ErrorKind::Incomplete { why } else { error }
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
    /// How much was wanted last, and where in the stream that ends.
    wanted_len: u64,
    end_offset: u64,
    /// Registers the demand for as long as it lives.
    wanted: Option<Wait>,
}

impl<'s> ReadAhead<'s> {
    const FIRST_LEN: u64 = 1 << 20;
    const MAX_LEN: u64 = 8 << 20;
    const LEAST_LEN: u64 = 16 << 10;

    pub(crate) fn new(arrival: &'s Arrival, stream: &'s Stream) -> Self {
        // The ranges of a stream in a document in a stream are not those of the outermost array.
        let transferred = arrival.0.as_deref().filter(|_| stream.nesting_depth() == 1);
        let (wanted_len, end_offset, wanted) = (0, 0, None);
        let window_len = Self::FIRST_LEN;
        Self { transferred, stream, window_len, wanted_len, end_offset, wanted }
    }

    /// The copy has come to `offset`. Answers whether the bytes from there on are wanted already,
    /// so that reading few of them costs no round trip of its own.
    pub(crate) fn reach(&mut self, offset: u64) -> bool {
        let Some(transferred) = self.transferred else { return false };
        if offset.saturating_add(self.wanted_len / 2) < self.end_offset {
            return true;
        }
        let mut missing = Missing::default();
        let mut len = self.window_len;
        // Where tables for the whole window are missing, they are wanted beside as much of the
        // stream as the tables here tell of.
        let ranges = loop {
            match self.stream.try_ranges(offset, len).map_err(Error::into_missing) {
                Ok(ranges) => break ranges,
                Err(Ok(tables)) => missing.merge(&tables),
                Err(Err(_)) => return false,
            }
            if len <= Self::LEAST_LEN {
                len = 0;
                break Vec::new();
            }
            len /= 4;
        };
        ranges.into_iter().for_each(|range| missing.required.insert(range));
        let mut wanted = transferred.transfer.fill().wait_async(missing);
        // Being polled once is what registers it; nobody has to be woken.
        let _ = std::pin::pin!(&mut wanted).as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.wanted = Some(wanted);
        if len == self.window_len {
            self.window_len = (self.window_len * 2).min(Self::MAX_LEN);
        }
        (self.wanted_len, self.end_offset) = (len, offset.saturating_add(len));
        len > 0
    }
}
