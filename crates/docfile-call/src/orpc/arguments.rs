//! The stub of a call: its arguments, or its results, one after the other.

use crate::ndr::{DataRepresentation, Decoder, Encoder, Limits, NdrError};

/// The arguments or the results of one method. The header of an object's call is not among them.
pub trait Arguments: Sized {
    /// Writes them in order.
    ///
    /// # Errors
    ///
    /// When one has no form on the wire.
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError>;

    /// Reads them in order. What follows the last, such as a verification trailer ([MS-RPCE]
    /// 2.2.2.13), is left.
    ///
    /// # Errors
    ///
    /// When the bytes end or are not these arguments.
    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError>;

    /// Writes them as a stub of their own.
    ///
    /// # Errors
    ///
    /// Those of [`marshal_all`](Self::marshal_all).
    fn to_stub(&self) -> Result<Vec<u8>, NdrError> {
        let mut encoder = Encoder::new();
        self.marshal_all(&mut encoder)?;
        Ok(encoder.into_bytes())
    }

    /// Reads them from a stub of their own.
    ///
    /// # Errors
    ///
    /// Those of [`unmarshal_all`](Self::unmarshal_all).
    fn from_stub(
        stub: &[u8],
        representation: DataRepresentation,
        limits: &Limits,
    ) -> Result<Self, NdrError> {
        Self::unmarshal_all(&mut Decoder::new(stub, representation, limits))
    }
}

/// Declares arguments that are written as they stand.
macro_rules! arguments {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* pub $field:ident : $type:ty,)*
        }
    )+) => {$(
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::orpc::Arguments for $name {
            fn marshal_all(
                &self,
                _encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                $(_encoder.value(&self.$field)?;)*
                Ok(())
            }

            fn unmarshal_all(
                _decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self, $crate::ndr::NdrError> {
                Ok(Self { $($field: _decoder.value()?,)* })
            }
        }
    )+};
}

pub(super) use arguments;

/// Writes the count of an array that is an argument of its own, and the array.
pub(super) fn marshal_counted<T: crate::ndr::Marshal>(
    items: &[T],
    encoder: &mut Encoder,
) -> Result<(), NdrError> {
    let count =
        u16::try_from(items.len()).map_err(|_| encoder.error(crate::ndr::NdrFault::Count))?;
    encoder.value(&count)?;
    encoder.value(items)
}

/// Reads what [`marshal_counted`] writes.
pub(super) fn unmarshal_counted<T: crate::ndr::Unmarshal>(
    decoder: &mut Decoder<'_>,
) -> Result<Vec<T>, NdrError> {
    let count: u16 = decoder.value()?;
    let items: Vec<T> = decoder.value()?;
    same_count(usize::from(count), items.len(), decoder)?;
    Ok(items)
}

/// A count that is an argument of its own is that of its array.
pub(super) fn same_count(
    count: usize,
    array_count: usize,
    decoder: &Decoder<'_>,
) -> Result<(), NdrError> {
    if count == array_count {
        Ok(())
    } else {
        Err(decoder.error(crate::ndr::NdrFault::Conformance))
    }
}
