//! Decimal numbers ([MS-OAUT] 2.2.26): 96 bits, a sign, and where the point is.

use crate::ndr::{NdrFault, ndr_form, ndr_struct};

/// `DECIMAL`: the magnitude divided by ten to the power of the scale, with a sign.
///
/// ```
/// use docfile_call::automation::Decimal;
/// let price = Decimal::new(true, 1999, 2).unwrap();
/// assert_eq!((price.is_negative(), price.magnitude(), price.scale()), (true, 1999, 2));
/// assert_eq!(Decimal::new(false, 1, 29), None);
/// assert_eq!(Decimal::new(false, 1 << 96, 0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    is_negative: bool,
    magnitude: u128,
    scale: u8,
}

const MAX_SCALE: u8 = 28;
const MAGNITUDE_BITS: u32 = 96;
const NEGATIVE: u8 = 0x80;

impl Decimal {
    /// A number, if the magnitude has at most 96 bits and the scale is at most 28.
    #[must_use]
    pub const fn new(is_negative: bool, magnitude: u128, scale: u8) -> Option<Self> {
        if magnitude >> MAGNITUDE_BITS != 0 || scale > MAX_SCALE {
            return None;
        }
        Some(Self { is_negative, magnitude, scale })
    }

    /// Whether it has a minus sign. Zero can have one.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.is_negative
    }

    /// The digits as a whole number.
    #[must_use]
    pub const fn magnitude(self) -> u128 {
        self.magnitude
    }

    /// How many of the digits come after the point.
    #[must_use]
    pub const fn scale(self) -> u8 {
        self.scale
    }
}

ndr_struct! {
    form pub struct DecimalForm { reserved: u16, scale: u8, sign: u8, high: u32, low: u64 }
}

ndr_form!(Decimal => DecimalForm);

impl TryFrom<&Decimal> for DecimalForm {
    type Error = NdrFault;

    fn try_from(decimal: &Decimal) -> Result<Self, NdrFault> {
        let high = decimal.magnitude >> u64::BITS;
        let low = decimal.magnitude & u128::from(u64::MAX);
        Ok(Self {
            reserved: 0,
            scale: decimal.scale,
            sign: if decimal.is_negative { NEGATIVE } else { 0 },
            high: u32::try_from(high).map_err(|_| NdrFault::Count)?,
            low: u64::try_from(low).map_err(|_| NdrFault::Count)?,
        })
    }
}

impl TryFrom<DecimalForm> for Decimal {
    type Error = NdrFault;

    fn try_from(form: DecimalForm) -> Result<Self, NdrFault> {
        let magnitude = u128::from(form.high) << u64::BITS | u128::from(form.low);
        let is_negative = match form.sign {
            0 => false,
            NEGATIVE => true,
            _ => return Err(NdrFault::Value("the sign of a decimal is 0 or 0x80")),
        };
        Self::new(is_negative, magnitude, form.scale)
            .ok_or(NdrFault::Value("the scale of a decimal is at most 28"))
    }
}
