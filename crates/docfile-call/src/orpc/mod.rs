//! ORPC: what [MS-DCOM] puts into the calls of DCE/RPC.
//!
//! References to objects and how they travel, the headers of a call, the interfaces of resolver,
//! activator and exporter as typed arguments and results, and the tables that count references and
//! notice when a client has gone. Time is an argument everywhere, in whatever origin the caller
//! likes; so are new ids, for nothing here draws random numbers.

mod binding;
mod context;
mod error_info;
mod extension;
mod header;
mod identity;
mod interface_pointer;
mod known_id;
mod object_reference;
mod packed;
mod version;

pub use binding::{DualStringArray, SecurityBinding, StringBinding};
pub use context::empty_context;
pub use error_info::ErrorInfo;
pub use extension::{Extension, Extensions};
pub use header::{OrpcThat, OrpcThis};
pub use identity::{InterfaceReferences, Ipid, Oid, Oxid, SetId};
pub use interface_pointer::InterfacePointer;
pub use known_id::*;
pub use object_reference::{ObjectReference, ReferenceForm, StandardReference};
pub use version::ComVersion;
