//! A file of the cache that was cut at any byte, or lost or changed any, opens as what of it is
//! sound, is filled up, and is whole again afterwards.

use std::fs;
use std::ops::Range;

use docfile::transfer::Counters;

use crate::rig::{LEN, Server, begun, end, index, kept, known_len, read};

/// Together with the first request, whose 4 KiB are here, and of one length each.
const PLACES: [Range<u64>; 6] = [
    0..4096,
    1_000_000..1_000_512,
    2_000_000..2_000_512,
    500_000..500_512,
    3_000_000..3_000_512,
    10_000..10_512,
];
/// A page for the head, then the bytes; the journal begins on a page.
const JOURNAL_OFFSET: u64 = 4096 + LEN;

fn bill_of_a_second_run(cache: &docfile::fill::Cache) -> Counters {
    let transfer = begun(cache, &Server::of(0));
    for range in PLACES {
        read(&transfer, range, 0);
    }
    let counters = transfer.counters();
    end(transfer);
    counters
}

#[test]
fn nothing_is_fetched_twice() {
    let (_folder, cache, _) = kept(&PLACES);
    let all: u64 = PLACES.iter().map(|range| range.end - range.start).sum();
    assert_eq!(known_len(&cache), all);
    let counters = bill_of_a_second_run(&cache);
    assert_eq!((counters.request_count, counters.received_byte_count()), (1, 0));
}

#[test]
fn cut_at_every_byte_of_the_journal() {
    let (_folder, cache, file) = kept(&PLACES);
    let whole = fs::read(&file).unwrap();
    let journal_len = whole.len() as u64 - JOURNAL_OFFSET;
    assert_eq!(journal_len, 24 * 6);
    let mut before = 0;
    for cut in 0..=journal_len {
        fs::write(&file, &whole[..index(JOURNAL_OFFSET + cut)]).unwrap();
        let known = known_len(&cache);
        assert!(known >= before, "more of the journal, more of the bytes");
        before = known;
        // Every run would do; those around a record are the ones that differ.
        if cut % 24 < 2 || cut % 24 == 23 {
            let counters = bill_of_a_second_run(&cache);
            let all: u64 = PLACES.iter().map(|range| range.end - range.start).sum();
            assert_eq!(counters.wasted_byte_count, 0);
            assert!(counters.received_byte_count() >= all - known);
            // Frugal, so that hardly more comes than what lacked.
            assert!(counters.received_byte_count() <= all - known + 6 * 4096);
            assert_eq!(bill_of_a_second_run(&cache).received_byte_count(), 0, "whole again");
        }
    }
}

#[test]
fn cut_in_the_bytes_or_in_the_head() {
    let (_folder, cache, file) = kept(&PLACES);
    let whole = fs::read(&file).unwrap();
    for cut in [0, 1, 7, 8, 12, 40, 4095, 4096, 5000, 1_004_000, JOURNAL_OFFSET - 1] {
        fs::write(&file, &whole[..index(cut)]).unwrap();
        assert_eq!(known_len(&cache), 0, "{cut}");
        assert!(bill_of_a_second_run(&cache).received_byte_count() > 0);
        assert_eq!(bill_of_a_second_run(&cache).received_byte_count(), 0, "{cut}");
        fs::write(&file, &whole).unwrap();
    }
}

#[test]
fn a_byte_that_changed_costs_its_own_extent_only() {
    let (_folder, cache, file) = kept(&PLACES);
    let whole = fs::read(&file).unwrap();
    let all = known_len(&cache);
    for offset in [0, 2_000_511] {
        let mut changed = whole.clone();
        changed[index(4096 + offset)] ^= 1;
        fs::write(&file, &changed).unwrap();
        assert!([all - 4096, all - 512].contains(&known_len(&cache)));
        assert!(bill_of_a_second_run(&cache).received_byte_count() > 0);
    }
    // A record that is not whole ends the journal.
    for byte in 0..24 {
        let mut changed = whole.clone();
        changed[index(JOURNAL_OFFSET + byte)] ^= 1;
        fs::write(&file, &changed).unwrap();
        assert_eq!(known_len(&cache), 0, "{byte}");
    }
}

#[test]
fn another_version_of_the_layout_is_discarded() {
    let (_folder, cache, file) = kept(&PLACES);
    let mut other = fs::read(&file).unwrap();
    other[8] += 1;
    fs::write(&file, &other).unwrap();
    assert_eq!(known_len(&cache), 0);
    assert!(!file.exists());
    assert!(bill_of_a_second_run(&cache).received_byte_count() > 0);
    assert_eq!(bill_of_a_second_run(&cache).received_byte_count(), 0);
}
