//! How an installer's database packs the names of its tables and streams into 31 units.
//!
//! Invariant: packing and unpacking undo each other for names of the 64 letters (digits, letters,
//! `.` and `_`) and leave other characters as they are. Two letters become one unit from 0x3800
//! on, a single one a unit from 0x4800 on; the unit 0x4840 in front marks a table.

const LETTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
const PAIRS: u16 = 0x3800;
const SINGLES: u16 = 0x4800;
const TABLE: u16 = 0x4840;

/// The name that stored units stand for, and whether it is that of a table.
pub(super) fn unpack(units: &[u16]) -> (String, bool) {
    let letter = |index: u16| {
        LETTERS.get(usize::from(index & 0x3F)).map_or(u16::from(b'_'), |letter| u16::from(*letter))
    };
    let (is_table, units) = match units.split_first() {
        Some((&TABLE, rest)) => (true, rest),
        _ => (false, units),
    };
    let mut unpacked = Vec::new();
    for unit in units {
        match *unit {
            pair @ PAIRS..SINGLES => {
                let pair = pair - PAIRS;
                unpacked.extend([letter(pair), letter(pair >> 6)]);
            }
            single @ SINGLES..TABLE => unpacked.push(letter(single - SINGLES)),
            other => unpacked.push(other),
        }
    }
    (String::from_utf16_lossy(&unpacked), is_table)
}

/// The stored name of a table, or of a stream beside the tables.
pub(super) fn pack(name: &str, is_table: bool) -> String {
    let index = |character: char| {
        let letter = u8::try_from(character).ok()?;
        LETTERS
            .iter()
            .position(|other| *other == letter)
            .and_then(|index| u32::try_from(index).ok())
    };
    let mut packed: String =
        is_table.then_some(u32::from(TABLE)).and_then(char::from_u32).into_iter().collect();
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        let unit = match (index(character), rest.peek().copied().and_then(index)) {
            (Some(first), Some(second)) => {
                rest.next();
                u32::from(PAIRS) + first + (second << 6)
            }
            (Some(only), None) => u32::from(SINGLES) + only,
            (None, _) => u32::from(character),
        };
        packed.extend(char::from_u32(unit));
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_every_database_have_known_names() {
        assert_eq!(
            pack("_StringData", true),
            "\u{4840}\u{3F3F}\u{4577}\u{446C}\u{3B6A}\u{45E4}\u{4824}"
        );
        assert_eq!(pack("_Tables", true), "\u{4840}\u{3F7F}\u{4164}\u{422F}\u{4836}");
    }

    #[test]
    fn packing_is_undone() {
        for (name, is_table) in
            [("Property", true), ("_Columns", true), ("Binary.a b", false), ("", false)]
        {
            let units: Vec<u16> = pack(name, is_table).encode_utf16().collect();
            assert_eq!(unpack(&units), (name.to_owned(), is_table));
        }
        let summary: Vec<u16> = "\u{5}SummaryInformation".encode_utf16().collect();
        assert_eq!(unpack(&summary), ("\u{5}SummaryInformation".to_owned(), false));
    }
}
