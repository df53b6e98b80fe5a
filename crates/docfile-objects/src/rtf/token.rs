//! Rich text as tokens: braces, control words with their numbers, and bytes of text.
//!
//! Invariant: every token takes at least one byte, so there are no more tokens than bytes. A
//! number that does not fit becomes the largest that does.

use crate::field_cursor::FieldCursor;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\word` or `\word-12`, with the blank behind it.
    Word(&'a [u8], Option<i32>),
    /// A backslash and one character that is no letter.
    Symbol(u8),
    /// `\'e9`
    Hex(u8),
    /// A byte of text. Ends of lines are none.
    Byte(u8),
}

/// The tokens of rich text.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    cursor: FieldCursor<'a>,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(rtf: &'a [u8]) -> Self {
        Self { cursor: FieldCursor::new(rtf) }
    }

    /// Passes over binary data.
    pub(super) fn pass_over(&mut self, len: usize) {
        self.cursor.take_up_to(len);
    }

    fn take_while(&mut self, is_wanted: impl Fn(&u8) -> bool) -> &'a [u8] {
        let rest = self.cursor.rest();
        let len = rest.iter().position(|byte| !is_wanted(byte)).unwrap_or(rest.len());
        self.cursor.take_up_to(len)
    }

    fn word(&mut self) -> Token<'a> {
        let word = self.take_while(u8::is_ascii_alphabetic);
        let is_negative = self.cursor.rest().first() == Some(&b'-');
        if is_negative {
            self.cursor.take_up_to(1);
        }
        let digits = self.take_while(u8::is_ascii_digit);
        let number = digits.iter().fold(0_i32, |number, digit| {
            number.saturating_mul(10).saturating_add(i32::from(digit - b'0'))
        });
        if self.cursor.rest().first() == Some(&b' ') {
            self.cursor.take_up_to(1);
        }
        let number = if is_negative { number.saturating_neg() } else { number };
        Token::Word(word, (!digits.is_empty()).then_some(number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            return Some(match self.cursor.u8()? {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\r' | b'\n' | 0 => continue,
                b'\\' => match *self.cursor.rest().first()? {
                    letter if letter.is_ascii_alphabetic() => self.word(),
                    b'\'' => {
                        self.cursor.take_up_to(1);
                        let digits = self.cursor.take_up_to(2);
                        let text = core::str::from_utf8(digits).unwrap_or_default();
                        match u8::from_str_radix(text, 16) {
                            Ok(byte) => Token::Hex(byte),
                            Err(_) => continue,
                        }
                    }
                    symbol => {
                        self.cursor.take_up_to(1);
                        Token::Symbol(symbol)
                    }
                },
                byte => Token::Byte(byte),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_their_number_and_one_blank() {
        let tokens: Vec<Token<'_>> = Tokens::new(b"{\\u-12 a\\par  \\'e9\\~\r\n}").collect();
        assert_eq!(
            tokens,
            [
                Token::Open,
                Token::Word(b"u", Some(-12)),
                Token::Byte(b'a'),
                Token::Word(b"par", None),
                Token::Byte(b' '),
                Token::Hex(0xE9),
                Token::Symbol(b'~'),
                Token::Close,
            ]
        );
        assert_eq!(Tokens::new(b"\\u99999999999").next(), Some(Token::Word(b"u", Some(i32::MAX))));
        assert_eq!(Tokens::new(b"\\'z").count(), 0);
        assert_eq!(Tokens::new(b"\\").count(), 0);
    }
}
