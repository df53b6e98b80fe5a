//! How a planner behaves: the two policies and the limits.
//!
//! Source: `design.md` 5 and `peers-progressive.md` 5; the guesses about the link stand until the
//! first response corrects them.

use core::time::Duration;

use docfile_compound::ByteRanges;

use super::entity::Validator;

/// What is dear: bytes or round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Few bytes: a small first request, no speculation, gaps joined only when that is cheaper
    /// than a request's own head.
    Frugal,
    /// Few round trips: a first request of one bandwidth times round trip, speculation within a
    /// budget, small or scattered resources whole.
    #[default]
    Fast,
}

/// Whether bytes that nobody waits for are brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filling {
    /// Never.
    Never,
    /// While no demand is outstanding.
    #[default]
    WhenIdle,
}

/// What happens when the resource changes while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnChange {
    /// Give up.
    #[default]
    Fail,
    /// Forget everything and begin anew, a few times.
    Restart,
}

/// The most that may be spent. What is absent is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Body bytes received.
    pub byte_count: Option<u64>,
    /// Requests sent.
    pub request_count: Option<u64>,
    /// Time since the planner was made.
    pub time: Option<Duration>,
}

/// When and how often a failed request is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Failures in a row before giving up.
    pub attempt_count: u32,
    /// The first pause; each further one is twice as long.
    pub first_delay: Duration,
    /// The longest pause that is chosen here; a server may ask for a longer one.
    pub max_delay: Duration,
    /// A request of which nothing is heard for this long has failed.
    pub silence: Duration,
    /// Where the spread of the pauses comes from: any number, another one in every process.
    pub jitter_seed: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempt_count: 5,
            first_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            jitter_seed: 0,
        }
    }
}

/// What an earlier run left. It is shown to readers only after
/// [`Action::Confirm`](super::Action::Confirm): a resource that changed since is answered by
/// [`Action::Restart`](super::Action::Restart), whatever [`OnChange`] says. When nothing that is
/// wanted lacks, the first request asks only whether it changed. Under a validator that does not
/// [tell versions apart](Validator::tells_versions_apart) nothing is ever confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// What the resource was.
    pub validator: Validator,
    /// Its length in bytes.
    pub total_len: u64,
    /// Which of its bytes are here.
    pub arrived: ByteRanges,
}

/// How a planner behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannerSettings {
    /// What is dear.
    pub policy: Policy,
    /// Whether bytes that nobody waits for are brought.
    pub filling: Filling,
    /// What happens when the resource changes.
    pub on_change: OnChange,
    /// The most that may be spent.
    pub budget: Budget,
    /// How failures are met.
    pub retry: Retry,
    /// How many requests for demand and speculation may be under way at once: 4 is right for
    /// HTTP/1.1, where each is a connection, 8 for HTTP/2.
    pub parallel_count: u32,
    /// The round trip to expect before the first response.
    pub round_trip_guess: Duration,
    /// The bandwidth to expect before the first body, in bytes per second.
    pub bandwidth_guess: u64,
    /// What an earlier run left.
    pub resume: Option<Resume>,
}

impl Default for PlannerSettings {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            filling: Filling::default(),
            on_change: OnChange::default(),
            budget: Budget::default(),
            retry: Retry::default(),
            parallel_count: 4,
            round_trip_guess: Duration::from_millis(50),
            bandwidth_guess: 1_250_000,
            resume: None,
        }
    }
}
