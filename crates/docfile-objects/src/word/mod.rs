//! Word documents of 1997 to 2003, and of Word 6 and 95.
//!
//! Invariant: the first page needs the information block, the piece table, the index of paragraph
//! properties, and then only the text and the properties of that page; each step asks for all
//! that it can ask for at once. Pages follow one another through the main text and then the texts
//! behind it (footnotes, headers, comments, boxes).

mod characters;
mod fib;
mod fonts;
mod paragraphs;
mod pieces;

use docfile_compound::{Error, ErrorKind, Result};

use crate::charset::code_page_of_language;
use crate::document::{DocumentObject, Opening, Touch};
use crate::embedded;
use crate::encryption;
use crate::encryption::binary::BinaryEncryption;
use crate::encryption::rc4_content::Rc4Content;
use crate::fields::{to_usize, u16_at};
use crate::gather::Gather;
use crate::info::Info;
use crate::kept::Kept;
use crate::kind::Kind;
use crate::paging::Paging;
use crate::properties;
use crate::source::{Content, Source};
use crate::view::View;

use characters::{Blocks, Position, Step};
use fib::{Fib, FibBase};
use paragraphs::Paragraphs;
use pieces::Piece;

/// The stream with the text.
const MAIN_NAME: &str = "WordDocument";
/// The storage with the documents that are embedded.
const POOL_NAME: &str = "ObjectPool";
/// What text of one byte a character is in from Word 97 on.
const WESTERN: u16 = 1252;
/// What one key of an encrypted document serves, in bytes.
const BLOCK_LEN: usize = 512;
/// The start of the main stream that is never encrypted.
const PLAIN_LEN: u64 = 0x44;
/// The longest description of an encryption that is read, in bytes.
const ENCRYPTION_LEN: usize = 4096;
/// A page without an end of a paragraph ends after so many times what a page has.
const LONG_PAGE: usize = 4;

/// A Word document.
#[derive(Debug)]
pub(crate) struct WordDocument {
    source: Source,
    opening: Opening,
    base: Kept<FibBase>,
    text: Kept<Text>,
    paging: Paging<Position>,
}

/// All that is needed to read any part of the text.
#[derive(Debug)]
struct Text {
    main: Box<dyn Content>,
    pieces: Vec<Piece>,
    paragraphs: Paragraphs,
    /// The characters of all texts.
    count: u32,
    code_page: u16,
}

impl WordDocument {
    /// The object of this source.
    pub(crate) fn new(source: Source, opening: Opening) -> Self {
        let paging = Paging::new(Position::default());
        Self { source, opening, base: Kept::default(), text: Kept::default(), paging }
    }

    fn try_base(&self) -> Result<&FibBase> {
        self.base.try_get_or(|| {
            FibBase::parse(&self.try_content(MAIN_NAME)?.try_read(0, fib::READ_LEN)?)
        })
    }

    fn try_content(&self, name: &str) -> Result<Box<dyn Content>> {
        match self.source.try_stream(&[name])? {
            Some(stream) => Ok(Box::new(stream)),
            None => Err(Error::new(ErrorKind::Corrupt, "a Word document that lacks a stream")
                .with_element(name)),
        }
    }

    /// The two streams, decrypted where they are encrypted.
    fn try_contents(&self, base: &FibBase) -> Result<(Box<dyn Content>, Box<dyn Content>)> {
        let main = self.try_content(MAIN_NAME)?;
        let tables = self.try_content(base.table_name)?;
        let Some(encryption) = self.try_encryption(base)? else { return Ok((main, tables)) };
        let key = encryption.rc4_key(self.opening.password.as_deref())?;
        let decrypted = |inner, plain_len| -> Box<dyn Content> {
            let key = key.clone();
            Box::new(Rc4Content { inner, key, block_len: BLOCK_LEN, plain_len })
        };
        Ok((decrypted(main, PLAIN_LEN), decrypted(tables, base.key.into())))
    }

    /// How the document is encrypted, if it is.
    fn try_encryption(&self, base: &FibBase) -> Result<Option<BinaryEncryption>> {
        if !base.is_encrypted {
            return Ok(None);
        }
        if base.is_obfuscated || !base.is_97 {
            return Err(encryption::unknown("XOR"));
        }
        let len = to_usize(base.key).min(ENCRYPTION_LEN);
        let bytes = self.try_content(base.table_name)?.try_read(0, len)?;
        BinaryEncryption::parse(&bytes).map(Some)
    }

    fn try_text(&self) -> Result<&Text> {
        self.text.try_get_or(|| {
            let base = self.try_base()?;
            let (main, tables) = self.try_contents(base)?;
            let fib = Fib::parse(&main.try_read(0, fib::READ_LEN)?, base)?;
            let mut gather = Gather::default();
            let pieces = gather.add(try_pieces(&*tables, &fib, base.is_97))?;
            let paragraphs =
                gather.add(Paragraphs::try_new(&*tables, fib.paragraphs, base.is_97))?;
            let code_page = gather.add(try_code_page(&*tables, &fib, base))?;
            gather.finish()?;
            let (Some(pieces), Some(paragraphs)) = (pieces, paragraphs) else {
                return Err(Error::new(ErrorKind::Corrupt, "a Word document without text"));
            };
            let last = pieces.last().map_or(0, |piece| piece.end);
            // A character has a byte of its own, whatever pieces claim.
            let last = last.min(u32::try_from(main.len()).unwrap_or(u32::MAX));
            Ok(Text {
                main,
                pieces,
                paragraphs,
                count: last.min(fib.main_count.saturating_add(fib.behind_count)),
                code_page: code_page.unwrap_or(WESTERN),
            })
        })
    }

