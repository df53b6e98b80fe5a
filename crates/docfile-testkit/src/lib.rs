//! Byte arrays that lie, contract suites, models and generators for docfile's own tests.
//!
//! | module | what it gives a test |
//! |---|---|
//! | [`lying`] | byte arrays that count, arrive late, end early, fail or lose power |
//! | [`suite`] | the contracts in executable form, one function per clause |
//! | [`corpus`] | real files, and what independent readers say of each |
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

pub mod corpus;
pub mod crc32;
pub mod lying;
pub mod random;
pub mod suite;
