//! A link as slow as wanted: a rate that all connections share, and a round trip.
//!
//! Invariant: over any time the bytes let through are at most the rate times that time, and one
//! piece more. There is no slow start and no loss: what a measurement over it shows is the shape
//! of the exchange.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use docfile_compound::{Error, ErrorKind};

/// How fast and how far a server seems to be.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use docfile::serve::Link;
///
/// let link: Link = "10mbit,50ms".parse()?;
/// assert_eq!(link.bytes_per_second, 1_250_000);
/// assert_eq!(link.round_trip, Duration::from_millis(50));
/// # Ok::<(), docfile::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Bytes per second, over all connections together.
    pub bytes_per_second: u64,
    /// From a request to the first byte of its answer; a new connection costs as much again.
    pub round_trip: Duration,
}

impl FromStr for Link {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong =
            || Error::new(ErrorKind::InvalidParameter, "a link is RATE,RTT, such as 1mbit,80ms");
        let (rate, round_trip) = text.split_once(',').ok_or_else(wrong)?;
        let (count, unit) = number_and_unit(rate).ok_or_else(wrong)?;
        let bits_per_unit = match unit.as_str() {
            "bit" => 1.0,
            "kbit" => 1e3,
            "mbit" => 1e6,
            "gbit" => 1e9,
            _ => return Err(wrong()),
        };
        let bytes_per_second = count * bits_per_unit / 8.0;
        if !(1.0..=1e12).contains(&bytes_per_second) {
            return Err(wrong());
        }
        let (count, unit) = number_and_unit(round_trip).ok_or_else(wrong)?;
        let seconds = match unit.as_str() {
            "us" => count / 1e6,
            "ms" => count / 1e3,
            "s" => count,
            _ => return Err(wrong()),
        };
        let round_trip = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
        if round_trip > Duration::from_secs(60) {
            return Err(wrong());
        }
        Ok(Self { bytes_per_second: whole(bytes_per_second), round_trip })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller holds it between 1 and 10^12"
)]
const fn whole(number: f64) -> u64 {
    number as u64
}

fn number_and_unit(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, unit.trim().to_ascii_lowercase()))
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bytes_per_second.saturating_mul(8);
        write!(f, "{bits}bit,{}ms", self.round_trip.as_millis())
    }
}

/// The link of one server: who sends waits for its turn.
#[derive(Debug, Clone)]
pub(super) struct SharedLink {
    link: Link,
    /// When everything that was let through will be through.
    free_at: Arc<Mutex<Instant>>,
}

impl SharedLink {
    pub(super) fn new(link: Link) -> Self {
        Self { link, free_at: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Waits for as long as a question and its answer are under way.
    pub(super) async fn travel(&self) {
        tokio::time::sleep(self.link.round_trip).await;
    }

    /// Waits until `len` bytes are through.
    pub(super) async fn send(&self, len: usize) {
        let nanos = (len as u64).saturating_mul(1_000_000_000) / self.link.bytes_per_second.max(1);
        let at = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            *free_at = (*free_at).max(Instant::now()) + Duration::from_nanos(nanos);
            *free_at
        };
        tokio::time::sleep_until(at.into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_their_units() {
        let link = |text: &str| text.parse::<Link>().map(|l| (l.bytes_per_second, l.round_trip));
        assert_eq!(link("1mbit,80ms").unwrap(), (125_000, Duration::from_millis(80)));
        assert_eq!(link("0.5 Gbit, 1s").unwrap(), (62_500_000, Duration::from_secs(1)));
        for text in
            ["", "1mbit", "1mbit,", ",80ms", "1,80ms", "-1mbit,80ms", "0bit,1ms", "1mbit,9999s"]
        {
            assert_eq!(link(text).unwrap_err().kind(), ErrorKind::InvalidParameter, "{text}");
        }
    }
}
