//! One run of the command: the flags, the terminal, and the way from sources to output.
//!
//! Verbs say what to do with one source and get back to [`Session::each_source`], which opens
//! folders, runs sources side by side, prints their reports in the order given, sums the bills
//! and finds the exit code. A source that fails does not stop the rest. No verb prints by itself
//! except those whose output is the document's own bytes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::Instant;

use docfile::monikers::shown_address;
use docfile::objects::Opening;
use docfile::{Limits, Settings, Validation};
use serde::Serialize;

use crate::arguments::Common;
use crate::bill::{Bill, Meter};
use crate::failure::{Failure, FailureKind};
use crate::output::{Terminal, json_line, visible, write_error, write_out};
use crate::prefix::PrefixBytes;
use crate::remote;
use crate::source::Source;
use crate::stop;
use crate::trace::Trace;

/// One run of the command.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) common: Common,
    pub(crate) terminal: Terminal,
    /// Standard input, once it was read; several sources may stand for it.
    pub(crate) stdin: OnceLock<Arc<PrefixBytes>>,
    started: Instant,
    allowance: Option<Arc<AtomicU64>>,
    bills: Mutex<Vec<Bill>>,
    /// Whether it was told that the work was stopped.
    halt_is_told: AtomicBool,
    /// Whether there are several sources, so that bytes are dearer than round trips.
    pub(crate) reads_many: AtomicBool,
    pub(crate) trace: Trace,
}

/// What a verb found in one source.
#[derive(Debug)]
pub(crate) struct Report<B> {
    /// For people.
    pub(crate) text: Vec<u8>,
    /// For scripts: the members beside `source`, `error` and `bill`.
    pub(crate) body: Option<B>,
    /// What went wrong, in the order it was met.
    pub(crate) failures: Vec<Failure>,
}

impl<B> Report<B> {
    pub(crate) fn done(text: Vec<u8>, body: B) -> Self {
        Self { text, body: Some(body), failures: Vec::new() }
    }
}

impl<B> From<Failure> for Report<B> {
    fn from(failure: Failure) -> Self {
        Self { text: Vec::new(), body: None, failures: vec![failure] }
    }
}

impl<B> From<Result<Self, Failure>> for Report<B> {
    fn from(result: Result<Self, Failure>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'r, B> {
    source: &'r str,
    #[serde(flatten)]
    body: Option<&'r B>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'r Failure>,
    /// All of them, when there are several.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'r [Failure],
    bill: Bill,
}

/// A source to work on, or why there is none.
type Job = (String, Result<Source, Failure>);

impl Session {
    pub(crate) fn new(common: Common) -> Self {
        Self {
            terminal: Terminal::detect(),
            stdin: OnceLock::new(),
            started: Instant::now(),
            allowance: common.limit_bytes.map(|bytes| Arc::new(AtomicU64::new(bytes))),
            bills: Mutex::default(),
            halt_is_told: AtomicBool::new(false),
            reads_many: AtomicBool::new(false),
            trace: Trace::default(),
            common,
        }
    }

    /// How documents are read.
    pub(crate) fn settings(&self) -> Settings {
        let validation =
            if self.common.strict { Validation::Strict } else { Validation::Permissive };
        Settings { validation, limits: Limits::default() }
    }

    /// How document objects are opened.
    pub(crate) fn opening(&self) -> Opening {
        Opening { password: self.common.password.clone(), ..Opening::default() }
    }

    pub(crate) fn meter(&self) -> Arc<Meter> {
        Arc::new(Meter::new(self.allowance.clone()))
    }

    /// Does `work` with every source, `recursive`ly with the files of folders, side by side, and
    /// prints the reports in order. Answers the exit code.
    pub(crate) fn each_source<B: Serialize + Send>(
        &self,
        texts: &[OsString],
        recursive: bool,
        work: impl Fn(&Source, &Arc<Meter>) -> Report<B> + Sync,
    ) -> u8 {
        self.each(texts, recursive, true, work)
    }

