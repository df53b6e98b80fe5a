//! The model: what a compound file means, without sectors, bytes or laziness.
//!
//! Simple on purpose, so that it can be checked by reading: maps and vectors, copied whole where
//! the engine shares. It knows nothing about the engine but the words for names, ids and times.
//!
//! | part | what |
//! |---|---|
//! | [`Tree`] | a storage as a map of its children |
//! | [`Session`] | a file with open objects and nested transactions |
//! | [`Operation`] | one step of a program over it |
//! | [`operations`] | random programs, by seed |
//! | [`shrink`] | makes a failing program short |

mod copying;
mod generate;
mod operation;
mod reading;
mod session;
mod shrink;
mod tree;

pub use generate::{next_operation, operations, operations_committing};
pub use operation::{Access, Data, HandleId, Kind, Operation, Outcome};
pub use reading::read_stream;
pub use session::Session;
pub use shrink::shrink;
pub use tree::{Element, Node, SiblingKey, Tree};
