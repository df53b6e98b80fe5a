//! The elements of an array ([MS-OAUT] 2.2.30.2 to 2.2.30.9).
//!
//! On the wire there are ten kinds, told by `SF_TYPE`: bytes, words and so on stand for every type
//! of that size, and which one it is stands elsewhere in the array.

use crate::ndr::{Decoder, Encoder, NdrError, NdrFault, Unmarshal, VariantBool};
use crate::orpc::InterfacePointer;
use crate::{Guid, Hresult};

use super::{Bstr, Currency, Date, Variant, VariantType};

const SF_HAVE_IID: u32 = 0x800D;
const FEATURE_HAVE_IID: u16 = 0x0040;
const FEATURE_HAVE_TYPE: u16 = 0x0080;
const FEATURE_BSTR: u16 = 0x0100;
const FEATURE_UNKNOWN: u16 = 0x0200;
const FEATURE_DISPATCH: u16 = 0x0400;
const FEATURE_VARIANT: u16 = 0x0800;
/// The features that say what the elements are, and so follow from them.
pub(super) const FEATURES_OF_ELEMENTS: u16 = FEATURE_HAVE_IID
    | FEATURE_HAVE_TYPE
    | FEATURE_BSTR
    | FEATURE_UNKNOWN
    | FEATURE_DISPATCH
    | FEATURE_VARIANT;

macro_rules! elements {
    ($($(#[$doc:meta])* $case:ident($type:ty) = $vt:ident, $sf:literal, $size:literal, $feature:expr;)*) => {
        /// The elements of a [`SafeArray`](super::SafeArray), all of one type. Decimal numbers have
        /// no kind of their own and travel as variants.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Elements {
            $($(#[$doc])* $case(Vec<$type>),)*
            /// References to one interface.
            Interfaces {
                /// The interface.
                iid: Guid,
                /// The references.
                pointers: Vec<Option<InterfacePointer>>,
            },
        }

        impl Elements {
            /// How many there are.
            #[must_use]
            pub fn len(&self) -> usize {
                match self {
                    $(Self::$case(items) => items.len(),)*
                    Self::Interfaces { pointers, .. } => pointers.len(),
                }
            }

            /// The type of each.
            #[must_use]
            pub fn variant_type(&self) -> VariantType {
                match self {
                    $(Self::$case(_) => VariantType::$vt,)*
                    Self::Interfaces { .. } => VariantType::UNKNOWN,
                }
            }

            /// What the array says of them: kind, size of one in bytes, features.
            pub(super) fn description(&self) -> (u32, u32, u16) {
                match self {
                    $(Self::$case(_) => ($sf, $size, $feature | FEATURE_HAVE_TYPE),)*
                    Self::Interfaces { .. } => (SF_HAVE_IID, 4, FEATURE_UNKNOWN | FEATURE_HAVE_IID),
                }
            }

            /// Writes the array that the pointer in the arm points to.
            pub(super) fn marshal_referent(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                match self {
                    $(Self::$case(items) => encoder.value(items),)*
                    Self::Interfaces { pointers, .. } => encoder.value(pointers),
                }
            }

            fn read_typed(
                kind: u32,
                vt: VariantType,
                decoder: &mut Decoder<'_>,
            ) -> Result<Self, NdrError> {
                match (kind, vt) {
                    $(($sf, VariantType::$vt) => decoder.referent().map(Self::$case),)*
                    _ => Err(decoder.error(NdrFault::Case)),
                }
            }
        }
    };
}

elements! {
    /// Signed bytes.
    I1(i8) = I1, 16, 1, 0;
    /// Bytes.
    UI1(u8) = UI1, 16, 1, 0;
    /// Signed words.
    I2(i16) = I2, 2, 2, 0;
    /// Words.
    UI2(u16) = UI2, 2, 2, 0;
    /// Truth.
    Bool(VariantBool) = BOOL, 2, 2, 0;
    /// Signed numbers of 32 bits.
    I4(i32) = I4, 3, 4, 0;
    /// Numbers of 32 bits.
    UI4(u32) = UI4, 3, 4, 0;
    /// Signed numbers of the machine, of 32 bits.
    Int(i32) = INT, 3, 4, 0;
    /// Numbers of the machine, of 32 bits.
    UInt(u32) = UINT, 3, 4, 0;
    /// Floating point of 32 bits.
    R4(f32) = R4, 3, 4, 0;
    /// Result codes.
    Error(Hresult) = ERROR, 3, 4, 0;
    /// Signed numbers of 64 bits.
    I8(i64) = I8, 20, 8, 0;
    /// Numbers of 64 bits.
    UI8(u64) = UI8, 20, 8, 0;
    /// Floating point of 64 bits.
    R8(f64) = R8, 20, 8, 0;
    /// Money.
    Currency(Currency) = CY, 20, 8, 0;
    /// Dates.
    Date(Date) = DATE, 20, 8, 0;
    /// Counted strings.
    Bstr(Bstr) = BSTR, 8, 4, FEATURE_BSTR;
    /// References to objects.
    Unknown(Option<InterfacePointer>) = UNKNOWN, 13, 4, FEATURE_UNKNOWN;
    /// References to automation objects.
    Dispatch(Option<InterfacePointer>) = DISPATCH, 9, 4, FEATURE_DISPATCH;
    /// Variants.
    Variant(Variant) = VARIANT, 12, 16, FEATURE_VARIANT;
}

impl Elements {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The interface, for references to one.
    pub(super) fn iid(&self) -> Option<Guid> {
        match self {
            Self::Interfaces { iid, .. } => Some(*iid),
            _ => None,
        }
    }

    /// Reads the array that the pointer in the arm points to.
    pub(super) fn unmarshal_referent(
        arm: &ElementsPartial,
        vt: Option<VariantType>,
        decoder: &mut Decoder<'_>,
    ) -> Result<Self, NdrError> {
        let elements = match arm.iid {
            Some(iid) => Self::Interfaces { iid, pointers: decoder.referent()? },
            None => {
                let vt = match vt {
                    Some(vt) => vt,
                    // Without a type, an array of a kind is one of the type that names it.
                    None => u16::try_from(arm.kind)
                        .map(VariantType)
                        .map_err(|_| decoder.error(NdrFault::Case))?,
                };
                Self::read_typed(arm.kind, vt, decoder)?
            }
        };
        if usize::try_from(arm.count) != Ok(elements.len()) {
            return Err(decoder.error(NdrFault::Conformance));
        }
        Ok(elements)
    }
}

/// The arm of `SAFEARRAYUNION` before its pointer is followed.
#[derive(Debug)]
pub(super) struct ElementsPartial {
    kind: u32,
    count: u32,
    iid: Option<Guid>,
}

impl ElementsPartial {
    pub(super) fn read(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        // The kind is little-endian in a big-endian call, too (2.2.30.9).
        let kind = decoder.little_endian(u32::unmarshal)?;
        let count = u32::unmarshal(decoder)?;
        let pointer = u32::unmarshal(decoder)?;
        if pointer == 0 {
            return Err(decoder.error(NdrFault::NullReference));
        }
        let iid = (kind == SF_HAVE_IID).then(|| decoder.value()).transpose()?;
        Ok(Self { kind, count, iid })
    }
}
