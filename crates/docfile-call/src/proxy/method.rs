//! What the attribute `interface` writes beside the traits: how methods are called as bytes.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::body::{Body, Tools};
use super::call_proxy::CallProxy;
use super::sync_proxy::Proxy;
use crate::Hresult;
use crate::call::MethodIndex;
use crate::interface::{Interface, InterfaceDescription, Unknown};
use crate::ndr::{Marshal, Unmarshal};

/// A type of which parameters can be.
///
/// ```compile_fail,E0277
/// use docfile_call::{Hresult, interface};
///
/// #[derive(Clone)]
/// struct Handle(usize); // it has no form on the wire
///
/// #[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e06")]
/// trait Files {
///     fn close(&self, handle: Handle) -> Result<(), Hresult>;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an interface: it has no form on the wire",
    label = "this type cannot be marshaled",
    note = "parameters are numbers, strings, arrays, `Option`s, structures that implement \
            `Marshal` and `Unmarshal`, and `Pointer<dyn Trait>` for references to objects"
)]
pub trait Parameter: Marshal + Unmarshal {}

impl<T: Marshal + Unmarshal> Parameter for T {}

/// A type of which parameters can be that only come back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what a method gives out",
    label = "this type has no form on the wire, or no default",
    note = "what a method gives out travels also when the method fails, as its type's default"
)]
pub trait OutParameter: Parameter + Default {}

impl<T: Parameter + Default> OutParameter for T {}

/// An interface that is `B` or derives from it.
pub trait Derives<B: ?Sized> {}

impl Derives<dyn Unknown> for dyn Unknown {}

/// An interface whose methods can be called as bytes. A twin is none: no synchronous interface
/// derives from an asynchronous one.
///
/// ```compile_fail,E0277
/// use docfile_call::{Hresult, interface};
///
/// #[interface(
///     crate = docfile_call,
///     uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0c",
///     async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0d"
/// )]
/// trait Base {
///     fn run(&self) -> Result<(), Hresult>;
/// }
///
/// #[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0e")]
/// trait Derived: AsyncBase {
///     fn stop(&self) -> Result<(), Hresult>;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interface that travels",
    label = "an interface derives from `Unknown` or from a trait with `#[interface(...)]`"
)]
pub trait Methods: Interface {
    /// How many methods it has, those that it inherits and the three of IUnknown included.
    const METHOD_COUNT: MethodIndex;
    /// What it is made of.
    const DESCRIPTION: InterfaceDescription;

    /// Calls a method of an object: unmarshals the arguments, marshals what the method gives.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_INVALIDMETHOD`] when there is no such method; when the arguments or the
    /// answer cannot be marshaled. A method that fails gives a body that says so.
    fn call(
        object: &Arc<Self>,
        method: MethodIndex,
        arguments: &Body,
        tools: &Tools,
        headers: Vec<u8>,
    ) -> Result<Body, Hresult>;
}

impl Methods for dyn Unknown {
    const METHOD_COUNT: MethodIndex = 3;
    const DESCRIPTION: InterfaceDescription = InterfaceDescription {
        name: "Unknown",
        iid: Self::ID,
        async_iid: None,
        is_dispatch: false,
        base: None,
        methods: &[],
    };

    /// The methods of IUnknown are called through the exporter, not as bytes ([MS-DCOM] 3.1.1.5.6).
    fn call(
        _: &Arc<Self>,
        _: MethodIndex,
        _: &Body,
        _: &Tools,
        _: Vec<u8>,
    ) -> Result<Body, Hresult> {
        Err(Hresult::RPC_E_INVALIDMETHOD)
    }
}

/// Collects the outcome of a call that was begun, as bytes behind the headers.
pub type Finisher = Box<dyn FnOnce(&Tools, Vec<u8>) -> Result<Body, Hresult> + Send>;

/// What came of a begin on the side of the server.
pub enum Begun {
    /// It failed: what the client gets.
    Failed(Body),
    /// It runs; finish it when the call object is signaled.
    Running(Finisher),
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed(_) => "Failed",
            Self::Running(_) => "Running",
        })
    }
}

/// An interface that has an asynchronous twin. One that derives from another has a twin only if that
/// has one.
///
/// ```compile_fail,E0277
/// use docfile_call::{Hresult, interface};
///
/// #[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e03")]
/// trait Base {
///     fn run(&self) -> Result<(), Hresult>;
/// }
///
/// #[interface(
///     crate = docfile_call,
///     uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e04",
///     async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e05"
/// )]
/// trait Derived: Base {
///     fn stop(&self) -> Result<(), Hresult>;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no asynchronous form, so nothing that derives from it can have one",
    label = "this interface has no `async_uuid`",
    note = "give it an `async_uuid`, or take that of the interface that derives from it away \
            (contract/calls.md 2)"
)]
pub trait AsyncMethods: Methods {
    /// The twin.
    type Async: Interface + ?Sized;

    /// Begins a method of a call object. The headers are for the answer when that fails.
    ///
    /// # Errors
    ///
    /// As [`Methods::call`].
    fn begin(
        object: &Arc<Self::Async>,
        method: MethodIndex,
        arguments: &Body,
        tools: &Tools,
        headers: Vec<u8>,
    ) -> Result<Begun, Hresult>;
}

impl AsyncMethods for dyn Unknown {
    type Async = Self;

    fn begin(
        _: &Arc<Self>,
        _: MethodIndex,
        _: &Body,
        _: &Tools,
        _: Vec<u8>,
    ) -> Result<Begun, Hresult> {
        Err(Hresult::RPC_E_INVALIDMETHOD)
    }
}

/// An interface of which there are proxies.
pub trait Remote: Methods {
    /// A proxy as the interface.
    fn from_proxy(proxy: Arc<Proxy<Self>>) -> Arc<Self>;
}

/// An interface of which there are call objects.
pub trait Asynchronous: Remote + AsyncMethods {
    /// A call object of a proxy as the twin.
    fn from_call_proxy(proxy: Arc<CallProxy<Self>>) -> Arc<Self::Async>;
}

/// Bounds of what the attribute writes, checked at the type that it names.
#[doc(hidden)]
pub const fn check_parameter<T: Parameter>() {}
#[doc(hidden)]
pub const fn check_out_parameter<T: OutParameter>() {}
#[doc(hidden)]
pub const fn check_async_base<T: AsyncMethods + ?Sized>() {}

/// Unwinding out of a method becomes the fault of the server.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Hresult>) -> Result<T, Hresult> {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    outcome.unwrap_or_else(|payload: Box<dyn Any + Send>| {
        // A payload whose drop panics would unwind through us.
        core::mem::forget(payload);
        Err(Hresult::RPC_E_SERVERFAULT)
    })
}
