//! The fetch planner: what to ask a server for next, so that readers wait little and few bytes are
//! brought in vain.
//!
//! [`Planner`] takes events (a response's head, body bytes, a lost connection, other demand) and
//! answers actions (request a range, cancel, wait, give up). It knows no socket and no bytes.
//!
//! | type | what it is |
//! |---|---|
//! | [`Planner`] | the machine; its page has the order of calls |
//! | [`PlannerSettings`] | policy, filling, budget, retries |
//! | [`Action`], [`Request`] | what is to be done |
//! | [`Response`] | the head of what a server answered |
//! | [`Counters`] | what was asked and received, and what for |
//! | [`FetchFailure`] | why it gave up |

mod action;
mod counters;
mod entity;
mod failure;
mod in_flight;
mod link;
mod machine;
mod response;
mod retry;
mod schedule;
mod settings;
mod verdict;

pub use action::{Action, Purpose, Request, RequestId};
pub use counters::Counters;
pub use entity::Validator;
pub use failure::{FailureKind, FetchFailure, Lie};
pub use machine::Planner;
pub use response::{ContentRange, Response};
pub use settings::{Budget, Filling, OnChange, PlannerSettings, Policy, Resume, Retry};
