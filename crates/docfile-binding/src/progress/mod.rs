//! Who is told that a reader met missing bytes, and who decides what the reader does.
//!
//! | type | what it is |
//! |---|---|
//! | [`ConnectionPoints`] | the sinks of a storage and of everything opened from it |
//! | [`Consultation`] | one round of asking the sinks, and its outcome |
//! | [`Progress`] | the numbers that a sink is told |

mod connection;
mod consultation;

pub use connection::{AdviseError, AsyncMode, ConnectionPoints, Cookie, PointId};
pub use consultation::{Call, Consultation, Decision, Progress, ProgressAnswer};
