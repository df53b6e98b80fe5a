//! `IObjectExporter`: the resolver's own interface ([MS-DCOM] 3.1.2.5.1).
//!
//! It is plain RPC: no header precedes the arguments, and every method ends in a status, which is
//! a code of Windows and not an `HRESULT`.

use crate::ndr::{Decoder, Encoder, NdrError, ndr_newtype};

use super::arguments::{arguments, marshal_counted, same_count, unmarshal_counted};
use super::{Arguments, ComVersion, DualStringArray, Ipid, Oid, Oxid, SetId};

/// `ResolveOxid`.
pub const RESOLVE_OXID: u16 = 0;
/// `SimplePing`.
pub const SIMPLE_PING: u16 = 1;
/// `ComplexPing`.
pub const COMPLEX_PING: u16 = 2;
/// `ServerAlive`.
pub const SERVER_ALIVE: u16 = 3;
/// `ResolveOxid2`.
pub const RESOLVE_OXID2: u16 = 4;
/// `ServerAlive2`, which is answered without authentication.
pub const SERVER_ALIVE2: u16 = 5;

/// `error_status_t` ([MS-ERREF] 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Status(pub u32);

ndr_newtype!(Status => u32);

impl Status {
    /// Done.
    pub const OK: Self = Self(0);
    /// Not allowed (`ERROR_ACCESS_DENIED`).
    pub const ACCESS_DENIED: Self = Self(5);
    /// There is no room for more (`ERROR_NOT_ENOUGH_MEMORY`).
    pub const OUT_OF_RESOURCES: Self = Self(8);
    /// There is no such exporter (`OR_INVALID_OXID`).
    pub const INVALID_OXID: Self = Self(1910);
    /// There is no such object (`OR_INVALID_OID`).
    pub const INVALID_OID: Self = Self(1911);
    /// There is no such ping set (`OR_INVALID_SET`).
    pub const INVALID_SET: Self = Self(1912);
}

/// Arguments of `ResolveOxid` and `ResolveOxid2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveOxid {
    /// The exporter.
    pub oxid: Oxid,
    /// The protocols that the client speaks, the preferred first.
    pub tower_ids: Vec<u16>,
}

impl Arguments for ResolveOxid {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.value(&self.oxid)?;
        marshal_counted(&self.tower_ids, encoder)
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(Self { oxid: decoder.value()?, tower_ids: unmarshal_counted(decoder)? })
    }
}

arguments! {
    /// Results of `ResolveOxid`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ResolvedOxid {
        /// Where the exporter is.
        pub bindings: Option<DualStringArray>,
        /// Its `IRemUnknown`.
        pub rem_unknown: Ipid,
        /// The least authentication level that it takes.
        pub authn_hint: u32,
        /// Whether it was found.
        pub status: Status,
    }

    /// Results of `ResolveOxid2`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ResolvedOxid2 {
        /// Where the exporter is.
        pub bindings: Option<DualStringArray>,
        /// Its `IRemUnknown`.
        pub rem_unknown: Ipid,
        /// The least authentication level that it takes.
        pub authn_hint: u32,
        /// Its version.
        pub version: ComVersion,
        /// Whether it was found.
        pub status: Status,
    }

    /// Arguments of `SimplePing`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct SimplePing {
        /// The set whose objects are still in use.
        pub set_id: SetId,
    }

    /// Results of the methods that have none but a status: `SimplePing`, `ServerAlive`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct StatusOnly {
        /// How it went.
        pub status: Status,
    }

    /// Results of `ComplexPing`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ComplexPingReply {
        /// The set, which may be new.
        pub set_id: SetId,
        /// How many ping periods the client may skip; a hint.
        pub backoff_factor: u16,
        /// How it went.
        pub status: Status,
    }

    /// Arguments of `ServerAlive` and `ServerAlive2`, which have none.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
    pub struct ServerAlive {}

    /// Results of `ServerAlive2`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ServerAlive2Reply {
        /// The resolver's version.
        pub version: ComVersion,
        /// Where the resolver is.
        pub bindings: Option<DualStringArray>,
        /// Nothing.
        pub reserved: u32,
        /// How it went.
        pub status: Status,
    }
}

/// Arguments of `ComplexPing`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ComplexPing {
    /// The set; zero for a new one.
    pub set_id: SetId,
    /// Grows with every call about one set.
    pub sequence: u16,
    /// Objects that are in use from now on.
    pub add: Vec<Oid>,
    /// Objects that no longer are.
    pub remove: Vec<Oid>,
}

impl Arguments for ComplexPing {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let short = |oids: &[Oid], encoder: &Encoder| {
            u16::try_from(oids.len()).map_err(|_| encoder.error(crate::ndr::NdrFault::Count))
        };
        let (add_count, remove_count) = (short(&self.add, encoder)?, short(&self.remove, encoder)?);
        encoder.value(&self.set_id)?;
        encoder.value(&self.sequence)?;
        encoder.value(&add_count)?;
        encoder.value(&remove_count)?;
        encoder.value(&(!self.add.is_empty()).then_some(self.add.as_slice()))?;
        encoder.value(&(!self.remove.is_empty()).then_some(self.remove.as_slice()))
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let set_id = decoder.value()?;
        let sequence = decoder.value()?;
        let add_count: u16 = decoder.value()?;
        let remove_count: u16 = decoder.value()?;
        let add = decoder.value::<Option<Vec<Oid>>>()?.unwrap_or_default();
        same_count(usize::from(add_count), add.len(), decoder)?;
        let remove = decoder.value::<Option<Vec<Oid>>>()?.unwrap_or_default();
        same_count(usize::from(remove_count), remove.len(), decoder)?;
        Ok(Self { set_id, sequence, add, remove })
    }
}
