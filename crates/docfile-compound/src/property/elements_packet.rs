//! The packets of vectors and arrays: a header, then the elements one after the other
//! ([MS-OLEPS] 2.14 and 2.15).
//!
//! A count is a claim: elements of fixed length are counted against the bytes that are left, the
//! others are read until the bytes or the memory that they justify run out. Whether the strings
//! of a vector are padded is not told anywhere, and writers differ ([`Packing`]); a vector that
//! holds strings is therefore read the expected way and, when that does not fit, the other.

use super::clipboard::ClipboardData;
use super::cursor::Cursor;
use super::elements::{Array, Dimension, Elements};
use super::emitter::Emitter;
use super::reading::{Packing, Reading};
use super::text::{
    TextEnd, emit_code_page_string, emit_unicode_string, parse_code_page_string,
    parse_unicode_string,
};
use super::value::{PropertyValue, may_be_variant};
use super::value_packet::{FixedPacket, ValueContext, emit_value, parse_value};
use super::value_type::ValueType;
use crate::error::Result;
use crate::rule::Rule;

/// Reads what follows the type of a vector of `element` type; `None`, with the breach told, when
/// there is no such vector.
pub(super) fn parse_vector(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    element: ValueType,
) -> Result<Option<PropertyValue>> {
    let offset = cursor.offset();
    let Some(count) = cursor.len() else {
        reading.forgive(
            Rule::PropertyBounds,
            offset,
            format_args!("a vector without its count"),
        )?;
        return Ok(None);
    };
    let elements = parse_elements(cursor, reading, context, element, count)?;
    Ok(elements.map(PropertyValue::Vector))
}

/// Reads what follows the type of an array of `element` type; `None`, with the breach told, when
/// there is no such array.
pub(super) fn parse_array(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    element: ValueType,
) -> Result<Option<PropertyValue>> {
    let offset = cursor.offset();
    let Some(dimensions) = parse_dimensions(cursor, element) else {
        reading.forgive(
            Rule::PropertyType,
            offset,
            format_args!("an array without a header that fits"),
        )?;
        return Ok(None);
    };
    let count = Array::claimed_count(&dimensions).unwrap_or(usize::MAX);
    let elements = parse_elements(cursor, reading, context, element, count)?;
    // Dimensions that do not fit the elements would index past them.
    let elements = elements.filter(|elements| elements.len() == count);
    reading.charge(size_of::<Array>() + dimensions.len() * size_of::<Dimension>())?;
    Ok(elements.map(|elements| PropertyValue::Array(Box::new(Array { dimensions, elements }))))
}

fn parse_dimensions(cursor: &mut Cursor<'_>, element: ValueType) -> Option<Vec<Dimension>> {
    if cursor.u32()? != u32::from(element.0) {
        return None;
    }
    let count = cursor.len().filter(|count| (1..=Array::MAX_DIMENSIONS).contains(count))?;
    (0..count)
        .map(|_| Some(Dimension { count: cursor.u32()?, first_index: FixedPacket::parse(cursor)? }))
        .collect()
}

/// Reads elements, choosing how their strings are packed. The caller skips the padding behind.
fn parse_elements(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    element: ValueType,
    count: usize,
) -> Result<Option<Elements>> {
    let packs = matches!(element, ValueType::LPSTR | ValueType::BSTR | ValueType::VARIANT);
    // The outermost vector decides for those inside it, or every level would double the work.
    if !packs || context.depth > 0 {
        return parse_packed(cursor, reading, context, element, count);
    }
    for packing in [context.packing, context.packing.other()] {
        let attempted = ValueContext { packing, ..context };
        let mut end = *cursor;
        let elements = parse_packed(&mut end, &mut reading.attempt(), attempted, element, count);
        if !matches!(elements, Ok(Some(_))) || end.overran() {
            continue;
        }
        if packing == Packing::Unaligned && packing != context.packing {
            reading.forgive(
                Rule::PropertyAlignment,
                cursor.offset(),
                format_args!("strings in a vector without their padding"),
            )?;
        }
        // Once more, now that faults in the texts can be told.
        return parse_packed(cursor, reading, attempted, element, count);
    }
    parse_packed(cursor, reading, context, element, count)
}

