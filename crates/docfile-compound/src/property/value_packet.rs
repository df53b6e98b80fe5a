//! TypedPropertyValue: a type and a value, padded to four bytes ([MS-OLEPS] 2.15).
//!
//! Parsing answers a value for whatever stands there: what cannot be read as its type says comes
//! back as [`PropertyValue::Unknown`] with its bytes, so that it is neither lost nor guessed at.

use super::clipboard::ClipboardData;
use super::code_page::CodePage;
use super::cursor::Cursor;
use super::elements_packet::{emit_elements, parse_array, parse_vector};
use super::emitter::Emitter;
use super::number::Decimal;
use super::reading::{Packing, Reading};
use super::text::{
    TextEnd, emit_code_page_string, emit_unicode_string, parse_code_page_string,
    parse_unicode_string, take_claimed,
};
use super::value::{PropertyValue, VersionedStream};
use super::value_type::ValueType;
use crate::error::Result;
use crate::file_time::FileTime;
use crate::guid::Guid;
use crate::rule::Rule;

/// How deep values may stand in values; the documents allow one level.
const MAX_DEPTH: usize = 4;

/// What the reading of a value needs to know of its set.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValueContext {
    pub(super) code_page: CodePage,
    /// How strings in vectors are expected to be packed.
    pub(super) packing: Packing,
    /// How many values this one stands in.
    pub(super) depth: usize,
}

/// A number, or anything else of a fixed length, as values and elements hold it.
pub(super) trait FixedPacket: Sized {
    const LEN: usize;
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self>;
    fn emit(&self, emitter: &mut Emitter);
}

macro_rules! little_endian {
    ($($number:ty),*) => {$(
        impl FixedPacket for $number {
            const LEN: usize = size_of::<$number>();
            fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
                cursor.array().map(Self::from_le_bytes)
            }
            fn emit(&self, emitter: &mut Emitter) {
                emitter.put(&self.to_le_bytes());
            }
        }
    )*};
}

little_endian!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

impl FixedPacket for bool {
    const LEN: usize = 2;
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.u16().map(|value| value != 0)
    }
    fn emit(&self, emitter: &mut Emitter) {
        emitter.put_u16(if *self { 0xFFFF } else { 0 });
    }
}

impl FixedPacket for FileTime {
    const LEN: usize = 8;
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.array().map(|bytes| Self(u64::from_le_bytes(bytes)))
    }
    fn emit(&self, emitter: &mut Emitter) {
        emitter.put(&self.0.to_le_bytes());
    }
}

impl FixedPacket for Guid {
    const LEN: usize = 16;
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.array().map(Self::from_bytes)
    }
    fn emit(&self, emitter: &mut Emitter) {
        emitter.put(&self.to_bytes());
    }
}

impl FixedPacket for Decimal {
    const LEN: usize = Decimal::LEN;
    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.array().map(Self::parse)
    }
    fn emit(&self, emitter: &mut Emitter) {
        emitter.put(&(*self).emit());
    }
}

/// Reads the value at the cursor. Only memory running out and, when reading strictly, a broken
/// rule are errors.
pub(super) fn parse_value(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
) -> Result<PropertyValue> {
    let start = *cursor;
    if let Some(value) = parse_typed(cursor, reading, context)? {
        return Ok(value);
    }
    *cursor = start;
    let bytes = cursor.take(cursor.soft_remaining()).unwrap_or_default();
    reading.charge(bytes.len())?;
    Ok(PropertyValue::Unknown(bytes.to_vec()))
}

