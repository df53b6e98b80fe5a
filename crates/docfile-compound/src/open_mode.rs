//! How a storage or stream is opened: access, sharing, transaction, as the STGM bits of the field
//! (`contract/storage.md` 0.3).
//!
//! Any bits make an [`OpenMode`]; whether they make sense depends on what is opened, and is told
//! by the checks in `check.rs` before anything else happens. Nothing here knows which elements
//! exist or are open.

mod check;
mod commit_flags;

use core::fmt;
use core::ops::BitOr;

pub use commit_flags::{CommitFlags, CommitOutcome};

/// How a storage or stream is opened.
///
/// One flag of each group, joined with `|`. A child is always opened
/// [`SHARE_EXCLUSIVE`](Self::SHARE_EXCLUSIVE); how a root may be shared depends on whether it is
/// [`TRANSACTED`](Self::TRANSACTED).
///
/// ```
/// use docfile_compound::OpenMode;
/// let mode = OpenMode::READWRITE | OpenMode::SHARE_DENY_WRITE | OpenMode::TRANSACTED;
/// assert_eq!(mode.bits(), 0x10022);
/// assert_eq!(format!("{mode:?}"), "READWRITE | SHARE_DENY_WRITE | TRANSACTED");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenMode(u32);

/// What an opener does to the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Reads.
    Read,
    /// Writes without reading.
    Write,
    /// Reads and writes.
    ReadWrite,
}

/// What an opener lets others do meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sharing {
    /// Not said. Only a transacted root may leave it so; it then denies nothing.
    Unsaid,
    /// Nobody else opens it.
    Exclusive,
    /// Nobody else opens it for writing.
    DenyWrite,
    /// Nobody else opens it for reading alone.
    DenyRead,
    /// Anybody opens it as they like.
    DenyNone,
}

impl OpenMode {
    /// Access: reading.
    pub const READ: Self = Self(0);
    /// Access: writing without reading.
    pub const WRITE: Self = Self(1);
    /// Access: reading and writing. This is not `READ | WRITE`.
    pub const READWRITE: Self = Self(2);
    /// Sharing: nobody else.
    pub const SHARE_EXCLUSIVE: Self = Self(0x10);
    /// Sharing: others do not write.
    pub const SHARE_DENY_WRITE: Self = Self(0x20);
    /// Sharing: others do not open it for reading alone.
    pub const SHARE_DENY_READ: Self = Self(0x30);
    /// Sharing: others do as they like.
    pub const SHARE_DENY_NONE: Self = Self(0x40);
    /// Creating fails where there is something already.
    pub const FAILIFTHERE: Self = Self(0);
    /// Creating replaces what is there.
    pub const CREATE: Self = Self(0x1000);
    /// Changes are visible to others at once.
    pub const DIRECT: Self = Self(0);
    /// Changes are gathered until they are committed or reverted.
    pub const TRANSACTED: Self = Self(0x1_0000);
    /// Creating keeps what is there as a stream named `CONTENTS`. Left to a later face.
    pub const CONVERT: Self = Self(0x2_0000);
    /// Reads the last committed version and keeps others from committing. Left to a later face.
    pub const PRIORITY: Self = Self(0x4_0000);
    /// Uncommitted changes may be kept in free sectors of the file itself, which is what is done
    /// in any case.
    pub const NOSCRATCH: Self = Self(0x10_0000);
    /// Committed sectors are never written over by anybody. Left to a later face.
    pub const NOSNAPSHOT: Self = Self(0x20_0000);
    /// One direct writer beside many readers. Left to a later face.
    pub const DIRECT_SWMR: Self = Self(0x40_0000);
    /// The file is deleted when it is closed. Left to a later face.
    pub const DELETEONRELEASE: Self = Self(0x400_0000);
    /// A simpler, faster file without storages. Left to a later face.
    pub const SIMPLE: Self = Self(0x800_0000);

    const ACCESS: u32 = 0xF;
    const SHARING: u32 = 0xF0;

    /// A root to read while nobody writes: `READ | SHARE_DENY_WRITE`.
    #[must_use]
    pub const fn read() -> Self {
        Self(Self::READ.0 | Self::SHARE_DENY_WRITE.0)
    }

    /// A root to change and commit: `READWRITE | SHARE_EXCLUSIVE | TRANSACTED`.
    #[must_use]
    pub const fn edit() -> Self {
        Self(Self::READWRITE.0 | Self::SHARE_EXCLUSIVE.0 | Self::TRANSACTED.0)
    }

    /// A root that is changed at once: `READWRITE | SHARE_EXCLUSIVE`.
    #[must_use]
    pub const fn direct() -> Self {
        Self(Self::READWRITE.0 | Self::SHARE_EXCLUSIVE.0)
    }

    /// A child to read: `READ | SHARE_EXCLUSIVE`.
    #[must_use]
    pub const fn child_read() -> Self {
        Self(Self::READ.0 | Self::SHARE_EXCLUSIVE.0)
    }

    /// A child to change: `READWRITE | SHARE_EXCLUSIVE`.
    #[must_use]
    pub const fn child_edit() -> Self {
        Self(Self::READWRITE.0 | Self::SHARE_EXCLUSIVE.0)
    }

