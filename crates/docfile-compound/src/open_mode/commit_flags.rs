//! How changes are committed, and what came of it (`contract/storage.md` 0.1, 0.3 and 8).

use core::fmt;
use core::ops::BitOr;

use crate::error::{Error, ErrorKind, Result};

/// How a commit goes about its work; flags are joined with `|`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CommitFlags(u32);

impl CommitFlags {
    /// In two phases: the old version stands until the new one is complete. Changes that others
    /// committed meanwhile are overwritten.
    pub const DEFAULT: Self = Self(0);
    /// The new version may be written over the old one, so that the file need not grow.
    pub const OVERWRITE: Self = Self(1);
    /// Only if nobody else committed since this one opened or last committed.
    pub const ONLY_IF_CURRENT: Self = Self(2);
    /// Without waiting until the medium has the bytes for good. A crash of the machine may then
    /// leave neither version.
    pub const TO_CACHE_ONLY: Self = Self(4);
    /// Afterwards the file is made as short as it can be.
    pub const CONSOLIDATE: Self = Self(8);

    const KNOWN: u32 = 0xF;

    /// The flags of these bits, known or not.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The STGC bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `flags` are set.
    #[must_use]
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Whether every bit has a meaning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`].
    pub(crate) fn check(self) -> Result<()> {
        if self.0 & !Self::KNOWN != 0 {
            return Err(Error::new(
                ErrorKind::InvalidFlag,
                "the commit has bits without a meaning",
            ));
        }
        Ok(())
    }
}

impl BitOr for CommitFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for CommitFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            ("OVERWRITE", Self::OVERWRITE),
            ("ONLY_IF_CURRENT", Self::ONLY_IF_CURRENT),
            ("TO_CACHE_ONLY", Self::TO_CACHE_ONLY),
            ("CONSOLIDATE", Self::CONSOLIDATE),
        ];
        if self.0 == 0 {
            return f.write_str("DEFAULT");
        }
        let mut separator = "";
        for (name, _) in named.iter().filter(|(_, flag)| self.contains(*flag)) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
        }
        match self.0 & !Self::KNOWN {
            0 => Ok(()),
            unknown => write!(f, "{separator}{unknown:#x}"),
        }
    }
}

/// What came of a commit. All of these are successes: the changes are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommitOutcome {
    /// Everything that was asked for is done.
    Committed,
    /// The file was not made shorter, because others have it open.
    MultipleOpens,
    /// The file cannot be made shorter in this mode.
    CannotConsolidate,
    /// Making the file shorter failed.
    ConsolidationFailed,
}

impl CommitOutcome {
    /// The contract's code for this outcome.
    #[must_use]
    pub const fn hresult(self) -> u32 {
        match self {
            Self::Committed => 0,
            Self::MultipleOpens => 0x0003_0204,
            Self::ConsolidationFailed => 0x0003_0205,
            Self::CannotConsolidate => 0x0003_0206,
        }
    }
}
