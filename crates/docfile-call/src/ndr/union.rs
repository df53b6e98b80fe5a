//! Unions: a discriminant, then the arm that it selects (\[C706\] 14.3.8).
//!
//! On the wire an encapsulated union and one whose discriminant is another parameter look alike:
//! the latter repeats the discriminant in front of the arm. The other parameter travels by itself,
//! and its owner compares the two.

use super::{Decoder, Encoder, Layout, Marshal, NdrError, Unmarshal};

/// A choice of arms, as an enumeration in Rust would declare it.
pub trait Union: Sized {
    /// The type of the discriminant.
    type Tag: Marshal + Unmarshal;
    /// An arm before the referents of its pointers have been read.
    type Partial;
    /// The largest alignment of the discriminant and of all arms.
    const ALIGN: usize;

    /// The discriminant of the arm that this is.
    fn tag(&self) -> Self::Tag;

    /// Writes the body of the arm. An empty arm writes nothing.
    ///
    /// # Errors
    ///
    /// Those of the arm.
    fn marshal_arm(&self, encoder: &mut Encoder) -> Result<(), NdrError>;

    /// Writes the referents of the arm's pointers.
    ///
    /// # Errors
    ///
    /// Those of the arm.
    fn marshal_arm_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError>;

    /// Reads the body of the arm that a discriminant selects.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Case`](super::NdrFault::Case) when there is none, and no default arm; those of
    /// the arm.
    fn unmarshal_arm(tag: Self::Tag, decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError>;

    /// Reads the referents of the arm's pointers.
    ///
    /// # Errors
    ///
    /// Those of the arm.
    fn resolve_arm(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError>;
}

/// A union with its discriminant in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tagged<U>(pub U);

impl<U: Union> Layout for Tagged<U> {
    const ALIGN: usize = U::ALIGN;
}

impl<U: Union> Marshal for Tagged<U> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.0.tag().marshal(encoder)?;
        self.0.marshal_arm(encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.0.marshal_arm_deferred(encoder)
    }
}

impl<U: Union> Unmarshal for Tagged<U> {
    type Partial = U::Partial;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        let tag = U::Tag::unmarshal(decoder)?;
        let tag = U::Tag::resolve(tag, decoder)?;
        U::unmarshal_arm(tag, decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        U::resolve_arm(partial, decoder).map(Self)
    }
}
