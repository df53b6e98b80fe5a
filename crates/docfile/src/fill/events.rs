//! What changes in a byte array that is filling, for those who watch it.
//!
//! Invariant: events are not queued: each says what is so when it is taken, so that a watcher that
//! is slow costs nothing and misses nothing that still matters. The last event is the end.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use docfile_binding::fill::Termination;
use docfile_compound::ByteRanges;
use futures_core::Stream;

use super::lock_bytes::FillLockBytes;

/// What has arrived.
#[derive(Debug, Clone)]
pub enum Availability {
    /// More is here than before.
    Arrived {
        /// All that is here.
        ranges: ByteRanges,
        /// The length in bytes, once it is known.
        len: Option<u64>,
    },
    /// The transfer is over. Nothing follows.
    Ended(Termination),
}

/// The events of one array: a [`Stream`] of [`Availability`].
#[derive(Debug)]
#[must_use = "a stream does nothing unless it is polled"]
pub struct AvailabilityEvents {
    fill: FillLockBytes,
    seen: Option<(u64, u64, Option<u64>)>,
    has_ended: bool,
}

impl AvailabilityEvents {
    pub(super) const fn new(fill: FillLockBytes) -> Self {
        Self { fill, seen: None, has_ended: false }
    }
}

impl Stream for AvailabilityEvents {
    type Item = Availability;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Availability>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let fill = self.fill.clone();
        let mut state = fill.state();
        let now = (state.epoch, state.fill.arrived().byte_count(), state.fill.len());
        if self.seen != Some(now) && now.1 > 0 {
            self.seen = Some(now);
            let ranges = state.fill.arrived().clone();
            return Poll::Ready(Some(Availability::Arrived { ranges, len: now.2 }));
        }
        if let Some(how) = state.fill.termination() {
            self.has_ended = true;
            return Poll::Ready(Some(Availability::Ended(how.clone())));
        }
        state.watch(context.waker());
        Poll::Pending
    }
}

/// Ready when somebody began or ceased to wait.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct DemandChanged {
    fill: FillLockBytes,
    seen: u64,
}

impl DemandChanged {
    pub(super) const fn new(fill: FillLockBytes, seen: u64) -> Self {
        Self { fill, seen }
    }
}

impl Future for DemandChanged {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.fill.state();
        if state.fill.demand_change_count() != self.seen {
            return Poll::Ready(());
        }
        state.watch(context.waker());
        Poll::Pending
    }
}
