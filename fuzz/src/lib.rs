//! The bodies of the fuzz targets, so that the kept seeds run as ordinary tests too.
//!
//! Each module is one target with a function `run` that takes any bytes and panics only when a
//! promise of docfile is broken.

pub mod open_and_walk;
pub mod operations;
pub mod property_sets;
