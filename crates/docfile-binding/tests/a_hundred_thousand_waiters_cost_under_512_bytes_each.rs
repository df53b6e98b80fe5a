//! A hundred thousand waiters on one array: what each costs in memory, and that each is woken
//! once, by the arrival that brings its last byte.
//!
//! The memory is that of the whole process, so this file holds one test and nothing beside it.

use docfile_binding::fill::{FillState, Registration};
use docfile_compound::Missing;

const WAITER_COUNT: u64 = 100_000;
/// Each waits for two ranges of its own, and hopes for a third.
const STRIDE: u64 = 4096;

#[test]
fn a_hundred_thousand_waiters_cost_under_512_bytes_each() {
    let mut state = FillState::new();
    let before = resident_bytes();
    for index in 0..WAITER_COUNT {
        let start = index * STRIDE;
        let mut missing = Missing::required(start..start + 512);
        missing.required.insert(start + 1024..start + 1536);
        missing.helpful.insert(start + 2048..start + 2560);
        assert!(matches!(state.register(&missing), Registration::Waiting(_)));
    }
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        let each = after.saturating_sub(before) / WAITER_COUNT;
        println!("{each} bytes for each of {WAITER_COUNT} waiters");
        assert!((1..512).contains(&each), "{each} bytes for each waiter");
    }
    let mut woken_count = 0;
    while state.filled_len() < WAITER_COUNT * STRIDE {
        let piece = state.place_append(64 * 1024).unwrap();
        woken_count += state.arrive(&piece).unwrap().len() as u64;
        assert_eq!(woken_count, state.filled_len().div_ceil(STRIDE).min(WAITER_COUNT));
    }
    assert_eq!((woken_count, state.waiter_count()), (WAITER_COUNT, 0));
}

/// The memory of this process, where the system tells it.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
