//! Byte arrays that lie, contract suites, models and generators for docfile's own tests.
//!
//! | module | what it gives a test |
//! |---|---|
//! | [`boundary`] | lengths and names at which compound files change their nature |
//! | [`corpus`] | real files, and what independent readers say of each |
//! | [`crc32`] | the checksum that the corpus states |
//! | [`driver`] | runs programs of the model on the engine |
//! | [`element_line`] | a file as lines, as readers by others print it |
//! | [`lying`] | byte arrays that count, arrive late, end early, fail or lose power |
//! | [`model`] | the plain meaning of a compound file: a tree of maps |
//! | [`observation`] | everything that the engine shows of a file, as one value |
//! | [`question`] | one thing to ask of a file, drawn at random |
//! | [`random`] | the one source of chance: a seed |
//! | [`raw`] | files built byte by byte: any layout, and one broken rule at a time |
//! | [`sparse`] | an array of gigabytes that takes the memory of what is in it |
//! | [`specimen`] | files to try things on: the corpus, and the project's own |
//! | [`suite`] | the contracts in executable form, one function per clause |
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
pub mod driver;
pub mod element_line;
pub mod lying;
pub mod model;
pub mod observation;
pub mod question;
pub mod random;
pub mod raw;
pub mod sparse;
pub mod specimen;
pub mod suite;
