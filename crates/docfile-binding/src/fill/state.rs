//! The state of a byte array that is filling: `IFillLockBytes` and the reading side of it, but
//! for the bytes themselves.
//!
//! Invariant: nothing is reported as here before [`FillState::arrive`] said so; no waiter is live
//! whose bytes are all here; after [`FillState::terminate`] no answer is pending and nobody waits.
//! The bytes are the driver's: it asks where a piece goes, compares and stores it, and reports it.
//! Pieces are placed and reported by one filler at a time; reads may run beside it. Registering
//! and testing are one call, so that under the driver's one lock no wake is lost.
//! Source: `contract/storage.md` 2 and 3, `design.md` 5.

use core::ops::Range;

use docfile_compound::{ByteRanges, Error, ErrorKind, Missing, Result};

use super::answer::{ReadAnswer, Termination};
use super::placement::Placement;
use super::waiters::{WaiterId, Waiters};

/// What came of registering a waiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Nothing to wait for: repeat the read.
    Ready,
    /// Registered; the id will be among those to wake, once.
    Waiting(WaiterId),
}

/// Which bytes of an array have arrived, and who waits for which.
///
/// # Example
///
/// ```
/// use docfile_binding::fill::{FillState, Registration};
/// use docfile_compound::Missing;
///
/// let mut state = FillState::new();
/// state.set_fill_size(10)?;
/// let error = state.try_read_many([2..6]).unwrap_err();
/// let Registration::Waiting(reader) = state.register(error.missing().unwrap()) else { panic!() };
///
/// // Four bytes come for offset 4: half of what the reader wants. Then the first four.
/// let piece = state.place_at(4, 4)?;
/// assert_eq!(state.arrive(&piece)?, []);
/// assert_eq!(state.demand(), Missing::required(2..4));
/// let piece = state.place_at(0, 4)?;
/// assert_eq!(state.arrive(&piece)?, [reader]);
/// state.try_read_many([2..6])?;
/// # Ok::<(), docfile_compound::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct FillState {
    arrived: ByteRanges,
    /// What an earlier run left, until it is confirmed to be of the same resource.
    kept: ByteRanges,
    /// The end of the last byte that arrived: where appending goes on.
    filled_len: u64,
    declared_len: Option<u64>,
    termination: Option<Termination>,
    waiters: Waiters,
}

impl FillState {
    /// Nothing has arrived and nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A state over an array that holds some bytes already, such as a cache that is resumed. They
    /// count as not arrived until [`confirm`](Self::confirm).
    #[must_use]
    pub fn holding(kept: ByteRanges) -> Self {
        Self { kept, ..Self::default() }
    }

    /// What the array held from the start is of the resource that is filled in: from now on it has
    /// arrived. Answers who is to be woken.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] after the end of the transfer,
    /// [`ErrorKind::InvalidParameter`] when less was declared than is held.
    pub fn confirm(&mut self) -> Result<Vec<WaiterId>> {
        self.check_filling()?;
        let Some(end) = self.kept.iter().last().map(|range| range.end) else {
            return Ok(Vec::new());
        };
        if self.declared_len.is_some_and(|declared| end > declared) {
            return Err(beyond(end));
        }
        self.arrived.extend(&core::mem::take(&mut self.kept));
        self.filled_len = self.filled_len.max(end);
        Ok(self.waiters.settle(0..u64::MAX, &self.arrived, self.end()))
    }

    /// What has arrived.
    #[must_use]
    pub const fn arrived(&self) -> &ByteRanges {
        &self.arrived
    }

    /// The end of the last byte that arrived, which need not be the end of the array.
    #[must_use]
    pub const fn filled_len(&self) -> u64 {
        self.filled_len
    }

    /// The declared size.
    #[must_use]
    pub const fn declared_len(&self) -> Option<u64> {
        self.declared_len
    }

