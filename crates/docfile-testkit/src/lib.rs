//! Byte arrays that lie, contract suites, models and generators for docfile's own tests.
//!
//! | module | what it gives a test |
//! |---|---|
//! | [`grown`] | a large file as programs leave it, tables strewn over it |
//! | [`lying`] | byte arrays that count, arrive late, end early, fail or lose power |
//! | [`model`] | the plain meaning of a compound file: a tree of maps |
//! | [`network`] | a server that may lie, at the end of a link, under a virtual clock |
//! | [`raw`] | files built byte by byte: any layout, and one broken rule at a time |
//! | [`sparse`] | an array of gigabytes that takes the memory of what is in it |
//! | [`suite`] | the contracts in executable form, one function per clause |
//! | [`boundary`] | lengths and names at which compound files change their nature |
//! | [`corpus`] | real files, and what independent readers say of each |
//! | [`element_line`] | a file as lines, as readers by others print it |
//! | [`crc32`] | the checksum that the corpus states |
//! | [`random`] | the one source of chance: a seed |
//!
//! A kit for tests fails loudly: where the product answers an error, this crate panics with a
//! sentence that says which promise was broken.

#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "everything here runs inside tests, where a panic is the answer"
)]

pub mod boundary;
pub mod corpus;
pub mod crc32;
pub mod element_line;
pub mod grown;
pub mod lying;
pub mod model;
pub mod network;
pub mod random;
pub mod raw;
pub mod sparse;
pub mod suite;
