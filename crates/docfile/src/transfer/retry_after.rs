//! The field `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).

use std::time::{Duration, SystemTime};

/// How long from now the field asks to wait, if it says so in a way that is understood.
pub(super) fn pause(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    date.duration_since(SystemTime::now()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(pause(" 7 "), Some(Duration::from_secs(7)));
        let later = SystemTime::now() + Duration::from_secs(100);
        let told = pause(&httpdate::fmt_http_date(later)).unwrap_or_default();
        assert!((90..=100).contains(&told.as_secs()), "{told:?}");
        assert_eq!(pause("Mon, 01 Jan 2001 00:00:00 GMT"), None);
        assert_eq!(pause("soon"), None);
    }
}
