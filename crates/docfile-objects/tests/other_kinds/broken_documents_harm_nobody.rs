//! Documents cut short, or with bytes turned over: whatever an object answers, it answers soon, and
//! what it tells is not out of proportion to the bytes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use docfile_compound::MemoryBytes;
use docfile_testkit::random::Random;
use docfile_testkit::specimen::is_long_run;

use crate::specimen::{Streams, all, file_of, try_told_of};

/// What is told of broken documents, as a multiple of their length, and what a short one may tell.
const TOLD_FACTOR: usize = 40;
const TOLD_MIN: usize = 1 << 20;
const SOON: Duration = Duration::from_secs(20);

fn check(name: &str, bytes: Vec<u8>) {
    let len = bytes.len();
    let start = Instant::now();
    // An error is an answer, too.
    let told = try_told_of(Arc::new(MemoryBytes::new(bytes))).unwrap_or_default();
    assert!(told.len() <= TOLD_MIN + TOLD_FACTOR * len, "{name}: {} of {len}", told.len());
    assert!(start.elapsed() < SOON, "{name}: {:?}", start.elapsed());
}

#[test]
fn documents_cut_short() {
    let mut random = Random::seeded(1);
    let count = if is_long_run() { 200 } else { 12 };
    for (name, bytes) in all() {
        for _ in 0..count {
            check(&name, bytes[..random.index(bytes.len())].to_vec());
        }
    }
}

#[test]
fn documents_with_bytes_turned_over() {
    let mut random = Random::seeded(2);
    let count = if is_long_run() { 1000 } else { 25 };
    for (name, bytes) in all() {
        for round in 0..count {
            let mut broken = bytes.clone();
            for _ in 0..1 + random.index(if round % 2 == 0 { 3 } else { 60 }) {
                let place = random.index(broken.len());
                broken[place] = random.next_u32().to_le_bytes()[0];
            }
            check(&name, broken);
        }
    }
}

/// Broken at the level of the streams, so that the container does not stand in the way.
#[test]
fn streams_with_bytes_turned_over() {
    let mut random = Random::seeded(3);
    let count = if is_long_run() { 2000 } else { 60 };
    let made: [(&str, Streams); 6] = [
        ("message", crate::message::streams()),
        ("installer", crate::installer::streams()),
        ("hangul", crate::hangul::streams()),
        ("jump list", crate::jump_list::streams()),
        ("schematic", crate::altium::schematic()),
        ("board", crate::altium::board()),
    ];
    for (name, streams) in made {
        for _ in 0..count {
            let mut broken = streams.clone();
            for _ in 0..1 + random.index(4) {
                let index = random.index(broken.len());
                let data = &mut broken[index].1;
                match random.index(3) {
                    0 => data.truncate(random.index(data.len() + 1)),
                    _ if data.is_empty() => data.extend(random.bytes(40)),
                    _ => {
                        let place = random.index(data.len());
                        data[place] = *random.pick(&[0, 1, 0x7F, 0x80, 0xFF]);
                    }
                }
            }
            check(name, file_of(&broken));
        }
    }
}
