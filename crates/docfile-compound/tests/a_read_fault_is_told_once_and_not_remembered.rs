//! When the medium fails to read, the operation that met it says so with that very kind; asked
//! again, it answers as if nothing had been. No fault of the medium is taken for damage.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ErrorKind, Limits, MemoryBytes, OpenMode, Result, Settings, try_check,
};
use docfile_testkit::lying::Failing;
use docfile_testkit::observation::{Blame, Observation};
use docfile_testkit::question::{Answer, Question};
use docfile_testkit::random::Random;
use docfile_testkit::specimen::Specimen;

/// Does a step, and again when the medium failed; answers whether it did.
fn twice<T>(mut step: impl FnMut() -> Result<T>) -> (Result<T>, bool) {
    match step() {
        Err(error) if error.kind() == ErrorKind::ReadFault => (step(), true),
        first => (first, false),
    }
}

#[test]
fn at_any_read() {
    let mut met = 0;
    for (seed, specimen) in (0..).zip(Specimen::own()) {
        let memory = Arc::new(MemoryBytes::new(specimen.bytes()));
        let seen = Observation::of(memory.clone(), Settings::default());
        let open = || CompoundFile::try_open(memory.clone(), Settings::default());
        let Ok(whole) = open() else { continue };
        let whole = whole.root(OpenMode::read()).expect("it opens");
        for fault_at in 0..12 {
            let failing = Arc::new(Failing::new(memory.clone()).read_fault_at(fault_at));
            let open = || CompoundFile::try_open(failing.clone(), Settings::default());
            let (file, failed) = twice(open);
            let root = file.and_then(|file| file.root(OpenMode::read())).expect("it opens");
            met += u32::from(failed);
            let mut random = Random::seeded(seed);
            for _ in 0..20 {
                let question = Question::random(&seen, &mut random);
                let (answer, failed) = twice(|| question.ask(&root));
                met += u32::from(failed);
                let answer: Answer = answer.map_err(Blame::from);
                let expected = question.ask(&whole).map_err(Blame::from);
                assert_eq!(answer, expected, "{}, {fault_at}, {question:?}", specimen.name);
            }
        }
    }
    assert!(met > 1_000, "the fault was met {met} times only");
}

#[test]
fn in_a_check() {
    for specimen in Specimen::own() {
        let memory = Arc::new(MemoryBytes::new(specimen.bytes()));
        let expected = try_check(memory.clone(), Limits::default()).map_err(Blame::from);
        for fault_at in 0..6 {
            let failing = Arc::new(Failing::new(memory.clone()).read_fault_at(fault_at));
            let (found, _) = twice(|| try_check(failing.clone(), Limits::default()));
            assert_eq!(found.map_err(Blame::from), expected, "{}", specimen.name);
        }
    }
}
