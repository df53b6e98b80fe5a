//! A server at the other end of a link, under a virtual clock.
//!
//! Invariant: everything follows from the settings and the seed; nothing waits and nothing reads a
//! clock. The link has a latency and a rate and no slow start, so its figures are bounds, not
//! measurements. It knows nothing of who is asking: a test carries requests in and events out.
//!
//! | type | what it is |
//! |---|---|
//! | [`VirtualLink`] | round trip, rate, jitter, the size of pieces |
//! | [`SimulatedServer`] | the resource in its versions, and how the server behaves or lies |
//! | [`Network`] | both, and the clock |

mod link;
mod server;
mod simulation;

pub use link::VirtualLink;
pub use server::{Behaviour, ServerLie, SimulatedHead, SimulatedRequest, SimulatedServer};
pub use simulation::{Network, NetworkEvent};
