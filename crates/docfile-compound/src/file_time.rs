//! Times as the format stores them: 100 ns ticks since 1601-01-01 UTC ([MS-DTYP] 2.3.3).
//!
//! The crate never reads a clock: a time is always an argument.

use core::fmt;

/// 100 ns ticks since 1601-01-01 UTC; zero stands for "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileTime(pub u64);

/// Ticks between 1601-01-01 and 1970-01-01.
const UNIX_EPOCH_TICKS: u64 = 116_444_736_000_000_000;
const TICKS_PER_SECOND: u64 = 10_000_000;

impl FileTime {
    /// No time.
    pub const NONE: Self = Self(0);

    /// Whether a time is given.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }

    /// From seconds and nanoseconds since 1970-01-01 UTC; times before 1601 become none.
    #[must_use]
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Self {
        let ticks = i128::from(seconds) * i128::from(TICKS_PER_SECOND)
            + i128::from(nanoseconds / 100)
            + i128::from(UNIX_EPOCH_TICKS);
        Self(u64::try_from(ticks.max(0)).unwrap_or(u64::MAX))
    }

    /// Seconds since 1970-01-01 UTC (negative before), and nanoseconds into that second.
    #[must_use]
    pub fn to_unix(self) -> (i64, u32) {
        let ticks = i128::from(self.0) - i128::from(UNIX_EPOCH_TICKS);
        let seconds = ticks.div_euclid(i128::from(TICKS_PER_SECOND));
        let rest = ticks.rem_euclid(i128::from(TICKS_PER_SECOND)) * 100;
        (i64::try_from(seconds).unwrap_or(i64::MAX), u32::try_from(rest).unwrap_or(0))
    }
}

impl fmt::Display for FileTime {
    /// RFC 3339 in UTC, with as many fractional digits as the tick needs (none or seven).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = self.to_unix();
        let days = seconds.div_euclid(86_400);
        let second = seconds.rem_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        write!(f, "{year:04}-{month:02}-{day:02}T")?;
        write!(f, "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if nanoseconds != 0 {
            write!(f, ".{:07}", nanoseconds / 100)?;
        }
        f.write_str("Z")
    }
}

/// Year, month and day of a day count since 1970-01-01, in the proleptic Gregorian calendar.
///
/// Counts 400-year eras from 0000-03-01, so that the leap day is the last day of its year.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants_read_as_rfc_3339() {
        assert_eq!(FileTime(0).to_string(), "1601-01-01T00:00:00Z");
        assert_eq!(FileTime::from_unix(0, 0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(FileTime::from_unix(951_782_400, 0).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(
            FileTime::from_unix(1_700_000_000, 500).to_string(),
            "2023-11-14T22:13:20.0000005Z"
        );
        assert_eq!(FileTime(u64::MAX).to_string(), "60056-05-28T05:36:10.9551615Z");
    }

    #[test]
    fn unix_time_goes_both_ways() {
        for unix in [(0, 0), (-1, 999_999_900), (1_700_000_000, 123_456_700)] {
            assert_eq!(FileTime::from_unix(unix.0, unix.1).to_unix(), unix);
        }
    }
}
