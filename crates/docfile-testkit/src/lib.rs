//! Byte arrays that lie, contract suites, models and generators for docfile's own tests.
//!
//! | module | what it gives a test |
//! |---|---|
//! | [`lying`] | byte arrays that count, arrive late, end early, fail or lose power |
//! | [`suite`] | the contracts in executable form, one function per clause |
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

pub mod lying;
pub mod random;
pub mod suite;
