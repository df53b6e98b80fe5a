//! Compound files (OLE/CFB) over bytes that may still be arriving.
//!
//! This is the pure engine of docfile: it opens no file and no socket, reads no clock, draws no
//! random bytes, starts no thread and never waits. Bytes come through one seam, [`LockBytes`];
//! an operation that meets bytes which have not arrived answers an [`Error`] of kind
//! [`ErrorKind::Pending`] that names them, changes nothing, and can be repeated.

mod allocator;
mod chain;
mod check;
mod commit;
mod copy;
mod cursor;
mod difat;
mod directory;
mod enumerator;
mod error;
mod extents;
mod file;
mod file_time;
mod generation;
mod guid;
mod header;
mod layout;
mod limits;
mod lock_bytes;
mod medium;
mod missing;
mod name;
mod open_mode;
pub mod property;
mod rule;
mod sector;
mod sector_set;
mod stat;
mod storage;
mod stored_stream;
mod stream;
mod transaction;

pub use check::{Finding, LISTED_MAX, Report, Severity, Unlisted, try_check};
pub use copy::{CopyOptions, MoveKind};
pub use cursor::StreamCursor;
pub use enumerator::Enumerator;
pub use error::{Error, ErrorKind, Fault, Result};
pub use file::{CompoundFile, FormatVersion, Settings};
pub use file_time::FileTime;
pub use guid::Guid;
pub use layout::{
    ElementPath, FileOrder, LayoutItem, LayoutScript, RangeLen, Relayout, RepeatCount, SectorUse,
    StreamOrder, UsedRange, try_shortest_prefix,
};
pub use limits::{Limits, Validation};
pub use lock_bytes::{LockBytes, LockType, MemoryBytes, ReadRequest};
pub use missing::{ByteRanges, Missing};
pub use name::{MAX_NAME_UNITS, Name};
pub use open_mode::{Access, CommitFlags, CommitOutcome, OpenMode, Sharing};
pub use rule::Rule;
pub use sector::EntryId;
pub use stat::{ElementKind, Listing, Stat, Walk, Walked};
pub use storage::Storage;
pub use stream::Stream;
