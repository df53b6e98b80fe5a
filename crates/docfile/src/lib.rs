//! Look inside any compound file (OLE/CFB) by fetching only the bytes you need.
//!
//! This is the front door: the engine of `docfile-compound`, which never waits, and beside it the
//! byte arrays that do wait for a medium. Users name this crate only. It takes no decision about
//! the format; each module drives one pure machine.
//!
//! # Example
//!
//! ```
//! use docfile::{FileBytes, LockBytes};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("plan.doc");
//! # std::fs::write(&path, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")?;
//! let bytes = FileBytes::open(&path)?;
//! let mut signature = [0; 8];
//! assert_eq!(bytes.try_read_at(0, &mut signature)?, 8);
//! assert_eq!(signature, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod apartment;
pub mod bind;
pub mod fill;
#[cfg(feature = "objects")]
pub mod host;
mod runtime;
#[cfg(feature = "http")]
pub mod serve;
pub mod storage;
pub mod transfer;

pub use bind::open;
/// Names, bind contexts and the running object table.
pub use docfile_binding as monikers;
#[cfg(feature = "calls")]
pub use docfile_call as calls;
pub use docfile_compound::*;
#[cfg(feature = "objects")]
pub use docfile_objects as objects;
pub use transfer::FileBytes;