/// Reads a type and the value that it announces; `None`, with the breach told, when there is
/// nothing that the type could mean.
fn parse_typed(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
) -> Result<Option<PropertyValue>> {
    let offset = cursor.offset();
    let (Some(number), Some(padding)) = (cursor.u16(), cursor.u16()) else {
        reading.forgive(Rule::PropertyBounds, offset, format_args!("a value without its type"))?;
        return Ok(None);
    };
    let value_type = ValueType(number);
    if padding != 0 {
        reading.forgive(
            Rule::PropertyType,
            offset,
            format_args!("{value_type} followed by {padding:#06X}, which should be zero"),
        )?;
        return Ok(None);
    }
    if !value_type.is_readable() {
        reading.forgive(Rule::PropertyType, offset, format_args!("type {value_type}"))?;
        return Ok(None);
    }
    if value_type.is_vector() || value_type.is_array() {
        if context.depth >= MAX_DEPTH {
            reading.forgive(Rule::PropertyType, offset, format_args!("values nested too deep"))?;
            return Ok(None);
        }
        let value = if value_type.is_vector() {
            parse_vector(cursor, reading, context, value_type.element())?
        } else {
            parse_array(cursor, reading, context, value_type.element())?
        };
        cursor.align_from(offset);
        return Ok(value);
    }
    let Some(value) = parse_scalar(cursor, reading, context, value_type)? else {
        reading.forgive(Rule::PropertyBounds, offset, format_args!("a {value_type} cut short"))?;
        return Ok(None);
    };
    let is_packed_text = context.depth > 0
        && context.packing == Packing::Unaligned
        && matches!(value, PropertyValue::Lpstr(_) | PropertyValue::Bstr(_));
    if !is_packed_text {
        cursor.align_from(offset);
    }
    Ok(Some(value))
}

/// Reads a value of a readable scalar type; `None` when the bytes end before it does.
fn parse_scalar(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    value_type: ValueType,
) -> Result<Option<PropertyValue>> {
    use {PropertyValue as V, ValueType as T};
    let name = |cursor: &mut Cursor<'_>, reading: &mut Reading, end| {
        parse_code_page_string(cursor, reading, context.code_page, end)
    };
    Ok(match value_type {
        T::EMPTY => Some(V::Empty),
        T::NULL => Some(V::Null),
        T::I1 => FixedPacket::parse(cursor).map(V::I1),
        T::I2 => FixedPacket::parse(cursor).map(V::I2),
        T::I4 => FixedPacket::parse(cursor).map(V::I4),
        T::I8 => FixedPacket::parse(cursor).map(V::I8),
        T::UI1 => FixedPacket::parse(cursor).map(V::Ui1),
        T::UI2 => FixedPacket::parse(cursor).map(V::Ui2),
        T::UI4 => FixedPacket::parse(cursor).map(V::Ui4),
        T::UI8 => FixedPacket::parse(cursor).map(V::Ui8),
        T::INT => FixedPacket::parse(cursor).map(V::Int),
        T::UINT => FixedPacket::parse(cursor).map(V::Uint),
        T::R4 => FixedPacket::parse(cursor).map(V::R4),
        T::R8 => FixedPacket::parse(cursor).map(V::R8),
        T::CY => FixedPacket::parse(cursor).map(V::Currency),
        T::DATE => FixedPacket::parse(cursor).map(V::Date),
        T::ERROR => FixedPacket::parse(cursor).map(V::Error),
        T::BOOL => parse_bool(cursor, reading)?.map(V::Bool),
        T::DECIMAL => FixedPacket::parse(cursor).map(V::Decimal),
        T::FILETIME => FixedPacket::parse(cursor).map(V::FileTime),
        T::CLSID => FixedPacket::parse(cursor).map(V::ClassId),
        T::BSTR => name(cursor, reading, TextEnd::TrailingNulls)?.map(V::Bstr),
        T::LPSTR => name(cursor, reading, TextEnd::FirstNull)?.map(V::Lpstr),
        T::LPWSTR => parse_unicode_string(cursor, reading)?.map(V::Lpwstr),
        T::STREAM => name(cursor, reading, TextEnd::FirstNull)?.map(V::Stream),
        T::STORAGE => name(cursor, reading, TextEnd::FirstNull)?.map(V::Storage),
        T::STREAMED_OBJECT => name(cursor, reading, TextEnd::FirstNull)?.map(V::StreamedObject),
        T::STORED_OBJECT => name(cursor, reading, TextEnd::FirstNull)?.map(V::StoredObject),
        T::VERSIONED_STREAM => match FixedPacket::parse(cursor) {
            Some(version) => name(cursor, reading, TextEnd::FirstNull)?
                .map(|name| V::VersionedStream(Box::new(VersionedStream { version, name }))),
            None => None,
        },
        T::BLOB => parse_blob(cursor, reading)?.map(V::Blob),
        T::BLOB_OBJECT => parse_blob(cursor, reading)?.map(V::BlobObject),
        T::CF => ClipboardData::parse(cursor, reading)?.map(|data| V::Clipboard(Box::new(data))),
        _ => None,
    })
}

