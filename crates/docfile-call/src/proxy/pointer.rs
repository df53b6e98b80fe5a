//! A reference to an object as a parameter.
//!
//! On the wire it is a unique pointer to the bytes of an object reference (MInterfacePointer,
//! [MS-DCOM] 2.2.14), which the marshaler of the session makes and reads.

use std::fmt;
use std::sync::Arc;

use crate::interface::{Interface, InterfacePointer};
use crate::ndr::{Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Referent, Unmarshal};
use crate::{Hresult, orpc};

/// A reference to an object by its interface `I`, or null. It goes either way: what the client
/// passes, the server can call back.
///
/// ```
/// use docfile_call::Hresult;
/// use docfile_call::call::{Event, Synchronize};
/// use docfile_call::proxy::Pointer;
/// use std::sync::Arc;
///
/// let object: Arc<dyn Synchronize> = Arc::new(Event::manual_reset());
/// let pointer = Pointer::from(object);
/// assert!(pointer.required().is_ok());
/// assert_eq!(Pointer::<dyn Synchronize>::default().required().err(), Some(Hresult::E_POINTER));
/// ```
pub struct Pointer<I: ?Sized>(Option<Arc<I>>);

impl<I: ?Sized> Pointer<I> {
    /// No object.
    pub const NULL: Self = Self(None);

    /// The object, if it is not null.
    #[must_use]
    pub const fn get(&self) -> Option<&Arc<I>> {
        self.0.as_ref()
    }

    /// The object.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_POINTER`] for null.
    pub fn required(self) -> Result<Arc<I>, Hresult> {
        self.0.ok_or(Hresult::E_POINTER)
    }
}

impl<I: ?Sized> Clone for Pointer<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<I: ?Sized> Default for Pointer<I> {
    fn default() -> Self {
        Self::NULL
    }
}

impl<I: ?Sized> From<Arc<I>> for Pointer<I> {
    fn from(object: Arc<I>) -> Self {
        Self(Some(object))
    }
}

impl<I: Interface + ?Sized> fmt::Debug for Pointer<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pointer<{}>", I::NAME)?;
        f.write_str(if self.0.is_some() { "" } else { "(null)" })
    }
}

impl<I: ?Sized> Layout for Pointer<I> {
    const ALIGN: usize = u32::ALIGN;
}

impl<I: Interface + ?Sized> Marshal for Pointer<I> {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.pointer(self.0.is_some())
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let Some(object) = &self.0 else { return Ok(()) };
        let data = encoder
            .marshaler()
            .ok_or(Hresult::CO_E_OBJNOTCONNECTED)
            .and_then(|marshaler| {
                marshaler.marshal_interface(&InterfacePointer::new(object.clone()))
            })
            .map_err(|code| encoder.error(NdrFault::Interface(code)))?;
        encoder.value(&orpc::InterfacePointer { data })
    }
}

impl<I: Interface + ?Sized> Unmarshal for Pointer<I> {
    type Partial = Option<Referent>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        <Option<orpc::InterfacePointer>>::unmarshal(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let Some(orpc::InterfacePointer { data }) = Unmarshal::resolve(partial, decoder)? else {
            return Ok(Self::NULL);
        };
        decoder
            .marshaler()
            .ok_or(Hresult::CO_E_OBJNOTCONNECTED)
            .and_then(|marshaler| marshaler.unmarshal_interface(&data, I::ID))
            .and_then(|pointer| pointer.get::<I>().ok_or(Hresult::E_NOINTERFACE))
            .map(Self::from)
            .map_err(|code| decoder.error(NdrFault::Interface(code)))
    }
}