    /// The mode of these bits, sensible or not.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The STGM bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Both modes' flags, as `|` joins them.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The access, unless the bits name none.
    #[must_use]
    pub const fn access(self) -> Option<Access> {
        match self.0 & Self::ACCESS {
            0 => Some(Access::Read),
            1 => Some(Access::Write),
            2 => Some(Access::ReadWrite),
            _ => None,
        }
    }

    /// The sharing, unless the bits name none.
    #[must_use]
    pub const fn sharing(self) -> Option<Sharing> {
        match self.0 & Self::SHARING {
            0x00 => Some(Sharing::Unsaid),
            0x10 => Some(Sharing::Exclusive),
            0x20 => Some(Sharing::DenyWrite),
            0x30 => Some(Sharing::DenyRead),
            0x40 => Some(Sharing::DenyNone),
            _ => None,
        }
    }

    /// Whether the access includes reading.
    #[must_use]
    pub const fn can_read(self) -> bool {
        matches!(self.access(), Some(Access::Read | Access::ReadWrite))
    }

    /// Whether the access includes writing.
    #[must_use]
    pub const fn can_write(self) -> bool {
        matches!(self.access(), Some(Access::Write | Access::ReadWrite))
    }

    /// Whether changes are gathered until they are committed.
    #[must_use]
    pub const fn is_transacted(self) -> bool {
        self.has(Self::TRANSACTED)
    }

    /// Whether children can be made, changed and removed: with write access, and in any
    /// transaction, whose commit is then what is denied.
    #[must_use]
    pub const fn can_change(self) -> bool {
        self.can_write() || self.is_transacted()
    }

    /// Whether creating replaces what is there.
    #[must_use]
    pub const fn replaces(self) -> bool {
        self.has(Self::CREATE)
    }

    /// The mode that an open element reports of itself: as it was opened, but for
    /// [`CREATE`](Self::CREATE) (`contract/observed.md` 4.2, rule 11).
    #[must_use]
    pub const fn reported(self) -> Self {
        Self(self.0 & !Self::CREATE.0)
    }

    /// Whether any bit of `flags` is set; for flags of one bit each.
    const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    /// Whether two openers of one root exclude each other, whichever came first.
    pub(crate) fn conflicts(self, other: Self) -> bool {
        self.denies(other) || other.denies(self)
    }

    /// Whether the sharing of this opener forbids the access of another. A snapshot reader is one
    /// that denies nothing; beside an opener who denies writing it is welcome. Openers who deny
    /// reading may be several: it is reading alone that they deny.
    fn denies(self, other: Self) -> bool {
        match self.sharing() {
            Some(Sharing::Exclusive) | None => true,
            Some(Sharing::DenyWrite) => other.can_write(),
            Some(Sharing::DenyRead) => !other.can_write(),
            Some(Sharing::DenyNone | Sharing::Unsaid) => false,
        }
    }
}

impl BitOr for OpenMode {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// The flags of one bit each, in the order in which they are shown.
const FLAGS: [(&str, OpenMode); 9] = [
    ("TRANSACTED", OpenMode::TRANSACTED),
    ("CREATE", OpenMode::CREATE),
    ("CONVERT", OpenMode::CONVERT),
    ("PRIORITY", OpenMode::PRIORITY),
    ("NOSCRATCH", OpenMode::NOSCRATCH),
    ("NOSNAPSHOT", OpenMode::NOSNAPSHOT),
    ("DIRECT_SWMR", OpenMode::DIRECT_SWMR),
    ("DELETEONRELEASE", OpenMode::DELETEONRELEASE),
    ("SIMPLE", OpenMode::SIMPLE),
];

/// The bits that no flag, access or sharing has.
const UNKNOWN: u32 = {
    let mut known = OpenMode::ACCESS | OpenMode::SHARING;
    let mut rest: &[(&str, OpenMode)] = &FLAGS;
    while let [(_, flag), more @ ..] = rest {
        known |= flag.0;
        rest = more;
    }
    !known
};

impl fmt::Debug for OpenMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.access() {
            Some(Access::Read) => f.write_str("READ")?,
            Some(Access::Write) => f.write_str("WRITE")?,
            Some(Access::ReadWrite) => f.write_str("READWRITE")?,
            None => write!(f, "{:#x}", self.0 & Self::ACCESS)?,
        }
        match self.sharing() {
            Some(Sharing::Unsaid) => {}
            Some(Sharing::Exclusive) => f.write_str(" | SHARE_EXCLUSIVE")?,
            Some(Sharing::DenyWrite) => f.write_str(" | SHARE_DENY_WRITE")?,
            Some(Sharing::DenyRead) => f.write_str(" | SHARE_DENY_READ")?,
            Some(Sharing::DenyNone) => f.write_str(" | SHARE_DENY_NONE")?,
            None => write!(f, " | {:#x}", self.0 & Self::SHARING)?,
        }
        for (name, _) in FLAGS.iter().filter(|(_, flag)| self.has(*flag)) {
            write!(f, " | {name}")?;
        }
        match self.0 & UNKNOWN {
            0 => Ok(()),
            unknown => write!(f, " | {unknown:#x}"),
        }
    }
}

#[cfg(test)]
mod tests;
