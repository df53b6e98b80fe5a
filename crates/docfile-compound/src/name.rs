//! Names of elements: what is stored, how siblings are ordered, and how a name is shown.
//!
//! A name is up to 31 UTF-16 units. Real files carry names that are no valid UTF-16, that hold
//! control characters, or that are empty; all of them are kept and can be addressed. Order:
//! [MS-CFB] 2.6.4. Display form: `docs/names.md`.

mod upper_case;

use core::cmp::Ordering;
use core::fmt;

use crate::error::{Error, ErrorKind, Result};

/// The most UTF-16 units a name can have (its terminator not counted).
pub const MAX_NAME_UNITS: usize = 31;

/// The name of an element, as UTF-16 units.
///
/// `==` compares the units themselves; siblings are told apart by [`compare`](Self::compare),
/// which ignores case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name {
    units: [u16; MAX_NAME_UNITS],
    len: u8,
}

impl Name {
    /// No units at all: what an unallocated entry bears.
    pub(crate) const EMPTY: Self = Self { units: [0; MAX_NAME_UNITS], len: 0 };

    /// The name that every root storage bears.
    pub const ROOT: &'static str = "Root Entry";

    /// A name for a new element: 1 to 31 units, none of `/ \ : !` and no null.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] (`contract/storage.md` 8, "Naming").
    pub fn new(name: &str) -> Result<Self> {
        let name = Self::stored(&name.encode_utf16().collect::<Vec<_>>())?;
        name.check_creatable()?;
        Ok(name)
    }

    /// A name as a file may store it: any units, at most 31 of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] when there are more.
    pub fn stored(units: &[u16]) -> Result<Self> {
        let mut name = Self { units: [0; MAX_NAME_UNITS], len: 0 };
        let to = name.units.get_mut(..units.len()).ok_or_else(|| {
            Error::new(ErrorKind::InvalidName, "a name has at most 31 UTF-16 units")
        })?;
        to.copy_from_slice(units);
        name.len = u8::try_from(units.len()).unwrap_or(u8::MAX);
        Ok(name)
    }

    /// Whether a new element may bear this name.
    pub(crate) fn check_creatable(&self) -> Result<()> {
        const FORBIDDEN: [u16; 5] = [0, b'/' as u16, b'\\' as u16, b':' as u16, b'!' as u16];
        if self.len == 0 {
            return Err(Error::new(ErrorKind::InvalidName, "a name cannot be empty"));
        }
        if self.units().iter().any(|unit| FORBIDDEN.contains(unit)) {
            return Err(Error::new(
                ErrorKind::InvalidName,
                "a name cannot contain / \\ : ! or a null",
            )
            .with_element(self.to_string()));
        }
        Ok(())
    }

    /// The stored units, without a terminator.
    #[must_use]
    pub fn units(&self) -> &[u16] {
        self.units.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The name as text, with the replacement character for what is no valid UTF-16.
    #[must_use]
    pub fn to_string_lossy(&self) -> String {
        String::from_utf16_lossy(self.units())
    }

    /// The order of siblings: shorter names first, then by upper-cased units ([MS-CFB] 2.6.4).
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        compare_units(self.units(), other.units())
    }
}

/// The order of siblings over bare units; see [`Name::compare`].
pub(crate) fn compare_units(a: &[u16], b: &[u16]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| {
        a.iter().map(|unit| upper_unit(*unit)).cmp(b.iter().map(|unit| upper_unit(*unit)))
    })
}

/// Simple upper case of one UTF-16 unit.
pub(crate) fn upper_unit(unit: u16) -> u16 {
    if unit < 0x80 {
        return if (0x61..=0x7A).contains(&unit) { unit - 0x20 } else { unit };
    }
    upper_case::upper_beyond_ascii(unit)
}

