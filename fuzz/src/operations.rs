//! Any bytes, read as a program over a compound file, run on the model and on the engine.
//!
//! The first four bytes choose the version, how the root is opened, and when the power fails, if
//! it does; every four bytes after them are one step, drawn with the model at hand, so that
//! changing a few bytes changes a few steps. Promises that are tried: every step ends as the
//! model says; what is open shows what the model shows; what was committed is what a strict
//! reader finds; and after a power failure that is what was committed last or was being committed.

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, FormatVersion, LockBytes, MemoryBytes, OpenMode, Result, Settings,
};
use docfile_testkit::driver::{Driver, outcome};
use docfile_testkit::lying::{CrashPoint, Crashing};
use docfile_testkit::model::{Access, HandleId, Operation, Session, Tree, next_operation};
use docfile_testkit::random::Random;

/// Longer programs find no more and take their time.
const MAX_STEPS: usize = 150;
/// After so many steps, all that is open is compared.
const STEPS_BETWEEN_LOOKS: usize = 10;
/// How many of the ways in which a medium may survive are looked at.
const SURVIVOR_COUNT: u64 = 6;

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let Some((head, steps)) = data.split_first_chunk() else { return };
    let mut story = Story::new(u32::from_le_bytes(*head));
    for step in steps.chunks_exact(4).take(MAX_STEPS) {
        let seed = step.iter().fold(0, |seed, byte| seed << 8 | u64::from(*byte));
        let operation = next_operation(&story.session, &mut Random::seeded(seed));
        if !story.step(&operation) {
            return;
        }
    }
    if story.step(&Operation::Commit { at: HandleId::ROOT }) {
        story.look();
    }
}

/// A program under way on both sides.
struct Story {
    medium: Arc<Crashing<MemoryBytes>>,
    driver: Driver,
    session: Session,
    step_count: usize,
    seed: u64,
}

impl Story {
    fn new(head: u32) -> Self {
        let mut random = Random::seeded(head.into());
        let version = if random.chance(1, 3) { FormatVersion::V4 } else { FormatVersion::V3 };
        // Direct mode promises nothing about crashes.
        let access = if random.chance(1, 4) { Access::Direct } else { Access::Transacted };
        let mut medium = Crashing::new(empty_file(version).expect("memory can be written"));
        if access == Access::Transacted {
            medium = match random.below(3) {
                0 => medium,
                1 => medium.crash_at(CrashPoint::Flush(random.below(12))),
                _ => medium.crash_at(CrashPoint::Write(random.below(120))),
            };
        }
        let medium = Arc::new(medium);
        let driver = Driver::open(medium.clone(), access).expect("an empty file opens");
        let session = Session::open(Tree::default(), access);
        Self { medium, driver, session, step_count: 0, seed: head.into() }
    }

    /// Does one step on both sides; false when the power has failed and the story is told.
    fn step(&mut self, operation: &Operation) -> bool {
        let before = self.session.committed().clone();
        let expected = self.session.apply(operation);
        let answer = self.driver.apply(operation);
        if self.medium.power_failed() {
            self.check_survivors(&before);
            return false;
        }
        assert_eq!(outcome(&answer), expected, "{operation:?}: {answer:?}");
        self.step_count += 1;
        let to_medium =
            matches!(operation, Operation::Commit { at: HandleId::ROOT } | Operation::Reopen);
        if to_medium || self.step_count.is_multiple_of(STEPS_BETWEEN_LOOKS) {
            self.look();
        }
        if to_medium {
            let bytes: Arc<dyn LockBytes> = self.medium.clone();
            let found = Driver::committed(&bytes).expect("what is committed reads strictly");
            assert_eq!(self.session.committed().difference(&found), None, "{operation:?}");
        }
        true
    }

    /// Compares everything that is open.
    fn look(&self) {
        let difference = self.driver.difference(&self.session).expect("what is open can be read");
        assert_eq!(difference, None);
    }

    /// Whatever is left holds what was committed before the step or by it.
    fn check_survivors(&self, before: &Tree) {
        for bytes in self.medium.survivors(self.seed, SURVIVOR_COUNT) {
            let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(bytes));
            let found = Driver::committed(&bytes).expect("what survived reads strictly");
            let after = self.session.committed();
            let difference = found.difference(before);
            assert!(difference.is_none() || found == *after, "a mixture: {difference:?}");
        }
    }
}

fn empty_file(version: FormatVersion) -> Result<MemoryBytes> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), version, Settings::default())?;
    file.root(OpenMode::edit())?.try_commit(CommitFlags::DEFAULT)?;
    Ok(MemoryBytes::new(bytes.to_vec()))
}
