//! The objects of other programs in a presentation ([MS-PPT] 2.10): what the document says of
//! each, and the compound file that an object is stored as.
//!
//! Invariant: an object is unpacked to no more than it is allowed to be, whatever length it claims.

use docfile_compound::{Error, ErrorKind, Result};

use super::records::{Record, find, records};
use crate::embedded::Embedded;
use crate::fields::{u32_at, utf_16};

/// Numbers of the records that are used.
mod number {
    pub(super) const OBJECT_LIST: u16 = 0x0409;
    pub(super) const EMBEDDED: u16 = 0x0FCC;
    pub(super) const CONTROL: u16 = 0x0FEE;
    pub(super) const OBJECT: u16 = 0x0FC3;
    pub(super) const TEXT: u16 = 0x0FBA;
    pub(super) const STORED: u16 = 0x1011;
}

/// Which text of an object is which.
const MENU_NAME: u16 = 1;
const PROGRAM: u16 = 2;
const CLIPBOARD_NAME: u16 = 3;
/// Where an object says under which number it is stored.
const NUMBER_OFFSET: usize = 16;
/// The instance of a stored object that is compressed.
const COMPRESSED: u16 = 1;
/// What stands before the compressed bytes: how many they are unpacked.
const LEN_LEN: usize = 4;

/// The embedded objects and controls, by the document's own record.
pub(super) fn list(document: &[u8]) -> Vec<Embedded> {
    let container = records(document).next();
    let list = container.and_then(|container| find(container.body, number::OBJECT_LIST));
    let objects = list.into_iter().flat_map(|list| records(list.body));
    let is_stored =
        |object: &Record<'_>| matches!(object.number, number::EMBEDDED | number::CONTROL);
    objects.filter(is_stored).map(|object| embedded(object.body)).collect()
}

fn embedded(object: &[u8]) -> Embedded {
    let text = |instance| {
        let mut texts = records(object).filter(|record| record.number == number::TEXT);
        let text = texts.find(|record| record.instance == instance)?;
        Some(utf_16(text.body)).filter(|text| !text.is_empty())
    };
    let program = text(PROGRAM);
    let atom = find(object, number::OBJECT);
    Embedded {
        name: text(CLIPBOARD_NAME).or_else(|| text(MENU_NAME)),
        kind: program.as_deref().and_then(Embedded::kind_of_program),
        program,
        number: atom.and_then(|atom| u32_at(atom.body, NUMBER_OFFSET)),
        ..Embedded::default()
    }
}

/// The compound file in a stored object, of at most `max_len` bytes.
pub(super) fn unpacked(object: &[u8], max_len: usize) -> Result<Vec<u8>> {
    let stored = records(object).next().filter(|record| record.number == number::STORED);
    let stored = stored.ok_or_else(damaged)?;
    if stored.instance != COMPRESSED {
        return Ok(stored.body.to_vec());
    }
    let packed = stored.body.get(LEN_LEN..).ok_or_else(damaged)?;
    match miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, max_len) {
        Ok(bytes) => Ok(bytes),
        // What was unpacked before the damage may still open.
        Err(failure) if !failure.output.is_empty() => Ok(failure.output),
        Err(_) => Err(damaged()),
    }
}

fn damaged() -> Error {
    Error::new(ErrorKind::Corrupt, "an embedded object that is not stored as it should be")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::powerpoint::records::record;

    #[test]
    fn an_object_tells_its_program_and_its_number() {
        let mut atom = [0; 24];
        atom[NUMBER_OFFSET] = 9;
        let program: Vec<u8> = "Excel.Sheet.8".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let object = [
            record(0, number::OBJECT, &atom),
            record(PROGRAM << 4, number::TEXT, &program),
            record(CLIPBOARD_NAME << 4, number::TEXT, &[]),
        ]
        .concat();
        let object = record(0xF, number::EMBEDDED, &object);
        let document = record(0xF, 1000, &record(0xF, number::OBJECT_LIST, &object));
        let objects = list(&document);
        assert_eq!(objects.len(), 1);
        assert_eq!((objects[0].kind, objects[0].number), (Some(Kind::Excel), Some(9)));
        assert_eq!(objects[0].name, None);
    }

    #[test]
    fn an_object_is_unpacked_up_to_a_bound() {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&[7; 5_000], 6);
        let stored = [&5_000_u32.to_le_bytes()[..], &packed].concat();
        let object = record(COMPRESSED << 4, number::STORED, &stored);
        assert_eq!(unpacked(&object, 10_000).unwrap(), [7; 5_000]);
        assert!(unpacked(&object, 100).is_err() || unpacked(&object, 100).unwrap().len() <= 100);
        assert_eq!(unpacked(&record(0, number::STORED, b"D0CF"), 9).unwrap(), b"D0CF");
        assert!(unpacked(&record(0, 1, b"x"), 9).is_err());
    }
}
