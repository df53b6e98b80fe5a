//! Where call objects come from (ICallFactory, contract/calls.md 3).

use std::sync::Arc;

use crate::interface::{Interface, InterfacePointer, Unknown, local_interface};
use crate::{Guid, Hresult};

/// Makes call objects. A server object that answers for it can be called asynchronously.
pub trait CallFactory: Unknown {
    /// A call object that implements the asynchronous interface `async_iid`, by the interface
    /// `wanted_iid`.
    ///
    /// `control` is the outer object of an aggregate; it gets the call object's inner unknown, and
    /// hands on to it every id for which it has no interface of its own. An implementation begins
    /// with [`check_create_call`].
    ///
    /// # Errors
    ///
    /// [`Hresult::E_NOINTERFACE`] when no call object has that interface,
    /// [`Hresult::E_INVALIDARG`] for an aggregate when `wanted_iid` is not that of IUnknown,
    /// [`Hresult::CLASS_E_NOAGGREGATION`] when it cannot be part of one.
    fn create_call(
        &self,
        async_iid: Guid,
        control: Option<&Arc<dyn Unknown>>,
        wanted_iid: Guid,
    ) -> Result<InterfacePointer, Hresult>;
}

local_interface!(CallFactory = 0x1c733a30_2a1c_11ce_ade5_00aa0044773d);

/// The rule of [`CallFactory::create_call`] that holds for every factory: of an aggregate only
/// IUnknown is given.
///
/// # Errors
///
/// [`Hresult::E_INVALIDARG`].
pub fn check_create_call(
    control: Option<&Arc<dyn Unknown>>,
    wanted_iid: Guid,
) -> Result<(), Hresult> {
    if control.is_some() && wanted_iid != <dyn Unknown>::ID {
        return Err(Hresult::E_INVALIDARG);
    }
    Ok(())
}

/// A new call object for the asynchronous interface `I` of `object`.
///
/// # Errors
///
/// [`Hresult::E_NOINTERFACE`] when the object is no factory or has no such call object: an object
/// of the caller's own apartment may answer so, and is then to be called synchronously.
pub fn create_call<I: Interface + ?Sized>(object: &Arc<dyn Unknown>) -> Result<Arc<I>, Hresult> {
    let factory = object.query_for::<dyn CallFactory>().ok_or(Hresult::E_NOINTERFACE)?;
    factory.create_call(I::ID, None, I::ID)?.get().ok_or(Hresult::E_NOINTERFACE)
}
