//! ORPC: what [MS-DCOM] puts into the calls of DCE/RPC.
//!
//! References to objects and how they travel, the headers of a call, the interfaces of resolver,
//! activator and exporter as typed arguments and results, and the tables that count references and
//! notice when a client has gone. Time is an argument everywhere, in whatever origin the caller
//! likes; so are new ids, for nothing here draws random numbers.

mod activation;
mod activation_properties;
mod arguments;
mod binding;
mod context;
mod error_info;
mod export_table;
mod extension;
mod header;
mod identity;
mod import_table;
mod interface_pointer;
mod known_id;
mod object_exporter;
mod object_reference;
mod packed;
mod ping_set;
mod pinger;
mod property;
mod remote_unknown;
mod version;

pub use crate::limits::{ExportLimits, PingLimits};
pub use activation::{
    ActivatorReply, REMOTE_ACTIVATION, REMOTE_CREATE_INSTANCE, REMOTE_GET_CLASS_OBJECT,
    RemoteActivation, RemoteActivationReply, RemoteCreateInstance, RemoteGetClassObject,
};
pub use activation_properties::{
    ActivationProperties, Direction, MAX_PROPERTIES, MAX_REQUESTED_INTERFACES,
    MAX_REQUESTED_PROTOCOLS, Property,
};
pub use arguments::Arguments;
pub use binding::{DualStringArray, SecurityBinding, StringBinding};
pub use context::empty_context;
pub use error_info::ErrorInfo;
pub use export_table::{Export, ExportTable};
pub use extension::{Extension, Extensions};
pub use header::{OrpcThat, OrpcThis};
pub use identity::{InterfaceReferences, Ipid, Oid, Oxid, SetId};
pub use import_table::{Exporter, GivenBack, ImportTable, Imported, REFERENCES_AT_ONCE};
pub use interface_pointer::InterfacePointer;
pub use known_id::*;
pub use object_exporter::{
    COMPLEX_PING, ComplexPing, ComplexPingReply, RESOLVE_OXID, RESOLVE_OXID2, ResolveOxid,
    ResolvedOxid, ResolvedOxid2, SERVER_ALIVE, SERVER_ALIVE2, SIMPLE_PING, ServerAlive,
    ServerAlive2Reply, SimplePing, Status, StatusOnly,
};
pub use object_reference::{ObjectReference, ReferenceForm, StandardReference};
pub use ping_set::{PING_EXPIRY, PING_PERIOD, PingSets};
pub use pinger::{PING_RETRY, Ping, Pinger};
pub use property::{
    ActivatedInterface, ActivationContextInfo, InstanceInfo, InstantiationInfo, LocationInfo,
    PropsOutInfo, ScmReply, ScmReplyInfo, ScmRequest, ScmRequestInfo, SecurityInfo, ServerInfo,
    SpecialProperties,
};
pub use remote_unknown::{
    QueryResult, REM_ADD_REF, REM_QUERY_INTERFACE, REM_QUERY_INTERFACE2, REM_RELEASE,
    RemAddRefReply, RemQueryInterface, RemQueryInterface2, RemQueryInterface2Reply,
    RemQueryInterfaceReply, RemReferences, RemReleaseReply,
};
pub use version::ComVersion;
