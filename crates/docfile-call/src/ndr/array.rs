//! Arrays: fixed, conformant, varying, and both (\[C706\] 14.3.3).
//!
//! The elements' referents follow all elements. An element cannot itself be conformant: a type that
//! would need it does not compile.

use super::{Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Unmarshal, largest};

/// A varying array of at most `N` elements: those from an offset on are sent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Varying<T, const N: usize> {
    /// The index of the first element that is sent.
    pub offset: u32,
    /// The elements that are sent.
    pub items: Vec<T>,
}

/// A conformant varying array: how many elements it has is sent, and those from an offset on.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ConformantVarying<T> {
    /// How many elements the array has.
    pub max_count: u32,
    /// The index of the first element that is sent.
    pub offset: u32,
    /// The elements that are sent.
    pub items: Vec<T>,
}

impl<T> From<Vec<T>> for ConformantVarying<T> {
    /// An array that is sent whole.
    fn from(items: Vec<T>) -> Self {
        // A longer array is refused when it is marshaled.
        Self { max_count: u32::try_from(items.len()).unwrap_or(u32::MAX), offset: 0, items }
    }
}

impl<T: Layout, const N: usize> Layout for [T; N] {
    const ALIGN: usize = T::ALIGN;
    const CONFORMANT: bool = not_conformant::<T>();
}

impl<T: Marshal, const N: usize> Marshal for [T; N] {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many(self, encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many_deferred(self, encoder)
    }
}

impl<T: Unmarshal, const N: usize> Unmarshal for [T; N] {
    type Partial = Vec<T::Partial>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        if N > decoder.rest().len() {
            return Err(decoder.error(NdrFault::Truncated));
        }
        T::unmarshal_many(decoder, N)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let items = T::resolve_many(partial, decoder)?;
        items.try_into().map_err(|_| decoder.error(NdrFault::Count))
    }
}

impl<T: Layout> Layout for [T] {
    const ALIGN: usize = T::ALIGN;
    const CONFORMANT: bool = !not_conformant::<T>();
}

impl<T: Marshal> Marshal for [T] {
    fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.count(self.len())
    }

    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many(self, encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many_deferred(self, encoder)
    }
}

impl<T: Layout> Layout for Vec<T> {
    const ALIGN: usize = <[T]>::ALIGN;
    const CONFORMANT: bool = <[T]>::CONFORMANT;
}

impl<T: Marshal> Marshal for Vec<T> {
    fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.as_slice().marshal_conformance(encoder)
    }

    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.as_slice().marshal(encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.as_slice().marshal_deferred(encoder)
    }
}

impl<T: Unmarshal> Unmarshal for Vec<T> {
    type Partial = Vec<T::Partial>;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        let max_count = decoder.count()?;
        decoder.leave_max_count(max_count);
        Ok(())
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        let count = decoder.take_max_count()?;
        if count > decoder.rest().len() {
            return Err(decoder.error(NdrFault::Count));
        }
        T::unmarshal_many(decoder, count)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        T::resolve_many(partial, decoder)
    }
}

impl<T: Layout, const N: usize> Layout for Varying<T, N> {
    const ALIGN: usize = largest(&[u32::ALIGN, T::ALIGN]);
    const CONFORMANT: bool = not_conformant::<T>();
}

impl<T: Marshal, const N: usize> Marshal for Varying<T, N> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        marshal_varying(&self.items, self.offset, N, encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many_deferred(&self.items, encoder)
    }
}

impl<T: Unmarshal, const N: usize> Unmarshal for Varying<T, N> {
    type Partial = (u32, Vec<T::Partial>);

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        unmarshal_varying::<T>(N, decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let (offset, items) = partial;
        Ok(Self { offset, items: T::resolve_many(items, decoder)? })
    }
}

impl<T: Layout> Layout for ConformantVarying<T> {
    const ALIGN: usize = largest(&[u32::ALIGN, T::ALIGN]);
    const CONFORMANT: bool = !not_conformant::<T>();
}

impl<T: Marshal> Marshal for ConformantVarying<T> {
    fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.max_count.marshal(encoder)
    }

    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let max_count =
            usize::try_from(self.max_count).map_err(|_| encoder.error(NdrFault::Count))?;
        marshal_varying(&self.items, self.offset, max_count, encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        T::marshal_many_deferred(&self.items, encoder)
    }
}

impl<T: Unmarshal> Unmarshal for ConformantVarying<T> {
    type Partial = (u32, u32, Vec<T::Partial>);

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        // The count of all elements; only the bytes of those that are sent must be there.
        let max_count = decoder.number()?;
        decoder.leave_max_count(max_count);
        Ok(())
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        let max_count = decoder.take_max_count()?;
        let (offset, items) = unmarshal_varying::<T>(max_count, decoder)?;
        let max_count = u32::try_from(max_count).map_err(|_| decoder.error(NdrFault::Count))?;
        Ok((max_count, offset, items))
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let (max_count, offset, items) = partial;
        Ok(Self { max_count, offset, items: T::resolve_many(items, decoder)? })
    }
}

/// Writes offset, count and the elements of a varying array.
fn marshal_varying<T: Marshal>(
    items: &[T],
    offset: u32,
    max_count: usize,
    encoder: &mut Encoder,
) -> Result<(), NdrError> {
    check_extent(offset, items.len(), max_count).map_err(|fault| encoder.error(fault))?;
    offset.marshal(encoder)?;
    encoder.count(items.len())?;
    T::marshal_many(items, encoder)
}

/// Reads what [`marshal_varying`] writes.
fn unmarshal_varying<T: Unmarshal>(
    max_count: usize,
    decoder: &mut Decoder<'_>,
) -> Result<(u32, Vec<T::Partial>), NdrError> {
    let offset = u32::unmarshal(decoder)?;
    let count = decoder.count()?;
    check_extent(offset, count, max_count).map_err(|fault| decoder.error(fault))?;
    Ok((offset, T::unmarshal_many(decoder, count)?))
}

/// What is sent lies within the array.
fn check_extent(offset: u32, count: usize, max_count: usize) -> Result<(), NdrFault> {
    usize::try_from(offset)
        .ok()
        .and_then(|offset| offset.checked_add(count))
        .filter(|end| *end <= max_count)
        .map(|_| ())
        .ok_or(NdrFault::Conformance)
}

/// False, for a type that can be the element of an array; another does not compile.
const fn not_conformant<T: Layout>() -> bool {
    assert!(!T::CONFORMANT, "the element of an array must not be a conformant array itself");
    false
}
