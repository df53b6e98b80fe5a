//! Bind-time features ([MS-RPCE] 2.2.2.14): a mask that travels as a transfer syntax of its own.
//!
//! A client that knows them offers one more presentation context, whose transfer syntax starts
//! with eight fixed bytes and ends with the mask; the server answers with the mask that it
//! accepts, in the place of the reason ([MS-RPCE] 3.3.1.5.3).

use super::syntax::SyntaxId;
use crate::Guid;

/// What two ends may agree on while they bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Features(pub u16);

impl Features {
    /// Several security contexts on one connection.
    pub const SECURITY_CONTEXT_MULTIPLEXING: Self = Self(0x01);
    /// The connection outlives an orphaned call.
    pub const KEEP_CONNECTION_ON_ORPHAN: Self = Self(0x02);
    /// All that is known here.
    pub const ALL: Self = Self(0x03);

    /// Whether all of `other` are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those that are among both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The transfer syntax that offers these.
    #[must_use]
    pub fn to_syntax(self) -> SyntaxId {
        let [b0, b1] = self.0.to_le_bytes();
        let id = Guid { data4: [b0, b1, 0, 0, 0, 0, 0, 0], ..PREFIX };
        SyntaxId { id, major: 1, minor: 0 }
    }

    /// The features that a transfer syntax offers, if it is one that does.
    #[must_use]
    pub fn from_syntax(syntax: SyntaxId) -> Option<Self> {
        let Guid { data1, data2, data3, data4: [b0, b1, ..] } = syntax.id;
        let prefix = Guid { data1, data2, data3, data4: [0; 8] };
        (prefix == PREFIX && syntax.major == 1).then(|| Self(u16::from_le_bytes([b0, b1])))
    }
}

const PREFIX: Guid = Guid::from_u128(0x6cb71c2c_9812_4540_0000_000000000000);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::pdu::NDR;

    #[test]
    fn features_travel_in_the_last_eight_bytes_of_an_id() {
        let syntax = Features::ALL.to_syntax();
        assert_eq!(syntax.id.to_string(), "{6CB71C2C-9812-4540-0300-000000000000}");
        assert_eq!(Features::from_syntax(syntax), Some(Features::ALL));
        assert_eq!(Features::from_syntax(NDR), None);
    }
}
