//! The digits of a number as people write it: fifteen of them, rounded half up in decimal.
//!
//! Invariant: a number is rounded by its decimal digits and never by its binary ones, so that
//! 1.005 with two decimals is 1.01 as in the program that wrote the workbook.

use super::section::{Section, Token};

/// What a cell can tell of a number.
const SIGNIFICANT: usize = 15;
/// The most decimals that a format can ask for.
const MAX_DECIMALS: i32 = 30;

/// A number without a sign: `0.DIGITS` times ten to the `exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Each from 0 to 9; no zeros at either end.
    digits: Vec<u8>,
    exponent: i32,
}

impl Decimal {
    /// The magnitude of a finite number.
    pub(super) fn of(number: f64) -> Self {
        let text = format!("{:.*e}", SIGNIFICANT - 1, number.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
        let exponent = exponent.parse::<i32>().unwrap_or_default().saturating_add(1);
        let mut decimal = Self { digits: digits.collect(), exponent };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.exponent = self.exponent.saturating_sub(i32::try_from(zeros).unwrap_or_default());
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    /// Whether it is nothing.
    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten of its first digit, from 0 for ones.
    pub(super) const fn magnitude(&self) -> i32 {
        self.exponent.saturating_sub(1)
    }

    /// Times ten to the `places`.
    pub(super) fn shift(&mut self, places: i32) {
        if !self.is_zero() {
            self.exponent = self.exponent.saturating_add(places);
        }
    }

    /// The digits before the point and `decimals` behind it, rounded. No leading zeros.
    fn split(&self, decimals: i32) -> (Vec<u8>, Vec<u8>) {
        let decimals = decimals.clamp(0, MAX_DECIMALS);
        let kept = self.exponent.saturating_add(decimals);
        let mut digits: Vec<u8> = match usize::try_from(kept) {
            Ok(kept) => {
                let stored = self.digits.iter().copied().chain(core::iter::repeat(0));
                stored.take(kept.min(400)).collect()
            }
            Err(_) => Vec::new(),
        };
        let next = usize::try_from(kept).ok().and_then(|kept| self.digits.get(kept));
        if next.is_some_and(|digit| *digit >= 5) {
            increment(&mut digits);
        }
        let decimal_count = usize::try_from(decimals).unwrap_or_default();
        while digits.len() < decimal_count {
            digits.insert(0, 0);
        }
        let behind = digits.split_off(digits.len().saturating_sub(decimal_count));
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros);
        (digits, behind)
    }

    /// All digits, without an exponent.
    pub(super) fn plain(&self) -> String {
        let stored = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        let (before, behind) = self.split(stored.saturating_sub(self.exponent).max(0));
        let before = if before.is_empty() { vec![0] } else { before };
        let text = written(&before);
        if behind.is_empty() { text } else { format!("{text}.{}", written(&behind)) }
    }

    /// All digits, with an exponent.
    pub(super) fn scientific(&self) -> String {
        let first = self.digits.get(..1).unwrap_or_default();
        let others = self.digits.get(1..).unwrap_or_default();
        let point = if others.is_empty() { "" } else { "." };
        format!("{}{point}{}E{:+03}", written(first), written(others), self.magnitude())
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        *digit = (*digit + 1) % 10;
        if *digit != 0 {
            return;
        }
    }
    digits.insert(0, 1);
}

fn written(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// The number with digits where the section has room for them.
pub(super) fn by_placeholders(section: &Section, decimal: &Decimal) -> String {
    let point = section.tokens.iter().position(|token| *token == Token::Point);
    let (before, behind) = section.tokens.split_at(point.unwrap_or(section.tokens.len()));
    let count = behind.iter().filter(|token| token.is_placeholder()).count();
    let (digits, decimals) = decimal.split(i32::try_from(count).unwrap_or(MAX_DECIMALS));
    let mut text = whole(before, &digits);
    if point.is_some() {
        text.push_str(&decimal_part(behind, &decimals));
    }
    text
}

/// The digits before the point, filled in from the right.
fn whole(tokens: &[Token], digits: &[u8]) -> String {
    let first = tokens.iter().position(Token::is_placeholder);
    let last = tokens.iter().rposition(Token::is_placeholder);
    let is_grouped = first.zip(last).is_some_and(|(first, last)| {
        tokens.get(first..last).unwrap_or_default().contains(&Token::Comma)
    });
    let mut reversed = String::new();
    let mut left = digits.iter().rev();
    let mut count = 0_usize;
    let mut put = |reversed: &mut String, digit: char| {
        if is_grouped && count > 0 && count.is_multiple_of(3) && digit != ' ' {
            reversed.push(',');
        }
        count += 1;
        reversed.push(digit);
    };
    for (index, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(kind) => {
                match (left.next(), kind) {
                    (Some(digit), _) => put(&mut reversed, char::from(b'0' + digit)),
                    (None, '0') => put(&mut reversed, '0'),
                    (None, '?') => put(&mut reversed, ' '),
                    (None, _) => {}
                }
                if Some(index) == first {
                    for digit in left.by_ref() {
                        put(&mut reversed, char::from(b'0' + digit));
                    }
                }
            }
            Token::Literal(text) => reversed.extend(text.chars().rev()),
            Token::Percent => reversed.push('%'),
            _ => {}
        }
    }
    // A code that begins with its point has no room before it.
    let rest: String = left.rev().map(|digit| char::from(b'0' + digit)).collect();
    let text: String = reversed.chars().rev().collect();
    format!("{text}{rest}")
}

/// The point and what is behind it.
fn decimal_part(tokens: &[Token], decimals: &[u8]) -> String {
    let mut text = String::from(".");
    let mut index = 0;
    for token in tokens {
        match token {
            Token::Digit(kind) => {
                let left = decimals.get(index..).unwrap_or_default();
                let is_over = left.iter().all(|digit| *digit == 0);
                match (kind, left.first()) {
                    ('#', _) if is_over => {}
                    ('?', _) if is_over => text.push(' '),
                    (_, digit) => {
                        text.push(char::from(b'0' + digit.copied().unwrap_or_default()));
                    }
                }
                index += 1;
            }
            Token::Literal(literal) => text.push_str(literal),
            Token::Percent => text.push('%'),
            _ => {}
        }
    }
    text
}

/// The number with an exponent; several digits before the point make it a multiple.
pub(super) fn by_exponent(section: &Section, decimal: &Decimal) -> String {
    let at = section.tokens.iter().position(|token| matches!(token, Token::Exponent { .. }));
    let (mantissa, tail) = section.tokens.split_at(at.unwrap_or_default());
    let before = mantissa.iter().take_while(|token| **token != Token::Point);
    let step = before.filter(|token| token.is_placeholder()).count();
    let step = i32::try_from(step).unwrap_or(1).max(1);
    let power_of = |decimal: &Decimal| match decimal.is_zero() {
        true => 0,
        false => decimal.magnitude().div_euclid(step).saturating_mul(step),
    };
    let mut power = power_of(decimal);
    let mut scaled = decimal.clone();
    scaled.shift(power.saturating_neg());
    let section = Section { tokens: mantissa.to_vec(), condition: None };
    let count = mantissa.iter().skip_while(|token| **token != Token::Point);
    let count = count.filter(|token| token.is_placeholder()).count();
    // Rounding may make the mantissa a digit longer.
    let (digits, _) = scaled.split(i32::try_from(count).unwrap_or(MAX_DECIMALS));
    if i32::try_from(digits.len()).unwrap_or_default() > step {
        power = power.saturating_add(step);
        scaled.shift(step.saturating_neg());
    }
    let shows_plus = matches!(tail.first(), Some(Token::Exponent { shows_plus: true }));
    let width = tail.iter().filter(|token| token.is_placeholder()).count();
    let sign = match (power < 0, shows_plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    let text = by_placeholders(&section, &scaled);
    let mut end = String::new();
    for token in tail {
        if let Token::Literal(literal) = token {
            end.push_str(literal);
        }
    }
    format!("{text}E{sign}{:0width$}{end}", power.unsigned_abs())
}

/// The number as a fraction whose denominator has as many digits as the section has room for.
pub(super) fn by_fraction(
    section: &Section,
    (start, slash, end): &(usize, usize, usize),
    number: f64,
) -> String {
    let before = section.tokens.get(..*start).unwrap_or_default();
    let has_whole = before.iter().any(Token::is_placeholder);
    let denominator_tokens = section.tokens.get(slash + 1..*end).unwrap_or_default();
    let fixed: String = denominator_tokens
        .iter()
        .filter_map(|token| match token {
            Token::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let (whole_part, part) =
        if has_whole { (number.trunc(), number.fract()) } else { (0.0, number) };
    let candidates = match fixed.parse::<u32>() {
        Ok(fixed) if fixed > 0 => fixed..=fixed,
        _ => {
            let width = u32::try_from(denominator_tokens.len()).unwrap_or(1).min(3);
            1..=10_u32.pow(width) - 1
        }
    };
    let mut best = (f64::INFINITY, 0.0, 1);
    for denominator in candidates {
        let numerator = (part * f64::from(denominator)).round();
        let error = (part - numerator / f64::from(denominator)).abs();
        if error + 1e-12 < best.0 {
            best = (error, numerator, denominator);
        }
    }
    let (_, mut numerator, denominator) = best;
    let mut whole_part = whole_part;
    if has_whole && numerator >= f64::from(denominator) {
        whole_part += 1.0;
        numerator = 0.0;
    }
    let fraction = match numerator == 0.0 && has_whole {
        true => String::new(),
        false => format!("{numerator}/{denominator}"),
    };
    if !has_whole {
        return fraction;
    }
    let (digits, _) = Decimal::of(whole_part).split(0);
    let text = whole(before, &digits);
    let text = if numerator == 0.0 && text.trim().is_empty() { "0".to_owned() } else { text };
    format!("{text}{fraction}").trim_end().to_owned()
}
