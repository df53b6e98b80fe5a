//! The planner, the filling array and the engine together, reading over a simulated link: one
//! file for each behaviour.

#![expect(
    clippy::single_range_in_vec_init,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "everything here is a test; lists of one range are meant"
)]

mod any_schedule;
mod budgets;
mod corpus;
mod large;
mod lies;
mod policy;
mod resuming;
mod rig;
