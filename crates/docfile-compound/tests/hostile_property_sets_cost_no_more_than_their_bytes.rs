//! Property sets made to harm: whatever they claim, reading them ends, soon, with values that
//! take no more memory than the bytes justify; and what was read can be written again.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

mod worked_example;

use std::time::{Duration, Instant};

use docfile_compound::property::{
    Elements, Property, PropertySet, PropertySetStream, PropertyValue, format_id, parse,
};
use docfile_compound::{Limits, Validation};
use proptest::prelude::*;

/// A stream with one set whose table and values are given.
fn stream(table: &[(u32, u32)], values: &[u8]) -> Vec<u8> {
    let mut stream = b"\xFE\xFF\x01\0\x06\0\x02\0".to_vec();
    stream.extend([0; 16]);
    stream.extend(1u32.to_le_bytes());
    stream.extend(format_id::PROPERTY_BAG.to_bytes());
    stream.extend(48u32.to_le_bytes());
    let number = |len: usize| u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes();
    stream.extend(number(8 + 8 * table.len() + values.len()));
    stream.extend(number(table.len()));
    for (id, offset) in table {
        stream.extend(id.to_le_bytes());
        stream.extend(offset.to_le_bytes());
    }
    stream.extend_from_slice(values);
    stream
}

/// About how many bytes of memory the values of a stream take.
fn kept_len(stream: &PropertySetStream) -> usize {
    let of_set = |set: &PropertySet| {
        let values = set.properties().iter().map(|property| value_len(property.value()));
        let names = set.dictionary().into_iter().flat_map(|names| names.iter());
        size_of_val(set.properties())
            + values.sum::<usize>()
            + names.map(|(_, name)| size_of::<(u32, String)>() + name.len()).sum::<usize>()
    };
    stream.sets().iter().map(of_set).sum()
}

/// What a value takes beside itself.
fn value_len(value: &PropertyValue) -> usize {
    match value {
        PropertyValue::Blob(bytes) | PropertyValue::Unknown(bytes) => bytes.len(),
        PropertyValue::Vector(elements) => match elements {
            Elements::Variant(values) => {
                size_of_val(values.as_slice()) + values.iter().map(value_len).sum::<usize>()
            }
            Elements::Lpstr(texts) | Elements::Bstr(texts) | Elements::Lpwstr(texts) => {
                size_of_val(texts.as_slice()) + texts.iter().map(String::len).sum::<usize>()
            }
            Elements::Ui1(bytes) => bytes.len(),
            // No element of a fixed length takes more than sixteen bytes.
            other => 16 * other.len(),
        },
        value => value.as_text().map_or(0, str::len),
    }
}

/// Makes every set be written anew.
fn touch(stream: &mut PropertySetStream) {
    let format_ids: Vec<_> = stream.sets().iter().map(PropertySet::format_id).collect();
    for format_id in format_ids {
        let set = stream.set_mut(format_id).expect("it was just seen");
        let locale = set.locale();
        set.set_locale(Some(locale.map_or(1, |locale| locale.wrapping_add(1))));
    }
}

#[track_caller]
fn assert_harmless(bytes: &[u8]) -> PropertySetStream {
    let start = Instant::now();
    let (stream, _) =
        parse(bytes, Validation::Permissive, &Limits::default()).expect("a property set stream");
    assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    let most = 2 * bytes.len() + (1 << 20);
    assert!(kept_len(&stream) <= most, "{} of {most}", kept_len(&stream));
    assert_eq!(stream.emit().expect("nothing was changed"), bytes);
    stream
}

const MANY: u32 = 1 << 17;

#[test]
fn a_large_value_that_many_properties_point_at_is_not_kept_for_each() {
    let values_offset = 8 + 8 * MANY;
    let table: Vec<(u32, u32)> = (0..MANY).map(|index| (index + 2, values_offset)).collect();
    let mut blob = b"\x41\0\0\0\0\0\x10\0".to_vec();
    blob.resize(8 + (1 << 20), 7);
    let mut stream = assert_harmless(&stream(&table, &blob));
    // Nor is it written for each.
    touch(&mut stream);
    assert!(stream.emit().map_or(0, |bytes| bytes.len()) <= 3 << 20);
}

#[test]
fn values_that_overlap_are_not_kept_over_and_over() {
    let values_offset = 8 + 8 * MANY;
    let table: Vec<(u32, u32)> =
        (0..MANY).map(|index| (index + 2, values_offset + 8 * index)).collect();
    // Each is a vector of bytes that reaches to the end of the stream.
    let value = |index: u32| [b"\x11\x10\0\0".to_owned(), (8 * (MANY - index - 1)).to_le_bytes()];
    let values: Vec<u8> = (0..MANY).flat_map(value).flatten().collect();
    assert_harmless(&stream(&table, &values));
}

