//! Drives `docfile_fuzz::layouts` with libFuzzer; what it does is told there.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| docfile_fuzz::layouts::run(data));