    /// As [`each_source`](Self::each_source), but several are told in a row each, without their
    /// names above: `work` asks [`tells_rows`](Self::tells_rows).
    pub(crate) fn each_source_as_row<B: Serialize + Send>(
        &self,
        texts: &[OsString],
        recursive: bool,
        work: impl Fn(&Source, &Arc<Meter>) -> Report<B> + Sync,
    ) -> u8 {
        self.each(texts, recursive, false, work)
    }

    /// Whether there are several sources.
    pub(crate) fn tells_rows(&self) -> bool {
        self.reads_many.load(Ordering::Acquire)
    }

    fn each<B: Serialize + Send>(
        &self,
        texts: &[OsString],
        recursive: bool,
        with_names: bool,
        work: impl Fn(&Source, &Arc<Meter>) -> Report<B> + Sync,
    ) -> u8 {
        let jobs = jobs_of(texts, recursive);
        self.reads_many.store(jobs.len() > 1, Ordering::Release);
        let headed = with_names && (jobs.len() > 1 || recursive);
        let mut code = 0;
        let mut is_first = true;
        self.run(&jobs, &work, |text, report, bill| {
            let heading = (headed && !report.text.is_empty()).then_some(text);
            code = code.max(self.print(text, heading, &mut is_first, report, bill));
        });
        code.max(self.finish())
    }

