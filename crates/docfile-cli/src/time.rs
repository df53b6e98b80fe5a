//! Times as people and scripts write them: RFC 3339, a bare date, `now`, `none`.

use std::time::{SystemTime, UNIX_EPOCH};

use docfile::FileTime;

/// Reads a time: RFC 3339 (`2024-05-06T07:08:09Z`, with a fraction or an offset), a date, which
/// is its first moment in UTC, `now` or `none`.
pub(crate) fn parse(text: &str) -> Result<FileTime, String> {
    match text {
        "none" => Ok(FileTime::NONE),
        "now" => Ok(now()),
        _ => parse_rfc_3339(text).ok_or_else(|| {
            String::from("a time such as 2024-05-06T07:08:09Z or 2024-05-06, or now, or none")
        }),
    }
}

/// The machine's clock.
pub(crate) fn now() -> FileTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    FileTime::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}

fn parse_rfc_3339(text: &str) -> Option<FileTime> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let [year, month, day] = numbers(date, '-', [4..=6, 2..=2, 2..=2])?;
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let mut seconds = days_from_civil(year, month, day) * 86_400;
    let mut nanoseconds = 0;
    if let Some(time) = time {
        let (clock, offset) = split_offset(time)?;
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let [hour, minute, second] = numbers(whole, ':', [2..=2, 2..=2, 2..=2])?;
        // A leap second is the first moment of the next minute.
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        seconds += hour * 3600 + minute * 60 + second - offset;
        nanoseconds = parse_fraction(fraction)?;
    }
    let time = FileTime::from_unix(seconds, nanoseconds);
    // Zero would read as "none", and what lies before it cannot be stored.
    (time.is_some() && time.to_unix().0 == seconds).then_some(time)
}

/// Splits off `Z` or `+01:00`; the offset is in seconds.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (clock, offset) = time.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = numbers(offset.get(1..)?, ':', [2..=2, 2..=2])?;
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * 3600 + minutes * 60)))
}

fn parse_fraction(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().ok()
}

/// Reads numbers of the given counts of digits, separated by `separator`.
fn numbers<const N: usize>(
    text: &str,
    separator: char,
    digit_counts: [std::ops::RangeInclusive<usize>; N],
) -> Option<[i64; N]> {
    let mut values = [0; N];
    let mut parts = text.split(separator);
    for (value, digit_count) in values.iter_mut().zip(digit_counts) {
        let part = parts.next()?;
        if !digit_count.contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *value = part.parse().ok()?;
    }
    parts.next().is_none().then_some(values)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years from
/// 0000-03-01, so that the leap day is the last day of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let from_march = if month > 2 { year } else { year - 1 };
    let era = from_march.div_euclid(400);
    let year_of_era = from_march.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_back() {
        for ticks in [1, 116_444_736_000_000_000, 133_444_736_000_000_001, u64::MAX] {
            let time = FileTime(ticks);
            assert_eq!(parse(&time.to_string()), Ok(time), "{time}");
        }
        assert_eq!(parse("none"), Ok(FileTime::NONE));
    }

    #[test]
    fn offsets_fractions_and_dates_are_understood() {
        let at = |text: &str| parse(text).unwrap().to_string();
        assert_eq!(at("2024-02-29"), "2024-02-29T00:00:00Z");
        assert_eq!(at("2024-01-01T00:30:00+01:00"), "2023-12-31T23:30:00Z");
        assert_eq!(at("2024-01-01 00:30:00.5-00:30"), "2024-01-01T01:00:00.5000000Z");
        assert_eq!(at("1601-01-01T00:00:01z"), "1601-01-01T00:00:01Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-1-1",
            "1600-12-31",
            "1601-01-01",
            "2023-01-01T24:00:00Z",
            "2023-01-01T00:00:00",
            "2023-01-01T00:00Z",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00+1:00",
            "99999999-01-01",
            "999999-01-01",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
