//! Drives `docfile_fuzz::call_values` with libFuzzer; what it does is told there.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| docfile_fuzz::call_values::run(data));
