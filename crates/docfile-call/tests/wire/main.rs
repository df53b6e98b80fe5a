//! A client session and a server session over a link in memory.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "everything here is a test; bytes of made-up contents are cut from longer numbers"
)]

mod calls_go_there_and_back;
mod every_begin_has_one_finish;
mod hostile_bytes_end_a_session;
mod link;