impl fmt::Display for Name {
    /// The display form: control characters as `[5]`, and a percent sign before what would be
    /// misread (`docs/names.md`). [`Name::from_display`](Self::from_display) reads it back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_display(self.units(), f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

fn write_display(units: &[u16], f: &mut impl fmt::Write) -> fmt::Result {
    let mut rest = units;
    while let Some(unit) = rest.first() {
        let (character, used) = match char::decode_utf16(rest.iter().copied()).next() {
            Some(Ok(character)) => (Some(character), character.len_utf16()),
            _ => (None, 1),
        };
        rest = rest.get(used..).unwrap_or_default();
        match character {
            Some(control) if u32::from(control) < 0x20 => write!(f, "[{}]", u32::from(control))?,
            Some('[') if reads_as_control(rest) => f.write_str("%5B")?,
            Some(misread @ ('!' | '/' | '%')) => write!(f, "%{:02X}", u32::from(misread))?,
            // Other control characters would reach a terminal or break a line.
            Some(other) if other.is_control() || is_line_break(other) => percent_utf8(other, f)?,
            Some(other) => f.write_char(other)?,
            // A lone surrogate, as the three bytes that UTF-8 would give it.
            None => write!(
                f,
                "%{:02X}%{:02X}%{:02X}",
                0xE0 | unit >> 12,
                0x80 | unit >> 6 & 0x3F,
                0x80 | unit & 0x3F
            )?,
        }
    }
    Ok(())
}

/// Separators and direction marks that change how the text around them is shown.
fn is_line_break(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn percent_utf8(character: char, f: &mut impl fmt::Write) -> fmt::Result {
    let mut buffer = [0; 4];
    for byte in character.encode_utf8(&mut buffer).bytes() {
        write!(f, "%{byte:02X}")?;
    }
    Ok(())
}

/// Whether the units behind a `[` are digits and a `]`, so that the `[` would be misread.
fn reads_as_control(rest: &[u16]) -> bool {
    let digits = rest.iter().take_while(|unit| (0x30..=0x39).contains(*unit)).count();
    digits > 0 && rest.get(digits) == Some(&u16::from(b']'))
}

impl Name {
    /// Reads the display form (`[5]SummaryInformation`, `a%21b`). Percent signs that are not
    /// followed by two hexadecimal digits stand for themselves.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] when the name is longer than 31 units.
    ///
    /// ```
    /// use docfile_compound::Name;
    /// let name = Name::from_display("[5]SummaryInformation")?;
    /// assert_eq!(name.units()[0], 5);
    /// assert_eq!(name.to_string(), "[5]SummaryInformation");
    /// # Ok::<(), docfile_compound::Error>(())
    /// ```
    pub fn from_display(text: &str) -> Result<Self> {
        let mut units = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let (used, decoded) = match character {
                '[' => control_from_display(rest),
                '%' => percent_from_display(rest),
                _ => None,
            }
            .unwrap_or_else(|| {
                let mut buffer = [0; 2];
                (character.len_utf8(), character.encode_utf16(&mut buffer).to_vec())
            });
            units.extend_from_slice(&decoded);
            rest = rest.get(used..).unwrap_or_default();
        }
        Self::stored(&units)
    }
}

/// Reads `[digits]` below 32; answers how much text it took and the unit.
fn control_from_display(text: &str) -> Option<(usize, Vec<u16>)> {
    let (digits, _) = text.strip_prefix('[')?.split_once(']')?;
    let value: u16 =
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()?;
    (value < 0x20).then(|| (digits.len() + 2, vec![value]))
}

/// Reads one or more `%XX` that together spell one character, or a lone surrogate.
fn percent_from_display(text: &str) -> Option<(usize, Vec<u16>)> {
    let byte_at = |index: usize| {
        let digits = text.get(index * 3..)?.strip_prefix('%')?.get(..2)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then(|| u8::from_str_radix(digits, 16).ok())?
    };
    let first = byte_at(0)?;
    let len = match first {
        0x00..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..len).map(byte_at).collect::<Option<_>>()?;
    if let Ok(text) = core::str::from_utf8(&bytes) {
        return Some((len * 3, text.encode_utf16().collect()));
    }
    match *bytes.as_slice() {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF] => {
            let unit = 0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
            Some((9, vec![unit]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shorter_names_come_first_and_case_does_not_count() {
        let name = |text| Name::new(text).unwrap();
        assert_eq!(name("zz").compare(&name("aaa")), Ordering::Less);
        assert_eq!(name("straße").compare(&name("STRAßE")), Ordering::Equal);
        assert_eq!(name("ÿx").compare(&name("ŸX")), Ordering::Equal);
        assert_eq!(name("_a").compare(&name("aa")), Ordering::Greater);
    }

    #[test]
    fn names_that_cannot_be_created_are_refused() {
        for text in ["", "a/b", "a\\b", "a:b", "a!b", "a\0", &"x".repeat(32)] {
            assert_eq!(Name::new(text).unwrap_err().kind(), ErrorKind::InvalidName, "{text:?}");
        }
        assert!(Name::new(&"x".repeat(31)).is_ok());
        assert!(Name::new("\u{5}SummaryInformation").is_ok());
    }

    #[test]
    fn display_marks_only_what_would_be_misread() {
        let shown = |text: &str| {
            Name::stored(&text.encode_utf16().collect::<Vec<_>>()).unwrap().to_string()
        };
        assert_eq!(shown("\u{1}CompObj"), "[1]CompObj");
        assert_eq!(shown("a[5]b"), "a%5B5]b");
        assert_eq!(shown("a[b]"), "a[b]");
        assert_eq!(shown("50%/!"), "50%25%2F%21");
        assert_eq!(shown("\u{7f}\u{202e}"), "%7F%E2%80%AE");
    }

    proptest! {
        #[test]
        fn display_form_reads_back(units in prop::collection::vec(any::<u16>(), 0..=31)) {
            let name = Name::stored(&units).unwrap();
            prop_assert_eq!(Name::from_display(&name.to_string()).unwrap(), name);
        }

        #[test]
        fn display_form_of_awkward_units_reads_back(units in prop::collection::vec(
            prop::sample::select(vec![0u16, 5, 31, 0x25, 0x30, 0x35, 0x42, 0x5B, 0x5D, 0x21, 0x2F, 0x7F, 0x85, 0xD800, 0xDC00, 0xDFFF]), 0..=31)) {
            let name = Name::stored(&units).unwrap();
            prop_assert_eq!(Name::from_display(&name.to_string()).unwrap(), name);
        }
    }
}
