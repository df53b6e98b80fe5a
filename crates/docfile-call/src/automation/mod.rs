//! The types of automation as they travel ([MS-OAUT] 2.2): counted strings, money, dates, decimal
//! numbers, variants and arrays of them.
//!
//! | IDL | here |
//! |---|---|
//! | `BSTR` | [`Bstr`] |
//! | `CURRENCY`, `DATE`, `DECIMAL` | [`Currency`], [`Date`], [`Decimal`] |
//! | `VARIANT` | [`Variant`] |
//! | `SAFEARRAY(T)` | `Option<`[`SafeArray`]`>` |
//! | `VARIANT_BOOL` | [`VariantBool`](crate::ndr::VariantBool) |
//!
//! Records are not supported: their form depends on a type library.

mod bstr;
mod decimal;
mod elements;
mod number;
mod safe_array;
mod variant;
mod variant_type;

pub use bstr::Bstr;
pub use decimal::Decimal;
pub use elements::Elements;
pub use number::{Currency, Date};
pub use safe_array::{Dimension, SafeArray};
pub use variant::Variant;
pub use variant_type::VariantType;
