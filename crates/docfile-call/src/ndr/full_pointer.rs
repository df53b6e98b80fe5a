//! Full pointers: null, or to a referent that other full pointers share (\[C706\] 14.3.10.2).
//!
//! Two pointers to one thing bear one referent id, and the referent travels once, with the first.
//! That reaches as far as one encoder or decoder, which is to say, over all arguments of a call.
//! A referent that points back to itself cannot be held in an `Arc` and is refused.

use core::any::Any;
use core::num::NonZeroU32;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Referent, Unmarshal};

/// `[ptr] T *`.
///
/// ```
/// use docfile_call::ndr::*;
/// use std::sync::Arc;
/// let shared = Arc::new(7_u32);
/// let mut encoder = Encoder::new();
/// encoder.value(&[Full(Some(shared.clone())), Full(Some(shared)), Full(None)])?;
/// let bytes = encoder.into_bytes();
/// assert_eq!(bytes.len(), 3 * 4 + 4, "three ids and one number");
/// let mut decoder = Decoder::new(&bytes, DataRepresentation::LITTLE_ENDIAN, &Limits::default());
/// let [Full(Some(first)), Full(Some(second)), Full(None)] = decoder.value::<[Full<u32>; 3]>()?
///     else { unreachable!() };
/// assert!(Arc::ptr_eq(&first, &second));
/// # Ok::<(), NdrError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Full<T>(pub Option<Arc<T>>);

/// The referents that a decoder has met.
#[derive(Debug, Default)]
pub(super) struct FullReferents(BTreeMap<Referent, Met>);

/// The things that an encoder has been given. It keeps them, for the address of one that is gone
/// may soon be that of another.
#[derive(Debug, Default)]
pub(super) struct FullTargets(BTreeMap<usize, Target>);

#[derive(Debug)]
enum Met {
    Reading,
    Whole(Arc<dyn Any + Send + Sync>),
}

#[derive(Debug)]
struct Target {
    id: NonZeroU32,
    is_written: bool,
    _kept: Arc<dyn Any + Send + Sync>,
}

impl<T> Layout for Full<T> {
    const ALIGN: usize = u32::ALIGN;
}

impl<T: Marshal + Send + Sync + 'static> Marshal for Full<T> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let Some(target) = &self.0 else { return encoder.pointer(false) };
        let known = encoder.full.0.get(&address(target)).map(|known| known.id);
        let id = match known {
            Some(id) => id,
            None => {
                let id = encoder.next_referent_id()?;
                let new = Target { id, is_written: false, _kept: target.clone() };
                encoder.full.0.insert(address(target), new);
                id
            }
        };
        id.get().marshal(encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let Some(target) = &self.0 else { return Ok(()) };
        match encoder.full.0.get_mut(&address(target)) {
            Some(known) if !known.is_written => {
                known.is_written = true;
                encoder.value(target.as_ref())
            }
            _ => Ok(()),
        }
    }
}

impl<T: Unmarshal + Send + Sync + 'static> Unmarshal for Full<T> {
    type Partial = Option<Referent>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        Referent::read(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let Some(referent) = partial else { return Ok(Self(None)) };
        match decoder.full.0.get(&referent) {
            Some(Met::Whole(whole)) => Arc::downcast(whole.clone())
                .map(|whole| Self(Some(whole)))
                .map_err(|_| decoder.error(NdrFault::AliasType)),
            Some(Met::Reading) => Err(decoder.error(NdrFault::Cycle)),
            None => {
                decoder.charge(size_of::<(Referent, Met)>())?;
                decoder.full.0.insert(referent, Met::Reading);
                let whole = Arc::new(decoder.referent::<T>()?);
                decoder.full.0.insert(referent, Met::Whole(whole.clone()));
                Ok(Self(Some(whole)))
            }
        }
    }
}

fn address<T>(target: &Arc<T>) -> usize {
    Arc::as_ptr(target).addr()
}
