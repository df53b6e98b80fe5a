//! What a read of a filling array is told, and how a transfer ended.
//!
//! Invariant: [`ReadAnswer::Pending`] names at least one byte, and is never given once the
//! transfer has ended. Source: `contract/storage.md` 3.

use docfile_compound::{Error, Missing};

/// How a transfer ended (`IFillLockBytes::Terminate`).
#[derive(Debug, Clone)]
pub enum Termination {
    /// Everything came: the present length is final.
    Success,
    /// The transfer broke off, for this reason.
    Abnormal(Error),
    /// Somebody cancelled it on purpose.
    Cancelled,
}

/// The contract's answer to a read of one range.
#[derive(Debug, Clone)]
pub enum ReadAnswer {
    /// Every byte of the range is here.
    Ready,
    /// The transfer ended with success inside or before the range; its first `len` bytes are here.
    Short {
        /// Number of bytes from the start of the range.
        len: u64,
    },
    /// Part of the range has not arrived, and may still.
    Pending(Missing),
    /// The range touches bytes past the declared size.
    BeyondDeclared,
    /// The transfer broke off before all of the range came. Says why.
    Incomplete(Error),
    /// The transfer was cancelled before all of the range came.
    Terminated(Error),
}

impl ReadAnswer {
    /// The contract's code (`contract/storage.md` 0.1 and 3).
    #[must_use]
    pub const fn hresult(&self) -> u32 {
        match self {
            Self::Ready | Self::Short { .. } => 0,
            Self::Pending(_) => 0x8000_000A,
            Self::BeyondDeclared => 0x8000_4005,
            Self::Incomplete(_) => 0x8003_0201,
            Self::Terminated(_) => 0x8003_0202,
        }
    }
}
