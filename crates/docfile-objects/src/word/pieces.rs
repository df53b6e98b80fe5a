//! The piece table: which bytes of the stream are which characters of the text ([MS-DOC] 2.8.35).
//!
//! Invariant: pieces follow one another without gaps and none is empty; a table that breaks that
//! is cut where it does. Positions of characters are counted from the start of the text.

use docfile_compound::{Error, ErrorKind, Result};

use crate::fields::{Fields, to_usize, u32_at};

const PROPERTIES: u8 = 1;
const TABLE: u8 = 2;
const PIECE_LEN: usize = 8;
const IS_COMPRESSED: u32 = 1 << 30;

/// Characters that lie together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The position of its first character.
    pub(super) start: u32,
    /// The position behind its last.
    pub(super) end: u32,
    /// Where its bytes lie in the main stream.
    pub(super) offset: u32,
    /// Whether a character has one byte rather than two.
    pub(super) is_narrow: bool,
}

impl Piece {
    /// The bytes of a character.
    pub(super) const fn width(&self) -> u32 {
        if self.is_narrow { 1 } else { 2 }
    }

    /// Where the character at this position lies in the main stream.
    pub(super) const fn offset_of(&self, position: u32) -> u32 {
        self.offset.saturating_add(position.saturating_sub(self.start).saturating_mul(self.width()))
    }
}

/// The pieces that a table in `bytes` tells. Before Word 97 every piece is narrow.
pub(super) fn parse(bytes: &[u8], is_97: bool) -> Result<Vec<Piece>> {
    let mut fields = Fields::new(bytes);
    loop {
        match fields.u8() {
            Some(PROPERTIES) => {
                let len = fields.u16().unwrap_or(u16::MAX);
                fields.take(len.into()).ok_or_else(no_table)?;
            }
            Some(TABLE) => break,
            _ => return Err(no_table()),
        }
    }
    let len = to_usize(fields.u32().ok_or_else(no_table)?);
    let table = fields.rest();
    let table = table.get(..len).unwrap_or(table);
    let count = len.saturating_sub(4) / (PIECE_LEN + 4);
    let mut pieces = Vec::new();
    for index in 0..count {
        let bounds = (u32_at(table, index * 4), u32_at(table, index * 4 + 4));
        let stored = u32_at(table, (count + 1) * 4 + index * PIECE_LEN + 2);
        let ((Some(start), Some(end)), Some(stored)) = (bounds, stored) else { break };
        let expected = pieces.last().map_or(0, |piece: &Piece| piece.end);
        if start != expected || end <= start {
            break;
        }
        let is_compressed = is_97 && stored & IS_COMPRESSED != 0;
        let offset = stored & !IS_COMPRESSED;
        pieces.push(Piece {
            start,
            end,
            offset: if is_compressed { offset / 2 } else { offset },
            is_narrow: is_compressed || !is_97,
        });
    }
    Ok(pieces)
}

fn no_table() -> Error {
    Error::new(ErrorKind::Corrupt, "a Word document without a table of its pieces")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_where_it_breaks() {
        let mut bytes = vec![TABLE, 28, 0, 0, 0];
        for number in [0_u32, 5, 4] {
            bytes.extend(number.to_le_bytes());
        }
        for stored in [IS_COMPRESSED | 0x800, 0x900] {
            bytes.extend([0, 0]);
            bytes.extend(u32::to_le_bytes(stored));
            bytes.extend([0, 0]);
        }
        let pieces = parse(&bytes, true).unwrap();
        assert_eq!(pieces, [Piece { start: 0, end: 5, offset: 0x400, is_narrow: true }]);
        assert_eq!(pieces[0].offset_of(3), 0x403);
        assert!(parse(&bytes[..3], true).is_err());
    }
}
