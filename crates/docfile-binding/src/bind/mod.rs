//! Binding, as far as it is decided without waiting: the order of the callbacks, the choice of a
//! class, the negotiation of media types.
//!
//! | type | what it is |
//! |---|---|
//! | [`BindInfo`] | how a party wants the bind to be done |
//! | [`BindSequence`] | what happened goes in, the next callback comes out |
//! | [`Call`], [`BindProgress`], [`DataFlags`] | a callback to make |
//! | [`ClassTable`] | classes by id, and which of them a resource is of |
//! | [`MediaTypes`] | the media types that are wanted, in order |

mod class_table;
mod failure;
mod info;
mod media;
mod sequence;
mod status;

pub use class_table::{ClassEvidence, ClassTable, FilePattern};
pub use failure::{bind_error, start_error};
pub use info::BindInfo;
pub use media::{MEDIA_TYPES, MediaTypes};
pub use sequence::{AbortOutcome, BindSequence, BindTarget, Call};
pub use status::{BindProgress, BindStatus, DataFlags};
