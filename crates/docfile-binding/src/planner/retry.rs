//! When a failed request may be followed by another.
//!
//! Invariant: the pauses grow, and after the set number of failures in a row none follows.
//! Failures while a pause is on belong to the same event (one cut takes all connections) and
//! count once. The spread comes from the seed alone. Source: `peers-progressive.md` 5, rule 10.

use core::time::Duration;

use super::settings::Retry;

/// No server may make us sleep for longer.
const LONGEST: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct Backoff {
    settings: Retry,
    failure_count: u32,
    blocked_until: Duration,
    random: u64,
}

impl Backoff {
    pub(super) const fn new(settings: Retry) -> Self {
        let random = settings.jitter_seed ^ 0x9E37_79B9_7F4A_7C15;
        Self { settings, failure_count: 0, blocked_until: Duration::ZERO, random }
    }

    /// Until when nothing may be sent, if that lies ahead.
    pub(super) fn blocked_until(&self, now: Duration) -> Option<Duration> {
        (self.blocked_until > now).then_some(self.blocked_until)
    }

    /// A request did what it should.
    pub(super) const fn succeeded(&mut self) {
        self.failure_count = 0;
    }

    /// A request failed; whether there is another try.
    pub(super) fn failed(&mut self, asked_pause: Option<Duration>, now: Duration) -> bool {
        if self.blocked_until(now).is_none() {
            self.failure_count += 1;
            if self.failure_count >= self.settings.attempt_count {
                return false;
            }
        }
        let doubled = 1u32.checked_shl(self.failure_count.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause = self.settings.first_delay.saturating_mul(doubled).min(self.settings.max_delay);
        let pause = pause + pause.mul_f64(self.spread());
        let pause = pause.max(asked_pause.unwrap_or_default()).min(LONGEST);
        self.blocked_until = self.blocked_until.max(now.saturating_add(pause));
        true
    }

    /// From 0 to a half: so that those who failed together do not come back together.
    fn spread(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let part = u32::try_from(self.random >> 32).unwrap_or(0);
        f64::from(part) / f64::from(u32::MAX) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let mut backoff = Backoff::new(Retry::default());
        let mut now = Duration::ZERO;
        for millis in [100, 200, 400, 800] {
            assert!(backoff.failed(None, now));
            let until = backoff.blocked_until(now).unwrap();
            let least = Duration::from_millis(millis);
            assert!((least..=least * 3 / 2).contains(&(until - now)), "{until:?}");
            // The other connections that the same cut took.
            assert!(backoff.failed(None, now));
            now = backoff.blocked_until(now).unwrap();
        }
        assert!(!backoff.failed(None, now));
    }

    #[test]
    fn a_server_may_ask_for_a_longer_pause_but_not_for_ever() {
        let mut backoff = Backoff::new(Retry::default());
        assert!(backoff.failed(Some(Duration::from_secs(20)), Duration::ZERO));
        assert_eq!(backoff.blocked_until(Duration::ZERO), Some(Duration::from_secs(20)));
        assert!(backoff.failed(Some(Duration::MAX), Duration::from_secs(30)));
        assert_eq!(backoff.blocked_until(Duration::ZERO), Some(Duration::from_secs(330)));
    }
}
