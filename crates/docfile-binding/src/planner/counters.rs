//! What was asked and received, and what for: counted where it happens, never estimated.
//!
//! Invariant: every body byte that was reported to the planner is in exactly one of the byte
//! counters below, judged when it arrives; their sum is [`Counters::received_byte_count`].

/// The bill of one planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Requests sent.
    pub request_count: u64,
    /// Of these: for bytes that somebody waited for.
    pub demand_request_count: u64,
    /// Of these: on speculation.
    pub speculation_request_count: u64,
    /// Of these: to fill.
    pub fill_request_count: u64,
    /// Requests cancelled.
    pub cancel_count: u64,
    /// Requests that failed and were followed by another try.
    pub retry_count: u64,
    /// Times the resource changed and everything began anew.
    pub restart_count: u64,
    /// Bytes that somebody waited for when they came.
    pub demand_byte_count: u64,
    /// Bytes of the first request, or of the whole from a server without ranges, that nobody
    /// waited for when they came.
    pub first_byte_count: u64,
    /// Bytes brought on speculation.
    pub speculation_byte_count: u64,
    /// Bytes between and behind demanded ones, taken along in one request.
    pub joined_byte_count: u64,
    /// Bytes brought to fill.
    pub fill_byte_count: u64,
    /// Bytes that were here already, or that came for a request that was cancelled or refused.
    pub wasted_byte_count: u64,
    /// Of the bytes brought on speculation: those that were read later, as far as was reported.
    pub used_speculation_byte_count: u64,
}

impl Counters {
    /// All body bytes received.
    #[must_use]
    pub const fn received_byte_count(&self) -> u64 {
        self.demand_byte_count
            + self.first_byte_count
            + self.speculation_byte_count
            + self.joined_byte_count
            + self.fill_byte_count
            + self.wasted_byte_count
    }
}
