//! The two ends of a connection, as machines that are handed bytes and time.
//!
//! [`ClientSession`] and [`ServerSession`] have the same four kinds of method:
//!
//! | kind | methods |
//! |---|---|
//! | what happened | `handle_bytes`, `handle_transmitted`, `handle_timeout`, `handle_closed` |
//! | what is wanted | `bind`, `begin`, `cancel`; `respond`, `fault`, `shutdown` |
//! | what to do next | `poll_transmit`, `poll_event`, `poll_timeout` |
//! | what is so | `is_ended` and others |
//!
//! After each of the first two kinds, whoever drives a session takes events until there are none,
//! sends what `poll_transmit` gives, and asks when to wake. `now` is the time since an origin of
//! the driver's choice, and never goes back. When [`EndReason`] is told, what `poll_transmit`
//! still gives is sent, and the connection is closed.
//!
//! Fragments of a message are sent one after the other, messages in the order in which they were
//! put in. Security counts packets in the order of writing, and so depends on this.

mod assembly;
mod client;
mod deframer;
mod end;
mod fragment;
mod outbox;
mod securities;
mod server;
mod stubs;

pub use client::{
    BindFailure, BindingId, CallError, CallId, CallOutcome, ClientCall, ClientEvent, ClientSession,
    ClientSettings, Confirmation, Patience, SecurityId,
};
pub use end::{EndReason, LimitKind, ProtocolFault};
pub use server::{
    CallHandle, IncomingCall, ServedInterface, ServerEvent, ServerSession, ServerSettings,
};
