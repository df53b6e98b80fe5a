//! The requests that are under way.
//!
//! Invariant: `next_offset <= end`; a request whose body came to its end stays, without counting as
//! under way, until the driver reports its end, so that bytes past the promise are noticed.

use core::ops::Range;
use core::time::Duration;

use super::action::{Purpose, RequestId};

#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) id: RequestId,
    pub(super) purpose: Purpose,
    /// What was asked for; without end for the whole.
    pub(super) asked: Range<u64>,
    pub(super) sent_at: Duration,
    /// When anything was heard of it last.
    pub(super) heard_at: Duration,
    /// Whether the head was accepted.
    pub(super) is_flowing: bool,
    /// Where the next body byte belongs.
    pub(super) next_offset: u64,
    /// The exclusive end of the body as promised; `u64::MAX` when nothing was.
    pub(super) end: u64,
    /// How many of its bytes were not here before.
    pub(super) fresh_len: u64,
    /// Whether it asks for nothing but whether the resource is still the same.
    pub(super) is_check: bool,
}

impl Transfer {
    /// Whether bytes are still expected.
    pub(super) const fn is_live(&self) -> bool {
        self.next_offset < self.end
    }

    /// What is still to come.
    pub(super) const fn rest(&self) -> Range<u64> {
        self.next_offset..self.end
    }
}

/// The requests under way: a handful at most.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    transfers: Vec<Transfer>,
}

impl InFlight {
    pub(super) fn push(&mut self, transfer: Transfer) {
        self.transfers.push(transfer);
    }

    pub(super) fn get_mut(&mut self, id: RequestId) -> Option<&mut Transfer> {
        self.transfers.iter_mut().find(|transfer| transfer.id == id)
    }

    pub(super) fn remove(&mut self, id: RequestId) -> Option<Transfer> {
        let index = self.transfers.iter().position(|transfer| transfer.id == id)?;
        Some(self.transfers.swap_remove(index))
    }

    /// Those of which bytes are expected.
    pub(super) fn live(&self) -> impl Iterator<Item = &Transfer> {
        self.transfers.iter().filter(|transfer| transfer.is_live())
    }

    pub(super) fn ids(&self) -> Vec<RequestId> {
        self.transfers.iter().map(|transfer| transfer.id).collect()
    }

    /// Those of which nothing was heard since `silence`, live or not.
    pub(super) fn silent(&self, silence: Duration, now: Duration) -> Vec<RequestId> {
        let is_silent = |t: &&Transfer| t.heard_at.saturating_add(silence) <= now;
        self.transfers.iter().filter(is_silent).map(|transfer| transfer.id).collect()
    }

    /// When the first of them will have been silent for `silence`.
    pub(super) fn silent_at(&self, silence: Duration) -> Option<Duration> {
        self.transfers.iter().map(|transfer| transfer.heard_at.saturating_add(silence)).min()
    }
}
