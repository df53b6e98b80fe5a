//! The upper case of names beyond ASCII, as compound files have it.
//!
//! [MS-CFB] 2.6.4 asks for the simple case conversion of Unicode, and its Appendix A says of which
//! Unicode: 5.0, with the exceptions below, for every Windows since Vista. A pair counts only if
//! the upper letter folds back to the lower one, so that no two capitals and no symbol share a
//! name with a letter: dotless i, long s, the micro sign and the titlecase digraphs stay as they
//! are. (The table of upper case that Windows publishes in [MS-UCODEREF] 3.1.5.3 leaves out the
//! same letters.) Letters that got a capital later stay as they are too. The table is our own and
//! not the standard library's, because the order of a file's names must not change when a later
//! Unicode adds a letter.

/// Lower-case units from `first` to `last` in steps of `step`, and the upper case of the first;
/// the others lie as far from theirs.
struct Run {
    first: u16,
    last: u16,
    step: u16,
    upper: u16,
}

/// The upper case of a unit beyond ASCII; itself where it has none. Halves of surrogate pairs
/// have none.
pub(super) fn upper_beyond_ascii(unit: u16) -> u16 {
    if let Some((_, upper)) = EXCEPTIONS.iter().find(|(exception, _)| *exception == unit) {
        return *upper;
    }
    let after = RUNS.partition_point(|run| run.first <= unit);
    match after.checked_sub(1).and_then(|index| RUNS.get(index)) {
        Some(run) if unit <= run.last && (unit - run.first).is_multiple_of(run.step) => {
            run.upper + (unit - run.first)
        }
        _ => unit,
    }
}

/// What Appendix A takes from or adds to Unicode 5.0: final sigma is a sigma, and three pairs
/// meet in their lower letter.
const EXCEPTIONS: [(u16, u16); 7] = [
    (0x023A, 0x2C65),
    (0x023E, 0x2C66),
    (0x03C2, 0x03A3),
    (0x1FC3, 0x1FC3),
    (0x1FCC, 0x1FC3),
    (0x2C65, 0x2C65),
    (0x2C66, 0x2C66),
];

const fn one(lower: u16, upper: u16) -> Run {
    Run { first: lower, last: lower, step: 1, upper }
}

const fn each(first: u16, last: u16, upper: u16) -> Run {
    Run { first, last, step: 1, upper }
}

const fn every_other(first: u16, last: u16, upper: u16) -> Run {
    Run { first, last, step: 2, upper }
}

