//! Ids of interfaces, classes, causes and objects ([MS-DTYP] 2.3.4; \[C706\] appendix A).

use core::fmt;

/// A globally unique id, as the four fields that NDR marshals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Guid {
    /// The first 32 bits (`Data1`).
    pub data1: u32,
    /// The next 16 bits (`Data2`).
    pub data2: u16,
    /// The next 16 bits (`Data3`).
    pub data3: u16,
    /// The last eight bytes (`Data4`), which have no byte order.
    pub data4: [u8; 8],
}

impl Guid {
    /// The id of sixteen zero bytes, which stands for "none".
    pub const NULL: Self = Self::from_u128(0);

    /// From the number whose hexadecimal digits are those of the registry form.
    ///
    /// ```
    /// use docfile_call::Guid;
    /// let unknown = Guid::from_u128(0x00000000_0000_0000_C000_000000000046);
    /// assert_eq!(unknown.to_string(), "{00000000-0000-0000-C000-000000000046}");
    /// ```
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        let [a0, a1, a2, a3, b0, b1, c0, c1, d @ ..] = value.to_be_bytes();
        Self {
            data1: u32::from_be_bytes([a0, a1, a2, a3]),
            data2: u16::from_be_bytes([b0, b1]),
            data3: u16::from_be_bytes([c0, c1]),
            data4: d,
        }
    }

    /// From the sixteen bytes of the little-endian form.
    #[must_use]
    pub const fn from_le_bytes(bytes: [u8; 16]) -> Self {
        let [a0, a1, a2, a3, b0, b1, c0, c1, d @ ..] = bytes;
        Self {
            data1: u32::from_le_bytes([a0, a1, a2, a3]),
            data2: u16::from_le_bytes([b0, b1]),
            data3: u16::from_le_bytes([c0, c1]),
            data4: d,
        }
    }

    /// The sixteen bytes of the little-endian form.
    #[must_use]
    pub const fn to_le_bytes(self) -> [u8; 16] {
        let [a0, a1, a2, a3] = self.data1.to_le_bytes();
        let [b0, b1] = self.data2.to_le_bytes();
        let [c0, c1] = self.data3.to_le_bytes();
        let [d0, d1, d2, d3, d4, d5, d6, d7] = self.data4;
        [a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, d2, d3, d4, d5, d6, d7]
    }

    /// Whether this is [`NULL`](Self::NULL).
    #[must_use]
    pub fn is_null(self) -> bool {
        self == Self::NULL
    }
}

impl fmt::Display for Guid {
    /// Registry form: braces, upper-case digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [d0, d1, node @ ..] = self.data4;
        write!(f, "{{{:08X}-{:04X}-{:04X}-{d0:02X}{d1:02X}-", self.data1, self.data2, self.data3)?;
        for byte in node {
            write!(f, "{byte:02X}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_little_endian_form_turns_the_first_three_fields_round() {
        let id = Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF);
        let bytes = id.to_le_bytes();
        assert_eq!(bytes[..8], [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66]);
        assert_eq!(bytes[8..], [0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF]);
        assert_eq!(Guid::from_le_bytes(bytes), id);
    }
}
