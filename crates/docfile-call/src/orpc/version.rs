//! The version of the protocol ([MS-DCOM] 2.2.11), and which of two may talk.

use crate::ndr::ndr_struct;

ndr_struct! {
    /// `COMVERSION`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ComVersion {
        /// Versions that differ in this do not talk.
        pub major: u16,
        /// A server talks to clients that have at most its own.
        pub minor: u16,
    }
}

impl ComVersion {
    /// 5.7, the version spoken here.
    pub const CURRENT: Self = Self { major: 5, minor: 7 };

    /// Whether a server of this version takes the calls of a client of another ([MS-DCOM]
    /// 3.1.1.5.4). Where not, the answer is `RPC_E_VERSION_MISMATCH`.
    ///
    /// ```
    /// use docfile_call::orpc::ComVersion;
    /// let client = |major, minor| ComVersion { major, minor };
    /// assert!(ComVersion::CURRENT.serves(client(5, 1)));
    /// assert!(!ComVersion::CURRENT.serves(client(5, 8)));
    /// assert!(!ComVersion::CURRENT.serves(client(4, 7)));
    /// ```
    #[must_use]
    pub const fn serves(self, client: Self) -> bool {
        self.major == client.major && self.minor >= client.minor
    }
}

impl Default for ComVersion {
    fn default() -> Self {
        Self::CURRENT
    }
}
