//! The seam at which references to objects become bytes.

use std::fmt;

use super::InterfacePointer;
use crate::{Guid, Hresult};

/// Turns references to objects into object references ([MS-DCOM] 2.2.18) and back. The driver of a
/// session implements it: it knows which objects it exports and where those of others live.
pub trait InterfaceMarshaler: fmt::Debug + Send + Sync {
    /// The object reference of an interface of an object.
    ///
    /// # Errors
    ///
    /// When the object cannot be exported.
    fn marshal_interface(&self, pointer: &InterfacePointer) -> Result<Vec<u8>, Hresult>;

    /// The interface `iid` of the object that an object reference names: a proxy, or the object
    /// itself when it lives here. The bytes are what a peer sent.
    ///
    /// # Errors
    ///
    /// When the bytes are no object reference or the object cannot be reached.
    fn unmarshal_interface(&self, bytes: &[u8], iid: Guid) -> Result<InterfacePointer, Hresult>;
}
