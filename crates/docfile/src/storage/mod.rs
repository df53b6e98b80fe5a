//! Storages and streams that can wait: handles over the engine's, three ways to wait on one type.
//!
//! | type | what it is |
//! |---|---|
//! | [`Storage`], [`Stream`] | handles: `try_x` never waits, `x` waits, `x_async` is a future |
//! | [`StreamReader`] | `Read + Seek`, and tokio's `AsyncRead + AsyncSeek` |
//! | [`ProgressNotify`] | a sink: it decides what a reader does that met missing bytes |
//!
//! The names at the root of this crate are still the engine's own, which never wait.

mod arrival;
mod handle;
mod reader;
mod stream;

pub use arrival::ProgressNotify;
pub use docfile_binding::progress::{AdviseError, AsyncMode, Cookie, Progress, ProgressAnswer};
pub use handle::Storage;
pub use reader::StreamReader;
pub use stream::Stream;