/// The pairs of Unicode 5.0 beyond ASCII that fold back, in ascending order.
const RUNS: &[Run] = &[
    each(0x00E0, 0x00F6, 0x00C0),
    each(0x00F8, 0x00FE, 0x00D8),
    one(0x00FF, 0x0178),
    every_other(0x0101, 0x012F, 0x0100),
    every_other(0x0133, 0x0137, 0x0132),
    every_other(0x013A, 0x0148, 0x0139),
    every_other(0x014B, 0x0177, 0x014A),
    every_other(0x017A, 0x017E, 0x0179),
    one(0x0180, 0x0243),
    every_other(0x0183, 0x0185, 0x0182),
    one(0x0188, 0x0187),
    one(0x018C, 0x018B),
    one(0x0192, 0x0191),
    one(0x0195, 0x01F6),
    one(0x0199, 0x0198),
    one(0x019A, 0x023D),
    one(0x019E, 0x0220),
    every_other(0x01A1, 0x01A5, 0x01A0),
    one(0x01A8, 0x01A7),
    one(0x01AD, 0x01AC),
    one(0x01B0, 0x01AF),
    every_other(0x01B4, 0x01B6, 0x01B3),
    one(0x01B9, 0x01B8),
    one(0x01BD, 0x01BC),
    one(0x01BF, 0x01F7),
    one(0x01C6, 0x01C4),
    one(0x01C9, 0x01C7),
    one(0x01CC, 0x01CA),
    every_other(0x01CE, 0x01DC, 0x01CD),
    one(0x01DD, 0x018E),
    every_other(0x01DF, 0x01EF, 0x01DE),
    one(0x01F3, 0x01F1),
    one(0x01F5, 0x01F4),
    every_other(0x01F9, 0x021F, 0x01F8),
    every_other(0x0223, 0x0233, 0x0222),
    one(0x023C, 0x023B),
    one(0x0242, 0x0241),
    every_other(0x0247, 0x024F, 0x0246),
    one(0x0253, 0x0181),
    one(0x0254, 0x0186),
    each(0x0256, 0x0257, 0x0189),
    one(0x0259, 0x018F),
    one(0x025B, 0x0190),
    one(0x0260, 0x0193),
    one(0x0263, 0x0194),
    one(0x0268, 0x0197),
    one(0x0269, 0x0196),
    one(0x026B, 0x2C62),
    one(0x026F, 0x019C),
    one(0x0272, 0x019D),
    one(0x0275, 0x019F),
    one(0x027D, 0x2C64),
    one(0x0280, 0x01A6),
    one(0x0283, 0x01A9),
    one(0x0288, 0x01AE),
    one(0x0289, 0x0244),
    each(0x028A, 0x028B, 0x01B1),
    one(0x028C, 0x0245),
    one(0x0292, 0x01B7),
    each(0x037B, 0x037D, 0x03FD),
    one(0x03AC, 0x0386),
    each(0x03AD, 0x03AF, 0x0388),
    each(0x03B1, 0x03C1, 0x0391),
    each(0x03C3, 0x03CB, 0x03A3),
    one(0x03CC, 0x038C),
    each(0x03CD, 0x03CE, 0x038E),
    every_other(0x03D9, 0x03EF, 0x03D8),
    one(0x03F2, 0x03F9),
    one(0x03F8, 0x03F7),
    one(0x03FB, 0x03FA),
    each(0x0430, 0x044F, 0x0410),
    each(0x0450, 0x045F, 0x0400),
    every_other(0x0461, 0x0481, 0x0460),
    every_other(0x048B, 0x04BF, 0x048A),
    every_other(0x04C2, 0x04CE, 0x04C1),
    one(0x04CF, 0x04C0),
    every_other(0x04D1, 0x0513, 0x04D0),
    each(0x0561, 0x0586, 0x0531),
    one(0x1D7D, 0x2C63),
    every_other(0x1E01, 0x1E95, 0x1E00),
    every_other(0x1EA1, 0x1EF9, 0x1EA0),
    each(0x1F00, 0x1F07, 0x1F08),
    each(0x1F10, 0x1F15, 0x1F18),
    each(0x1F20, 0x1F27, 0x1F28),
    each(0x1F30, 0x1F37, 0x1F38),
    each(0x1F40, 0x1F45, 0x1F48),
    every_other(0x1F51, 0x1F57, 0x1F59),
    each(0x1F60, 0x1F67, 0x1F68),
    each(0x1F70, 0x1F71, 0x1FBA),
    each(0x1F72, 0x1F75, 0x1FC8),
    each(0x1F76, 0x1F77, 0x1FDA),
    each(0x1F78, 0x1F79, 0x1FF8),
    each(0x1F7A, 0x1F7B, 0x1FEA),
    each(0x1F7C, 0x1F7D, 0x1FFA),
    each(0x1F80, 0x1F87, 0x1F88),
    each(0x1F90, 0x1F97, 0x1F98),
    each(0x1FA0, 0x1FA7, 0x1FA8),
    each(0x1FB0, 0x1FB1, 0x1FB8),
    one(0x1FB3, 0x1FBC),
    each(0x1FD0, 0x1FD1, 0x1FD8),
    each(0x1FE0, 0x1FE1, 0x1FE8),
    one(0x1FE5, 0x1FEC),
    one(0x1FF3, 0x1FFC),
    one(0x214E, 0x2132),
    each(0x2170, 0x217F, 0x2160),
    one(0x2184, 0x2183),
    each(0x24D0, 0x24E9, 0x24B6),
    each(0x2C30, 0x2C5E, 0x2C00),
    one(0x2C61, 0x2C60),
    every_other(0x2C68, 0x2C6C, 0x2C67),
    one(0x2C76, 0x2C75),
    every_other(0x2C81, 0x2CE3, 0x2C80),
    each(0x2D00, 0x2D25, 0x10A0),
    each(0xFF41, 0xFF5A, 0xFF21),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn upper_of_all() -> impl Iterator<Item = (u16, u16)> {
        (0x80..=u16::MAX).map(|unit| (unit, upper_beyond_ascii(unit)))
    }

    #[test]
    fn the_runs_are_in_order() {
        assert!(RUNS.iter().all(|run| run.first <= run.last));
        assert!(RUNS.iter().zip(RUNS.iter().skip(1)).all(|(a, b)| a.last < b.first));
    }

    #[test]
    fn every_pair_folds_back() {
        let letter = |unit| char::from_u32(u32::from(unit)).unwrap();
        let mut pair_count = 0;
        for (unit, upper) in upper_of_all().filter(|(unit, upper)| unit != upper) {
            if EXCEPTIONS.iter().any(|(exception, _)| *exception == unit) {
                continue;
            }
            pair_count += 1;
            let folded: Vec<char> = letter(upper).to_lowercase().collect();
            assert_eq!(folded, [letter(unit)], "{unit:04X} {upper:04X}");
        }
        assert_eq!(pair_count, 844);
    }

    #[test]
    fn upper_case_is_its_own_upper_case() {
        assert!(upper_of_all().all(|(_, upper)| upper_beyond_ascii(upper) == upper));
    }
}
