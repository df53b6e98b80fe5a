//! Runs the contenders of a case in turns, so that whatever else the machine does meanwhile hits
//! all of them alike.
//!
//! Every turn is a process of its own, started with the files warm in the page cache. Who needs
//! more than [`SLOW`] is not asked again; who needs more than the patience is stopped.

use std::fs;
use std::io;
use std::time::Duration;

use crate::case::{Case, Contender, Host, Role};
use crate::child::{self, Done, Failure};
use crate::counted::Count;
use crate::job::Job;
use crate::peer::Peers;

/// A contender that takes longer than this runs once.
const SLOW: f64 = 5.0;
/// The bare flushes write so many bytes when ours is not there to say.
const ASSUMED_EDIT_LEN: u64 = 64 * 1024;

/// What a contender did in all its turns.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) contender: Contender,
    /// Sorted; empty when it never finished.
    pub(crate) seconds: Vec<f64>,
    pub(crate) peak: u64,
    pub(crate) count: Count,
    /// Why it was not asked again, if it was not.
    pub(crate) failure: Option<String>,
    /// It finished with something else than what it should have read or written.
    pub(crate) wrong: bool,
}

/// Runs `case` for so many rounds.
pub(crate) fn run(case: &Case, peers: &Peers, rounds: usize, patience: Duration) -> Vec<Outcome> {
    eprintln!("{}", case.title);
    let mut outcomes: Vec<_> = case.contenders.iter().cloned().map(Outcome::new).collect();
    let mut job = case.job.clone().with("passes", case.passes);
    if case.counted {
        for outcome in &mut outcomes {
            outcome.take_count(case, peers, patience);
        }
        let ours = outcomes.iter().find(|outcome| outcome.contender.role == Role::Ours);
        let written = ours.and_then(|ours| ours.count.bytes_written).filter(|bytes| *bytes > 0);
        job = job.with("bytes", written.unwrap_or(ASSUMED_EDIT_LEN));
    }
    for round in 0..rounds {
        let count = outcomes.len();
        // Nobody always comes after the same neighbour.
        outcomes.rotate_left(round % count.max(1));
        for outcome in &mut outcomes {
            outcome.take_turn(case, &job, peers, patience);
        }
        outcomes.rotate_right(round % count.max(1));
    }
    for outcome in &mut outcomes {
        outcome.seconds.sort_by(f64::total_cmp);
        eprintln!("  {outcome:#}");
    }
    outcomes
}

impl Outcome {
    const fn new(contender: Contender) -> Self {
        Self {
            contender,
            seconds: Vec::new(),
            peak: 0,
            count: Count {
                reads: None,
                bytes_read: None,
                writes: None,
                bytes_written: None,
                flushes: None,
            },
            failure: None,
            wrong: false,
        }
    }

    fn job(&self, base: &Job) -> Job {
        self.contender.words.iter().fold(base.clone(), |job, (key, value)| job.with(key, value))
    }

    fn take_count(&mut self, case: &Case, peers: &Peers, patience: Duration) {
        let base = case.job.clone().with("passes", 1).with("bytes", ASSUMED_EDIT_LEN);
        let job = self.job(&base).with("counted", 1);
        if let Some(done) = self.run(case, &job, peers, patience) {
            self.count = done.count;
        }
    }

    fn take_turn(&mut self, case: &Case, base: &Job, peers: &Peers, patience: Duration) {
        if self.failure.is_some() || self.best().is_some_and(|seconds| seconds > SLOW) {
            return;
        }
        let job = self.job(base);
        if let Ok(path) = job.file() {
            // Warms the cache; a file that is yet to be written is no reason to stop.
            let _ = fs::File::open(path).and_then(|mut file| io::copy(&mut file, &mut io::sink()));
        }
        if let Some(done) = self.run(case, &job, peers, patience) {
            self.seconds.extend(done.seconds);
            if self.contender.host != Host::System {
                self.peak = self.peak.max(done.peak);
            }
        }
    }

    fn run(&mut self, case: &Case, job: &Job, peers: &Peers, patience: Duration) -> Option<Done> {
        let done = peers
            .command(self.contender.host, job)
            .map_err(Failure::Failed)
            .and_then(|command| child::run(command, patience));
        let verified = case.verify.map(|verify| verify(job));
        let done = match done {
            Ok(done) => done,
            Err(Failure::Late(seconds)) => {
                self.failure = Some(format!("stopped after {seconds} s"));
                return None;
            }
            Err(Failure::Failed(why)) => {
                self.failure = Some(why);
                return None;
            }
        };
        let checksum = match verified {
            Some(Err(error)) => {
                self.failure = Some(format!("what it wrote cannot be read: {error}"));
                self.wrong = self.contender.role == Role::Ours;
                return Some(done);
            }
            Some(Ok(checksum)) => checksum,
            None => done.checksum,
        };
        let right = self.contender.checksum.unwrap_or(case.checksum);
        if checksum != right && self.contender.role != Role::Limit {
            self.failure = Some("a wrong checksum".to_owned());
            self.wrong = true;
        }
        Some(done)
    }

    pub(crate) fn best(&self) -> Option<f64> {
        self.seconds.iter().copied().min_by(f64::total_cmp)
    }

    /// Of the sorted seconds.
    pub(crate) fn median(&self) -> Option<f64> {
        self.seconds.get(self.seconds.len() / 2).copied()
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.contender.name)?;
        if let (Some(best), Some(median)) = (self.best(), self.median()) {
            write!(f, "best {best:.6} s, median {median:.6} s, {} runs", self.seconds.len())?;
        }
        if let Some(why) = &self.failure {
            write!(f, " ({why})")?;
        }
        Ok(())
    }
}
