//! Class ids, format ids and interface ids: 16 bytes, stored as [MS-DTYP] 2.3.4 lays them out.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, ErrorKind};

/// A globally unique id, kept in its stored (little-endian) byte order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Guid([u8; 16]);

impl Guid {
    /// The id of sixteen zero bytes, which stands for "none".
    pub const NULL: Self = Self([0; 16]);

    /// From the sixteen bytes as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// From the number whose hexadecimal digits are those of the registry form.
    ///
    /// ```
    /// use docfile_compound::Guid;
    /// let id = Guid::from_u128(0xF29F85E0_4FF9_1068_AB91_08002B27B3D9);
    /// assert_eq!(id.to_string(), "{F29F85E0-4FF9-1068-AB91-08002B27B3D9}");
    /// ```
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        let [a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, d2, d3, d4, d5, d6, d7] = value.to_be_bytes();
        Self([a3, a2, a1, a0, b1, b0, c1, c0, d0, d1, d2, d3, d4, d5, d6, d7])
    }

    /// The sixteen bytes as stored.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
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
        let [a0, a1, a2, a3, b0, b1, c0, c1, rest @ ..] = self.0;
        let a = u32::from_le_bytes([a0, a1, a2, a3]);
        let b = u16::from_le_bytes([b0, b1]);
        let c = u16::from_le_bytes([c0, c1]);
        let [d0, d1, node @ ..] = rest;
        write!(f, "{{{a:08X}-{b:04X}-{c:04X}-{d0:02X}{d1:02X}-")?;
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

impl FromStr for Guid {
    type Err = Error;

    /// Reads registry form, with or without braces, in either case.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::new(ErrorKind::InvalidParameter, "not a class id in registry form");
        let inner = match text.strip_prefix('{') {
            Some(rest) => rest.strip_suffix('}').ok_or_else(wrong)?,
            None => text,
        };
        let lens: Vec<usize> = inner.split('-').map(str::len).collect();
        if lens != [8, 4, 4, 4, 12] || !inner.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let digits = inner.replace('-', "");
        u128::from_str_radix(&digits, 16).map(Self::from_u128).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registry_form_goes_both_ways() {
        let text = "{00020906-0000-0000-C000-000000000046}";
        let id: Guid = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.to_bytes()[..4], [0x06, 0x09, 0x02, 0x00]);
        assert_eq!("00020906-0000-0000-c000-000000000046".parse::<Guid>().unwrap(), id);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "{",
            "{}",
            "{00020906-0000-0000-C000-00000000004}",
            "00020906000000000C00000000000046",
            "{00020906-0000-0000-C000-00000000004+}",
        ] {
            assert!(text.parse::<Guid>().is_err(), "{text}");
        }
    }
}
