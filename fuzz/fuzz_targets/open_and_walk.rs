//! Drives `docfile_fuzz::open_and_walk` with libFuzzer; what it does is told there.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| docfile_fuzz::open_and_walk::run(data));
