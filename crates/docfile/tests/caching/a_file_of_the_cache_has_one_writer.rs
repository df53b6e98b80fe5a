//! One transfer writes a file of the cache; others use what was in it when they came, and put what
//! they bring elsewhere.

use crate::rig::{ADDRESS, Server, begun, begun_in, end, kept, known_len, read};

#[test]
fn others_read_while_one_writes() {
    let (_folder, cache, _) = kept(&[0..4096]);
    let writer = begun(&cache, &Server::of(0));
    let reader = begun(&cache, &Server::of(0));
    read(&writer, 1_000_000..1_000_512, 0);
    read(&reader, 0..4096, 0);
    read(&reader, 2_000_000..2_000_512, 0);
    read(&reader, 0..4096, 0);
    assert!(reader.counters().received_byte_count() >= 512);
    end(reader);
    end(writer);
    // What the writer brought is kept; what the reader brought is not.
    let transfer = begun(&cache, &Server::of(0));
    read(&transfer, 1_000_000..1_000_512, 0);
    assert_eq!(transfer.counters().received_byte_count(), 0);
    read(&transfer, 2_000_000..2_000_512, 0);
    assert!(transfer.counters().received_byte_count() >= 512);
}

#[test]
fn a_writer_that_discards_takes_nothing_from_a_reader() {
    let (_folder, cache, _) = kept(&[0..4096, 1_000_000..1_000_512]);
    // Both are opened before the writer learns that the resource changed.
    let writing = cache.fill(ADDRESS).unwrap();
    let reader = begun(&cache, &Server::of(0));
    let writer = begun_in(writing, &Server::of(1));
    read(&reader, 0..4096, 0);
    read(&writer, 0..4096, 1);
    read(&reader, 1_000_000..1_000_512, 0);
    assert_eq!(reader.counters().received_byte_count(), 0);
    end(writer);
    end(reader);
    assert_eq!(known_len(&cache), 4096);
}
