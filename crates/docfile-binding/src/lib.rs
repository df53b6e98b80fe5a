//! Names, binding and filling: what has arrived, who waits for it, what to ask for next.
//!
//! Everything here is data and state machines. Nothing opens a file or a socket, reads a clock,
//! draws random bytes, starts a thread or waits; time is an argument, counted from any origin the
//! caller likes, and what should be done is answered as a value that a driver carries out.

pub mod fill;
pub mod planner;
pub mod progress;
