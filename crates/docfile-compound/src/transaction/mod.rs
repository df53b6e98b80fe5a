//! What an opened root changes before it commits: nodes over a generation, in nested scopes.

pub(crate) mod content;
pub(crate) mod free_scan;
pub(crate) mod handle;
pub(crate) mod node;
pub(crate) mod opening;
pub(crate) mod scope;
pub(crate) mod space;
pub(crate) mod stream_data;
