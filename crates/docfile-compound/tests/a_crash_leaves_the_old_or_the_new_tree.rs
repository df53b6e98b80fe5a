//! Whatever the power fails at, an edited file opens, reads strictly, and holds one of the trees
//! that were committed last or were being committed: never a mixture, never damage. A medium that
//! fails instead of dying latches the file, and leaves the same.

#![expect(clippy::panic, reason = "the helpers of a test fail as loudly as it")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ErrorKind, FormatVersion, LockBytes, MemoryBytes, Name, OpenMode,
    Settings,
};
use docfile_testkit::driver::{Driver, outcome};
use docfile_testkit::lying::{CrashPoint, Crashing, Failing};
use docfile_testkit::model::{
    Access, HandleId, Operation, Outcome, Session, Tree, operations_committing,
};
use docfile_testkit::random::Random;
use docfile_testkit::raw;
use docfile_testkit::specimen::is_long_run;

/// A file to begin with, what it means, and what is done with it.
struct Story {
    bytes: Vec<u8>,
    start: Tree,
    program: Vec<Operation>,
}

impl Story {
    fn of(seed: u64) -> Self {
        let (image, start) = raw::valid(seed);
        let program = operations_committing(seed, 60, start.clone(), Access::Transacted, 12);
        Self { bytes: image.to_vec(), start, program }
    }

    /// Runs the program as far as the medium goes along. Answers the tree that was committed last
    /// and, where a commit was under way when the medium failed, what it would have committed.
    fn run(&self, bytes: &Arc<dyn LockBytes>) -> (Tree, Option<Tree>) {
        let mut session = Session::open(self.start.clone(), Access::Transacted);
        let mut driver = match Driver::open(bytes.clone(), Access::Transacted) {
            Ok(driver) => driver,
            Err(error) => return self.failed(&session, &Operation::Reopen, error.kind()),
        };
        for operation in &self.program {
            let before = session.clone();
            let expected = session.apply(operation);
            let answer = driver.apply(operation);
            if outcome(&answer) == expected {
                continue;
            }
            return match answer {
                Err(error) => self.failed(&before, operation, error.kind()),
                Ok(other) => panic!("{operation:?}: {other:?} instead of {expected:?}"),
            };
        }
        (session.committed().clone(), None)
    }

    fn failed(
        &self,
        session: &Session,
        operation: &Operation,
        kind: ErrorKind,
    ) -> (Tree, Option<Tree>) {
        let of_medium = [ErrorKind::WriteFault, ErrorKind::ReadFault, ErrorKind::Latched];
        assert!(of_medium.contains(&kind), "{operation:?}: {kind:?}");
        let mut after = session.clone();
        after.apply(operation);
        let next = (*operation == Operation::Commit { at: HandleId::ROOT })
            .then(|| after.committed().clone());
        (session.committed().clone(), next)
    }
}

fn committed(bytes: Vec<u8>) -> docfile_compound::Result<Tree> {
    let array: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(bytes));
    Driver::committed(&array)
}

/// Why the tree that a file holds is neither of those that it may hold.
fn wrong(bytes: Vec<u8>, old: &Tree, new: Option<&Tree>) -> Option<String> {
    let found = match committed(bytes) {
        Ok(found) => found,
        Err(error) => return Some(format!("{error}")),
    };
    let from_old = old.difference(&found)?;
    let Some(new) = new else { return Some(format!("not the committed tree: {from_old}")) };
    let from_new = new.difference(&found)?;
    Some(format!("not the old tree ({from_old}) nor the new one ({from_new})"))
}

fn seed_count(short: u64) -> u64 {
    if is_long_run() { short * 50 } else { short }
}

fn crash(story: &Story, seed: u64, point: CrashPoint) {
    let memory = MemoryBytes::new(story.bytes.clone());
    let crashing = Arc::new(Crashing::new(memory).crash_at(point));
    let array: Arc<dyn LockBytes> = crashing.clone();
    let (old, new) = story.run(&array);
    assert!(crashing.power_failed(), "seed {seed}, {point:?}: the program went another way");
    for (index, left) in crashing.survivors(seed, 6).enumerate() {
        if let Some(wrong) = wrong(left, &old, new.as_ref()) {
            panic!("seed {seed}, {point:?}, survivor {index}: {wrong}");
        }
    }
}

