//! Strings: conformant varying arrays whose last element is the terminator (\[C706\] 14.3.4).
//!
//! What is read ends at the first terminator. A string that contains one cannot be sent.

use super::{Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Unmarshal};

/// `[string] wchar_t *`: units of UTF-16, which need not be text. `String` travels the same way
/// but refuses what is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WideString(pub Vec<u16>);

/// `[string] char *`: bytes of whatever code page the two sides have agreed on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteString(pub Vec<u8>);

impl From<&str> for WideString {
    fn from(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }
}

impl From<&str> for ByteString {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

macro_rules! string {
    ($type:ty, $unit:ty, |$self:ident| $units:expr) => {
        impl Layout for $type {
            const ALIGN: usize = u32::ALIGN;
            const CONFORMANT: bool = true;
        }

        impl Marshal for $type {
            fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                let $self = self;
                encoder.count($units.len() + 1)
            }

            fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                let $self = self;
                marshal_units::<$unit>($units.as_ref(), encoder)
            }
        }
    };
}

string!(WideString, u16, |string| string.0);
string!(ByteString, u8, |string| string.0);
string!(str, u16, |string| utf16(string));
string!(String, u16, |string| utf16(string));

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

impl Unmarshal for WideString {
    type Partial = Self;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        unmarshal_max_count(decoder)
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        unmarshal_units(decoder).map(Self)
    }

    fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(partial)
    }
}

impl Unmarshal for ByteString {
    type Partial = Self;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        unmarshal_max_count(decoder)
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        unmarshal_units(decoder).map(Self)
    }

    fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(partial)
    }
}

impl Unmarshal for String {
    type Partial = Self;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        unmarshal_max_count(decoder)
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let units = unmarshal_units::<u16>(decoder)?;
        // UTF-8 takes at most three bytes a unit.
        decoder.charge(units.len().saturating_mul(3))?;
        Self::from_utf16(&units).map_err(|_| decoder.error(NdrFault::Surrogate))
    }

    fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(partial)
    }
}

/// Writes offset, count, units and terminator.
fn marshal_units<T: Marshal + Default + PartialEq>(
    units: &[T],
    encoder: &mut Encoder,
) -> Result<(), NdrError> {
    let terminator = T::default();
    if units.contains(&terminator) {
        return Err(encoder.error(NdrFault::EarlyTerminator));
    }
    encoder.count(0)?;
    encoder.count(units.len() + 1)?;
    T::marshal_many(units, encoder)?;
    terminator.marshal(encoder)
}

fn unmarshal_max_count(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
    let max_count = decoder.number()?;
    decoder.leave_max_count(max_count);
    Ok(())
}

/// Reads what [`marshal_units`] writes, up to the first terminator.
fn unmarshal_units<T>(decoder: &mut Decoder<'_>) -> Result<Vec<T>, NdrError>
where
    T: Unmarshal<Partial = T> + Default + PartialEq,
{
    let max_count = decoder.take_max_count()?;
    let offset = decoder.number()?;
    let count = decoder.count()?;
    // A string that begins elsewhere than at its beginning has no first characters.
    if offset != 0 || count > max_count {
        return Err(decoder.error(NdrFault::Conformance));
    }
    let mut units = T::unmarshal_many(decoder, count)?;
    let end = units
        .iter()
        .position(|unit| *unit == T::default())
        .ok_or_else(|| decoder.error(NdrFault::Unterminated))?;
    units.truncate(end);
    Ok(units)
}
