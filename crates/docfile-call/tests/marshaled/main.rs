//! Calls through proxies and stubs, over a link in memory.
//!
//! `link` is the channel: it keeps what goes over it, and serves it on the thread that waits.
//! `recordset` has the interfaces, and servers of them that are synchronous and asynchronous.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod aggregation;
mod bytes_do_not_tell;
mod callbacks;
mod cancelling;
mod factories;
mod futures;
mod hostile_bodies;
mod inheritance;
mod link;
mod recordset;
mod server_side;
