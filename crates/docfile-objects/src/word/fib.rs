//! The file information block: where the parts of a Word document lie ([MS-DOC] 2.5).
//!
//! Invariant: what it claims is only ever an offset or a length to read at; nothing is allocated
//! by it. Word 6 and 95 have the same block with other offsets (their text is in one stream).

use core::ops::Range;

use docfile_compound::{Error, ErrorKind, Result};

use crate::fields::{u16_at, u32_at};

/// The length that is read, which has all the fields that are used here.
pub(super) const READ_LEN: usize = 512;

const IDENT_97: u16 = 0xA5EC;
/// Word 6 and 95; the last three are those of East Asian editions.
const IDENTS_6: [u16; 4] = [0xA5DC, 0xA697, 0xA698, 0xA699];
/// The first `nFib` of Word 97; test versions of it had the ones just before 193.
const FIRST_97: u16 = 0xC0;
const IS_ENCRYPTED: u16 = 0x0100;
const IS_IN_1TABLE: u16 = 0x0200;
const IS_OBFUSCATED: u16 = 0x8000;

/// A part of a stream.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Bytes from the start of the stream.
    pub(super) offset: u32,
    /// In bytes.
    pub(super) len: u32,
}

/// What can be read of the block without decrypting anything.
#[derive(Debug, Clone, Copy)]
pub(super) struct FibBase {
    /// Whether Word 97 or later wrote it.
    pub(super) is_97: bool,
    /// The version of the format.
    pub(super) version: u16,
    /// The language, by its id.
    pub(super) language_id: u16,
    /// Whether the text is encrypted or obfuscated.
    pub(super) is_encrypted: bool,
    /// Whether it is only obfuscated by XOR.
    pub(super) is_obfuscated: bool,
    /// The name of the stream with the tables.
    pub(super) table_name: &'static str,
    /// The length of what precedes the tables when encrypted; the XOR key in the upper half and
    /// the verifier of its password in the lower when obfuscated.
    pub(super) key: u32,
}

impl FibBase {
    /// Whether the text is hidden by XOR: before Word 97 there was nothing else.
    pub(super) const fn is_hidden_by_xor(&self) -> bool {
        self.is_encrypted && (self.is_obfuscated || !self.is_97)
    }
}

impl FibBase {
    /// The unencrypted start of the block.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let field = |offset| u16_at(bytes, offset).ok_or_else(short);
        let (ident, version, flags) = (field(0)?, field(2)?, field(10)?);
        let is_97 = match ident {
            IDENT_97 => version >= FIRST_97,
            _ if IDENTS_6.contains(&ident) => false,
            _ => return Err(Error::new(ErrorKind::Corrupt, "no Word document begins so")),
        };
        Ok(Self {
            is_97,
            version,
            language_id: field(6)?,
            is_encrypted: flags & IS_ENCRYPTED != 0,
            is_obfuscated: flags & IS_OBFUSCATED != 0,
            table_name: match (is_97, flags & IS_IN_1TABLE != 0) {
                (false, _) => super::MAIN_NAME,
                (true, true) => "1Table",
                (true, false) => "0Table",
            },
            key: u32_at(bytes, 14).ok_or_else(short)?,
        })
    }

    /// The name that people give the version.
    pub(super) const fn version_name(&self) -> &'static str {
        match (self.is_97, self.version) {
            (true, _) => "97-2003",
            (false, 104..) => "95",
            (false, _) => "6",
        }
    }
}

/// The whole of what is used of the block.
#[derive(Debug, Clone)]
pub(super) struct Fib {
    /// Where the text lies when there is no piece table.
    pub(super) text: Range<u32>,
    /// The characters of the main text.
    pub(super) main_count: u32,
    /// The characters of all texts that stand behind it: footnotes, headers, comments, boxes.
    pub(super) behind_count: u32,
    /// The piece table, in the stream with the tables.
    pub(super) pieces: Place,
    /// The index of the paragraphs' properties.
    pub(super) paragraphs: Place,
    /// The fonts, where they tell the script of the text: before Word 97.
    pub(super) fonts: Option<Place>,
}

impl Fib {
    /// The decrypted block.
    pub(super) fn parse(bytes: &[u8], base: &FibBase) -> Result<Self> {
        let number = |offset| u32_at(bytes, offset).ok_or_else(short);
        let place = |offset: usize| {
            Ok(Place { offset: number(offset)?, len: number(offset.saturating_add(4))? })
        };
        let text = number(0x18)?..number(0x1C)?;
        // Where the counts start, how many follow the main text's, and where two tables are told.
        let (counts, pieces, paragraphs) =
            if base.is_97 { (0x4C, 0x1A2, 0x102) } else { (0x34, 0x160, 0xC0) };
        let mut behind_count = 0_u32;
        for index in 1..8_usize {
            behind_count = behind_count.saturating_add(number(counts + index * 4)?);
        }
        Ok(Self {
            text,
            main_count: number(counts)?,
            behind_count,
            pieces: place(pieces)?,
            paragraphs: place(paragraphs)?,
            fonts: if base.is_97 { None } else { Some(place(0xD0)?) },
        })
    }
}

fn short() -> Error {
    Error::new(ErrorKind::Corrupt, "a Word document that ends in its information block")
}
