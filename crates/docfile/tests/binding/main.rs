//! Binding, over a transport in memory and over files: what callbacks are told, in which order, and
//! on which thread. Source: `contract/binding.md` 1 and 7 to 12, `contract/observed.md` 3.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod a_bind_keeps_to_the_options_of_its_context;
mod a_moniker_that_is_not_asynchronous_binds_without_callback;
mod an_abort_stops_a_bind_at_every_moment;
mod an_object_loads_itself_in_its_best_way;
mod callbacks_arrive_on_the_apartment_that_started_the_bind;
mod callbacks_come_in_one_order;
mod rig;
#[cfg(feature = "http")]
mod the_same_happens_over_http;
mod what_fails_to_arrive_fails_the_bind;
