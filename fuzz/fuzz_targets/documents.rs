//! Drives `docfile_fuzz::documents::run` with libFuzzer; what it does is told there.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| docfile_fuzz::documents::run(data));