    /// Runs all jobs and gives their reports on in the order of the jobs.
    fn run<B: Send>(
        &self,
        jobs: &[Job],
        work: &(impl Fn(&Source, &Arc<Meter>) -> Report<B> + Sync),
        mut give: impl FnMut(&str, &Report<B>, Bill),
    ) {
        let next = AtomicUsize::new(0);
        let do_next = || {
            if stop::reason().is_some() {
                return None;
            }
            let index = next.fetch_add(1, Ordering::AcqRel);
            let (_, source) = jobs.get(index)?;
            let meter = self.meter();
            let report = match source {
                Ok(source) => work(source, &meter),
                Err(failure) => Report::from(failure.clone()),
            };
            Some((index, report, meter.bill()))
        };
        let text_of = |index: usize| jobs.get(index).map_or("", |(text, _)| text.as_str());
        // Each transfer has all that is left of the limit as its budget.
        let one_by_one = self.allowance.is_some()
            && jobs.iter().any(|(_, source)| {
                source.as_ref().is_ok_and(|source| remote::is_transferred(self, source))
            });
        let thread_count = if one_by_one { 1 } else { self.common.jobs.min(jobs.len()) };
        if thread_count <= 1 {
            while let Some((index, report, bill)) = do_next() {
                give(text_of(index), &report, bill);
            }
            return;
        }
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..thread_count {
                let sender = sender.clone();
                scope.spawn(move || {
                    while let Some(done) = do_next() {
                        if sender.send(done).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut waiting = BTreeMap::new();
            let mut due = 0;
            for (index, report, bill) in receiver {
                waiting.insert(index, (report, bill));
                while let Some((report, bill)) = waiting.remove(&due) {
                    give(text_of(due), &report, bill);
                    due += 1;
                }
            }
        });
    }

    /// Prints one report; answers its exit code.
    fn print<B: Serialize>(
        &self,
        text: &str,
        heading: Option<&str>,
        is_first: &mut bool,
        report: &Report<B>,
        bill: Bill,
    ) -> u8 {
        if self.common.json {
            return self.print_json(text, report, bill, false);
        }
        let mut out = Vec::new();
        if let Some(heading) = heading {
            let gap = if *is_first { "" } else { "\n" };
            out.extend_from_slice(format!("{gap}{}:\n", visible(heading)).as_bytes());
            *is_first = false;
        }
        out.extend_from_slice(&report.text);
        let mut code = self.note(report, bill);
        if let Err(failure) = write_out(&out) {
            write_error(&failure);
            code = code.max(failure.exit_code());
        }
        code
    }

    /// Prints one report as a line of JSON, to standard error when standard output carries a
    /// document's own bytes; answers its exit code.
    pub(crate) fn print_json<B: Serialize>(
        &self,
        text: &str,
        report: &Report<B>,
        bill: Bill,
        to_stderr: bool,
    ) -> u8 {
        let mut code = self.note(report, bill);
        let several = report.failures.len() > 1;
        let line = Line {
            source: text,
            body: report.body.as_ref(),
            error: report.failures.iter().max_by_key(|failure| failure.exit_code()),
            errors: if several { &report.failures } else { &[] },
            bill,
        };
        let printed = json_line(&line).and_then(|mut line| {
            if to_stderr {
                write_error(&line);
                return Ok(());
            }
            line.push('\n');
            write_out(line.as_bytes())
        });
        if let Err(failure) = printed {
            write_error(&failure);
            code = code.max(failure.exit_code());
        }
        code
    }

    /// Keeps the bill and tells the failures; answers the exit code.
    pub(crate) fn note<B>(&self, report: &Report<B>, bill: Bill) -> u8 {
        self.bills.lock().unwrap_or_else(PoisonError::into_inner).push(bill);
        for failure in &report.failures {
            write_error(failure);
            if failure.kind() == FailureKind::Cancelled {
                self.halt_is_told.store(true, Ordering::Release);
            }
        }
        report.failures.iter().map(Failure::exit_code).max().unwrap_or(0)
    }

    /// Ends the run: tells that it was stopped, and writes the bill. Answers the exit code.
    pub(crate) fn finish(&self) -> u8 {
        let trace = self.common.trace.as_deref().map(|path| self.trace.write(path));
        // What the work cost is told all the same.
        let code = trace.and_then(Result::err).map_or(0, |failure| {
            write_error(&failure);
            failure.exit_code()
        });
        let bills = self.bills.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.common.quiet {
            let bill = Bill::sum(&bills, self.started.elapsed());
            write_error(&bill);
            if self.common.verbose > 0 {
                write_error(&bill.detail());
            }
        }
        let Some(halt) = stop::reason() else { return code };
        let failure = Failure::halted(halt);
        if !self.halt_is_told.load(Ordering::Acquire) {
            write_error(&failure);
        }
        failure.exit_code()
    }
}

/// The sources that the texts stand for.
fn jobs_of(texts: &[OsString], recursive: bool) -> Vec<Job> {
    let mut jobs = Vec::new();
    for text in texts {
        match Source::parse(text) {
            Err(failure) => {
                let text = shown_address(&text.to_string_lossy()).into_owned();
                jobs.push((text, Err(failure)));
            }
            Ok(source) if recursive && remote::is_prefix(&source) => {
                add_prefix(&source, &mut jobs);
            }
            Ok(source) => match source.folder() {
                Some(folder) if recursive => add_folder(folder, &mut jobs),
                Some(_) => {
                    let failure = Failure::misuse("this is a folder")
                        .at(source.to_string())
                        .with_advice("-r for the files in it");
                    jobs.push((source.to_string(), Err(failure)));
                }
                None => jobs.push((source.to_string(), Ok(source))),
            },
        }
    }
    jobs
}

/// Adds every object below an address of an object store.
fn add_prefix(source: &Source, jobs: &mut Vec<Job>) {
    match remote::list(source) {
        Err(failure) => jobs.push((source.to_string(), Err(failure))),
        Ok(addresses) => jobs.extend(addresses.into_iter().map(|address| {
            let source = Source::parse(address.as_ref());
            (shown_address(&address).into_owned(), source)
        })),
    }
}

/// Adds every file below `folder`, in the order of their names. Links to folders are not
/// followed, so that the walk ends.
fn add_folder(folder: &Path, jobs: &mut Vec<Job>) {
    let mut failed = |path: &Path, error: &std::io::Error| {
        let failure = Failure::io(error, path);
        jobs.push((path.to_string_lossy().into_owned(), Err(failure)));
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return failed(folder, &error),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => failed(folder, &error),
        }
    }
    paths.sort();
    for path in paths {
        let is_link = path.is_symlink();
        if path.is_dir() {
            if !is_link {
                add_folder(&path, jobs);
            }
        } else {
            let source = Source::from_path(path);
            jobs.push((source.to_string(), Ok(source)));
        }
    }
}
