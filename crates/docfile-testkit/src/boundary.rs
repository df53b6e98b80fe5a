//! Lengths, offsets and names at which compound files change their nature.
//!
//! Most mistakes sit one byte beside such a place, so random cases are drawn from here far more
//! often than from the whole range. Sources: [MS-CFB] 2.2 (sector, mini sector and cutoff), 2.6.1
//! (names), 2.6.4 (their order).

use docfile_compound::{MAX_NAME_UNITS, Name};

use crate::random::Random;

/// Where a length changes what holds a stream: nothing, one mini sector, many, sectors of version
/// 3 and 4, the mini cutoff.
const EDGES: [u64; 9] = [0, 64, 128, 512, 1024, 4096, 8192, 12_288, 65_536];

/// Characters that are one unit, several units, upper-cased to one or to more, out of order when
/// cased, or reserved to the system.
const CHARACTERS: [char; 22] = [
    'a', 'A', 'b', 'Z', '_', ' ', '0', '.', '\u{1}', '\u{5}', 'é', 'É', 'ß', 'ÿ', 'Ÿ', 'ı', 'ǆ',
    'ж', 'ﬁ', '漢', '😀', '𐐨',
];

/// A length of at most `max`, mostly at an edge or one beside it.
pub fn len(random: &mut Random, max: u64) -> u64 {
    if random.chance(1, 4) {
        return random.below(max + 1);
    }
    let edge = *random.pick(&EDGES);
    let len = match random.below(3) {
        0 => edge.saturating_sub(1),
        1 => edge,
        _ => edge + 1,
    };
    len.min(max)
}

/// A name that a new element can bear: mostly one of a few, so that names meet again, else of any
/// permitted length.
pub fn name(random: &mut Random) -> Name {
    let text = match random.below(8) {
        0..=3 => {
            let text = *random.pick(&["a", "B", "note", "Pool", "Contents", "Straße", "\u{5}Sum"]);
            in_any_case(text, random)
        }
        4 | 5 => text(random, 3),
        6 => text(random, MAX_NAME_UNITS),
        _ => "x".repeat(MAX_NAME_UNITS - random.index(2)),
    };
    Name::new(&text).expect("only permitted characters are drawn")
}

/// The same text in upper, lower or its own case.
fn in_any_case(text: &str, random: &mut Random) -> String {
    let swap = |character: char| {
        // What would change its length when cased stays, so that the name stays the same name.
        let mut upper = character.to_uppercase();
        if upper.len() == 1 { upper.next().unwrap_or(character) } else { character }
    };
    match random.below(3) {
        0 => text.chars().map(swap).collect(),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

/// Up to `max_units` units of any of the characters, at least one.
fn text(random: &mut Random, max_units: usize) -> String {
    let wanted = random.index(max_units) + 1;
    let mut text = String::new();
    let mut units = 0;
    while units < wanted {
        let character = *random.pick(&CHARACTERS);
        if units + character.len_utf16() > wanted {
            text.push('u');
            units += 1;
        } else {
            text.push(character);
            units += character.len_utf16();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_edge_is_met_from_both_sides() {
        let mut random = Random::seeded(1);
        let met: BTreeSet<u64> = (0..2_000).map(|_| len(&mut random, 70_000)).collect();
        for edge in [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193] {
            assert!(met.contains(&edge), "{edge}");
        }
        assert!((0..1_000).all(|_| len(&mut random, 100) <= 100));
    }

    #[test]
    fn names_of_every_length_come_up_and_many_collide_by_case() {
        let mut random = Random::seeded(2);
        let names: BTreeSet<Vec<u16>> =
            (0..4_000).map(|_| name(&mut random).units().to_vec()).collect();
        let lens: BTreeSet<usize> = names.iter().map(Vec::len).collect();
        assert!(lens.into_iter().eq(1..=MAX_NAME_UNITS));
        let keys: BTreeSet<_> = names
            .iter()
            .map(|units| crate::model::SiblingKey::of(&Name::stored(units).unwrap()))
            .collect();
        assert!(keys.len() < names.len());
    }
}