fn parse_bool(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<Option<bool>> {
    let offset = cursor.offset();
    let Some(value) = cursor.u16() else { return Ok(None) };
    if !matches!(value, 0 | 0xFFFF) {
        reading.forgive_content(
            Rule::PropertyBool,
            offset,
            format_args!("{value:#06X}, read as true"),
        )?;
    }
    Ok(Some(value != 0))
}

fn parse_blob(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<Option<Vec<u8>>> {
    let Some(len) = cursor.len() else { return Ok(None) };
    let bytes = take_claimed(cursor, reading, len)?;
    reading.charge(bytes.len())?;
    Ok(Some(bytes.to_vec()))
}

/// Writes type and value, padded; strings inside a packed vector are not.
pub(super) fn emit_value(emitter: &mut Emitter, value: &PropertyValue) {
    use PropertyValue as V;
    let start = emitter.len();
    if let V::Unknown(bytes) = value {
        emitter.put(bytes);
        return emitter.align_from(start);
    }
    emitter.put_u16(value.value_type().0);
    emitter.put_u16(0);
    match value {
        V::Empty | V::Null | V::Unknown(_) => {}
        V::I1(value) => value.emit(emitter),
        V::I2(value) => value.emit(emitter),
        V::I4(value) | V::Int(value) => value.emit(emitter),
        V::I8(value) | V::Currency(value) => value.emit(emitter),
        V::Ui1(value) => value.emit(emitter),
        V::Ui2(value) => value.emit(emitter),
        V::Ui4(value) | V::Uint(value) | V::Error(value) => value.emit(emitter),
        V::Ui8(value) => value.emit(emitter),
        V::R4(value) => value.emit(emitter),
        V::R8(value) | V::Date(value) => value.emit(emitter),
        V::Bool(value) => value.emit(emitter),
        V::Decimal(value) => FixedPacket::emit(value, emitter),
        V::FileTime(value) => value.emit(emitter),
        V::ClassId(value) => value.emit(emitter),
        // These two pad themselves, or not.
        V::Bstr(text) | V::Lpstr(text) => return emit_code_page_string(emitter, text),
        V::Lpwstr(text) => emit_unicode_string(emitter, text),
        V::Stream(name) | V::Storage(name) | V::StreamedObject(name) | V::StoredObject(name) => {
            emit_code_page_string(emitter, name);
        }
        V::VersionedStream(stream) => {
            stream.version.emit(emitter);
            emit_code_page_string(emitter, &stream.name);
        }
        V::Blob(bytes) | V::BlobObject(bytes) => {
            emitter.put_len(bytes.len());
            emitter.put(bytes);
        }
        V::Clipboard(data) => data.emit(emitter),
        V::Vector(elements) => {
            emitter.put_len(elements.len());
            emit_elements(emitter, elements);
        }
        V::Array(array) => {
            emitter.put_u32(array.elements.element_type().0.into());
            emitter.put_len(array.dimensions.len());
            for dimension in &array.dimensions {
                emitter.put_u32(dimension.count);
                dimension.first_index.emit(emitter);
            }
            emit_elements(emitter, &array.elements);
        }
    }
    emitter.align_from(start);
}