/// Reads elements packed as the context says.
fn parse_packed(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    element: ValueType,
    count: usize,
) -> Result<Option<Elements>> {
    use {Elements as E, ValueType as T};
    let elements = match element {
        T::I1 => E::I1(parse_fixed(cursor, reading, count)?),
        T::I2 => E::I2(parse_fixed(cursor, reading, count)?),
        T::I4 => E::I4(parse_fixed(cursor, reading, count)?),
        T::I8 => E::I8(parse_fixed(cursor, reading, count)?),
        T::UI1 => E::Ui1(parse_bytes(cursor, reading, count)?),
        T::UI2 => E::Ui2(parse_fixed(cursor, reading, count)?),
        T::UI4 => E::Ui4(parse_fixed(cursor, reading, count)?),
        T::UI8 => E::Ui8(parse_fixed(cursor, reading, count)?),
        T::INT => E::Int(parse_fixed(cursor, reading, count)?),
        T::UINT => E::Uint(parse_fixed(cursor, reading, count)?),
        T::R4 => E::R4(parse_fixed(cursor, reading, count)?),
        T::R8 => E::R8(parse_fixed(cursor, reading, count)?),
        T::CY => E::Currency(parse_fixed(cursor, reading, count)?),
        T::DATE => E::Date(parse_fixed(cursor, reading, count)?),
        T::ERROR => E::Error(parse_fixed(cursor, reading, count)?),
        T::BOOL => E::Bool(parse_fixed(cursor, reading, count)?),
        T::DECIMAL => E::Decimal(parse_fixed(cursor, reading, count)?),
        T::FILETIME => E::FileTime(parse_fixed(cursor, reading, count)?),
        T::CLSID => E::ClassId(parse_fixed(cursor, reading, count)?),
        T::LPWSTR => E::Lpwstr(parse_each(cursor, reading, count, |cursor, reading| {
            let start = cursor.offset();
            let text = parse_unicode_string(cursor, reading)?;
            cursor.align_from(start);
            Ok(text)
        })?),
        T::BSTR => E::Bstr(parse_each(cursor, reading, count, |cursor, reading| {
            parse_packed_string(cursor, reading, context, TextEnd::TrailingNulls)
        })?),
        T::LPSTR => E::Lpstr(parse_each(cursor, reading, count, |cursor, reading| {
            parse_packed_string(cursor, reading, context, TextEnd::FirstNull)
        })?),
        T::CF => E::Clipboard(parse_each(cursor, reading, count, ClipboardData::parse)?),
        T::VARIANT => E::Variant(parse_each(cursor, reading, count, |cursor, reading| {
            parse_variant(cursor, reading, context)
        })?),
        _ => {
            reading.forgive(
                Rule::PropertyType,
                cursor.offset(),
                format_args!("elements of type {element}"),
            )?;
            return Ok(None);
        }
    };
    Ok(Some(elements))
}

fn parse_packed_string(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
    end: TextEnd,
) -> Result<Option<String>> {
    let start = cursor.offset();
    let text = parse_code_page_string(cursor, reading, context.code_page, end)?;
    if context.packing == Packing::Aligned {
        cursor.align_from(start);
    }
    Ok(text)
}

/// One element that carries its own type. Ends the sequence when that type is not known: where
/// the next element would start is not known either.
fn parse_variant(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    context: ValueContext,
) -> Result<Option<PropertyValue>> {
    let offset = cursor.offset();
    let context = ValueContext { depth: context.depth + 1, ..context };
    let value = parse_value(cursor, reading, context)?;
    if matches!(value, PropertyValue::Unknown(_)) {
        return Ok(None);
    }
    let value_type = value.value_type();
    if !may_be_variant(value_type, false) && !may_be_variant(value_type, true) {
        reading.forgive_content(
            Rule::PropertyType,
            offset,
            format_args!("a {value_type} among values of any type"),
        )?;
    }
    Ok(Some(value))
}

