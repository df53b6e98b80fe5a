//! Waiting for what a step of the engine needs, as a future.
//!
//! Invariant: a step is repeated until nothing that it needs is missing; when no more comes, the
//! answer is why, and not that it did not.

use docfile_compound::{Error, ErrorKind, Result};

use super::Termination;
use super::lock_bytes::FillLockBytes;

/// Repeats `step` until nothing that it needs is missing. Without a `fill` everything is here.
pub(crate) async fn until<T>(
    fill: Option<&FillLockBytes>,
    mut step: impl FnMut() -> Result<T>,
) -> Result<T> {
    loop {
        match (step(), fill) {
            (Err(error), Some(fill)) if error.is_pending() => {
                fill.wait_async(error.into_missing().unwrap_or_default()).await;
            }
            (Err(error), Some(fill)) => return Err(told(fill, error)),
            (answer, _) => return answer,
        }
    }
}

/// Why the bytes did not come, in place of that they did not.
pub(crate) fn told(fill: &FillLockBytes, error: Error) -> Error {
    match (error.kind(), fill.termination()) {
        (ErrorKind::Incomplete, Some(Termination::Abnormal(why))) => why,
        _ => error,
    }
}
