//! A byte array that is filling: which bytes are here, who waits for which.
//!
//! | type | what it is |
//! |---|---|
//! | [`FillState`] | what has arrived, the declared size, the end of the transfer |
//! | [`Placement`] | where a piece that came goes, and what of it is new |
//! | [`ReadAnswer`] | what a read is told, in the contract's words |
//! | [`WaiterId`] | somebody who waits for bytes |

mod answer;
mod cover;
mod placement;
mod state;
mod waiters;

pub use answer::{ReadAnswer, Termination};
pub use placement::Placement;
pub use state::{FillState, Registration};
pub use waiters::WaiterId;
