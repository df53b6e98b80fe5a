//! What the link seems to be: round trip and bandwidth, from what was observed.
//!
//! Invariant: both are always positive. The round trip is the shortest time to a first byte,
//! which forgets slowly; the bandwidth is that of the link, over all requests together, measured
//! only while bytes were flowing. Source: `peers-progressive.md` 5.

use core::time::Duration;

/// Samples shorter than this say more about the scheduler than about the link.
const WINDOW: Duration = Duration::from_millis(5);
const WINDOW_BYTE_COUNT: u64 = 4 << 10;

#[derive(Debug)]
pub(super) struct LinkEstimate {
    round_trip: Duration,
    round_trip_is_guess: bool,
    /// Bytes per second.
    bandwidth: u64,
    bandwidth_is_guess: bool,
    /// When the last body bytes came, while bodies are flowing.
    flowing_since: Option<Duration>,
    window_time: Duration,
    window_byte_count: u64,
}

impl LinkEstimate {
    pub(super) fn new(round_trip_guess: Duration, bandwidth_guess: u64) -> Self {
        Self {
            round_trip: round_trip_guess.max(Duration::from_micros(1)),
            round_trip_is_guess: true,
            bandwidth: bandwidth_guess.max(1),
            bandwidth_is_guess: true,
            flowing_since: None,
            window_time: Duration::ZERO,
            window_byte_count: 0,
        }
    }

    pub(super) const fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// Bandwidth times round trip, in bytes.
    pub(super) fn product(&self) -> u64 {
        self.bytes_in(self.round_trip)
    }

    /// How many bytes come in `time`.
    pub(super) fn bytes_in(&self, time: Duration) -> u64 {
        let bytes = u128::from(self.bandwidth()) * time.as_micros() / 1_000_000;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// How long `byte_count` bytes take.
    pub(super) fn time_of(&self, byte_count: u64) -> Duration {
        let micros = u128::from(byte_count) * 1_000_000 / u128::from(self.bandwidth());
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    /// Before the first sample, no less than what has come in less time than a sample takes: a link
    /// too fast to be measured soon is not taken for the slow one that was guessed.
    fn bandwidth(&self) -> u64 {
        if !self.bandwidth_is_guess {
            return self.bandwidth;
        }
        let micros = WINDOW.max(self.window_time).as_micros();
        let least = u128::from(self.window_byte_count) * 1_000_000 / micros.max(1);
        self.bandwidth.max(u64::try_from(least).unwrap_or(u64::MAX))
    }

    /// The head of a response came `sample` after the request.
    pub(super) fn heard_head(&mut self, sample: Duration) {
        let sample = sample.max(Duration::from_micros(1));
        if self.round_trip_is_guess || sample < self.round_trip {
            self.round_trip = sample;
        } else {
            self.round_trip += (sample - self.round_trip) / 8;
        }
        self.round_trip_is_guess = false;
    }

    /// A body begins: where no other flows, its first bytes are timed from here.
    pub(super) fn body_begins(&mut self, now: Duration) {
        self.flowing_since.get_or_insert(now);
    }

    /// Body bytes came. Those that begin a flow only start the clock.
    pub(super) fn heard_body(&mut self, byte_count: u64, now: Duration) {
        if let Some(since) = self.flowing_since {
            self.window_time += now.saturating_sub(since);
            self.window_byte_count = self.window_byte_count.saturating_add(byte_count);
        }
        self.flowing_since = Some(now);
        if self.window_time >= WINDOW && self.window_byte_count >= WINDOW_BYTE_COUNT {
            self.take_sample();
        }
    }

    /// No body is flowing: time that passes now says nothing about bandwidth.
    pub(super) const fn went_idle(&mut self) {
        self.flowing_since = None;
    }

    fn take_sample(&mut self) {
        let micros = self.window_time.as_micros().max(1);
        let sample = u128::from(self.window_byte_count) * 1_000_000 / micros;
        let sample = u64::try_from(sample).unwrap_or(u64::MAX).max(1);
        self.bandwidth = if self.bandwidth_is_guess {
            sample
        } else {
            // Three parts old, one part new.
            (self.bandwidth / 4).saturating_mul(3).saturating_add(sample / 4).max(1)
        };
        self.bandwidth_is_guess = false;
        self.window_time = Duration::ZERO;
        self.window_byte_count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_flow_gives_its_bandwidth_and_pauses_do_not_count() {
        let mut link = LinkEstimate::new(Duration::from_millis(50), 1);
        let mut now = Duration::from_secs(1);
        for _ in 0..20 {
            for _ in 0..10 {
                link.heard_body(1000, now);
                now += Duration::from_millis(1);
            }
            link.went_idle();
            now += Duration::from_secs(9);
        }
        assert!((900_000..=1_100_000).contains(&link.bandwidth), "{}", link.bandwidth);
    }

    #[test]
    fn a_link_too_fast_to_be_measured_is_not_taken_for_a_slow_one() {
        let mut link = LinkEstimate::new(Duration::from_millis(50), 1000);
        link.body_begins(Duration::from_secs(1));
        link.heard_body(50_000, Duration::from_secs(1) + Duration::from_micros(100));
        assert_eq!(link.bytes_in(Duration::from_secs(1)), 10_000_000);
    }

    #[test]
    fn the_shortest_round_trip_counts_and_is_forgotten_slowly() {
        let mut link = LinkEstimate::new(Duration::from_millis(50), 1_000_000);
        link.heard_head(Duration::from_millis(200));
        assert_eq!(link.round_trip(), Duration::from_millis(200));
        link.heard_head(Duration::from_millis(80));
        link.heard_head(Duration::from_millis(160));
        assert_eq!(link.round_trip(), Duration::from_millis(90));
        assert_eq!(link.product(), 90_000);
        assert_eq!(link.time_of(90_000), Duration::from_millis(90));
    }
}
