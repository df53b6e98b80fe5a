//! The one runtime for input and output, started when the first transfer needs it.
//!
//! Invariant: nothing else in this crate names a runtime's builder, and no caller's code that may
//! wait runs on it. A verb that waits must not be called from inside an asynchronous context: it
//! would keep the very thread busy that brings its bytes. [`refuse_to_wait`] tells (`design.md` 5,
//! apartments).

use std::sync::OnceLock;

use docfile_compound::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();

/// The runtime, started by the first call.
///
/// # Errors
///
/// [`ErrorKind::ReadFault`] when the system gives no threads.
pub(crate) fn handle() -> Result<&'static Handle> {
    let started = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("docfile-transfer")
            .enable_all()
            .build()
            .ok()
    });
    started.as_ref().map(Runtime::handle).ok_or_else(|| {
        Error::new(ErrorKind::ReadFault, "the system gives no threads to transfer with")
    })
}

/// Whether waiting here would be a mistake.
///
/// # Errors
///
/// [`ErrorKind::InvalidFunction`] inside an asynchronous context.
pub(crate) fn refuse_to_wait() -> Result<()> {
    match Handle::try_current() {
        Err(_) => Ok(()),
        Ok(_) => Err(Error::new(
            ErrorKind::InvalidFunction,
            "a verb that waits was called inside an asynchronous context; call the one that ends in _async",
        )),
    }
}
