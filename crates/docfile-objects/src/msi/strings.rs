//! The strings of an installer's database: every text of every table, each stored once.
//!
//! Invariant: the pool gives the lengths, in the order in which the data follows; a number in a
//! table is the place of a string in the pool, counted from 1, and 0 is no string. No string is
//! copied before it is asked for.

use docfile_compound::property::CodePage;

use crate::field_cursor::FieldCursor;

/// The strings, and how tables refer to them.
#[derive(Debug)]
pub(super) struct Strings<'a> {
    /// Where each string lies in the data; its number less one is the place here.
    places: Vec<(usize, usize)>,
    data: &'a [u8],
    code_page: CodePage,
    has_long_references: bool,
}

/// The bit of the pool's first number that tells that references have three bytes.
const LONG_REFERENCES: u32 = 1 << 31;

impl<'a> Strings<'a> {
    pub(super) fn parse(pool: &[u8], data: &'a [u8]) -> Self {
        let mut cursor = FieldCursor::new(pool);
        let head = cursor.u32().unwrap_or(0);
        // Page 0 is neutral: nothing but ASCII is expected.
        let code_page = match u16::try_from(head & 0xFFFF) {
            Ok(number @ 1..) => CodePage(number),
            _ => CodePage::WINDOWS_1252,
        };
        let has_long_references = head & LONG_REFERENCES != 0;
        let mut strings = Self { places: Vec::new(), data, code_page, has_long_references };
        let mut offset = 0_usize;
        while let (Some(len), Some(reference_count)) = (cursor.u16(), cursor.u16()) {
            let mut len = usize::from(len);
            if len == 0 && reference_count > 0 {
                // A string of 64 KiB and more: these two bytes were the high half of its length.
                let (Some(low), Some(_)) = (cursor.u16(), cursor.u16()) else { break };
                len = usize::from(reference_count) << 16 | usize::from(low);
            }
            strings.places.push((offset, len));
            offset = offset.saturating_add(len);
        }
        strings
    }

    /// How many bytes a reference to a string takes in a table.
    pub(super) const fn reference_len(&self) -> usize {
        if self.has_long_references { 3 } else { 2 }
    }

    fn place(&self, number: u32) -> Option<(usize, usize)> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.places.get(index).copied()
    }

    /// How many bytes the string of that number has.
    pub(super) fn len_of(&self, number: u32) -> Option<usize> {
        self.place(number).map(|(_, len)| len)
    }

    /// The string of that number.
    pub(super) fn get(&self, number: u32) -> Option<String> {
        let (offset, len) = self.place(number)?;
        let bytes = self.data.get(offset..offset.checked_add(len)?)?;
        Some(self.code_page.decode(bytes).0)
    }

    pub(super) const fn code_page(&self) -> CodePage {
        self.code_page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_lie_one_behind_the_other_and_long_ones_take_two_entries() {
        let mut pool = 1252_u32.to_le_bytes().to_vec();
        for pair in [[3_u16, 1], [0, 0], [0, 1], [2, 1], [1, 1]] {
            pool.extend(pair.iter().flat_map(|half| half.to_le_bytes()));
        }
        let mut data = b"abc".to_vec();
        data.extend(vec![b'x'; 0x1_0002]);
        data.push(0xE9);
        let strings = Strings::parse(&pool, &data);
        assert_eq!(strings.get(1).as_deref(), Some("abc"));
        assert_eq!(strings.get(2).as_deref(), Some(""));
        assert_eq!(strings.get(3).map(|text| text.len()), Some(0x1_0002));
        assert_eq!(strings.get(4).as_deref(), Some("\u{e9}"));
        assert_eq!((strings.get(0), strings.get(5)), (None, None));
        assert_eq!(strings.reference_len(), 2);
    }
}
