//! The type number in front of every property value ([MS-OLEPS] 2.2).
//!
//! A number, not an enum of what this crate reads: files carry types that no list knows, and
//! those are kept under their number.

use core::fmt;

/// The type of a property value, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueType(pub u16);

macro_rules! value_types {
    ($($name:ident = $number:literal, $field:literal;)*) => {
        impl ValueType {
            $(#[doc = concat!("`VT_", $field, "`")] pub const $name: Self = Self($number);)*

            /// The name that the documents give the type, without its `VT_`; `None` for a number
            /// that they do not list. Vectors and arrays answer that of their elements.
            #[must_use]
            pub const fn scalar_name(self) -> Option<&'static str> {
                match self.0 & !(Self::VECTOR.0 | Self::ARRAY.0) {
                    $($number => Some($field),)*
                    _ => None,
                }
            }
        }
    };
}

value_types! {
    EMPTY = 0x00, "EMPTY";
    NULL = 0x01, "NULL";
    I2 = 0x02, "I2";
    I4 = 0x03, "I4";
    R4 = 0x04, "R4";
    R8 = 0x05, "R8";
    CY = 0x06, "CY";
    DATE = 0x07, "DATE";
    BSTR = 0x08, "BSTR";
    ERROR = 0x0A, "ERROR";
    BOOL = 0x0B, "BOOL";
    VARIANT = 0x0C, "VARIANT";
    DECIMAL = 0x0E, "DECIMAL";
    I1 = 0x10, "I1";
    UI1 = 0x11, "UI1";
    UI2 = 0x12, "UI2";
    UI4 = 0x13, "UI4";
    I8 = 0x14, "I8";
    UI8 = 0x15, "UI8";
    INT = 0x16, "INT";
    UINT = 0x17, "UINT";
    LPSTR = 0x1E, "LPSTR";
    LPWSTR = 0x1F, "LPWSTR";
    FILETIME = 0x40, "FILETIME";
    BLOB = 0x41, "BLOB";
    STREAM = 0x42, "STREAM";
    STORAGE = 0x43, "STORAGE";
    STREAMED_OBJECT = 0x44, "STREAMED_OBJECT";
    STORED_OBJECT = 0x45, "STORED_OBJECT";
    BLOB_OBJECT = 0x46, "BLOB_OBJECT";
    CF = 0x47, "CF";
    CLSID = 0x48, "CLSID";
    VERSIONED_STREAM = 0x49, "VERSIONED_STREAM";
}

impl ValueType {
    /// Set in the type of a vector: one dimension, counted.
    pub const VECTOR: Self = Self(0x1000);
    /// Set in the type of an array: up to 31 dimensions.
    pub const ARRAY: Self = Self(0x2000);

    /// The type of a vector of this.
    #[must_use]
    pub const fn vector(self) -> Self {
        Self(self.0 | Self::VECTOR.0)
    }

    /// The type of an array of this.
    #[must_use]
    pub const fn array(self) -> Self {
        Self(self.0 | Self::ARRAY.0)
    }

    /// Whether this is the type of a vector.
    #[must_use]
    pub const fn is_vector(self) -> bool {
        self.0 & Self::VECTOR.0 != 0
    }

    /// Whether this is the type of an array.
    #[must_use]
    pub const fn is_array(self) -> bool {
        self.0 & Self::ARRAY.0 != 0
    }

    /// The type of the elements; a scalar type answers itself.
    #[must_use]
    pub const fn element(self) -> Self {
        Self(self.0 & !(Self::VECTOR.0 | Self::ARRAY.0))
    }

    /// Whether there is a [`PropertyValue`](super::PropertyValue) for it.
    pub(super) const fn is_readable(self) -> bool {
        match (self.is_vector(), self.is_array()) {
            (false, false) => self.scalar_name().is_some() && self.0 != Self::VARIANT.0,
            (true, true) => false,
            _ => self.scalar_name().is_some() && !self.element().is_scalar_only(),
        }
    }

    /// Whether [MS-OLEPS] lists neither a vector nor an array of it.
    const fn is_scalar_only(self) -> bool {
        matches!(
            self,
            Self::EMPTY
                | Self::NULL
                | Self::BLOB
                | Self::STREAM
                | Self::STORAGE
                | Self::STREAMED_OBJECT
                | Self::STORED_OBJECT
                | Self::BLOB_OBJECT
                | Self::VERSIONED_STREAM
        )
    }

    /// Whether this and every value of it needs a property set of version 1
    /// ([MS-OLEPS] 2.2, "minimum property set version").
    pub(super) const fn needs_version_1(self) -> bool {
        self.is_array()
            || matches!(self.element(), Self::I1)
            || matches!(self, Self::INT | Self::UINT)
    }
}

impl fmt::Display for ValueType {
    /// As the documents write it: `VT_VECTOR | VT_LPSTR`; a number that they do not list as
    /// `0x1234`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = self.scalar_name() else { return write!(f, "{:#06X}", self.0) };
        if self.is_vector() {
            f.write_str("VT_VECTOR | ")?;
        }
        if self.is_array() {
            f.write_str("VT_ARRAY | ")?;
        }
        write!(f, "VT_{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_the_documents_write_them() {
        assert_eq!(ValueType::LPSTR.vector().to_string(), "VT_VECTOR | VT_LPSTR");
        assert_eq!(ValueType(0x2010).to_string(), "VT_ARRAY | VT_I1");
        assert_eq!(ValueType(0x0009).to_string(), "0x0009");
        assert_eq!(ValueType(0x101E).element(), ValueType::LPSTR);
    }
}
