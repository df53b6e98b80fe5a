//! Type serialization version 1: a value outside of a call ([MS-RPCE] 2.2.6).
//!
//! Eight bytes say the byte order, eight more how long the value is; the value follows, aligned as
//! if it began a stub, and is padded to a multiple of eight.

use super::{DataRepresentation, Decoder, Encoder, Limits, Marshal, NdrError, NdrFault, Unmarshal};

const VERSION: u8 = 1;
const LITTLE_ENDIAN: u8 = 0x10;
const BIG_ENDIAN: u8 = 0;
const COMMON_HEADER_LEN: u8 = 8;
const HEADERS_LEN: usize = 16;
const FILLER: u8 = 0xCC;
const ALIGN: usize = 8;

/// Writes a value with its two headers.
///
/// # Errors
///
/// When the value has no form on the wire.
///
/// ```
/// use docfile_call::ndr::{Limits, deserialize, serialize};
/// let bytes = serialize(&7_u32)?;
/// assert_eq!(bytes[..8], [1, 0x10, 8, 0, 0xCC, 0xCC, 0xCC, 0xCC]);
/// assert_eq!(bytes[8..], [8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
/// assert_eq!(deserialize::<u32>(&bytes, &Limits::default())?, (7, bytes.len()));
/// # Ok::<(), docfile_call::ndr::NdrError>(())
/// ```
pub fn serialize<T: Marshal + ?Sized>(value: &T) -> Result<Vec<u8>, NdrError> {
    let mut object = Encoder::new();
    object.value(value)?;
    object.align(ALIGN);
    let object_len = u32::try_from(object.offset()).map_err(|_| object.error(NdrFault::Count))?;
    let mut bytes = vec![VERSION, LITTLE_ENDIAN, COMMON_HEADER_LEN, 0];
    bytes.extend([FILLER; 4]);
    bytes.extend(object_len.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(object.into_bytes());
    Ok(bytes)
}

/// Reads a value with its two headers, and tells how many bytes they take together. Fillers are not
/// looked at.
///
/// # Errors
///
/// When the headers are not of this version, the bytes end, or the value is not of this type.
pub fn deserialize<T: Unmarshal>(bytes: &[u8], limits: &Limits) -> Result<(T, usize), NdrError> {
    let fail = |fault, offset| NdrError { fault, offset };
    let (headers, rest) =
        bytes.split_at_checked(HEADERS_LEN).ok_or(fail(NdrFault::Truncated, bytes.len()))?;
    let [version, order, header_len_low, header_len_high, ..] = *headers else {
        return Err(fail(NdrFault::Truncated, 0));
    };
    let representation = match order {
        LITTLE_ENDIAN => DataRepresentation::LITTLE_ENDIAN,
        BIG_ENDIAN => DataRepresentation::BIG_ENDIAN,
        _ => return Err(fail(NdrFault::Representation, 1)),
    };
    let mut header_len = [header_len_low, header_len_high];
    if representation.is_big_endian() {
        header_len.reverse();
    }
    if version != VERSION || header_len != [COMMON_HEADER_LEN, 0] {
        return Err(fail(NdrFault::Representation, 0));
    }
    let private = headers.get(usize::from(COMMON_HEADER_LEN)..).unwrap_or_default();
    let object_len = Decoder::new(private, representation, limits).number()?;
    let object = rest.get(..object_len).ok_or(fail(NdrFault::Truncated, bytes.len()))?;
    let value = Decoder::new(object, representation, limits)
        .value()
        .map_err(|error| fail(error.fault, error.offset.saturating_add(HEADERS_LEN)))?;
    Ok((value, HEADERS_LEN + object_len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_big_endian_object_is_read() {
        let bytes =
            [1, 0, 0, 8, 0xCC, 0xCC, 0xCC, 0xCC, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 2];
        let value = deserialize::<Vec<u16>>(&bytes, &Limits::default());
        assert_eq!(value, Ok((vec![1, 2], bytes.len())));
    }

    #[test]
    fn an_object_longer_than_its_bytes_is_refused() {
        let mut bytes = serialize(&7_u64).unwrap();
        bytes[8] = 16;
        let error = deserialize::<u64>(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(error.fault, NdrFault::Truncated);
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = serialize(&7_u64).unwrap();
        bytes[0] = 2;
        let error = deserialize::<u64>(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(error.fault, NdrFault::Representation);
    }
}
