//! Integers, floating point numbers and the three kinds of truth (\[C706\] 14.2; [MS-OAUT] 2.2.27).
//!
//! A scalar is aligned to its own size. Arrays of them are written and read at once.

use super::{Decoder, Encoder, Layout, Marshal, NdrError, Unmarshal};

macro_rules! scalar {
    ($($type:ty),*) => {$(
        scalar!($type,
            |items, encoder| encoder.extend(items.iter().flat_map(|item| item.to_le_bytes())),
            |bytes| bytes.as_chunks().0.iter().map(|chunk| Self::from_le_bytes(*chunk)).collect());
    )*};
    ($type:ty, |$items:ident, $encoder:ident| $write:expr, |$bytes:ident| $read:expr) => {
        impl Layout for $type {
            const ALIGN: usize = size_of::<Self>();
        }

        impl Marshal for $type {
            fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                encoder.align(Self::ALIGN);
                encoder.bytes(&self.to_le_bytes());
                Ok(())
            }

            fn marshal_many($items: &[Self], $encoder: &mut Encoder) -> Result<(), NdrError> {
                if !$items.is_empty() {
                    $encoder.align(Self::ALIGN);
                }
                $write;
                Ok(())
            }

            fn marshal_many_deferred(_: &[Self], _: &mut Encoder) -> Result<(), NdrError> {
                Ok(())
            }
        }

        impl Unmarshal for $type {
            type Partial = Self;

            fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
                decoder.scalar().map(Self::from_le_bytes)
            }

            fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
                Ok(partial)
            }

            fn unmarshal_many(
                decoder: &mut Decoder<'_>,
                count: usize,
            ) -> Result<Vec<Self>, NdrError> {
                const LEN: usize = size_of::<$type>();
                if count == 0 {
                    return Ok(Vec::new());
                }
                decoder.align(LEN)?;
                let $bytes = decoder.bytes(count.saturating_mul(LEN))?;
                decoder.charge($bytes.len())?;
                if decoder.representation().is_big_endian() {
                    let (chunks, _) = $bytes.as_chunks();
                    return Ok(chunks.iter().map(|chunk| Self::from_be_bytes(*chunk)).collect());
                }
                Ok($read)
            }

            fn resolve_many(
                partials: Vec<Self>,
                _: &mut Decoder<'_>,
            ) -> Result<Vec<Self>, NdrError> {
                Ok(partials)
            }
        }
    };
}

scalar!(u8, |items, encoder| encoder.bytes(items), |bytes| bytes.to_vec());
scalar!(i8, i16, u16, i32, u32, i64, u64, f32, f64);

/// `VARIANT_BOOL`: 16 bits, all set for true ([MS-OAUT] 2.2.27). Any other value but zero is read
/// as true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct VariantBool(pub bool);

/// `BOOL`: 32 bits, 1 for true ([MS-DTYP] 2.2.3). Any other value but zero is read as true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Bool32(pub bool);

/// A type that travels as a scalar.
macro_rules! as_scalar {
    ($type:ty, $scalar:ty, $to:expr, $from:expr) => {
        impl Layout for $type {
            const ALIGN: usize = <$scalar>::ALIGN;
        }

        impl Marshal for $type {
            fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                let to: fn(&$type) -> $scalar = $to;
                to(self).marshal(encoder)
            }
        }

        impl Unmarshal for $type {
            type Partial = Self;

            fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
                let from: fn($scalar) -> $type = $from;
                <$scalar>::unmarshal(decoder).map(from)
            }

            fn resolve(partial: Self, _: &mut Decoder<'_>) -> Result<Self, NdrError> {
                Ok(partial)
            }
        }
    };
}

pub(super) use as_scalar;

// `boolean` is one byte ([C706] 14.2.4).
as_scalar!(bool, u8, |value| u8::from(*value), |byte| byte != 0);
as_scalar!(VariantBool, i16, |value| -i16::from(value.0), |word| VariantBool(word != 0));
as_scalar!(Bool32, u32, |value| u32::from(value.0), |word| Bool32(word != 0));
