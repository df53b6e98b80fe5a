//! The code of a format, cut into sections and tokens ([ECMA-376] 18.8.31).
//!
//! Invariant: a code has at most four sections, and each character of it becomes at most one
//! token.

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Text that stands as it is.
    Literal(String),
    /// Room for a digit: `0`, `#` or `?`.
    Digit(char),
    /// The point before the decimals.
    Point,
    /// A comma among digits.
    Comma,
    /// A percent sign.
    Percent,
    /// The mark of an exponent, and whether it shows a plus.
    Exponent { shows_plus: bool },
    /// The stroke of a fraction.
    Slash,
    /// A part of a date or a time: a letter, and how often it stands.
    Date { letter: char, count: usize },
    /// A part of a length of time.
    Elapsed { letter: char, count: usize },
    /// The mark of the half of the day, in full or by its letter.
    HalfDay { is_full: bool },
    /// The number without a format.
    General,
    /// The text of the cell.
    Text,
}

impl Token {
    /// Whether digits go there.
    pub(super) const fn is_placeholder(&self) -> bool {
        matches!(self, Self::Digit(_))
    }
}

/// When a section applies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    operator: String,
    bound: f64,
}

impl Condition {
    /// Whether it does for this number.
    pub(super) fn holds(&self, number: f64) -> bool {
        match self.operator.as_str() {
            "<" => number < self.bound,
            "<=" => number <= self.bound,
            ">" => number > self.bound,
            ">=" => number >= self.bound,
            "<>" => number != self.bound,
            _ => number == self.bound,
        }
    }
}

/// A section of a code.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Section {
    pub(super) tokens: Vec<Token>,
    pub(super) condition: Option<Condition>,
}

impl Section {
    /// Whether it shows a date or a time.
    pub(super) fn is_date(&self) -> bool {
        self.tokens.iter().any(|token| {
            matches!(token, Token::Date { .. } | Token::Elapsed { .. } | Token::HalfDay { .. })
        })
    }

    /// How many commas behind the last digit, before the point or at the end, divide the number by
    /// a thousand each.
    pub(super) fn scale(&self) -> i32 {
        let (mut before_point, mut count) = (0, 0_i32);
        for token in &self.tokens {
            match token {
                Token::Digit(_) => count = 0,
                Token::Comma => count = count.saturating_add(1),
                Token::Point => before_point = core::mem::take(&mut count),
                _ => {}
            }
        }
        count.saturating_add(before_point)
    }

    /// Where the numerator begins, the stroke is, and the denominator ends.
    pub(super) fn fraction(&self) -> Option<(usize, usize, usize)> {
        let slash = self.tokens.iter().position(|token| *token == Token::Slash)?;
        let before = self.tokens.get(..slash)?;
        let start = before.iter().rposition(|token| !token.is_placeholder());
        let start = start.map_or(0, |start| start + 1);
        let after = self.tokens.get(slash + 1..)?;
        let is_part = |token: &Token| match token {
            Token::Literal(text) => text.chars().all(|c| c.is_ascii_digit()),
            token => token.is_placeholder(),
        };
        let end = after.iter().position(|token| !is_part(token)).unwrap_or(after.len());
        (start < slash && end > 0).then_some((start, slash, slash + 1 + end))
    }
}

/// The sections of a code.
pub(super) fn parse(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let Some(section) = sections.last_mut() else { break };
        let taken = token_at(section, c, rest);
        if c == ';' && taken.is_none() {
            if sections.len() == 4 {
                break;
            }
            sections.push(Section::default());
        }
        let len = taken.unwrap_or(c.len_utf8()).max(1);
        rest = rest.get(len..).unwrap_or_default();
    }
    sections
}

/// Adds the token that `rest` begins with and tells its length in bytes; `None` for the end of a
/// section.
fn token_at(section: &mut Section, c: char, rest: &str) -> Option<usize> {
    let behind = rest.get(c.len_utf8()..).unwrap_or_default();
    let next_len = behind.chars().next().map_or(0, char::len_utf8);
    let literal = |section: &mut Section, text: &str| {
        section.tokens.push(Token::Literal(text.to_owned()));
    };
    match c {
        ';' => return None,
        '"' => {
            let end = behind.find('"').unwrap_or(behind.len());
            literal(section, behind.get(..end).unwrap_or_default());
            return Some((end + 2).min(rest.len()));
        }
        '\\' | '!' => {
            literal(section, behind.get(..next_len).unwrap_or_default());
            return Some(1 + next_len);
        }
        '_' => {
            literal(section, " ");
            return Some(1 + next_len);
        }
        '*' => return Some(1 + next_len),
        '[' => {
            let end = behind.find(']').unwrap_or(behind.len());
            bracket(section, behind.get(..end).unwrap_or_default());
            return Some((end + 2).min(rest.len()));
        }
        '0' | '#' | '?' => section.tokens.push(Token::Digit(c)),
        '.' => section.tokens.push(Token::Point),
        ',' => section.tokens.push(Token::Comma),
        '%' => section.tokens.push(Token::Percent),
        '/' => section.tokens.push(Token::Slash),
        '@' => section.tokens.push(Token::Text),
        'E' | 'e' if behind.starts_with(['+', '-']) => {
            section.tokens.push(Token::Exponent { shows_plus: behind.starts_with('+') });
            return Some(2);
        }
        _ => return Some(word_at(section, c, rest)),
    }
    Some(c.len_utf8())
}

/// A word of the code: a part of a date, or a letter that stands for itself.
fn word_at(section: &mut Section, c: char, rest: &str) -> usize {
    let starts_with =
        |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    for (word, token) in [
        ("General", Token::General),
        ("Standard", Token::General),
        ("AM/PM", Token::HalfDay { is_full: true }),
        ("A/P", Token::HalfDay { is_full: false }),
    ] {
        if starts_with(word) {
            section.tokens.push(token);
            return word.len();
        }
    }
    let letter = c.to_ascii_lowercase();
    if matches!(letter, 'y' | 'm' | 'd' | 'h' | 's') {
        let count = rest.chars().take_while(|next| next.to_ascii_lowercase() == letter).count();
        section.tokens.push(Token::Date { letter, count });
        return count;
    }
    section.tokens.push(Token::Literal(c.to_string()));
    c.len_utf8()
}

/// What stands in brackets: a currency, a condition, a length of time, a color.
fn bracket(section: &mut Section, inner: &str) {
    if let Some(currency) = inner.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        section.tokens.push(Token::Literal(symbol.to_owned()));
        return;
    }
    let operator_len = inner.chars().take_while(|c| matches!(c, '<' | '>' | '=')).count();
    if operator_len > 0 {
        let (operator, bound) = inner.split_at(operator_len);
        if let Ok(bound) = bound.trim().parse() {
            section.condition = Some(Condition { operator: operator.to_owned(), bound });
        }
        return;
    }
    let letter = inner.chars().next().map(|c| c.to_ascii_lowercase());
    if let Some(letter @ ('h' | 'm' | 's')) = letter
        && inner.chars().all(|c| c.to_ascii_lowercase() == letter)
    {
        section.tokens.push(Token::Elapsed { letter, count: inner.len() });
    }
}
