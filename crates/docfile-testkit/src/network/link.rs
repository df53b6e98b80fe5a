//! What lies between a client and a server: distance, rate, chance.
//!
//! Invariant: the same seed draws the same chances. Rates are bytes per second of body; heads and
//! requests take no time but their latency.

use core::time::Duration;

/// A link.
#[derive(Debug, Clone)]
pub struct VirtualLink {
    /// From a request to the first byte of its response, without jitter and queueing.
    pub round_trip: Duration,
    /// Body bytes per second, over all connections together.
    pub bytes_per_second: u64,
    /// Every delivery is late by up to this much more.
    pub jitter: Duration,
    /// The longest piece of a body; with `short_reads` any length up to it.
    pub piece_len: usize,
    /// Whether pieces have random lengths.
    pub short_reads: bool,
}

impl VirtualLink {
    /// A link without jitter.
    #[must_use]
    pub const fn new(megabit_per_second: u64, round_trip_millis: u64) -> Self {
        Self {
            round_trip: Duration::from_millis(round_trip_millis),
            bytes_per_second: megabit_per_second * 125_000,
            jitter: Duration::ZERO,
            piece_len: 4096,
            short_reads: false,
        }
    }

    /// How long `len` bytes occupy the link.
    #[must_use]
    pub fn time_of(&self, len: u64) -> Duration {
        let nanos = u128::from(len) * 1_000_000_000 / u128::from(self.bytes_per_second.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}
