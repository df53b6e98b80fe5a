//! The one form of JSON in the corpus tables: an array of strings, read as UTF-16 units, since a
//! stored name may hold half of a surrogate pair. Grammar: RFC 8259, 5 and 7.

use docfile_compound::Name;

/// The names of `["...", "..."]`.
pub(super) fn names(text: &str) -> Vec<Name> {
    let mut rest = text.trim();
    rest = expect(rest, '[').trim_start();
    let mut names = Vec::new();
    while !rest.starts_with(']') {
        if !names.is_empty() {
            rest = expect(rest, ',').trim_start();
        }
        let units;
        (units, rest) = string(expect(rest, '"'));
        names.push(Name::stored(&units).expect("a name of the corpus has at most 31 units"));
        rest = rest.trim_start();
    }
    assert_eq!(rest, "]", "something follows the array in {text}");
    names
}

fn expect(text: &str, character: char) -> &str {
    text.strip_prefix(character).unwrap_or_else(|| panic!("no {character} at {text}"))
}

/// The units of a string whose opening quote was read, and what follows its closing one.
fn string(text: &str) -> (Vec<u16>, &str) {
    let mut units = Vec::new();
    let mut rest = text.chars();
    loop {
        match rest.next() {
            Some('"') => return (units, rest.as_str()),
            Some('\\') => units.push(escape(&mut rest)),
            Some(character) => {
                units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            }
            None => panic!("the string at {text} does not end"),
        }
    }
}

fn escape(rest: &mut core::str::Chars<'_>) -> u16 {
    match rest.next() {
        Some('u') => {
            let digits = rest.as_str().get(..4).unwrap_or_default();
            *rest = rest.as_str()[digits.len()..].chars();
            u16::from_str_radix(digits, 16).unwrap_or_else(|_| panic!("\\u{digits} is no unit"))
        }
        Some('b') => 8,
        Some('t') => 9,
        Some('n') => 10,
        Some('f') => 12,
        Some('r') => 13,
        Some(plain @ ('"' | '\\' | '/')) => u16::try_from(u32::from(plain)).unwrap_or(0),
        other => panic!("unknown escape {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn escapes_and_lone_surrogates_become_units() {
        let read = names(r#"["\u0005a\"\\", "ab", "\ud83dx", "😀"]"#);
        let units: Vec<&[u16]> = read.iter().map(docfile_compound::Name::units).collect();
        assert_eq!(units[0], [5, 97, 34, 92]);
        assert_eq!(units[2], [0xD83D, 120]);
        assert_eq!(units[3], [0xD83D, 0xDE00]);
        assert_eq!(names("[]"), []);
    }
}