#[test]
fn at_every_flush() {
    for seed in 0..seed_count(25) {
        let story = Story::of(seed);
        let counting = Arc::new(Crashing::new(MemoryBytes::new(story.bytes.clone())));
        let array: Arc<dyn LockBytes> = counting.clone();
        story.run(&array);
        assert!(counting.flush_count() >= 2, "seed {seed}: nothing was committed");
        for index in 0..counting.flush_count() {
            crash(&story, seed, CrashPoint::Flush(index));
        }
    }
}

#[test]
fn at_any_write() {
    for seed in 0..seed_count(25) {
        let story = Story::of(seed);
        let counting = Arc::new(Crashing::new(MemoryBytes::new(story.bytes.clone())));
        let array: Arc<dyn LockBytes> = counting.clone();
        story.run(&array);
        let mut random = Random::seeded(seed);
        for _ in 0..8 {
            crash(&story, seed, CrashPoint::Write(random.below(counting.write_count())));
        }
    }
}

#[test]
fn a_failed_write_latches_and_leaves_the_committed_tree() {
    for seed in 0..seed_count(25) {
        let story = Story::of(seed);
        let counting = Arc::new(Failing::new(MemoryBytes::new(story.bytes.clone())));
        let array: Arc<dyn LockBytes> = counting.clone();
        story.run(&array);
        let mut random = Random::seeded(seed);
        for _ in 0..8 {
            let fault_at = random.below(counting.change_count());
            let memory = Arc::new(MemoryBytes::new(story.bytes.clone()));
            let array: Arc<dyn LockBytes> =
                Arc::new(Failing::new(memory.clone()).write_fault_at(fault_at));
            let (old, new) = story.run(&array);
            if let Some(wrong) = wrong(memory.to_vec(), &old, new.as_ref()) {
                panic!("seed {seed}, the change numbered {fault_at} fails: {wrong}");
            }
        }
    }
}

#[test]
fn after_a_failed_write_everything_is_refused_until_the_file_is_opened_anew() {
    let bytes = raw::valid(1).0.to_vec();
    let memory = Arc::new(MemoryBytes::new(bytes));
    let array = Arc::new(Failing::new(memory.clone()).write_fault_at(0));
    let file = CompoundFile::try_open(array, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let name = Name::new("brand new").unwrap();
    let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, b"text").unwrap();
    let first = root.try_commit(CommitFlags::DEFAULT).unwrap_err();
    assert_eq!(first.kind(), ErrorKind::WriteFault);
    for error in [
        root.try_commit(CommitFlags::DEFAULT).unwrap_err(),
        stream.try_write_at(0, b"more").unwrap_err(),
        root.try_destroy(&name).unwrap_err(),
        root.try_create_stream(&Name::new("b").unwrap(), OpenMode::child_edit()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Latched, "{error}");
    }
    drop((stream, root, file));
    let again = CompoundFile::try_open(memory, Settings::default()).unwrap();
    assert!(again.root(OpenMode::edit()).unwrap().try_find(&name).unwrap().is_none());
}

#[test]
fn a_new_file_does_not_exist_before_its_first_commit_is_done() {
    for index in 0..2 {
        let crashing =
            Arc::new(Crashing::new(MemoryBytes::default()).crash_at(CrashPoint::Flush(index)));
        let file =
            CompoundFile::create(crashing.clone(), FormatVersion::V4, Settings::default()).unwrap();
        let root = file.root(OpenMode::edit()).unwrap();
        let name = Name::new("Contents").unwrap();
        let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, &[7; 10_000]).unwrap();
        root.try_commit(CommitFlags::DEFAULT).unwrap_err();
        let whole = Tree::default().with_stream("Contents", [7; 10_000]);
        for left in crashing.survivors(index, 40) {
            match committed(left) {
                Ok(found) => assert_eq!(whole.difference(&found), None),
                Err(error) => assert_eq!(error.kind(), ErrorKind::NotCompound, "{error}"),
            }
        }
    }
}

#[test]
fn the_model_and_the_engine_go_the_same_way_while_nothing_fails() {
    let story = Story::of(2);
    let array: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(story.bytes.clone()));
    let (last, under_way) = story.run(&array);
    assert_eq!(under_way, None);
    assert_eq!(last.difference(&Driver::committed(&array).unwrap()), None);
    let mut session = Session::open(story.start, Access::Transacted);
    let mut refused =
        |operation: &Operation| matches!(session.apply(operation), Outcome::Refused(_));
    assert!(story.program.iter().filter(|operation| !refused(operation)).count() > 20);
}
