//! The three traits of a value that travels, and what a structure derives from its fields.

use super::{Decoder, Encoder, NdrError};

/// How a type lies on the wire.
pub trait Layout {
    /// The alignment of its body in bytes: 1, 2, 4 or 8 (\[C706\] 14.2.2).
    const ALIGN: usize;
    /// Whether it is, or ends in, a conformant array, so that an element count precedes it.
    const CONFORMANT: bool = false;
}

/// A value that can be sent. Write one with [`Encoder::value`], which calls these in order.
pub trait Marshal: Layout {
    /// Writes the element count that precedes a conformant value; else nothing.
    ///
    /// # Errors
    ///
    /// When the count does not fit its field.
    fn marshal_conformance(&self, _encoder: &mut Encoder) -> Result<(), NdrError> {
        Ok(())
    }

    /// Writes the body, aligned: all but the referents of pointers.
    ///
    /// # Errors
    ///
    /// When the value has no form on the wire.
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError>;

    /// Writes the referents of the pointers in the body, in their order.
    ///
    /// # Errors
    ///
    /// When a referent has no form on the wire.
    fn marshal_deferred(&self, _encoder: &mut Encoder) -> Result<(), NdrError> {
        Ok(())
    }

    /// Writes the bodies of many values; scalars do it at once.
    ///
    /// # Errors
    ///
    /// Those of [`marshal`](Self::marshal).
    fn marshal_many(items: &[Self], encoder: &mut Encoder) -> Result<(), NdrError>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| item.marshal(encoder))
    }

    /// Writes the referents of many values.
    ///
    /// # Errors
    ///
    /// Those of [`marshal_deferred`](Self::marshal_deferred).
    fn marshal_many_deferred(items: &[Self], encoder: &mut Encoder) -> Result<(), NdrError>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| item.marshal_deferred(encoder))
    }
}

/// A value that can be received. Read one with [`Decoder::value`], which calls these in order.
pub trait Unmarshal: Layout + Sized {
    /// What is known when the body has been read but the referents of its pointers have not.
    type Partial;

    /// Reads the element count that precedes a conformant value, and leaves it with the decoder.
    ///
    /// # Errors
    ///
    /// When the bytes end, or the count exceeds them.
    fn unmarshal_conformance(_decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        Ok(())
    }

    /// Reads the body, aligned.
    ///
    /// # Errors
    ///
    /// When the bytes end or are not a value of this type.
    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError>;

    /// Reads the referents of the pointers in the body, in their order.
    ///
    /// # Errors
    ///
    /// When the bytes end or are not what the pointers point to.
    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError>;

    /// Reads the bodies of `count` values. The caller has compared the count with the bytes left.
    ///
    /// # Errors
    ///
    /// Those of [`unmarshal`](Self::unmarshal), and when the values would take too much memory.
    fn unmarshal_many(
        decoder: &mut Decoder<'_>,
        count: usize,
    ) -> Result<Vec<Self::Partial>, NdrError> {
        decoder.charge_many::<Self::Partial>(count)?;
        let mut partials = Vec::with_capacity(count);
        for _ in 0..count {
            partials.push(Self::unmarshal(decoder)?);
        }
        Ok(partials)
    }

    /// Reads the referents of many values.
    ///
    /// # Errors
    ///
    /// Those of [`resolve`](Self::resolve), and when the values would take too much memory.
    fn resolve_many(
        partials: Vec<Self::Partial>,
        decoder: &mut Decoder<'_>,
    ) -> Result<Vec<Self>, NdrError> {
        decoder.charge_many::<Self>(partials.len())?;
        partials.into_iter().map(|partial| Self::resolve(partial, decoder)).collect()
    }
}

/// The largest of the alignments of the fields of a structure, which is its own.
#[must_use]
pub const fn largest(alignments: &[usize]) -> usize {
    match alignments {
        [] => 1,
        [first, rest @ ..] => {
            let rest = largest(rest);
            if *first > rest { *first } else { rest }
        }
    }
}

/// Whether the last field of a structure is conformant, and so the structure.
///
/// # Panics
///
/// When the value is used in a constant, as it should be: at compile time, for a structure with a
/// conformant field before the last, which has no form on the wire (\[C706\] 14.3.7.1).
#[must_use]
pub const fn ends_conformant(fields: &[bool]) -> bool {
    match fields {
        [] => false,
        [last] => *last,
        [first, rest @ ..] => {
            assert!(!*first, "only the last field of a structure may be a conformant array");
            ends_conformant(rest)
        }
    }
}
