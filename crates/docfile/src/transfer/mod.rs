//! Where bytes come from: today a local file. What imports this knows nothing of the format.

mod file;
#[cfg(unix)]
mod positioned;
#[cfg(not(unix))]
#[path = "positioned_portable.rs"]
mod positioned;

pub use file::FileBytes;
