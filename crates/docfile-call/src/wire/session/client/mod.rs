//! The client end: binds interfaces, sends calls, gives each exactly one outcome.
//!
//! A call that was begun is finished once, whatever comes: by its answer, by a cancel, by its
//! deadline, or by the end of the session. One that was released before the server answered is
//! *confirmed* once more, when it is known what came of it there.

mod answers;
mod calls;
mod cancel;
mod event;
mod machine;
mod negotiate;
mod settings;

pub use calls::ClientCall;
pub use event::{
    BindFailure, BindingId, CallError, CallId, CallOutcome, ClientEvent, Confirmation, Patience,
    SecurityId,
};
pub use machine::ClientSession;
pub use settings::ClientSettings;
