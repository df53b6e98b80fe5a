//! Values that bring their type along ([MS-OAUT] 2.2.29).
//!
//! ```text
//!  size in units of eight bytes, 0 | type, 0, 0, 0 | discriminant | arm | what the arm points to
//! ```
//!
//! All of it stands behind a pointer and is aligned to eight. The discriminant is the type, but for
//! arrays only its flags.

use crate::Hresult;
use crate::ndr::{
    Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Referent, Unmarshal, VariantBool,
};
use crate::orpc::InterfacePointer;

use super::{Bstr, Currency, Date, Decimal, SafeArray, VariantType};

const ALIGN: usize = 8;

macro_rules! variant {
    ($($(#[$doc:meta])* $case:ident($type:ty) = $vt:ident;)*) => {
        /// `VARIANT`.
        #[derive(Clone, Debug, PartialEq, Default)]
        pub enum Variant {
            /// Nothing.
            #[default]
            Empty,
            /// The value that stands for no value.
            Null,
            $($(#[$doc])* $case($type),)*
            /// An array.
            Array(Box<SafeArray>),
            /// No array, and the type that its elements would have had.
            NullArray(VariantType),
            /// A value by reference. It is any but empty, null and a reference.
            Reference(Box<Variant>),
            /// A variant by reference.
            VariantReference(Box<Variant>),
        }

        impl Variant {
            /// The type, flags included.
            #[must_use]
            pub fn variant_type(&self) -> VariantType {
                match self {
                    Self::Empty => VariantType::EMPTY,
                    Self::Null => VariantType::NULL,
                    $(Self::$case(_) => VariantType::$vt,)*
                    Self::Array(array) => array.elements.variant_type().with(VariantType::ARRAY),
                    Self::NullArray(vt) => vt.with(VariantType::ARRAY),
                    Self::Reference(value) => value.variant_type().with(VariantType::BYREF),
                    Self::VariantReference(_) => VariantType::VARIANT.with(VariantType::BYREF),
                }
            }

            /// Writes the arm with all that it points to.
            fn marshal_arm(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                match self {
                    Self::Empty | Self::Null => Ok(()),
                    $(Self::$case(value) => encoder.value(value),)*
                    // A pointer to a pointer to the array.
                    Self::Array(array) => encoder.value(&Some(Some(array))),
                    Self::NullArray(_) => encoder.value(&None::<u8>),
                    Self::Reference(value) => match **value {
                        Self::Empty | Self::Null | Self::Reference(_) | Self::VariantReference(_) => {
                            Err(encoder.error(NdrFault::Case))
                        }
                        _ => {
                            encoder.pointer(true)?;
                            value.marshal_arm(encoder)
                        }
                    },
                    Self::VariantReference(value) => {
                        encoder.pointer(true)?;
                        encoder.value(value)
                    }
                }
            }

            /// Reads the arm that a type without flags selects.
            fn unmarshal_scalar(
                vt: VariantType,
                decoder: &mut Decoder<'_>,
            ) -> Result<Self, NdrError> {
                match vt {
                    $(VariantType::$vt => decoder.value().map(Self::$case),)*
                    _ => Err(decoder.error(NdrFault::Case)),
                }
            }
        }
    };
}

variant! {
    /// A signed byte.
    I1(i8) = I1;
    /// A byte.
    UI1(u8) = UI1;
    /// A signed number of 16 bits.
    I2(i16) = I2;
    /// A number of 16 bits.
    UI2(u16) = UI2;
    /// A signed number of 32 bits.
    I4(i32) = I4;
    /// A number of 32 bits.
    UI4(u32) = UI4;
    /// A signed number of the machine, of 32 bits.
    Int(i32) = INT;
    /// A number of the machine, of 32 bits.
    UInt(u32) = UINT;
    /// A signed number of 64 bits.
    I8(i64) = I8;
    /// A number of 64 bits.
    UI8(u64) = UI8;
    /// Floating point of 32 bits.
    R4(f32) = R4;
    /// Floating point of 64 bits.
    R8(f64) = R8;
    /// Truth.
    Bool(VariantBool) = BOOL;
    /// A result code.
    Error(Hresult) = ERROR;
    /// Money.
    Currency(Currency) = CY;
    /// A date.
    Date(Date) = DATE;
    /// A counted string.
    Bstr(Bstr) = BSTR;
    /// A decimal number.
    Decimal(Decimal) = DECIMAL;
    /// A reference to an object.
    Unknown(Option<InterfacePointer>) = UNKNOWN;
    /// A reference to an automation object.
    Dispatch(Option<InterfacePointer>) = DISPATCH;
}

impl Variant {
    /// The discriminant for a type.
    fn discriminant(vt: VariantType) -> VariantType {
        if vt.has(VariantType::ARRAY) { vt.flags() } else { vt }
    }

    /// Reads the arm that a type selects, with all that it points to.
    fn unmarshal_arm(vt: VariantType, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        if vt.has(VariantType::BYREF) {
            Referent::read(decoder)?.ok_or_else(|| decoder.error(NdrFault::NullReference))?;
            let vt = vt.without(VariantType::BYREF);
            decoder.charge(size_of::<Self>())?;
            return match vt {
                VariantType::VARIANT => {
                    decoder.value().map(|value| Self::VariantReference(Box::new(value)))
                }
                VariantType::EMPTY | VariantType::NULL => Err(decoder.error(NdrFault::Case)),
                _ => Self::unmarshal_arm(vt, decoder).map(|value| Self::Reference(Box::new(value))),
            };
        }
        if vt.has(VariantType::ARRAY) {
            let array = decoder.value::<Option<Option<Box<SafeArray>>>>()?.flatten();
            let null = || Self::NullArray(vt.without(VariantType::ARRAY));
            return Ok(array.map_or_else(null, Self::Array));
        }
        match vt {
            VariantType::EMPTY => Ok(Self::Empty),
            VariantType::NULL => Ok(Self::Null),
            _ => Self::unmarshal_scalar(vt, decoder),
        }
    }

    fn unmarshal_block(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        decoder.align(ALIGN)?;
        // The size is what it is, and then a reserved field (2.2.29.1).
        u32::unmarshal(decoder)?;
        u32::unmarshal(decoder)?;
        let [vt, ..] = decoder.value::<[u16; 4]>()?;
        let vt = VariantType(vt);
        let discriminant = u32::unmarshal(decoder)?;
        if discriminant != u32::from(Self::discriminant(vt).0) {
            return Err(decoder.error(NdrFault::Case));
        }
        Self::unmarshal_arm(vt, decoder)
    }
}

impl Layout for Variant {
    const ALIGN: usize = u32::ALIGN;
}

impl Marshal for Variant {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.pointer(true)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.align(ALIGN);
        let start = encoder.offset();
        let vt = self.variant_type();
        encoder.value(&[0_u32; 2])?;
        encoder.value(&[vt.0, 0, 0, 0])?;
        encoder.value(&u32::from(Self::discriminant(vt).0))?;
        self.marshal_arm(encoder)?;
        let units = (encoder.offset() - start).div_ceil(ALIGN);
        let units = u32::try_from(units).map_err(|_| encoder.error(NdrFault::Count))?;
        encoder.patch(start, units);
        Ok(())
    }
}

impl Unmarshal for Variant {
    type Partial = Option<Referent>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        Referent::read(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        // No variant at all holds nothing.
        let Some(_) = partial else { return Ok(Self::Empty) };
        decoder.deeper(Self::unmarshal_block)
    }
}
