//! Money and dates, which are numbers with a meaning ([MS-OAUT] 2.2.24 and 2.2.25).

use crate::ndr::ndr_newtype;

/// `CURRENCY`: ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Currency(pub i64);

/// `DATE`: days since the last but one of 1899, whose fraction is the time of the day. Before that
/// day the fraction still counts forward.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
pub struct Date(pub f64);

ndr_newtype!(Currency => i64, Date => f64);
