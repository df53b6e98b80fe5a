//! When a bind must be done (`BIND_OPTS.dwTickCountDeadline`, `contract/binding.md` 4).
//!
//! Invariant: a bind whose deadline has passed before it has ended stops with
//! [`ErrorKind::ExceededDeadline`], whatever waits in it; what goes on arriving behind an object that
//! was handed out is not its business. Deadlines are read on [`tick_count`] and on no other count.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use docfile_binding::{BindOptions, Error, ErrorKind, Result};

/// Small numbers are taken for lengths of time where a container is asked for an item
/// ([`BindSpeed`](docfile_binding::BindSpeed)); no deadline on this count is small.
const FIRST_TICK: u32 = 1 << 16;

/// The count on which deadlines of bind contexts are read: milliseconds, which begin anew after
/// 2^32.
///
/// ```
/// use docfile::bind::tick_count;
/// use docfile::monikers::{BindContext, BindOptions};
///
/// let context = BindContext::default();
/// let deadline = tick_count().wrapping_add(2000);
/// context.set_options(BindOptions { deadline, ..context.options() });
/// assert!(!context.options().is_exceeded(tick_count()));
/// ```
#[must_use]
pub fn tick_count() -> u32 {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed().as_millis();
    // The count begins anew when it is full.
    let low = u32::try_from(elapsed & u128::from(u32::MAX)).unwrap_or(0);
    low.wrapping_add(FIRST_TICK)
}

/// How much time is left; nothing where there is no deadline.
///
/// # Errors
///
/// [`ErrorKind::ExceededDeadline`] when it has passed.
pub(super) fn time_left(options: &BindOptions) -> Result<Option<Duration>> {
    let now = tick_count();
    if options.is_exceeded(now) {
        return Err(exceeded());
    }
    let left = Duration::from_millis(u64::from(options.deadline.wrapping_sub(now)));
    Ok((options.deadline != 0).then_some(left))
}

pub(super) fn exceeded() -> Error {
    Error::new(ErrorKind::ExceededDeadline, "the bind was not done within its deadline")
}
