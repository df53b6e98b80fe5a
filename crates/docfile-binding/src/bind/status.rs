//! What a bind tells of its progress (`contract/binding.md` 0.3, `BINDSTATUS` and `BSCF`).
//!
//! Only codes that happen here exist. Cookies, policies, components to install and the like do not.

/// How far a bind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BindStatus {
    /// The server is looked for; the text is its name.
    FindingResource,
    /// The connection is made; the text is the server's name.
    Connecting,
    /// A redirect was followed.
    Redirecting,
    /// The first bytes came; the text is the name of the resource.
    BeginDownloadData,
    /// More bytes came.
    DownloadingData,
    /// No more bytes come.
    EndDownloadData,
    /// The request was sent.
    SendingRequest,
    /// The class is chosen; the text is its id.
    ClassIdAvailable,
    /// The media type is known; the text is it.
    MimeTypeAvailable,
    /// The object is about to be made and loaded.
    BeginSyncOperation,
    /// The object is there.
    EndSyncOperation,
}

impl BindStatus {
    /// The contract's number.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::FindingResource => 1,
            Self::Connecting => 2,
            Self::Redirecting => 3,
            Self::BeginDownloadData => 4,
            Self::DownloadingData => 5,
            Self::EndDownloadData => 6,
            Self::SendingRequest => 11,
            Self::ClassIdAvailable => 12,
            Self::MimeTypeAvailable => 13,
            Self::BeginSyncOperation => 15,
            Self::EndSyncOperation => 16,
        }
    }
}

/// A step of the progress of a bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindProgress {
    /// Which step.
    pub status: BindStatus,
    /// How many bytes have arrived.
    pub current: u64,
    /// How many there are, once that is known.
    pub maximum: Option<u64>,
    /// What the step is about; see [`BindStatus`].
    pub text: Option<String>,
}

/// Which notice of data it is (`BSCF`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DataFlags {
    /// The first.
    pub first: bool,
    /// The last: everything is here.
    pub last: bool,
    /// How much there will be is not known.
    pub len_unknown: bool,
}

impl DataFlags {
    /// As the contract's flags; what is neither first nor last is intermediate, and so is a last
    /// that is not the first.
    #[must_use]
    pub const fn bits(self) -> u32 {
        let mut bits = 0;
        if self.first {
            bits |= 1;
        } else {
            bits |= 2;
        }
        if self.last {
            bits |= 4 | 8;
        }
        if self.len_unknown {
            bits |= 0x10;
        }
        bits
    }
}
