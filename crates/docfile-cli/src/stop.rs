//! Stopping before the end: the stop key, a termination signal, or the time limit.
//!
//! The first reason that comes is kept, and work looks for it between its pieces through
//! [`check`]. What must not be left half-done is [`guard`]ed; while nothing is, work that does not
//! look (a read from a pipe, say) is ended from outside after a moment. A second stop key ends
//! everything at once. This decides when to stop, never what to undo.

use std::io::Write as _;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use crate::failure::Failure;

/// Why the command stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The stop key, or a signal that asks for the end.
    Stopped,
    /// The time limit.
    TimeOut,
    /// The byte limit.
    ByteLimit,
}

/// 0, or one more than the `Halt`'s place in its enum.
static REASON: AtomicU8 = AtomicU8::new(0);
static GUARD_COUNT: AtomicUsize = AtomicUsize::new(0);
/// How long work has to notice, so that it can still say how far it came.
const GRACE: Duration = Duration::from_millis(200);

/// Listens for the stop key from here on, and ends the command after `time_limit`.
pub(crate) fn listen(time_limit: Option<Duration>) -> Result<(), Failure> {
    on_stop_key(|| {
        if reason() == Some(Halt::Stopped) {
            end(Halt::Stopped);
        }
        set(Halt::Stopped);
        end_after_grace(Halt::Stopped);
    })
    .map_err(|error| Failure::failed(format!("the stop key cannot be listened for: {error}")))?;
    if let Some(limit) = time_limit {
        std::thread::spawn(move || {
            std::thread::sleep(limit);
            set(Halt::TimeOut);
            end_after_grace(Halt::TimeOut);
        });
    }
    Ok(())
}

/// Calls `stop` on a thread of its own, each time that the end is asked for.
#[cfg(unix)]
fn on_stop_key(stop: impl Fn() + Send + 'static) -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || signals.forever().for_each(|_| stop()));
    Ok(())
}

#[cfg(not(unix))]
fn on_stop_key(stop: impl Fn() + Send + 'static) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(stop)
}

/// Why work should stop, if it should.
pub(crate) fn reason() -> Option<Halt> {
    match REASON.load(Ordering::Acquire) {
        0 => None,
        1 => Some(Halt::Stopped),
        2 => Some(Halt::TimeOut),
        _ => Some(Halt::ByteLimit),
    }
}

/// An error once work should stop.
pub(crate) fn check() -> Result<(), Failure> {
    reason().map_or(Ok(()), |halt| Err(Failure::halted(halt)))
}

/// Makes all work stop. The first reason stays.
pub(crate) fn set(halt: Halt) {
    let number = match halt {
        Halt::Stopped => 1,
        Halt::TimeOut => 2,
        Halt::ByteLimit => 3,
    };
    // A failed exchange means that there is a reason already.
    let _ = REASON.compare_exchange(0, number, Ordering::AcqRel, Ordering::Acquire);
}

/// Until it is dropped, the command is not ended from outside.
#[derive(Debug)]
pub(crate) struct Guard(());

/// Keeps the command from being ended from outside; the holder must look at [`check`].
pub(crate) fn guard() -> Guard {
    GUARD_COUNT.fetch_add(1, Ordering::AcqRel);
    Guard(())
}

impl Drop for Guard {
    fn drop(&mut self) {
        GUARD_COUNT.fetch_sub(1, Ordering::AcqRel);
    }
}

fn end_after_grace(halt: Halt) {
    std::thread::sleep(GRACE);
    if GUARD_COUNT.load(Ordering::Acquire) == 0 {
        end(halt);
    }
}

fn end(halt: Halt) -> ! {
    let failure = Failure::halted(halt);
    // The last words of a command that ends: nobody is left to hear that they failed.
    let _ = writeln!(std::io::stderr(), "{failure}");
    std::process::exit(i32::from(failure.exit_code()))
}
