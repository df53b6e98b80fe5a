//! The parent's side: starts one contender in a process of its own and hears what it did.
//!
//! Peak memory is `VmHWM` of that process, read after its work and before it is let go, so that it
//! belongs to this contender alone, whatever language it is written in. For rivals in processes
//! that we cannot look into, reads and writes are those that the kernel counted between `ready`
//! and `done` (`/proc/PID/io`), which includes what their runtime does meanwhile.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::counted::Count;

/// What a child did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    /// One figure for every pass.
    pub(crate) seconds: Vec<f64>,
    pub(crate) checksum: u64,
    pub(crate) peak: u64,
    /// Counted by the child itself, or by the kernel where it did not.
    pub(crate) count: Count,
}

/// How a child failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was still at it after so many seconds, and was stopped.
    Late(u64),
    Failed(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A child that is killed when nobody waits for it any more.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `command`, lets it do its work, and hears what came of it.
pub(crate) fn run(mut command: Command, patience: Duration) -> Result<Done, Failure> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = Started(command.spawn()?);
    let lines = lines_of(&mut child.0)?;
    let deadline = Instant::now() + patience;
    let next = || match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(line) => Ok(line),
        Err(RecvTimeoutError::Timeout) => Err(Failure::Late(patience.as_secs())),
        Err(RecvTimeoutError::Disconnected) => {
            Err(Failure::Failed("it ended before its work was done".to_owned()))
        }
    };

    while next()? != "ready" {}
    let before = kernel_count(child.0.id());
    let input = child.0.stdin.as_mut().ok_or_else(|| Failure::Failed("no input".to_owned()))?;
    input.write_all(b"go\n")?;

    let mut done = Done::default();
    let mut counted = Count::default();
    loop {
        let line = next()?;
        let (word, number) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "done" => break,
            "seconds" => done.seconds.extend(number.parse::<f64>()),
            "checksum" => done.checksum = number.parse().unwrap_or_default(),
            _ => {
                for (name, field) in counted.fields() {
                    if name == word {
                        *field = number.parse().ok();
                    }
                }
            }
        }
    }
    let after = kernel_count(child.0.id());
    done.count = if counted.reads.is_some() { counted } else { difference(after, before) };
    done.peak = peak(child.0.id());
    drop(child.0.stdin.take());
    child.0.wait()?;
    Ok(done)
}

/// The child's output by lines, from a thread, because a pipe cannot be read with a deadline.
fn lines_of(child: &mut Child) -> Result<Receiver<String>, Failure> {
    let output = child.stdout.take().ok_or_else(|| Failure::Failed("no output".to_owned()))?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line.trim_end().to_owned()).is_err() {
                break;
            }
        }
    });
    Ok(lines)
}

/// The number after `word` in one of the kernel's tables.
fn table_entry(path: &str, word: &str) -> Option<u64> {
    let table = fs::read_to_string(path).ok()?;
    let line = table.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

fn peak(process_id: u32) -> u64 {
    table_entry(&format!("/proc/{process_id}/status"), "VmHWM:").unwrap_or_default() * 1024
}

fn kernel_count(process_id: u32) -> Count {
    let path = format!("/proc/{process_id}/io");
    Count {
        reads: table_entry(&path, "syscr:"),
        bytes_read: table_entry(&path, "rchar:"),
        writes: table_entry(&path, "syscw:"),
        bytes_written: table_entry(&path, "wchar:"),
        flushes: None,
    }
}

fn difference(mut after: Count, mut before: Count) -> Count {
    for ((_, after), (_, before)) in after.fields().into_iter().zip(before.fields()) {
        *after = after.zip(*before).map(|(after, before)| after.saturating_sub(before));
    }
    after
}
