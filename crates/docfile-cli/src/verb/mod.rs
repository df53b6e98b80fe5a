//! The verbs, one a file: its arguments, and what it does.

pub(crate) mod cat;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod get;
pub(crate) mod id;
pub(crate) mod info;
pub(crate) mod ls;
pub(crate) mod man;
pub(crate) mod mkdir;
pub(crate) mod mv;
pub(crate) mod open;
pub(crate) mod optimize;
pub(crate) mod pack;
pub(crate) mod props;
pub(crate) mod put;
pub(crate) mod rm;
pub(crate) mod serve;
pub(crate) mod set;
pub(crate) mod tree;
