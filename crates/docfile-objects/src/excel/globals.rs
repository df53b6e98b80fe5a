//! What a workbook says at its start: the sheets, the formats, and where the strings are
//! ([MS-XLS] 2.1.7.20.3).
//!
//! Invariant: the walk stops behind the list of sheets, which is all that the facts need; what
//! cells need of the rest is looked for when there are cells.

use docfile_compound::{Error, ErrorKind, Result};

use super::records::{Record, RecordCipher, Records, number};
use super::strings::string;
use crate::fields::{Fields, u16_at};
use crate::source::Content;

const VERSION_97: u16 = 0x0600;
const WORKSHEET: u8 = 0;
const VISIBILITY: u8 = 3;
const WESTERN: u16 = 1252;
const UTF_16: u16 = 1200;
/// What Excel of the Macintosh writes for its own code page.
const MACINTOSH: u16 = 0x8000;
const MACINTOSH_CODE_PAGE: u16 = 10000;

/// A sheet, as the workbook lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// Where its records begin in the stream.
    pub(super) offset: u64,
    /// Whether it holds cells: not a chart, macros or a module.
    pub(super) has_cells: bool,
    /// Whether it is shown.
    pub(super) is_visible: bool,
}

/// What the start of the workbook says.
#[derive(Debug, Clone)]
pub(super) struct Globals {
    /// Whether the format is that of Excel 97 and later.
    pub(super) is_97: bool,
    /// What strings before Excel 97 are in.
    pub(super) code_page: u16,
    /// Whether days are counted from 1904.
    pub(super) is_1904: bool,
    pub(super) sheets: Vec<Sheet>,
    /// The formats that the workbook defines, by their numbers.
    formats: Vec<(u16, String)>,
    /// The number of the format of each style of cells.
    styles: Vec<u16>,
    /// The record that says how the rest is encrypted.
    pub(super) filepass: Option<Vec<u8>>,
    /// The record of the strings.
    pub(super) strings_offset: Option<u64>,
    /// Where the walk stopped.
    next: u64,
}

impl Globals {
    /// How the records of the stream are encrypted, if they are: the record that says so, and
    /// what else can be known without a password.
    pub(super) fn try_start(content: &dyn Content) -> Result<Self> {
        let mut records = Records::new(content, None, 0);
        let first = records.try_next()?.filter(|record| record.number == number::BOF);
        let Some(first) = first else {
            let text = "a workbook that does not begin with its first record";
            return Err(Error::new(ErrorKind::Corrupt, text));
        };
        let version = u16_at(&first.body, 0).unwrap_or_default();
        let mut globals = Self {
            is_97: version >= VERSION_97,
            code_page: WESTERN,
            is_1904: false,
            sheets: Vec::new(),
            formats: Vec::new(),
            styles: Vec::new(),
            filepass: None,
            strings_offset: None,
            next: records.offset(),
        };
        // What encrypts stands before everything that is encrypted, behind a few other records.
        for _ in 0..16 {
            let Some(record) = records.try_next()? else { break };
            match record.number {
                number::FILEPASS => {
                    globals.filepass = Some(record.body);
                    break;
                }
                number::BOUNDSHEET | number::XF | number::EOF => break,
                _ => {}
            }
        }
        Ok(globals)
    }

    /// Walks on: to behind the sheets, or to the strings when `for_cells`.
    pub(super) fn try_walk(
        mut self,
        content: &dyn Content,
        cipher: Option<&dyn RecordCipher>,
        for_cells: bool,
        record_count: usize,
    ) -> Result<Self> {
        let mut records = Records::new(content, cipher, self.next);
        for _ in 0..record_count {
            let number = records.try_peek()?;
            let is_sheet = number == Some(number::BOUNDSHEET);
            if !for_cells && !self.sheets.is_empty() && !is_sheet {
                break;
            }
            match number {
                None | Some(number::EOF) => {}
                Some(number::SST) => self.strings_offset = Some(records.offset()),
                Some(
                    number::BOUNDSHEET
                    | number::CODEPAGE
                    | number::DATE_1904
                    | number::FORMAT
                    | number::XF,
                ) => {
                    if let Some(record) = records.try_next()? {
                        self.take(&record);
                        continue;
                    }
                    // The stream ends in this record.
                }
                Some(_) => {
                    records.try_skip()?;
                    continue;
                }
            }
            break;
        }
        self.next = records.offset();
        Ok(self)
    }

    fn take(&mut self, record: &Record) -> Option<()> {
        let mut fields = Fields::new(&record.body);
        match record.number {
            number::BOUNDSHEET => {
                let offset = fields.u32()?.into();
                let (state, kind) = (fields.u8()?, fields.u8()?);
                let count = fields.u8()?.into();
                let name = string(&mut fields, count, self.is_97, self.code_page)?;
                let is_visible = state & VISIBILITY == 0;
                self.sheets.push(Sheet { name, offset, has_cells: kind == WORKSHEET, is_visible });
            }
            number::CODEPAGE => {
                self.code_page = match fields.u16()? {
                    UTF_16 => WESTERN,
                    MACINTOSH => MACINTOSH_CODE_PAGE,
                    code_page => code_page,
                };
            }
            number::DATE_1904 => self.is_1904 = fields.u16()? != 0,
            number::FORMAT => {
                let format = fields.u16()?;
                let count =
                    if self.is_97 { fields.u16()?.into() } else { usize::from(fields.u8()?) };
                let code = string(&mut fields, count, self.is_97, self.code_page)?;
                self.formats.push((format, code));
            }
            _ => self.styles.push(u16_at(&record.body, 2)?),
        }
        Some(())
    }

    /// The format of cells in this style: its number, and its code where the workbook has one.
    pub(super) fn format_of(&self, style: u16) -> (u16, Option<&str>) {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or_default();
        let code = self.formats.iter().rev().find(|(known, _)| *known == format);
        (format, code.map(|(_, code)| code.as_str()))
    }
}
