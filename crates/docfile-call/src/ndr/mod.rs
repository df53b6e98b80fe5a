//! NDR 2.0, the form in which the arguments of a call travel (\[C706\] chapter 14, [MS-RPCE] 2.2.4).
//!
//! What is sent is little-endian; what is received may be of either byte order. A value says how it
//! is laid out ([`Layout`]), written ([`Marshal`]) and read ([`Unmarshal`]). It has up to three
//! parts on the wire, and an [`Encoder`] or [`Decoder`] goes through them in this order:
//!
//! 1. the *conformance*: the element count of a conformant array, which stands before the whole
//!    structure that ends in the array (\[C706\] 14.3.3.2, 14.3.7.1);
//! 2. the *body*: scalars, elements, and for each pointer its referent id;
//! 3. what was *deferred*: the referents of embedded pointers, after the outermost construct, in
//!    the order of the pointers (\[C706\] 14.3.12.3), each a value with these three parts again.
//!
//! | IDL | here |
//! |---|---|
//! | `small` to `hyper`, `float`, `double`, `byte` | `i8` to `u64`, `f32`, `f64`, `u8` |
//! | `boolean`, `VARIANT_BOOL`, `BOOL` | `bool`, [`VariantBool`], [`Bool32`] |
//! | `T a[4]` | `[T; 4]` |
//! | `[size_is(n)] T a[]` | `Vec<T>`, for references also `&[T]` |
//! | `[length_is(n)] T a[4]`, `[size_is(m), length_is(n)] T a[]` | [`Varying`], [`ConformantVarying`] |
//! | `[string] wchar_t s[]`, `[string] char s[]` | `String` or [`WideString`], [`ByteString`] |
//! | `[unique] T *` | `Option<T>`, in recursive types `Option<Box<T>>` |
//! | `[ptr] T *`, `[ref] T *` inside a structure | [`Full`], [`Ref`] |
//! | `union` | [`Tagged`] of a [`Union`] |
//!
//! A `[ref]` pointer that is itself a parameter has no form of its own: pass the `T`.
//!
//! A structure is written field by field. This is all that a derived implementation has to say:
//!
//! ```
//! use docfile_call::ndr::*;
//!
//! #[derive(Debug, PartialEq)]
//! struct Entry {
//!     id: u16,
//!     next: Option<Box<Entry>>,
//!     name: Vec<u8>,
//! }
//!
//! impl Layout for Entry {
//!     const ALIGN: usize = largest(&[u16::ALIGN, <Option<Box<Entry>>>::ALIGN, <Vec<u8>>::ALIGN]);
//!     const CONFORMANT: bool = ends_conformant(&[
//!         u16::CONFORMANT, <Option<Box<Entry>>>::CONFORMANT, <Vec<u8>>::CONFORMANT,
//!     ]);
//! }
//!
//! impl Marshal for Entry {
//!     fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
//!         self.name.marshal_conformance(encoder) // the last field
//!     }
//!     fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
//!         encoder.align(Self::ALIGN);
//!         self.id.marshal(encoder)?;
//!         self.next.marshal(encoder)?;
//!         self.name.marshal(encoder)
//!     }
//!     fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
//!         self.id.marshal_deferred(encoder)?;
//!         self.next.marshal_deferred(encoder)?;
//!         self.name.marshal_deferred(encoder)
//!     }
//! }
//!
//! impl Unmarshal for Entry {
//!     // What a field is before the referents of its pointers have been read.
//!     type Partial = (
//!         <u16 as Unmarshal>::Partial,
//!         <Option<Box<Entry>> as Unmarshal>::Partial,
//!         <Vec<u8> as Unmarshal>::Partial,
//!     );
//!     fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
//!         <Vec<u8>>::unmarshal_conformance(decoder) // the last field
//!     }
//!     fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
//!         decoder.align(Self::ALIGN)?;
//!         Ok((
//!             u16::unmarshal(decoder)?, // each field, in order
//!             <Option<Box<Entry>>>::unmarshal(decoder)?,
//!             <Vec<u8>>::unmarshal(decoder)?,
//!         ))
//!     }
//!     fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
//!         let (id, next, name) = partial;
//!         Ok(Self {
//!             id: Unmarshal::resolve(id, decoder)?,
//!             next: Unmarshal::resolve(next, decoder)?,
//!             name: Unmarshal::resolve(name, decoder)?,
//!         })
//!     }
//! }
//!
//! let entry = |id, next| Entry { id, next, name: b"ab".to_vec() };
//! let list = entry(1, Some(Box::new(entry(2, None))));
//! let mut encoder = Encoder::new();
//! encoder.value(&list)?;
//! let bytes = encoder.into_bytes();
//! let mut decoder = Decoder::new(&bytes, DataRepresentation::LITTLE_ENDIAN, &Limits::default());
//! assert_eq!(decoder.value::<Entry>()?, list);
//! # Ok::<(), NdrError>(())
//! ```

mod array;
mod decoder;
mod encoder;
mod error;
mod full_pointer;
mod id;
mod layout;
mod pointer;
mod representation;
mod scalar;
mod serialization;
mod string;
mod structure;
mod union;

pub use crate::limits::ValueLimits as Limits;
pub use array::{ConformantVarying, Varying};
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use error::{NdrError, NdrFault};
pub use full_pointer::Full;
pub use id::FileTime;
pub use layout::{Layout, Marshal, Unmarshal, ends_conformant, largest};
pub use pointer::{Ref, Referent};
pub use representation::DataRepresentation;
pub use scalar::{Bool32, VariantBool};
pub use serialization::{deserialize, serialize};
pub use string::{ByteString, WideString};
pub use union::{Tagged, Union};

pub(crate) use structure::{ndr_form, ndr_newtype, ndr_struct};
