//! A document whose bytes arrive tells the same as one whose bytes are all here; and it asks for
//! much at a time.

use std::sync::Arc;

use docfile_compound::{MemoryBytes, Storage};
use docfile_objects::{Opening, try_open};
use docfile_testkit::lying::Arriving;

use crate::specimen::{all, try_told, try_told_of};

#[test]
fn an_object_made_anew_at_every_step_tells_the_same() {
    for (name, bytes) in all() {
        let whole = try_told_of(Arc::new(MemoryBytes::new(bytes.clone())));
        let arriving = Arc::new(Arriving::new(MemoryBytes::new(bytes)));
        let mut steps = 0;
        let told = loop {
            match try_told_of(arriving.clone()) {
                Err(error) if error.is_pending() => {
                    arriving.arrive_required(error.missing().unwrap());
                    steps += 1;
                    assert!(steps < 400, "{name}: no end of steps");
                }
                done => break done,
            }
        };
        assert_eq!(told.ok(), whole.ok(), "{name}");
    }
}

#[test]
fn an_object_that_is_kept_tells_the_same() {
    for (name, bytes) in all() {
        let Ok(whole) = try_told_of(Arc::new(MemoryBytes::new(bytes.clone()))) else { continue };
        let arriving = Arc::new(Arriving::new(MemoryBytes::new(bytes)));
        let document = loop {
            let root = Storage::try_open(arriving.clone());
            match root.and_then(|root| try_open(root, Opening::default())) {
                Ok(document) => break document,
                Err(error) => arriving.arrive_required(error.missing().unwrap()),
            }
        };
        let told = loop {
            match try_told(&*document) {
                Ok(told) => break told,
                Err(error) => arriving.arrive_required(error.missing().unwrap()),
            }
        };
        assert_eq!(told, whole, "{name}");
    }
}
