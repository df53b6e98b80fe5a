//! What steers a terminal does not come out of a document, neither in its facts nor on its pages.

use std::sync::Arc;

use docfile_compound::MemoryBytes;

use crate::specimen::{Streams, file_of, try_told_of, wide};

/// Replaces a word of these streams, wide and narrow, by one as long that begins with an escape.
#[expect(clippy::indexing_slicing, reason = "a test may fail loudly")]
fn with_escapes(streams: Streams, word: &str) -> Streams {
    let escaped = format!("\u{1B}[2J{}", word.get(4..).unwrap());
    let pairs = [(word.into(), escaped.clone().into()), (wide(word), wide(&escaped))];
    let replace = |mut data: Vec<u8>| {
        for (from, to) in &pairs as &[(Vec<u8>, Vec<u8>)] {
            let mut start = 0;
            while let Some(found) = data[start..].windows(from.len()).position(|part| part == from)
            {
                data[start + found..start + found + from.len()].copy_from_slice(to);
                start += found + from.len();
            }
        }
        data
    };
    streams.into_iter().map(|(path, data)| (path, replace(data))).collect()
}

#[test]
fn escapes_in_texts_and_in_names_are_left_out() {
    let documents = [
        ("message", crate::message::streams(), "The first plan"),
        ("message", crate::message::streams(), "Ada Example"),
        ("message", crate::message::streams(), "Dear all"),
        ("installer", crate::installer::streams(), "ProductName"),
        ("installer", crate::installer::streams(), "Plan Viewer"),
        ("installer", crate::installer::streams(), "Media"),
        ("hangul", crate::hangul::streams(), "one <two>"),
        ("jump list", crate::jump_list::streams(), "D:\\plans"),
        ("schematic", crate::altium::schematic(), "Supply"),
        ("schematic", crate::altium::schematic(), "LM317"),
    ];
    for (name, streams, word) in documents {
        let streams = with_escapes(streams, word);
        let told = try_told_of(Arc::new(MemoryBytes::new(file_of(&streams)))).unwrap();
        assert!(told.contains("[2J"), "{name}: {word} is not told");
        assert!(!told.contains("\\u{1b}"), "{name}: {told}");
    }
}
