//! Call objects: one call at a time, begun, waited for, finished, cancelled (contract/calls.md).
//!
//! | type | what it is |
//! |---|---|
//! | [`CallState`], [`Call`] | the states of a call object; the object with its waiters |
//! | [`Synchronize`], [`Event`], [`SynchronizeContainer`], [`Wait`] | what one waits for, and how long |
//! | [`CancelMethodCalls`], [`Cancellation`] | giving a call up; what the server made of it |
//! | [`CallFactory`] | where call objects come from |
//! | [`CallContext`], [`ThreadTable`] | what a server knows of its call; what belongs to a thread |
//! | [`ApartmentCalls`], [`MessageFilter`] | which calls come into an apartment and go out of it |
//! | [`RpcOptions`] | options of a proxy |
//!
//! Nothing here waits. What would have to wait says so, and names whom to wake.

mod apartment;
mod cancel;
mod container;
mod context;
mod event;
mod factory;
mod filter;
mod object;
mod options;
mod state;
mod synchronization;
mod synchronize;
mod thread;
mod wait;
mod waiters;

pub use apartment::{ApartmentId, ApartmentKind};
pub use cancel::{CancelAnswer, CancelMethodCalls, Cancellation, Patience};
pub use container::{
    CLSID_SYNCHRONIZE_CONTAINER, IID_SYNCHRONIZE_CONTAINER, SynchronizeContainer, WaitMultiple,
};
pub use context::{CallContext, Caller};
pub use event::{CLSID_MANUAL_RESET_EVENT, CLSID_STD_EVENT, Event};
pub use factory::{CallFactory, check_create_call, create_call};
pub use filter::{
    CallTarget, CallType, MessageFilter, PendingMessage, PendingType, Rejection, Retry, ServerCall,
    TaskId,
};
pub use object::{Call, Carrier, Ticket};
pub use options::{IID_RPC_OPTIONS, RpcOptions, RpcProperty, RpcTimeout, ServerLocality};
pub use state::{CallState, MethodIndex};
pub use synchronization::{
    ApartmentCalls, CallKind, IncomingCall, IncomingQuestion, OutgoingId, ServedId,
};
pub use synchronize::{Signaled, Synchronize, WaitFlags, is_still_pending};
pub use thread::{ThreadId, ThreadTable};
pub use wait::{Timeout, Wait, Waitable};
pub use waiters::WaiterId;
