//! Drives `docfile_fuzz::property_sets` with libFuzzer; what it does is told there.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| docfile_fuzz::property_sets::run(data));
