//! Proxies and stubs: calls as bytes (contract/calls.md 1 and 6, [MS-DCOM] 3.1 and 3.2).
//!
//! | type | what it is |
//! |---|---|
//! | [`Channel`] | brings requests to one interface of an object elsewhere, and answers back |
//! | [`RemoteObject`] | stands for an object elsewhere; gives proxies and call objects |
//! | [`Proxy`], [`CallProxy`] | an interface of it: the synchronous one, and a call object |
//! | [`Stub`], [`Serving`] | serves requests to an object, synchronously or through its call objects |
//! | [`Futures`] | an interface as futures over call objects |
//! | [`Registry`] | the interfaces that travel |
//! | [`Pointer`] | a reference to an object, as a parameter |
//!
//! Invariant: the bytes of a call do not tell whether the client or the server is synchronous. The
//! arguments and answers of a method are written and read by one function each, which the attribute
//! [`interface`](macro@crate::interface) writes and both kinds of proxy and of stub use.

mod body;
mod call_proxy;
mod channel;
mod futures;
mod method;
mod object;
mod pointer;
mod registry;
mod serving;
mod stub;
mod sync_proxy;

pub use body::{Body, Incoming, Outgoing, Side, Tools};
pub use call_proxy::CallProxy;
pub use channel::{Answer, CallKey, Channel, Request};
pub use futures::{BegunCall, Futures};
pub use method::{
    AsyncMethods, Asynchronous, Begun, Derives, Finisher, Methods, OutParameter, Parameter, Remote,
    check_async_base, check_out_parameter, check_parameter,
};
pub use object::{RemoteIdentity, RemoteObject};
pub use pointer::Pointer;
pub use registry::{Registry, RegistryEntry};
pub use serving::Serving;
pub use stub::Stub;
pub use sync_proxy::Proxy;
