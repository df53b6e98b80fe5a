//! The model: what a compound file means, without sectors, bytes or laziness.
//!
//! Simple on purpose, so that it can be checked by reading: maps and vectors, copied whole where
//! the engine shares. It knows nothing about the engine but the words for names, ids and times.

mod tree;

pub use tree::{Element, Node, SiblingKey, Tree};
