//! One step of a name: the text of an item as it is shown and read (`docs/names.md`).
//!
//! The rules are those of an element's name, `docfile_compound::Name`, which is asked about every
//! character; only the length is not limited here, since items of other containers are longer
//! than elements.

use core::fmt::Write;

use docfile_compound::Name;

/// Writes the text of an item so that no part of it is misread.
pub(crate) fn write_display(units: &[u16], to: &mut impl Write) -> core::fmt::Result {
    let mut rest = units;
    while let Some(first) = rest.first() {
        let is_pair = matches!(rest, [0xD800..=0xDBFF, 0xDC00..=0xDFFF, ..]);
        let (character, behind) =
            rest.split_at_checked(1 + usize::from(is_pair)).unwrap_or_default();
        if *first == u16::from(b'[') && would_be_a_control(behind) {
            to.write_str("%5B")?;
        } else {
            // One or two units always are a name.
            let name = Name::stored(character).map_err(|_| core::fmt::Error)?;
            write!(to, "{name}")?;
        }
        rest = behind;
    }
    Ok(())
}

/// Reads what [`write_display`] wrote, or what a person wrote in its place.
pub(crate) fn from_display(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let used = match character {
            '[' => control_len(rest),
            '%' => percent_len(rest),
            _ => None,
        };
        let (shown, behind) =
            rest.split_at_checked(used.unwrap_or(character.len_utf8())).unwrap_or((rest, ""));
        match read(shown) {
            Some(name) if used.is_some() => units.extend_from_slice(name.units()),
            _ => units.extend(shown.encode_utf16()),
        }
        rest = behind;
    }
    units
}

fn read(shown: &str) -> Option<Name> {
    Name::from_display(shown).ok()
}

/// Whether digits and a `]` follow.
fn would_be_a_control(rest: &[u16]) -> bool {
    let digits = rest.iter().take_while(|unit| (0x30..=0x39).contains(*unit)).count();
    digits > 0 && rest.get(digits) == Some(&u16::from(b']'))
}

/// The length of `[5]` where it stands for one unit.
fn control_len(text: &str) -> Option<usize> {
    let len = text.find(']')? + 1;
    // No number below 32 is as long as a name can be.
    let name = text.get(..len).filter(|shown| shown.len() <= docfile_compound::MAX_NAME_UNITS)?;
    read(name).filter(|name| name.units().len() == 1).map(|_| len)
}

/// The length of the `%XX`, up to four of them, that spell one character.
fn percent_len(text: &str) -> Option<usize> {
    (1..=4).map(|count| count * 3).find(|len| {
        let name = text.get(..*len).and_then(read);
        name.is_some_and(|name| matches!(*name.units(), [_] | [0xD800..=0xDBFF, 0xDC00..=0xDFFF]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(units: &[u16]) -> String {
        let mut text = String::new();
        write_display(units, &mut text).unwrap();
        text
    }

    const AWKWARD: [u16; 18] = [
        0, 5, 31, 0x21, 0x25, 0x2F, 0x30, 0x32, 0x42, 0x5B, 0x5D, 0x7F, 0x85, 0xE9, 0x202E, 0xD83D,
        0xDE00, 0x41,
    ];

    proptest! {
        #[test]
        fn steps_are_shown_and_read_as_names_are(
            units in prop::collection::vec(prop::sample::select(AWKWARD.to_vec()), 0..=31)
        ) {
            let name = Name::stored(&units).unwrap();
            prop_assert_eq!(shown(&units), name.to_string());
        }

        #[test]
        fn any_text_is_read_as_names_are(text in "[%\\[\\]0-9A-Fa-f!é/😀]{0,31}") {
            if let Ok(name) = Name::from_display(&text) {
                prop_assert_eq!(from_display(&text), name.units());
            }
        }

        #[test]
        fn longer_text_reads_back(
            units in prop::collection::vec(prop::sample::select(AWKWARD.to_vec()), 32..200)
        ) {
            prop_assert_eq!(from_display(&shown(&units)), units);
        }
    }
}