#[test]
fn values_shorter_than_what_they_are_read_as_are_counted() {
    // A vector of many empty values, one of many empty strings, a table of empty values.
    let mut empties = b"\x0C\x10\0\0\0\0\x04\0".to_vec();
    empties.resize(8 + (1 << 20), 0);
    assert_harmless(&stream(&[(2, 16)], &empties));
    let mut strings = b"\x1E\x10\0\0\0\0\x04\0".to_vec();
    strings.resize(8 + (1 << 20), 0);
    assert_harmless(&stream(&[(2, 16)], &strings));
    let table: Vec<(u32, u32)> =
        (0..MANY).map(|index| (index + 2, 8 + 8 * MANY + 4 * index)).collect();
    assert_harmless(&stream(&table, &vec![0; usize::try_from(4 * MANY).expect("half a million")]));
}

#[test]
fn values_in_values_end_somewhere() {
    // Each is a vector with one value, the next.
    let nested: Vec<u8> = b"\x0C\x10\0\0\x01\0\0\0".repeat(1 << 16);
    assert_harmless(&stream(&[(2, 16)], &nested));
    // Each claims a million of them, and strings that need two attempts to read.
    let nested: Vec<u8> = b"\x0C\x10\0\0\0\0\x10\0\x1E\0\0\0\x02\0\0\0a\0".repeat(1 << 14);
    assert_harmless(&stream(&[(2, 16)], &nested));
}

#[test]
fn counts_and_lengths_of_four_billion_are_claims() {
    for value in [
        &b"\x11\x10\0\0\xFF\xFF\xFF\xFF"[..],
        b"\x1E\x10\0\0\xFF\xFF\xFF\xFF",
        b"\x48\x10\0\0\xFF\xFF\xFF\xFF",
        b"\x03\x20\0\0\x03\0\0\0\x02\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0",
        b"\x41\0\0\0\xFF\xFF\xFF\xFF",
        b"\x47\0\0\0\xFF\xFF\xFF\xFF",
        b"\x1F\0\0\0\xFF\xFF\xFF\xFF",
    ] {
        let read = assert_harmless(&stream(&[(2, 16)], value));
        assert_eq!(read.sets().iter().map(|set| set.properties().len()).sum::<usize>(), 1);
    }
    // As a dictionary.
    assert_harmless(&stream(&[(0, 16)], b"\xFF\xFF\xFF\xFF\x02\0\0\0\xFF\xFF\xFF\xFF"));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_damaged_stream_is_read_and_what_was_read_is_written(
        is_bag in any::<bool>(),
        changes in prop::collection::vec((24usize..600, any::<u8>()), 0..12),
        len in prop::option::of(48usize..600),
    ) {
        let example =
            if is_bag { worked_example::property_bag() } else { worked_example::summary_information() };
        let mut bytes = example;
        bytes.truncate(len.unwrap_or(usize::MAX));
        for (offset, byte) in changes {
            // The first four bytes say that it is a property set stream at all.
            if let Some(place) = bytes.get_mut(offset) {
                *place = byte;
            }
        }
        let _ = parse(&bytes, Validation::Strict, &Limits::default());
        let mut stream = assert_harmless(&bytes);
        if stream.sets().is_empty() {
            return Ok(());
        }
        // Written anew it is sound, and stays the same from then on.
        touch(&mut stream);
        let once = stream.emit()?;
        let (mut again, _) = parse(&once, Validation::Permissive, &Limits::default())?;
        // What could not be read as anything, and characters that were not understood, may go.
        let is_whole = |value: &&PropertyValue| {
            let is_known = !matches!(value, PropertyValue::Unknown(_));
            is_known && !value.to_string().contains(char::REPLACEMENT_CHARACTER)
        };
        for (read, was) in again.sets().iter().zip(stream.sets()) {
            for id in was.properties().iter().map(Property::id) {
                if let Some(value) = was.get(id).filter(is_whole) {
                    prop_assert_eq!(read.get(id), Some(value), "{:#X}", id);
                }
            }
        }
        touch(&mut again);
        let twice = again.emit()?;
        let (last, _) = parse(&twice, Validation::Permissive, &Limits::default())?;
        prop_assert_eq!(last.emit()?.len(), once.len());
    }
}
