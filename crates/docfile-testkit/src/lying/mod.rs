//! Byte arrays that lie on purpose, each about one thing, each around any inner array.
//!
//! | array | its lie |
//! |---|---|
//! | [`Counting`] | none: it writes down what is asked of it |
//! | [`Arriving`] | bytes are here only once the test says so |
//! | [`Busy`] | bytes are here only at the second or third asking |
//! | [`Short`] | the array ends early, as a cut file or a full disk does |
//! | [`Failing`] | the n-th read or write fails |
//! | [`Crashing`] | the power fails at the n-th write or flush |
//! | [`ReadOnly`] | nothing can be written |
//!
//! All but `Short`, `Failing` and a `Crashing` whose power is off keep the contract of
//! [`LockBytes`](docfile_compound::LockBytes), and [`suite::lock_bytes`](crate::suite::lock_bytes)
//! holds them to it.

mod arriving;
mod busy;
mod counting;
mod crashing;
mod failing;
mod read_only;
mod short;

pub use arriving::{Arriving, arrive_helpfully_until_ready, arrive_until_ready};
pub use busy::{Busy, PATIENCE};
pub use counting::{Counting, Counts};
pub use crashing::{CrashPoint, Crashing, Survival};
pub use failing::Failing;
pub use read_only::ReadOnly;
pub use short::Short;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks what only this module's arrays guard. A test that panicked while holding the lock has
/// failed already; what it left is still the best account of what happened.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
