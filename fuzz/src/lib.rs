//! The bodies of the fuzz targets, so that the kept seeds run as ordinary tests too.
//!
//! Each target is a module with a function `run` that takes any bytes and panics only when a
//! promise of docfile is broken; `fuzz_targets/` hands it to libFuzzer, `tests/` the seeds.

pub mod call_seeds;
pub mod call_values;
pub mod document_seeds;
pub mod documents;
pub mod layouts;
pub mod open_and_walk;
pub mod operations;
pub mod orpc_calls;
pub mod property_sets;
mod reading;
pub mod seeds;
