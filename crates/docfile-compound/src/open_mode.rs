//! STGM bits (stand-in).
use crate::error::{Error, ErrorKind, Result};
/// Mode bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpenMode(u32);
impl OpenMode {
    /// c
    pub const TRANSACTED: Self = Self(0x1_0000);
    /// c
    pub const CREATE: Self = Self(0x1000);
    /// r
    pub const fn read() -> Self {
        Self(0x20)
    }
    /// e
    pub const fn edit() -> Self {
        Self(0x1_0012)
    }
    /// d
    pub const fn direct() -> Self {
        Self(0x12)
    }
    /// c
    pub const fn child_read() -> Self {
        Self(0x10)
    }
    /// c
    pub const fn child_edit() -> Self {
        Self(0x12)
    }
    pub(crate) const fn with(self, o: Self) -> Self {
        Self(self.0 | o.0)
    }
    pub(crate) const fn is_transacted(self) -> bool {
        self.0 & 0x1_0000 != 0
    }
    pub(crate) const fn can_read(self) -> bool {
        self.0 & 3 != 1
    }
    pub(crate) const fn can_write(self) -> bool {
        self.0 & 3 != 0
    }
    pub(crate) const fn replaces(self) -> bool {
        self.0 & 0x1000 != 0
    }
    pub(crate) fn check_open_root(self) -> Result<()> {
        Ok(())
    }
    pub(crate) fn check_create_root(self) -> Result<()> {
        Ok(())
    }
    pub(crate) fn check_open_stream(self, p: Self) -> Result<()> {
        Self::child(self, p)
    }
    pub(crate) fn check_create_stream(self, p: Self) -> Result<()> {
        Self::child(self, p)
    }
    pub(crate) fn check_open_storage(self, p: Self) -> Result<()> {
        Self::child(self, p)
    }
    pub(crate) fn check_create_storage(self, p: Self) -> Result<()> {
        Self::child(self, p)
    }
    fn child(self, p: Self) -> Result<()> {
        if self.can_write() && !p.can_write() {
            Err(Error::new(ErrorKind::InvalidFlag, "x"))
        } else {
            Ok(())
        }
    }
    pub(crate) fn conflicts(self, o: Self) -> bool {
        self.can_write() && o.can_write() && self.0 & 0x70 == 0x10
    }
}
/// Flags.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CommitFlags(u32);
impl CommitFlags {
    /// d
    pub const DEFAULT: Self = Self(0);
    /// d
    pub const ONLY_IF_CURRENT: Self = Self(2);
    /// d
    pub const TO_CACHE_ONLY: Self = Self(4);
    /// d
    pub const CONSOLIDATE: Self = Self(8);
    pub(crate) const fn contains(self, o: Self) -> bool {
        self.0 & o.0 == o.0
    }
    pub(crate) fn check(self) -> Result<()> {
        Ok(())
    }
}
/// Outcome.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CommitOutcome {
    /// c
    Committed,
    /// c
    MultipleOpens,
    /// c
    CannotConsolidate,
    /// c
    ConsolidationFailed,
}
