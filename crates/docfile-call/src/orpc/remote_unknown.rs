//! `IRemUnknown` and `IRemUnknown2`: the interface through which the references to all interfaces
//! of one exporter are counted ([MS-DCOM] 3.1.1.5.6 and 3.1.1.5.7).
//!
//! Their methods are calls of an object: [`OrpcThis`](super::OrpcThis) precedes the arguments and
//! [`OrpcThat`](super::OrpcThat) the results.

use crate::ndr::{Decoder, Encoder, NdrError, ndr_struct};
use crate::{Guid, Hresult};

use super::arguments::{arguments, marshal_counted, unmarshal_counted};
use super::{Arguments, InterfacePointer, InterfaceReferences, Ipid, StandardReference};

/// `RemQueryInterface`.
pub const REM_QUERY_INTERFACE: u16 = 3;
/// `RemAddRef`.
pub const REM_ADD_REF: u16 = 4;
/// `RemRelease`.
pub const REM_RELEASE: u16 = 5;
/// `RemQueryInterface2`, of `IRemUnknown2` only.
pub const REM_QUERY_INTERFACE2: u16 = 6;

/// Arguments of `RemQueryInterface`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemQueryInterface {
    /// An interface of the object.
    pub ipid: Ipid,
    /// How many references to each new interface are wanted.
    pub ref_count: u32,
    /// The interfaces that are wanted.
    pub iids: Vec<Guid>,
}

impl Arguments for RemQueryInterface {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.value(&self.ipid)?;
        encoder.value(&self.ref_count)?;
        marshal_counted(&self.iids, encoder)
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(Self {
            ipid: decoder.value()?,
            ref_count: decoder.value()?,
            iids: unmarshal_counted(decoder)?,
        })
    }
}

ndr_struct! {
    /// `REMQIRESULT`: what became of one wanted interface.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct QueryResult {
        /// Whether the object has it.
        pub result: Hresult,
        /// Where it has.
        pub standard: StandardReference,
    }
}

arguments! {
    /// Results of `RemQueryInterface`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemQueryInterfaceReply {
        /// One for each wanted interface; none at all when the call failed.
        pub results: Option<Vec<QueryResult>>,
        /// How it went as a whole.
        pub result: Hresult,
    }

    /// Results of `RemAddRef`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemAddRefReply {
        /// One for each interface.
        pub results: Vec<Hresult>,
        /// How it went as a whole.
        pub result: Hresult,
    }

    /// Results of `RemRelease`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct RemReleaseReply {
        /// How it went.
        pub result: Hresult,
    }

    /// Results of `RemQueryInterface2`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemQueryInterface2Reply {
        /// Whether the object has each interface.
        pub results: Vec<Hresult>,
        /// A reference to each that it has.
        pub pointers: Vec<Option<InterfacePointer>>,
        /// How it went as a whole.
        pub result: Hresult,
    }
}

/// Arguments of `RemAddRef` and `RemRelease`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RemReferences {
    /// How many references to which interfaces.
    pub references: Vec<InterfaceReferences>,
}

impl Arguments for RemReferences {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        marshal_counted(&self.references, encoder)
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(Self { references: unmarshal_counted(decoder)? })
    }
}

/// Arguments of `RemQueryInterface2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemQueryInterface2 {
    /// An interface of the object.
    pub ipid: Ipid,
    /// The interfaces that are wanted.
    pub iids: Vec<Guid>,
}

impl Arguments for RemQueryInterface2 {
    fn marshal_all(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.value(&self.ipid)?;
        marshal_counted(&self.iids, encoder)
    }

    fn unmarshal_all(decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(Self { ipid: decoder.value()?, iids: unmarshal_counted(decoder)? })
    }
}
