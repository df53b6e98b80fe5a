//! Numbers that Rust has no type for: DECIMAL, and the dates that are a count of days.
//!
//! Fixed layouts only ([MS-OLEPS] 2.4 and 2.6, [MS-OAUT] 2.2.25 and 2.2.26); a currency is a
//! plain `i64` of ten-thousandths and needs nothing of its own.

use core::fmt;

use crate::file_time::FileTime;

/// A number of up to 96 bits, scaled by a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    /// How many of the digits stand behind the point; at most 28.
    pub scale: u8,
    /// Whether it is below zero (stored as 0x80).
    pub negative: bool,
    /// The digits, high 32 bits.
    pub high: u32,
    /// The digits, low 64 bits.
    pub low: u64,
}

impl Decimal {
    pub(super) const LEN: usize = 16;

    pub(super) fn parse(bytes: [u8; Self::LEN]) -> Self {
        let [_, _, scale, sign, h0, h1, h2, h3, low @ ..] = bytes;
        Self {
            scale,
            negative: sign & 0x80 != 0,
            high: u32::from_le_bytes([h0, h1, h2, h3]),
            low: u64::from_le_bytes(low),
        }
    }

    pub(super) fn emit(self) -> [u8; Self::LEN] {
        let [h0, h1, h2, h3] = self.high.to_le_bytes();
        let [l0, l1, l2, l3, l4, l5, l6, l7] = self.low.to_le_bytes();
        let sign = if self.negative { 0x80 } else { 0 };
        [0, 0, self.scale, sign, h0, h1, h2, h3, l0, l1, l2, l3, l4, l5, l6, l7]
    }
}

impl fmt::Display for Decimal {
    /// Plain decimal digits, all of the scale shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = u128::from(self.high) << 64 | u128::from(self.low);
        write_scaled(f, self.negative, digits, usize::from(self.scale))
    }
}

/// A currency: ten-thousandths of a unit.
pub(super) fn write_currency(f: &mut fmt::Formatter<'_>, value: i64) -> fmt::Result {
    write_scaled(f, value < 0, u128::from(value.unsigned_abs()), 4)
}

fn write_scaled(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    digits: u128,
    scale: usize,
) -> fmt::Result {
    let text = format!("{digits:0width$}", width = scale + 1);
    let (whole, part) = text.split_at(text.len() - scale);
    let sign = if negative { "-" } else { "" };
    if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
}

/// The time that a DATE stands for: days since 1899-12-30, the part behind the point being the
/// time of that day, also for days before ([MS-OAUT] 2.2.25). `None` when it lies before 1601 or
/// past what a [`FileTime`] holds. The zone is the writer's own; none is stored.
#[must_use]
pub fn file_time_of_date(date: f64) -> Option<FileTime> {
    const DAYS_FROM_1601: f64 = 109_205.0;
    const TICKS_PER_DAY: f64 = 864_000_000_000.0;
    let day = date.trunc() + DAYS_FROM_1601;
    // A double holds a date of our time to some microseconds; the last digit is noise.
    let ticks = (date.fract().abs() * TICKS_PER_DAY / 10_000.0).round() * 10_000.0;
    let total = day * TICKS_PER_DAY + ticks;
    // Above 2^63 the sum has lost its days; it is no date of anybody.
    if !(0.0..9.0e18).contains(&total) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range check above leaves whole numbers from 0 to 9e18"
    )]
    Some(FileTime(total as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_show_their_scale() {
        let decimal = |scale, negative, low| Decimal { scale, negative, high: 0, low };
        assert_eq!(decimal(0, false, 0).to_string(), "0");
        assert_eq!(decimal(2, true, 5).to_string(), "-0.05");
        assert_eq!(decimal(3, false, 123_456).to_string(), "123.456");
        let largest = Decimal { scale: 255, negative: true, high: u32::MAX, low: u64::MAX };
        assert!(largest.to_string().ends_with("79228162514264337593543950335"));
        assert_eq!(Decimal::parse(largest.emit()), largest);
    }

    #[test]
    fn dates_count_days_from_the_end_of_1899() {
        let shown = |date| file_time_of_date(date).map(|time| time.to_string());
        assert_eq!(shown(0.0).as_deref(), Some("1899-12-30T00:00:00Z"));
        assert_eq!(shown(2.25).as_deref(), Some("1900-01-01T06:00:00Z"));
        assert_eq!(shown(-1.25).as_deref(), Some("1899-12-29T06:00:00Z"));
        assert_eq!(shown(45_000.5).as_deref(), Some("2023-03-15T12:00:00Z"));
        for none in [f64::NAN, f64::INFINITY, -1e9, 1e300] {
            assert_eq!(shown(none), None);
        }
    }
}
