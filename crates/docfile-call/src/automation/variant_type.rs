//! Which type a variant or the elements of an array are ([MS-OAUT] 2.2.7).

use core::fmt;

/// `VARENUM`, with the flags for arrays and references.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantType(pub u16);

macro_rules! variant_types {
    ($($name:ident = $value:literal;)*) => {
        #[expect(missing_docs, reason = "the names are those of the specification")]
        impl VariantType {
            $(pub const $name: Self = Self($value);)*

            fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

variant_types! {
    EMPTY = 0;
    NULL = 1;
    I2 = 2;
    I4 = 3;
    R4 = 4;
    R8 = 5;
    CY = 6;
    DATE = 7;
    BSTR = 8;
    DISPATCH = 9;
    ERROR = 10;
    BOOL = 11;
    VARIANT = 12;
    UNKNOWN = 13;
    DECIMAL = 14;
    I1 = 16;
    UI1 = 17;
    UI2 = 18;
    UI4 = 19;
    I8 = 20;
    UI8 = 21;
    INT = 22;
    UINT = 23;
    RECORD = 36;
    ARRAY = 0x2000;
    BYREF = 0x4000;
}

impl VariantType {
    /// This type with the flags of another.
    #[must_use]
    pub const fn with(self, flags: Self) -> Self {
        Self(self.0 | flags.0)
    }

    /// This type without the flags of another.
    #[must_use]
    pub const fn without(self, flags: Self) -> Self {
        Self(self.0 & !flags.0)
    }

    /// Whether all flags of another are set.
    #[must_use]
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Only the flags: what selects the arm of a variant that holds an array.
    pub(super) const fn flags(self) -> Self {
        Self(self.0 & 0xF000)
    }
}

impl fmt::Debug for VariantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = Self::ARRAY.with(Self::BYREF);
        match self.without(flags).name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "{:#06x}", self.without(flags).0)?,
        }
        for (flag, name) in [(Self::ARRAY, "|ARRAY"), (Self::BYREF, "|BYREF")] {
            if self.has(flag) {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}