    /// The length of the array, once it is known: as declared, or as it was when the transfer
    /// ended with success.
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        let ended = matches!(self.termination, Some(Termination::Success));
        self.declared_len.or(ended.then_some(self.filled_len))
    }

    /// Whether the array is known to have no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// How the transfer ended, once it has.
    #[must_use]
    pub const fn termination(&self) -> Option<&Termination> {
        self.termination.as_ref()
    }

    /// Where the next `len` bytes in sequence go: at the present end (`FillAppend`).
    ///
    /// # Errors
    ///
    /// As [`place_at`](Self::place_at).
    pub fn place_append(&self, len: u64) -> Result<Placement> {
        self.place_at(self.filled_len, len)
    }

    /// Where `len` bytes that came for `offset` go, in any order, and overlapping what is here
    /// (`FillAt`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] after the end of the transfer,
    /// [`ErrorKind::InvalidParameter`] past the declared size.
    pub fn place_at(&self, offset: u64, len: u64) -> Result<Placement> {
        self.check_filling()?;
        let end = offset.checked_add(len).ok_or_else(|| beyond(offset))?;
        if self.declared_len.is_some_and(|declared| end > declared) {
            return Err(beyond(offset));
        }
        Ok(Placement::new(offset..end, &self.arrived))
    }

    /// Takes note that a placed piece is stored; answers who is to be woken.
    ///
    /// # Errors
    ///
    /// As [`place_at`](Self::place_at), when the transfer ended or a size was declared in between.
    pub fn arrive(&mut self, placement: &Placement) -> Result<Vec<WaiterId>> {
        let range = placement.range();
        self.place_at(range.start, range.end - range.start)?;
        if range.is_empty() {
            return Ok(Vec::new());
        }
        self.filled_len = self.filled_len.max(range.end);
        self.arrived.insert(range.clone());
        let end = self.end();
        Ok(self.waiters.settle(range, &self.arrived, end))
    }

    /// Declares the final size (`SetFillSize`); answers who is to be woken because it waited only
    /// for bytes past the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] after the end of the transfer,
    /// [`ErrorKind::InvalidParameter`] when another size was declared, or more has arrived.
    pub fn set_fill_size(&mut self, len: u64) -> Result<Vec<WaiterId>> {
        self.check_filling()?;
        if self.declared_len.is_some_and(|declared| declared != len) {
            return Err(Error::new(ErrorKind::InvalidParameter, "another size was declared"));
        }
        if self.filled_len > len {
            let text = "the declared size is less than what has arrived";
            return Err(Error::new(ErrorKind::InvalidParameter, text).with_offset(len));
        }
        self.declared_len = Some(len);
        Ok(self.waiters.settle(len..u64::MAX, &self.arrived, len))
    }

    /// The transfer is over (`Terminate`); everybody is woken. Only the first call counts.
    pub fn terminate(&mut self, how: Termination) -> Vec<WaiterId> {
        self.termination.get_or_insert(how);
        self.waiters.take_all()
    }

    /// Forgets everything, because the resource is another one now; everybody is woken. Ids go on
    /// where they were: somebody who was woken may still ask after one.
    pub fn restart(&mut self) -> Vec<WaiterId> {
        let woken = self.waiters.take_all();
        let waiters = core::mem::take(&mut self.waiters);
        *self = Self { waiters, ..Self::default() };
        woken
    }

    /// The holes that a transfer left which ended with success: reading them is an error.
    #[must_use]
    pub fn holes(&self) -> ByteRanges {
        self.arrived.gaps(0..self.len().unwrap_or(self.filled_len))
    }

    /// The contract's answer to a read of one range: past the declared size it fails, whatever
    /// has arrived.
    #[must_use]
    pub fn answer(&self, range: Range<u64>) -> ReadAnswer {
        if self.declared_len.is_some_and(|declared| range.end > declared) {
            return ReadAnswer::BeyondDeclared;
        }
        let end = self.end();
        let len = range.end.min(end).saturating_sub(range.start);
        match self.try_read_many([range.clone()]) {
            Ok(()) if range.end > end => ReadAnswer::Short { len },
            Ok(()) => ReadAnswer::Ready,
            Err(error) => match error.kind() {
                ErrorKind::Terminated => ReadAnswer::Terminated(error),
                ErrorKind::Pending => ReadAnswer::Pending(error.into_missing().unwrap_or_default()),
                _ => ReadAnswer::Incomplete(error),
            },
        }
    }

    /// Whether several pieces can be read now, as the contract of
    /// [`LockBytes`](docfile_compound::LockBytes) wants it: what lies past a known end counts as
    /// read, and comes out short.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] naming every missing byte; after the end of the transfer
    /// [`ErrorKind::Incomplete`] or [`ErrorKind::Terminated`] with the first missing offset.
    pub fn try_read_many(&self, pieces: impl IntoIterator<Item = Range<u64>>) -> Result<()> {
        let end = self.end();
        let mut required = ByteRanges::new();
        for piece in pieces {
            let piece = piece.start.min(end)..piece.end.min(end);
            if !self.arrived.contains(&piece) {
                required.extend(&self.arrived.gaps(piece));
            }
        }
        let Some(first) = required.iter().next() else { return Ok(()) };
        Err(match &self.termination {
            None => Error::pending(Missing { required, helpful: ByteRanges::new() }),
            Some(how) => ended(how).with_offset(first.start),
        })
    }

    /// Registers somebody who waits for what `missing` requires, unless there is nothing to wait
    /// for: all of it is here or past the end, or the transfer is over.
    pub fn register(&mut self, missing: &Missing) -> Registration {
        if self.termination.is_some() {
            return Registration::Ready;
        }
        let end = self.end();
        self.waiters
            .register(missing, &self.arrived, end)
            .map_or(Registration::Ready, Registration::Waiting)
    }

    /// Forgets a waiter and its demand; whether it was still waiting.
    pub fn deregister(&mut self, id: WaiterId) -> bool {
        self.waiters.deregister(id)
    }

    /// How many wait.
    #[must_use]
    pub fn waiter_count(&self) -> usize {
        self.waiters.count()
    }

    /// Changes whenever somebody begins or ends to wait: the demand need not be computed anew
    /// while it and the arrived bytes stay the same.
    #[must_use]
    pub const fn demand_change_count(&self) -> u64 {
        self.waiters.change_count()
    }

    /// What the waiters lack: what they require, and apart from it what would help them.
    #[must_use]
    pub fn demand(&self) -> Missing {
        let wanted = self.waiters.wanted();
        let required = self.lacking(&wanted.required);
        let mut helpful = self.lacking(&wanted.helpful);
        required.iter().for_each(|range| helpful.remove(range));
        Missing { required, helpful }
    }

    fn lacking(&self, wanted: &ByteRanges) -> ByteRanges {
        let end = self.end();
        let mut lacking = ByteRanges::new();
        for range in wanted.iter() {
            let gaps = self.arrived.gaps(range.start.min(end)..range.end.min(end));
            lacking.extend(&gaps);
        }
        lacking
    }

    /// The end of what can ever come: the known length, or no bound.
    fn end(&self) -> u64 {
        self.len().unwrap_or(u64::MAX)
    }

    fn check_filling(&self) -> Result<()> {
        match self.termination {
            None => Ok(()),
            Some(_) => Err(Error::new(ErrorKind::InvalidFunction, "the transfer has ended")),
        }
    }
}

fn beyond(offset: u64) -> Error {
    let text = "bytes arrived past the declared size";
    Error::new(ErrorKind::InvalidParameter, text).with_offset(offset)
}

fn ended(how: &Termination) -> Error {
    let incomplete = |text| Error::new(ErrorKind::Incomplete, text);
    match how {
        Termination::Success => incomplete("the transfer ended and left these bytes out"),
        Termination::Abnormal(why) => {
            incomplete("the transfer broke off before these bytes came").with_source(why.clone())
        }
        Termination::Cancelled => {
            let text = "the transfer was cancelled before these bytes came";
            Error::new(ErrorKind::Terminated, text)
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