    fn try_make(&self, start: Position) -> Result<(View, Option<Position>)> {
        let text = self.try_text()?;
        let char_count = self.opening.bounds.page_char_count;
        let longest = u32::try_from(char_count.saturating_mul(LONG_PAGE)).unwrap_or(u32::MAX);
        let end = start.character.saturating_add(longest).min(text.count);
        let runs = text.try_runs(start.character, end)?;
        let mut blocks = Blocks::new(&start, text.code_page);
        let mut shown = 0_usize;
        let mut position = start.character;
        'page: for run in &runs {
            // Behind a piece that the stream ends in, nothing is read.
            if run.start != position {
                break;
            }
            for unit in run.units() {
                let offset = run.piece.offset_of(position);
                let step = blocks.take(unit, run.piece.is_narrow, || text.paragraphs.at(offset));
                position = position.saturating_add(1);
                shown = shown.saturating_add(1);
                let ends = match step {
                    Step::On => false,
                    Step::MayEnd => shown >= char_count,
                    Step::Break => !blocks.is_empty(),
                };
                if ends {
                    break 'page;
                }
            }
        }
        let (view, next) = blocks.finish(position);
        // A stream that ends before its text does has no further pages.
        let goes_on = position > start.character && position < text.count;
        Ok((view, goes_on.then_some(next)))
    }
}

impl DocumentObject for WordDocument {
    fn kind(&self) -> Kind {
        Kind::Word
    }

    fn try_info(&self) -> Result<Info> {
        let mut gather = Gather::default();
        let info = gather.add(properties::try_info(&self.source, Kind::Word))?;
        let base = gather.add(self.try_base());
        let elements = self.source.elements();
        let embedded = gather.add(embedded::try_in_storages(elements, &[POOL_NAME], &[""]));
        gather.finish()?;
        let mut info = info.unwrap_or_else(|| Info::new(Kind::Word));
        if let Ok(Some(base)) = base {
            info.version = Some(base.version_name().to_owned());
            info.add("encrypted", base.is_encrypted);
            if base.is_obfuscated || (base.is_encrypted && !base.is_97) {
                info.add("encryption", "XOR");
            } else if let Some(encryption) = self.try_encryption(base)? {
                info.add("encryption", encryption.name());
            }
        }
        info.add_embedded(&embedded.ok().flatten().unwrap_or_default());
        Ok(info)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        self.paging.try_page(index, |start| self.try_make(start))
    }

    fn touches(&self) -> Vec<Touch> {
        self.source.touches()
    }
}

/// Characters of one piece, as their bytes.
#[derive(Debug)]
struct Run {
    piece: Piece,
    /// The position of its first character.
    start: u32,
    bytes: Vec<u8>,
}

impl Run {
    fn units(&self) -> impl Iterator<Item = u16> + '_ {
        let width = to_usize(self.piece.width());
        self.bytes.chunks_exact(width).map(move |unit| match width {
            1 => unit.first().copied().map_or(0, u16::from),
            _ => u16_at(unit, 0).unwrap_or_default(),
        })
    }
}

impl Text {
    /// The characters from `start` to `end`, and the properties of their paragraphs.
    fn try_runs(&self, start: u32, end: u32) -> Result<Vec<Run>> {
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        let mut gather = Gather::default();
        let mut runs = Vec::new();
        for piece in self.pieces.iter().skip(first).take_while(|piece| piece.start < end) {
            let (from, to) = (piece.start.max(start), piece.end.min(end));
            let (from_offset, to_offset) = (piece.offset_of(from), piece.offset_of(to));
            gather.add(self.paragraphs.try_load(&*self.main, from_offset, to_offset))?;
            let len = to_usize(to_offset.saturating_sub(from_offset));
            if let Some(bytes) = gather.add(self.main.try_read(from_offset.into(), len))? {
                runs.push(Run { piece: *piece, start: from, bytes });
            }
        }
        gather.finish()?;
        Ok(runs)
    }
}

/// The pieces of the text; one where there is no table.
fn try_pieces(tables: &dyn Content, fib: &Fib, is_97: bool) -> Result<Vec<Piece>> {
    if fib.pieces.len == 0 && !is_97 {
        let end = fib.text.end.saturating_sub(fib.text.start);
        return Ok(vec![Piece { start: 0, end, offset: fib.text.start, is_narrow: true }]);
    }
    let bytes = tables.try_read(fib.pieces.offset.into(), to_usize(fib.pieces.len))?;
    pieces::parse(&bytes, is_97)
}

/// What characters of one byte are in.
fn try_code_page(tables: &dyn Content, fib: &Fib, base: &FibBase) -> Result<u16> {
    let Some(fonts) = fib.fonts else { return Ok(WESTERN) };
    let bytes = tables.try_read(fonts.offset.into(), to_usize(fonts.len))?;
    Ok(fonts::code_page(&bytes).unwrap_or_else(|| code_page_of_language(base.language_id)))
}
