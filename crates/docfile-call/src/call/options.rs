//! Options of a proxy (IRpcOptions, contract/calls.md 8).

use crate::{Guid, Hresult};

/// The id of IRpcOptions.
pub const IID_RPC_OPTIONS: Guid = Guid::from_u128(0x00000144_0000_0000_C000_000000000046);

/// An option of a proxy (RPCOPT_PROPERTIES).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpcProperty {
    /// COMBND_RPCTIMEOUT: how patient the transport is, [`RpcTimeout`].
    Timeout,
    /// COMBND_SERVER_LOCALITY: where the server is, [`ServerLocality`]. It is not to be set.
    ServerLocality,
}

impl RpcProperty {
    /// From the number of the contract.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_INVALIDARG`].
    pub const fn from_number(number: u32) -> Result<Self, Hresult> {
        match number {
            1 => Ok(Self::Timeout),
            2 => Ok(Self::ServerLocality),
            _ => Err(Hresult::E_INVALIDARG),
        }
    }
}

/// How patient the transport is, 0 to 9, or 10 for ever. It bounds the delay of the transport, not
/// the duration of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RpcTimeout(u8);

impl RpcTimeout {
    /// The least patience.
    pub const MIN: Self = Self(0);
    /// What a proxy begins with.
    pub const DEFAULT: Self = Self(5);
    /// The most patience that ends.
    pub const MAX: Self = Self(9);
    /// It does not end.
    pub const INFINITE: Self = Self(10);

    /// From the number of the contract.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_INVALIDARG`] above 10.
    pub fn from_number(number: usize) -> Result<Self, Hresult> {
        match u8::try_from(number) {
            Ok(number @ 0..=10) => Ok(Self(number)),
            _ => Err(Hresult::E_INVALIDARG),
        }
    }

    /// The number of the contract.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// Where the server of a proxy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerLocality {
    /// In the same process.
    ProcessLocal = 0,
    /// In another process of the machine.
    MachineLocal = 1,
    /// Elsewhere.
    Remote = 2,
}

/// The options of one proxy.
///
/// ```
/// use docfile_call::call::{RpcOptions, RpcProperty, RpcTimeout, ServerLocality};
///
/// let mut options = RpcOptions::new(ServerLocality::Remote);
/// options.set(RpcProperty::Timeout, 9)?;
/// assert_eq!(options.timeout(), RpcTimeout::MAX);
/// assert_eq!(options.query(RpcProperty::ServerLocality), 2);
/// assert!(options.set(RpcProperty::Timeout, 11).is_err());
/// # Ok::<(), docfile_call::Hresult>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RpcOptions {
    timeout: RpcTimeout,
    locality: ServerLocality,
}

impl RpcOptions {
    /// What a proxy begins with.
    #[must_use]
    pub const fn new(locality: ServerLocality) -> Self {
        Self { timeout: RpcTimeout::DEFAULT, locality }
    }

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// [`Hresult::E_INVALIDARG`] when the value is none of the option's, or the option is not to
    /// be set.
    pub fn set(&mut self, property: RpcProperty, value: usize) -> Result<(), Hresult> {
        match property {
            RpcProperty::Timeout => self.timeout = RpcTimeout::from_number(value)?,
            RpcProperty::ServerLocality => return Err(Hresult::E_INVALIDARG),
        }
        Ok(())
    }

    /// The value of an option.
    #[must_use]
    pub const fn query(&self, property: RpcProperty) -> usize {
        match property {
            RpcProperty::Timeout => self.timeout.0 as usize,
            RpcProperty::ServerLocality => self.locality as usize,
        }
    }

    /// How patient the transport is.
    #[must_use]
    pub const fn timeout(&self) -> RpcTimeout {
        self.timeout
    }
}
