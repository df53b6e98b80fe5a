//! Numbers as a cell shows them, by the code of its format ([MS-XLS] 2.4.126, [ECMA-376] 18.8.31).
//!
//! Invariant: any code gives some text; one that is not understood gives the number as it is.
//! Colors and widths are left out, and so are the ways of other languages.

mod built_in;
mod date;
mod decimal;
mod section;

use decimal::Decimal;
use section::{Section, Token};

/// The text of a number in the format of this number, or of the workbook's code for it.
pub(crate) fn formatted(number: f64, format: u16, code: Option<&str>, is_1904: bool) -> String {
    let code = code.or_else(|| built_in::code(format)).unwrap_or(built_in::GENERAL);
    let sections = section::parse(code);
    let (section, takes_sign) = choose(&sections, number);
    let Some(section) = section else { return general(number) };
    let magnitude = if takes_sign { number.abs() } else { number };
    if section.is_date() {
        return date::formatted(section, magnitude, is_1904).unwrap_or_else(|| general(number));
    }
    if !section.tokens.iter().any(Token::is_placeholder) {
        return literals(section, magnitude);
    }
    digits(section, magnitude)
}

/// The text of a text in the format with this code.
pub(crate) fn text_formatted(text: &str, code: Option<&str>) -> String {
    let sections = code.map(section::parse).unwrap_or_default();
    match sections.get(3) {
        Some(section) => {
            let parts = section.tokens.iter().map(|token| match token {
                Token::Text | Token::General => text,
                Token::Literal(literal) => literal.as_str(),
                _ => "",
            });
            parts.collect()
        }
        None => text.to_owned(),
    }
}

/// The number without a format.
pub(crate) fn general(number: f64) -> String {
    if !number.is_finite() {
        return "#NUM!".to_owned();
    }
    let decimal = Decimal::of(number);
    let sign = if number < 0.0 && !decimal.is_zero() { "-" } else { "" };
    if !decimal.is_zero() && !(-10..=20).contains(&decimal.magnitude()) {
        return format!("{sign}{}", decimal.scientific());
    }
    format!("{sign}{}", decimal.plain())
}

/// The section for this number, and whether it shows the sign by itself.
fn choose(sections: &[Section], number: f64) -> (Option<&Section>, bool) {
    if sections.iter().any(|section| section.condition.is_some()) {
        let found = sections.iter().position(|section| match &section.condition {
            Some(condition) => condition.holds(number),
            None => true,
        });
        let found = found.and_then(|index| sections.get(index).map(|section| (index, section)));
        return match found {
            Some((index, section)) => (Some(section), index > 0 && number < 0.0),
            None => (None, false),
        };
    }
    // A fourth section is for text, and text alone is no section for numbers.
    let count = sections.len().min(3);
    match count {
        2 | 3 if number < 0.0 => (sections.get(1), true),
        3 if number == 0.0 => (sections.get(2), false),
        _ => (sections.first(), false),
    }
}

fn literals(section: &Section, number: f64) -> String {
    let mut text = String::new();
    for token in &section.tokens {
        match token {
            Token::Literal(literal) => text.push_str(literal),
            Token::General | Token::Text => text.push_str(&general(number)),
            Token::Percent => text.push('%'),
            _ => {}
        }
    }
    text
}

/// The number by the placeholders of digits in the section.
fn digits(section: &Section, number: f64) -> String {
    if !number.is_finite() {
        return general(number);
    }
    let mut decimal = Decimal::of(number);
    for token in &section.tokens {
        if *token == Token::Percent {
            decimal.shift(2);
        }
    }
    decimal.shift(section.scale().saturating_mul(-3));
    let text = if section.tokens.iter().any(|token| matches!(token, Token::Exponent { .. })) {
        decimal::by_exponent(section, &decimal)
    } else if let Some(fraction) = section.fraction() {
        decimal::by_fraction(section, &fraction, number.abs())
    } else {
        decimal::by_placeholders(section, &decimal)
    };
    let shows_something = text.chars().any(|c| c.is_ascii_digit() && c != '0');
    if number < 0.0 && shows_something { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: f64, code: &str) -> String {
        formatted(number, 200, Some(code), false)
    }

    #[test]
    fn digits_stand_where_the_code_says() {
        assert_eq!(shown(1234.5, "#,##0.00"), "1,234.50");
        assert_eq!(shown(1.005, "0.00"), "1.01");
        assert_eq!(shown(-3.0, "0;(0)"), "(3)");
        assert_eq!(shown(0.0, "0;-0;\"none\""), "none");
        assert_eq!(shown(0.256, "0%"), "26%");
        assert_eq!(shown(12_345_678.0, "0.0,,\" M\""), "12.3 M");
        assert_eq!(shown(5_551_234.0, "000-0000"), "555-1234");
        assert_eq!(shown(0.5, "#.##"), ".5");
        assert_eq!(shown(12_345.0, "0.00E+00"), "1.23E+04");
        assert_eq!(shown(1.25, "# ?/?"), "1 1/4");
        assert_eq!(shown(7.0, "[$€-407] 0.00"), "€ 7.00");
        assert_eq!(shown(-0.001, "0.00"), "0.00");
        assert_eq!(shown(150.0, "[>100]\"many\";0"), "many");
    }

    #[test]
    fn days_are_counted_from_1900_or_1904() {
        assert_eq!(shown(39_448.0, "yyyy-mm-dd"), "2008-01-01");
        assert_eq!(formatted(37_986.0, 200, Some("yyyy-mm-dd"), true), "2008-01-01");
        assert_eq!(shown(39_448.75, "d mmm yy h:mm AM/PM"), "1 Jan 08 6:00 PM");
        assert_eq!(shown(1.5, "[h]:mm:ss"), "36:00:00");
        assert_eq!(shown(0.000_011_574_074_074, "ss.0"), "01.0");
    }

    #[test]
    fn text_has_a_section_of_its_own() {
        assert_eq!(text_formatted("a", Some("0;-0;0;\"<\"@\">\"")), "<a>");
        assert_eq!(text_formatted("a", Some("0;-0;0;General")), "a");
        assert_eq!(text_formatted("a", Some("0.00")), "a");
    }

    #[test]
    fn without_a_format_a_number_is_short() {
        assert_eq!(general(0.1 + 0.2), "0.3");
        assert_eq!(general(-12.0), "-12");
        assert_eq!(general(1e30), "1E+30");
        assert_eq!(general(f64::NAN), "#NUM!");
    }
}
