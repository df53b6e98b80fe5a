//! Unique and reference pointers, and boxes, which leave no trace (\[C706\] 14.3.10, 14.3.12).

use core::num::NonZeroU32;

use super::{Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Unmarshal};

/// A pointer that has been read and whose referent has not. The id says only that there is one,
/// but for full pointers, where equal ids mean one referent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referent(pub(super) NonZeroU32);

/// `[ref] T *` inside a structure or array: never null, and yet it sends a referent id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Ref<T>(pub T);

impl Referent {
    /// Reads a pointer: nothing for null.
    pub(crate) fn read(decoder: &mut Decoder<'_>) -> Result<Option<Self>, NdrError> {
        u32::unmarshal(decoder).map(|id| NonZeroU32::new(id).map(Self))
    }
}

/// A unique pointer: null, or to a referent that nothing else points to.
impl<T> Layout for Option<T> {
    const ALIGN: usize = u32::ALIGN;
}

impl<T: Marshal> Marshal for Option<T> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.pointer(self.is_some())
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.as_ref().map_or(Ok(()), |referent| encoder.value(referent))
    }
}

impl<T: Unmarshal> Unmarshal for Option<T> {
    type Partial = Option<Referent>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        Referent::read(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        partial.map(|_| decoder.referent()).transpose()
    }
}

impl<T> Layout for Ref<T> {
    const ALIGN: usize = u32::ALIGN;
}

impl<T: Marshal> Marshal for Ref<T> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.pointer(true)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.value(&self.0)
    }
}

impl<T: Unmarshal> Unmarshal for Ref<T> {
    type Partial = Referent;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Referent, NdrError> {
        Referent::read(decoder)?.ok_or_else(|| decoder.error(NdrFault::NullReference))
    }

    fn resolve(_: Referent, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        decoder.referent().map(Self)
    }
}

impl<T: Layout + ?Sized> Layout for Box<T> {
    const ALIGN: usize = T::ALIGN;
    const CONFORMANT: bool = T::CONFORMANT;
}

impl<T: Layout + ?Sized> Layout for &T {
    const ALIGN: usize = T::ALIGN;
    const CONFORMANT: bool = T::CONFORMANT;
}

macro_rules! transparent {
    ($($type:ty),*) => {$(
        impl<T: Marshal + ?Sized> Marshal for $type {
            fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                (**self).marshal_conformance(encoder)
            }

            fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                (**self).marshal(encoder)
            }

            fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                (**self).marshal_deferred(encoder)
            }
        }
    )*};
}

transparent!(Box<T>, &T);

impl<T: Unmarshal> Unmarshal for Box<T> {
    type Partial = T::Partial;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        T::unmarshal_conformance(decoder)
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        T::unmarshal(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        decoder.charge(size_of::<T>())?;
        T::resolve(partial, decoder).map(Self::new)
    }
}
