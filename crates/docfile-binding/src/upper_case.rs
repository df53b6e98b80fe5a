//! Upper case as monikers compare text: one UTF-16 unit at a time (`contract/binding.md` 3.2).
//!
//! Hashes and comparison data are made of it. They are compared within one run of a program and
//! never saved, so that the standard library's table does; the order of a file's names, which is
//! saved, has its own in docfile-compound. A letter whose capital is several letters, or does not
//! fold back, is its own capital.

/// The upper case of one unit. Halves of surrogate pairs have none.
pub(crate) fn upper_unit(unit: u16) -> u16 {
    if unit < 0x80 {
        return if (0x61..=0x7A).contains(&unit) { unit - 0x20 } else { unit };
    }
    let Some(lower) = char::from_u32(u32::from(unit)) else { return unit };
    let Some(upper) = only(lower.to_uppercase()) else { return unit };
    let folds_back = only(upper.to_lowercase()) == Some(lower);
    u16::try_from(u32::from(upper)).ok().filter(|_| folds_back).unwrap_or(unit)
}

/// The units of `text` in upper case.
pub(crate) fn upper_units(text: &str) -> impl Iterator<Item = u16> + '_ {
    text.encode_utf16().map(upper_unit)
}

fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

/// The hash of text: every unit in upper case, by `h * 3 ^ unit` (`contract/binding.md` 3.2).
pub(crate) fn hash_of(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0, |hash: u32, unit| hash.wrapping_mul(3) ^ u32::from(upper_unit(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_without_one_capital_is_its_own() {
        let upper =
            |text: &str| String::from_utf16(&upper_units(text).collect::<Vec<_>>()).unwrap();
        assert_eq!(upper("Übersicht 1"), "ÜBERSICHT 1");
        assert_eq!(upper("ßıſµ"), "ßıſµ");
        assert_eq!(upper("план"), "ПЛАН");
        assert_eq!(upper_unit(0xD800), 0xD800);
    }

    /// The values that `contract/binding.md` 3.2 gives.
    #[test]
    fn hashes_are_those_of_the_contract() {
        let hash = |text: &str| hash_of(text.encode_utf16());
        assert_eq!(hash("T"), 0x54);
        assert_eq!((hash("a"), hash("A")), (0x41, 0x41));
        assert_eq!((hash("Test"), hash("TEST")), (0x73C, 0x73C));
        assert_eq!(hash("Wine"), 0xABB);
    }
}
