//! What takes back monikers at its left (`contract/binding.md` 3.2, 3.3, "anti").
//!
//! A count says how many. The count is what a saved form may say, so that it is limited.

use crate::error::{Error, ErrorKind, Result};

/// Takes back as many monikers at its left as its count says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AntiMoniker {
    count: u32,
}

impl AntiMoniker {
    /// The largest count (`contract/binding.md` 3.4).
    pub const MAX_COUNT: u32 = 0xF_FFFF;

    /// Takes back one moniker.
    #[must_use]
    pub const fn new() -> Self {
        Self { count: 1 }
    }

    /// Takes back `count` monikers; none is a moniker that does nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] above [`MAX_COUNT`](Self::MAX_COUNT).
    pub fn with_count(count: u32) -> Result<Self> {
        if count > Self::MAX_COUNT {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "an anti moniker takes back at most 1,048,575 monikers",
            ));
        }
        Ok(Self { count })
    }

    /// How many monikers it takes back.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    pub(super) const fn hash_value(self) -> u32 {
        0x8000_0000 | self.count
    }
}

impl Default for AntiMoniker {
    fn default() -> Self {
        Self::new()
    }
}
