//! Random programs of create, open, write, resize, destroy, rename, move, copy, commit, revert and
//! reopen answer on the engine as on the model: each step alike, refusals included, and what is
//! committed is, read strictly by a second reader, the tree that the model has, in a file in which
//! a check finds no broken rule.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test fail as loudly as it"
)]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, FormatVersion, Limits, LockBytes, MemoryBytes, OpenMode, Settings,
    try_check,
};
use docfile_testkit::driver::{Driver, outcome};
use docfile_testkit::lying::Busy;
use docfile_testkit::model::{
    Access, HandleId, Operation, Session, Tree, operations, operations_committing, shrink,
};
use docfile_testkit::raw;
use docfile_testkit::specimen::is_long_run;

/// An array that holds an empty file.
fn empty_file(version: FormatVersion) -> MemoryBytes {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), version, Settings::default());
    let root = file.and_then(|file| file.root(OpenMode::edit()));
    root.and_then(|root| root.try_commit(CommitFlags::DEFAULT)).expect("memory can be written");
    MemoryBytes::new(bytes.to_vec())
}

/// Runs a program on both and compares after every step, and what is open now and then.
fn compare(
    bytes: &Arc<dyn LockBytes>,
    start: &Tree,
    access: Access,
    program: &[Operation],
) -> Result<(), String> {
    let mut session = Session::open(start.clone(), access);
    let mut driver = Driver::open(bytes.clone(), access).map_err(|error| error.to_string())?;
    for (index, operation) in program.iter().enumerate() {
        let place = |text: String| format!("step {index}, {operation:?}: {text}");
        let expected = session.apply(operation);
        let answer = driver.apply(operation);
        if outcome(&answer) != expected {
            return Err(place(format!("{answer:?} instead of {expected:?}")));
        }
        let to_medium = match operation {
            Operation::Commit { at } => *at == HandleId::ROOT,
            Operation::Reopen => true,
            _ => false,
        };
        if to_medium {
            let found = Driver::committed(bytes).map_err(|error| place(error.to_string()))?;
            if let Some(difference) = session.committed().difference(&found) {
                return Err(place(format!("in the file: {difference}")));
            }
        }
        if to_medium || index % 10 == 9 || index + 1 == program.len() {
            let difference =
                driver.difference(&session).map_err(|error| place(error.to_string()))?;
            if let Some(difference) = difference {
                return Err(place(difference));
            }
        }
    }
    Ok(())
}

fn seed_count(short: u64) -> u64 {
    if is_long_run() { short * 50 } else { short }
}

/// Runs the program of a seed; when it fails, panics with the shortest program that fails alike.
fn run(seed: u64, count: usize, start: &Tree, make: &dyn Fn() -> Arc<dyn LockBytes>) {
    let access = if seed % 4 == 3 { Access::Direct } else { Access::Transacted };
    // Half of the programs commit the root more often than chance would have it.
    let every = if seed.is_multiple_of(2) { 12 } else { usize::MAX };
    let program = operations_committing(seed, count, start.clone(), access, every);
    let Err(first) = compare(&make(), start, access, &program) else { return };
    let session = || Session::open(start.clone(), access);
    let fails =
        |start: &Tree, program: &[Operation]| compare(&make(), start, access, program).is_err();
    let short = shrink(&program, start, session, fails);
    let last = compare(&make(), start, access, &short);
    panic!("seed {seed}, {access:?}: {first}\nshortest: {last:?}\n{short:#?}");
}

#[test]
fn from_an_empty_file() {
    for seed in 0..seed_count(150) {
        let version = if seed % 3 == 0 { FormatVersion::V4 } else { FormatVersion::V3 };
        run(seed, 150, &Tree::default(), &|| Arc::new(empty_file(version)));
    }
}

#[test]
fn from_a_file_in_any_layout() {
    for seed in 0..seed_count(150) {
        let (image, start) = raw::valid(seed);
        run(seed, 100, &start, &|| Arc::new(MemoryBytes::new(image.to_vec())));
    }
}

#[test]
fn while_bytes_of_the_old_file_are_still_arriving() {
    for seed in 0..seed_count(100) {
        let (image, start) = raw::valid(seed);
        let memory = || MemoryBytes::new(image.to_vec());
        run(seed, 60, &start, &|| Arc::new(Busy::seeded(memory(), seed)));
    }
}

#[test]
fn a_commit_leaves_a_file_that_breaks_no_rule() {
    for seed in 0..seed_count(60) {
        let (image, start) = raw::valid(seed);
        let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(image.to_vec()));
        let program = operations(seed, 100, start, Access::Transacted);
        let mut driver = Driver::open(bytes.clone(), Access::Transacted).expect("it opens");
        for (index, operation) in program.iter().enumerate() {
            let answer = driver.apply(operation);
            if *operation == (Operation::Commit { at: HandleId::ROOT }) {
                let report = try_check(bytes.clone(), Limits::default()).expect("it is one");
                assert!(report.is_clean(), "seed {seed}, step {index}: {:#?}", report.findings);
            }
            drop(answer);
        }
    }
}
