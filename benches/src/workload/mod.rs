//! The files that the rows work on.

pub(crate) mod compound;
pub(crate) mod content;
mod permute;

use std::fmt;

/// The format's version, which decides the sector size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V3,
    V4,
}

impl Version {
    pub(crate) const BOTH: [Self; 2] = [Self::V3, Self::V4];

    pub(crate) const fn sector_len(self) -> u64 {
        match self {
            Self::V3 => 512,
            Self::V4 => 4096,
        }
    }

    pub(crate) const fn of_cfb(self) -> cfb::Version {
        match self {
            Self::V3 => cfb::Version::V3,
            Self::V4 => cfb::Version::V4,
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|version| version.to_string() == text)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3 => "v3",
            Self::V4 => "v4",
        })
    }
}

/// How large the workloads are, in thousandths of the figures in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale(pub(crate) u64);

impl Scale {
    pub(crate) const FULL: Self = Self(1000);

    /// The large stream: 1 GiB.
    pub(crate) const fn large_len(self) -> u64 {
        self.whole_mebibytes(1024)
    }

    /// The middling streams: 256 MiB.
    pub(crate) const fn quarter_len(self) -> u64 {
        self.whole_mebibytes(256)
    }

    pub(crate) const fn listed_count(self) -> u64 {
        (100_000 * self.0).div_ceil(1000)
    }

    pub(crate) const fn built_count(self) -> u64 {
        (10_000 * self.0).div_ceil(1000)
    }

    pub(crate) const fn random_count(self) -> u64 {
        (100_000 * self.0).div_ceil(1000)
    }

    const fn whole_mebibytes(self, full: u64) -> u64 {
        (full * self.0).div_ceil(1000) << 20
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
