//! A server for trying things: a folder over HTTP, with ranges or without, over a link as slow as
//! wanted.
//!
//! | type | what it is |
//! |---|---|
//! | [`Server`] | serves until it is dropped |
//! | [`ServeOptions`] | ranges, link |
//! | [`Observer`] | hears which bytes are sent, in their order |
//! | [`Link`] | a rate and a round trip: `1mbit,80ms` |
//!
//! It is no server for the open network: it listens where it is told, on the loopback address
//! unless told otherwise, speaks HTTP/1.1 without TLS, and knows no users.

mod answer;
mod folder;
mod link;
mod server;

pub use answer::Observer;
pub use link::Link;
pub use server::{ServeOptions, Server};
