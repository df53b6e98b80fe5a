//! Saved forms of monikers, byte for byte (`contract/binding.md` 3.4; [MS-OSHARED] 2.3.7).
//!
//! A saved form does not say its class: who stores it writes the class id before it
//! ([`save_with_class`](Moniker::save_with_class)). What is loaded is hostile: every length is
//! checked against the bytes that are there, and nothing is made larger than they justify. A
//! composite is composed anew, so that it obeys the laws whoever wrote it.

mod emit;
mod parse;
mod reader;

use docfile_compound::Guid;

use self::parse::parse;
use self::reader::Reader;
use super::Moniker;
use crate::error::{Error, ErrorKind, Result};

/// The GUID before the creation flags in newer saved URLs ([MS-OSHARED] 2.3.7.6).
const URL_SERIAL_ID: Guid = Guid::from_u128(0xF481_5879_1D3B_487F_AF2C_825D_C485_2763);
/// The bytes of that GUID, a version and the flags.
const URL_TAIL_LEN: usize = 24;
/// Between the two lengths of a saved path: no server, and a version.
const FILE_END_SERVER: u16 = 0xFFFF;
const FILE_VERSION: u16 = 0xDEAD;
const FILE_RESERVED_LEN: usize = 20;
/// What stands before the wide form of a saved path.
const FILE_WIDE_KEY: u16 = 3;
const FILE_WIDE_HEADER_LEN: usize = 6;
/// What a saved path has instead of each leading step up.
const FILE_STEP_UP: &str = r"..\";
/// Two bytes of a saved path may stand for this many steps up, as many as fit in a path of 260.
const MAX_STEPS_UP: u16 = 86;

/// Loads the saved forms of monikers that this crate does not have.
pub trait ForeignClasses {
    /// The moniker of this class whose saved form `bytes` begins with, and the length of that
    /// form in bytes; none when the class is not known.
    fn load(&self, class_id: Guid, bytes: &[u8]) -> Option<Result<(Moniker, usize)>>;
}

/// No classes but those of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoForeignClasses;

impl ForeignClasses for NoForeignClasses {
    fn load(&self, _: Guid, _: &[u8]) -> Option<Result<(Moniker, usize)>> {
        None
    }
}

impl Moniker {
    /// The saved form, without the class id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] for a pointer, [`ErrorKind::Uninitialized`] for a URL that
    /// was never given.
    pub fn save(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        emit::emit(self, &mut bytes)?;
        Ok(bytes)
    }

    /// The class id and the saved form, as they stand in streams (`OleSaveToStream`).
    ///
    /// # Errors
    ///
    /// As for [`save`](Self::save).
    ///
    /// ```
    /// use docfile_binding::{ItemMoniker, Moniker};
    /// let item = Moniker::from(ItemMoniker::new("!", "Sheet1"));
    /// let bytes = item.save_with_class()?;
    /// assert_eq!(&bytes[16..], b"\x02\0\0\0!\0\x07\0\0\0Sheet1\0");
    /// let (read, used) = Moniker::load_with_class(&bytes)?;
    /// assert_eq!((read, used), (item, bytes.len()));
    /// # Ok::<(), docfile_binding::Error>(())
    /// ```
    pub fn save_with_class(&self) -> Result<Vec<u8>> {
        let mut bytes = self.class_id().to_bytes().to_vec();
        emit::emit(self, &mut bytes)?;
        Ok(bytes)
    }

    /// How long the saved form can be, in bytes (`GetSizeMax`).
    ///
    /// # Errors
    ///
    /// As for [`save`](Self::save).
    pub fn max_saved_len(&self) -> Result<usize> {
        match self {
            // The contract counts the class id for this one.
            Self::Anti(_) => Ok(20),
            _ => self.save().map(|bytes| bytes.len()),
        }
    }

    /// The moniker of this class whose saved form `bytes` begins with, and the length of that form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClassNotRegistered`] for a class that this crate does not have;
    /// [`ErrorKind::Truncated`] and [`ErrorKind::Malformed`], with the offset.
    pub fn load(class_id: Guid, bytes: &[u8]) -> Result<(Self, usize)> {
        Self::load_using(class_id, bytes, &NoForeignClasses)
    }

    /// The same for a class id and a saved form behind it (`OleLoadFromStream`); the length is
    /// that of both.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load).
    pub fn load_with_class(bytes: &[u8]) -> Result<(Self, usize)> {
        Self::load_with_class_using(bytes, &NoForeignClasses)
    }

    /// [`load`](Self::load) with classes from outside this crate.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load), and those of the classes.
    pub fn load_using(
        class_id: Guid,
        bytes: &[u8],
        classes: &dyn ForeignClasses,
    ) -> Result<(Self, usize)> {
        let mut reader = Reader::new(bytes);
        let moniker = parse(class_id, &mut reader, classes, 0)?;
        Ok((moniker, reader.offset()))
    }

    /// [`load_with_class`](Self::load_with_class) with classes from outside this crate.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load), and those of the classes.
    pub fn load_with_class_using(
        bytes: &[u8],
        classes: &dyn ForeignClasses,
    ) -> Result<(Self, usize)> {
        let mut reader = Reader::new(bytes);
        let class_id = reader.guid()?;
        let moniker = parse(class_id, &mut reader, classes, 0)?;
        Ok((moniker, reader.offset()))
    }
}

fn malformed(text: &'static str, offset: usize) -> Error {
    Error::new(ErrorKind::Malformed, text).with_offset(offset)
}
