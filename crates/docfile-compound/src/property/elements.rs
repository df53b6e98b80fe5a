//! The elements of vectors and arrays ([MS-OLEPS] 2.14), one Rust type for each of theirs.
//!
//! Typed rather than a list of values, so that a vector of a million bytes costs a million bytes.

use super::clipboard::ClipboardData;
use super::number::Decimal;
use super::value::PropertyValue;
use super::value_type::ValueType;
use crate::file_time::FileTime;
use crate::guid::Guid;

macro_rules! elements {
    ($($(#[$doc:meta])* $variant:ident($element:ty) = $type:ident;)*) => {
        /// The elements of a vector or an array.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Elements {
            $($(#[$doc])* $variant(Vec<$element>),)*
        }

        impl Elements {
            /// The type of the elements.
            #[must_use]
            pub const fn element_type(&self) -> ValueType {
                match self { $(Self::$variant(_) => ValueType::$type,)* }
            }

            /// How many there are.
            #[must_use]
            pub fn len(&self) -> usize {
                match self { $(Self::$variant(elements) => elements.len(),)* }
            }

            /// The elements as values of their own.
            pub fn iter(&self) -> Box<dyn Iterator<Item = PropertyValue> + '_> {
                match self {
                    $(Self::$variant(elements) => {
                        Box::new(elements.iter().cloned().map(elements!(@wrap $variant)))
                    })*
                }
            }
        }
    };
    (@wrap Variant) => { |value| value };
    (@wrap Clipboard) => { |data| PropertyValue::Clipboard(Box::new(data)) };
    (@wrap $variant:ident) => { PropertyValue::$variant };
}

elements! {
    /// Bytes with a sign.
    I1(i8) = I1;
    /// 16-bit numbers.
    I2(i16) = I2;
    /// 32-bit numbers.
    I4(i32) = I4;
    /// 64-bit numbers.
    I8(i64) = I8;
    /// Bytes.
    Ui1(u8) = UI1;
    /// 16-bit numbers without a sign.
    Ui2(u16) = UI2;
    /// 32-bit numbers without a sign.
    Ui4(u32) = UI4;
    /// 64-bit numbers without a sign.
    Ui8(u64) = UI8;
    /// 32-bit numbers; in arrays only.
    Int(i32) = INT;
    /// 32-bit numbers without a sign; in arrays only.
    Uint(u32) = UINT;
    /// Single-precision numbers.
    R4(f32) = R4;
    /// Double-precision numbers.
    R8(f64) = R8;
    /// Ten-thousandths of a unit of money.
    Currency(i64) = CY;
    /// Days since 1899-12-30.
    Date(f64) = DATE;
    /// Strings of known length.
    Bstr(String) = BSTR;
    /// HRESULTs.
    Error(u32) = ERROR;
    /// Booleans.
    Bool(bool) = BOOL;
    /// Scaled 96-bit numbers; in arrays only.
    Decimal(Decimal) = DECIMAL;
    /// Strings in the code page of the set; in vectors only.
    Lpstr(String) = LPSTR;
    /// Strings of 16-bit units; in vectors only.
    Lpwstr(String) = LPWSTR;
    /// Times; in vectors only.
    FileTime(FileTime) = FILETIME;
    /// Clipboard data; in vectors only.
    Clipboard(ClipboardData) = CF;
    /// Class ids; in vectors only.
    ClassId(Guid) = CLSID;
    /// Values, each with a type of its own.
    Variant(PropertyValue) = VARIANT;
}

impl Elements {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether [MS-OLEPS] 2.2 lists a vector of these.
    pub(super) fn may_be_vector(&self) -> bool {
        !matches!(self, Self::Int(_) | Self::Uint(_) | Self::Decimal(_))
    }

    /// Whether [MS-OLEPS] 2.2 lists an array of these.
    pub(super) fn may_be_array(&self) -> bool {
        !matches!(
            self,
            Self::I8(_)
                | Self::Ui8(_)
                | Self::Lpstr(_)
                | Self::Lpwstr(_)
                | Self::FileTime(_)
                | Self::Clipboard(_)
                | Self::ClassId(_)
        )
    }
}

/// One dimension of an array ([MS-OLEPS] 2.14.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dimension {
    /// How many indexes it has.
    pub count: u32,
    /// The lowest index.
    pub first_index: i32,
}

/// An array of one to 31 dimensions, its elements in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// The dimensions, the slowest first.
    pub dimensions: Vec<Dimension>,
    /// The elements; their count is the product of the dimensions.
    pub elements: Elements,
}

impl Array {
    /// The most dimensions an array may have ([MS-OLEPS] 2.14.4).
    pub(super) const MAX_DIMENSIONS: usize = 31;

    /// The product of the dimensions, or `None` when it is no count of anything.
    pub(super) fn claimed_count(dimensions: &[Dimension]) -> Option<usize> {
        dimensions.iter().try_fold(1usize, |product, dimension| {
            product.checked_mul(usize::try_from(dimension.count).ok()?)
        })
    }
}
