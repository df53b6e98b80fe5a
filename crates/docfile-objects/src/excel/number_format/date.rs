//! Dates and times of a workbook: days since the end of 1899, or since 1904.
//!
//! Invariant: the days of 1900 are counted as Excel counts them, with a 29th of February that
//! never was. Names of days and months are English.

use super::section::{Section, Token};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// What stands between the two ways to count, in days.
const DAYS_TO_1904: i64 = 1462;
/// The 31st of December 9999.
const LAST_DAY: f64 = 2_958_466.0;
/// The day that never was.
const LEAP_DAY_OF_1900: i64 = 60;
/// From the 1st of March of the year 0 to the 30th of December 1899, in days.
const DAYS_BEFORE_1900: i64 = 693_899;
const MILLISECONDS_OF_A_DAY: f64 = 86_400_000.0;

struct Moment {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    milliseconds: i64,
    /// Whole days, for lengths of time.
    days: i64,
}

/// The number as the section says; `None` where it is no date.
pub(super) fn formatted(section: &Section, number: f64, is_1904: bool) -> Option<String> {
    if !(0.0..LAST_DAY).contains(&number) {
        return None;
    }
    let fraction_count = decimals_of_seconds(section);
    // Shown parts are cut and not rounded, but for what a binary number is short of.
    let step = match fraction_count {
        0 => 1_000,
        1 => 100,
        2 => 10,
        _ => 1,
    };
    let moment = moment(number, is_1904, step)?;
    let is_half_day = section.tokens.iter().any(|token| matches!(token, Token::HalfDay { .. }));
    let mut text = String::new();
    let mut skipping_digits = false;
    for (index, token) in section.tokens.iter().enumerate() {
        if skipping_digits && token.is_placeholder() {
            continue;
        }
        skipping_digits = false;
        match token {
            Token::Literal(literal) => text.push_str(literal),
            Token::Slash => text.push('/'),
            Token::Comma => text.push(','),
            Token::Point => {
                text.push('.');
                let next = section.tokens.get(index + 1);
                if next.is_some_and(Token::is_placeholder) {
                    let thousandths = format!("{:03}", moment.milliseconds % 1_000);
                    text.push_str(thousandths.get(..fraction_count.min(3)).unwrap_or_default());
                    skipping_digits = true;
                }
            }
            Token::HalfDay { is_full } => {
                let is_late = moment.milliseconds >= 43_200_000;
                text.push_str(match (is_late, is_full) {
                    (false, true) => "AM",
                    (true, true) => "PM",
                    (false, false) => "A",
                    (true, false) => "P",
                });
            }
            Token::Date { letter: 'm', count } if is_minute(section, index) => {
                push_number(&mut text, moment.milliseconds / 60_000 % 60, *count);
            }
            Token::Date { letter, count } => {
                push_part(&mut text, &moment, *letter, *count, is_half_day);
            }
            Token::Elapsed { letter, count } => {
                let total = moment.days.saturating_mul(86_400_000) + moment.milliseconds;
                let unit = match letter {
                    'h' => 3_600_000,
                    'm' => 60_000,
                    _ => 1_000,
                };
                push_number(&mut text, total / unit, *count);
            }
            _ => {}
        }
    }
    Some(text)
}

fn decimals_of_seconds(section: &Section) -> usize {
    let behind = section.tokens.iter().skip_while(|token| **token != Token::Point).skip(1);
    behind.take_while(|token| token.is_placeholder()).count()
}

/// Whether the `m` at this place stands next to hours before it or seconds behind it.
fn is_minute(section: &Section, index: usize) -> bool {
    let part = |token: &Token| match token {
        Token::Date { letter, .. } | Token::Elapsed { letter, .. } => Some(*letter),
        _ => None,
    };
    let before = section.tokens.iter().take(index).rev().find_map(part);
    let behind = section.tokens.iter().skip(index + 1).find_map(part);
    before == Some('h') || behind == Some('s')
}

fn push_number(text: &mut String, number: i64, width: usize) {
    let width = width.min(9);
    text.push_str(&format!("{number:0width$}"));
}

fn push_part(text: &mut String, moment: &Moment, letter: char, count: usize, is_half_day: bool) {
    let month = MONTHS.get(moment.month).copied().unwrap_or_default();
    let weekday = DAYS.get(moment.weekday).copied().unwrap_or_default();
    let hour = moment.milliseconds / 3_600_000;
    match (letter, count) {
        ('y', 1 | 2) => push_number(text, moment.year % 100, 2),
        ('y', _) => push_number(text, moment.year, 4),
        ('m', 1 | 2) => {
            push_number(text, i64::try_from(moment.month).unwrap_or_default() + 1, count);
        }
        ('m', 3) => text.push_str(month.get(..3).unwrap_or_default()),
        ('m', 5) => text.push_str(month.get(..1).unwrap_or_default()),
        ('m', _) => text.push_str(month),
        ('d', 1 | 2) => push_number(text, moment.day, count),
        ('d', 3) => text.push_str(weekday.get(..3).unwrap_or_default()),
        ('d', _) => text.push_str(weekday),
        ('h', _) if is_half_day => push_number(text, (hour + 11) % 12 + 1, count.min(2)),
        ('h', _) => push_number(text, hour, count.min(2)),
        _ => push_number(text, moment.milliseconds / 1_000 % 60, count.min(2)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the number lies in the days of the calendar")]
fn moment(number: f64, is_1904: bool, step: i64) -> Option<Moment> {
    let mut days = number.floor() as i64;
    let mut milliseconds = ((number - number.floor()) * MILLISECONDS_OF_A_DAY).round() as i64;
    // To the nearest of what is shown, as Excel does.
    milliseconds = (milliseconds + step / 2) / step * step;
    if milliseconds >= 86_400_000 {
        milliseconds = 0;
        days += 1;
    }
    let elapsed_days = days;
    if is_1904 {
        days += DAYS_TO_1904;
    }
    let weekday = usize::try_from((days + 6) % 7).ok()?;
    if days == LEAP_DAY_OF_1900 && !is_1904 {
        let (year, month, day) = (1900, 1, 29);
        return Some(Moment { year, month, day, weekday, milliseconds, days: elapsed_days });
    }
    if days < LEAP_DAY_OF_1900 {
        days += 1;
    }
    let (year, month, day) = calendar(days + DAYS_BEFORE_1900);
    Some(Moment { year, month, day, weekday, milliseconds, days: elapsed_days })
}

/// Year, month from 0 and day of a count of days from the 1st of March of the year 0.
fn calendar(days: i64) -> (i64, usize, i64) {
    let (cycle, day_of_cycle) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leap_days = day_of_cycle / 1_460 - day_of_cycle / 36_524 + day_of_cycle / 146_096;
    let year_of_cycle = (day_of_cycle - leap_days) / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = cycle * 400 + year_of_cycle + i64::from(month < 2);
    (year, usize::try_from(month).unwrap_or_default(), day)
}
