//! A file that was cut anywhere shows of each stream a true beginning and then an error, never
//! other bytes and never a silent end; elements that it still shows are those that were there.

#![expect(clippy::indexing_slicing, reason = "the helpers of a test fail as loudly as it")]

use std::sync::Arc;

use docfile_compound::{CompoundFile, MemoryBytes, Name, OpenMode, Settings, Storage};
use docfile_testkit::lying::Short;
use docfile_testkit::model::{Node, Tree};
use docfile_testkit::random::Random;
use docfile_testkit::raw;

/// What is shown of a stream, and whether the end was reached without an error.
fn read_all(storage: &Storage, name: &Name) -> (Vec<u8>, bool) {
    let mut found = Vec::new();
    let mut part = vec![0; 10_000];
    let Ok(stream) = storage.try_open_stream(name, OpenMode::child_read()) else {
        return (found, false);
    };
    loop {
        match stream.try_read_at(found.len() as u64, &mut part) {
            Ok(0) => return (found, true),
            Ok(count) => found.extend_from_slice(&part[..count]),
            Err(error) => {
                assert!(!error.is_pending(), "{error}");
                return (found, false);
            }
        }
    }
}

/// Adds to `wrong` what a storage shows and should not.
fn check(storage: &Storage, tree: &Tree, place: &str, wrong: &mut Vec<String>) {
    let Ok(listing) = storage.try_list() else { return };
    if listing.damage.is_empty() && listing.len() != tree.children().len() {
        wrong.push(format!("{place}: elements are gone in silence"));
    }
    for stat in &listing.elements {
        let place = format!("{place}/{}", stat.name);
        match tree.get(&stat.name).map(|element| &element.node) {
            Some(Node::Storage(below)) => {
                let opened = storage.try_open_storage(&stat.name, OpenMode::child_read());
                if let Ok(opened) = opened {
                    check(&opened, below, &place, wrong);
                }
            }
            Some(Node::Stream(bytes)) => {
                let (found, ended) = read_all(storage, &stat.name);
                if !bytes.starts_with(&found) {
                    wrong.push(format!("{place}: {} other bytes", found.len()));
                } else if ended && found.len() != bytes.len() {
                    wrong.push(format!("{place}: ends in silence after {}", found.len()));
                }
            }
            None => wrong.push(format!("{place} was never there")),
        }
    }
}

#[test]
fn wherever_it_is_cut() {
    let mut wrong = Vec::new();
    for seed in 0..300 {
        let (image, tree) = raw::valid(seed);
        let memory = Arc::new(MemoryBytes::new(image.to_vec()));
        let mut random = Random::seeded(seed);
        for _ in 0..12 {
            // At a sector, beside one, or anywhere.
            let sector = random.below(image.len() / 512) * 512;
            let cut = match random.below(3) {
                0 => sector,
                1 => sector + random.below(3),
                _ => random.below(image.len()),
            };
            let short = Arc::new(Short::new(memory.clone(), cut));
            let Ok(file) = CompoundFile::try_open(short, Settings::default()) else { continue };
            let root = file.root(OpenMode::read()).unwrap();
            check(&root, &tree, &format!("seed {seed}, cut at {cut}: "), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} times: {wrong:#?}", wrong.len());
}