/// Reads `count` bytes, or as many as there are; some vectors hold a whole picture.
fn parse_bytes(cursor: &mut Cursor<'_>, reading: &mut Reading, count: usize) -> Result<Vec<u8>> {
    let fitting = fitting_count::<u8>(cursor, reading, count)?;
    Ok(cursor.take(fitting).unwrap_or_default().to_vec())
}

/// Reads `count` elements of a fixed length, or as many as there are bytes for.
fn parse_fixed<T: FixedPacket>(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    count: usize,
) -> Result<Vec<T>> {
    let fitting = fitting_count::<T>(cursor, reading, count)?;
    let mut elements = Vec::with_capacity(fitting);
    elements.extend((0..fitting).map_while(|_| T::parse(cursor)));
    Ok(elements)
}

/// How many of `count` elements there are bytes for; their memory is charged for.
fn fitting_count<T: FixedPacket>(
    cursor: &Cursor<'_>,
    reading: &mut Reading,
    count: usize,
) -> Result<usize> {
    let fitting = if count > cursor.remaining() / T::LEN {
        let fitting = cursor.soft_remaining() / T::LEN;
        reading.forgive(
            Rule::PropertyBounds,
            cursor.offset(),
            format_args!("a count of {count}, and room for {fitting}"),
        )?;
        fitting
    } else {
        count
    };
    reading.charge(fitting.saturating_mul(size_of::<T>()))?;
    Ok(fitting)
}

/// Reads up to `count` elements of varying length, until one is not there.
fn parse_each<'a, T>(
    cursor: &mut Cursor<'a>,
    reading: &mut Reading,
    count: usize,
    mut parse: impl FnMut(&mut Cursor<'a>, &mut Reading) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let mut elements = Vec::new();
    for index in 0..count {
        let offset = cursor.offset();
        // Vec grows by doubling, so that up to twice this is taken for a moment.
        reading.charge(size_of::<T>())?;
        let element = parse(cursor, reading)?;
        // An element that took no bytes would let a count alone keep this loop going.
        let Some(element) = element.filter(|_| cursor.offset() > offset) else {
            reading.forgive(
                Rule::PropertyBounds,
                offset,
                format_args!("a count of {count}, and {index} elements"),
            )?;
            break;
        };
        elements.push(element);
    }
    elements.shrink_to_fit();
    Ok(elements)
}

/// Writes elements; the caller pads behind them.
pub(super) fn emit_elements(emitter: &mut Emitter, elements: &Elements) {
    use Elements as E;
    match elements {
        E::I1(elements) => emit_fixed(emitter, elements),
        E::I2(elements) => emit_fixed(emitter, elements),
        E::I4(elements) | E::Int(elements) => emit_fixed(emitter, elements),
        E::I8(elements) | E::Currency(elements) => emit_fixed(emitter, elements),
        E::Ui1(elements) => emitter.put(elements),
        E::Ui2(elements) => emit_fixed(emitter, elements),
        E::Ui4(elements) | E::Uint(elements) | E::Error(elements) => emit_fixed(emitter, elements),
        E::Ui8(elements) => emit_fixed(emitter, elements),
        E::R4(elements) => emit_fixed(emitter, elements),
        E::R8(elements) | E::Date(elements) => emit_fixed(emitter, elements),
        E::Bool(elements) => emit_fixed(emitter, elements),
        E::Decimal(elements) => emit_fixed(emitter, elements),
        E::FileTime(elements) => emit_fixed(emitter, elements),
        E::ClassId(elements) => emit_fixed(emitter, elements),
        E::Bstr(elements) | E::Lpstr(elements) => {
            elements.iter().for_each(|text| emit_code_page_string(emitter, text));
        }
        E::Lpwstr(elements) => {
            elements.iter().for_each(|text| emit_unicode_string(emitter, text));
        }
        E::Clipboard(elements) => elements.iter().for_each(|data| data.emit(emitter)),
        E::Variant(elements) => elements.iter().for_each(|value| emit_value(emitter, value)),
    }
}

fn emit_fixed<T: FixedPacket>(emitter: &mut Emitter, elements: &[T]) {
    elements.iter().for_each(|element| element.emit(emitter));
}
