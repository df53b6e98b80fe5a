//! The order in which a program reads a document: the command serves the document to it, looks which
//! bytes it takes, and makes a layout script of them (`optimize --record`).
//!
//! Invariant: only a program that ended well has an order, and what it took counts in the order in
//! which it took it. A request for all of the file says nothing about order and is left out.

use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use docfile::serve::{Observer, ServeOptions, Server};
use docfile::{CompoundFile, Error, LayoutScript};

use crate::failure::Failure;
use crate::session::Session;
use crate::stop;

/// What stands for the address in the words of the program.
const URL_WORD: &str = "{}";
/// The variable of its environment that holds the address.
const URL_VARIABLE: &str = "DOCFILE_URL";
/// How often it is looked whether the program has ended.
const PATIENCE: Duration = Duration::from_millis(20);
/// Reads that are kept; what follows is not recorded.
const READS_MAX: usize = 1 << 20;

/// Serves the file at `path`, runs `words` with its address, and answers what was read of it.
pub(crate) fn record(
    session: &Session,
    (file, path): (&CompoundFile, &Path),
    words: &[OsString],
    place: &str,
) -> Result<LayoutScript, Failure> {
    let failed = |error: Error| Failure::from_engine(&error, place);
    let reads: Arc<Mutex<Vec<Range<u64>>>> = Arc::default();
    let kept = reads.clone();
    let observer = Observer::new(move |range| {
        note(&mut kept.lock().unwrap_or_else(PoisonError::into_inner), range);
    });
    let options = ServeOptions { no_ranges: session.common.no_ranges, link: session.common.link };
    let server = Server::start_observed(path, options, observer).map_err(failed)?;
    run(session, words, &server.url())?;
    drop(server);
    let mut reads = reads.lock().unwrap_or_else(PoisonError::into_inner);
    let len = file.bytes().len().unwrap_or(u64::MAX);
    reads.retain(|read| read.start > 0 || read.end < len);
    let script = LayoutScript::try_of_reads(file, &reads).map_err(failed)?;
    if script.items.is_empty() {
        let text = "the command read no part of a stream, or all of the file at once, which is no \
                    order";
        return Err(Failure::failed(text)
            .at(place)
            .with_advice(format!("{URL_WORD} or ${URL_VARIABLE} for the address to read")));
    }
    Ok(script)
}

/// Keeps a read, as one with the last where it goes on there.
fn note(reads: &mut Vec<Range<u64>>, read: Range<u64>) {
    let is_full = reads.len() >= READS_MAX;
    match reads.last_mut() {
        Some(last) if last.end == read.start => last.end = read.end,
        _ if is_full => {}
        _ => reads.push(read),
    }
}

fn run(session: &Session, words: &[OsString], url: &str) -> Result<(), Failure> {
    let Some((program, rest)) = words.split_first() else {
        return Err(Failure::misuse("--record wants a command: --record -- COMMAND…"));
    };
    let mut command = Command::new(program);
    command.args(rest.iter().map(|word| with_url(word, url))).env(URL_VARIABLE, url);
    command.stdin(Stdio::null());
    if session.common.json {
        // Standard output is for the line of JSON.
        command.stdout(std::io::stderr());
    }
    let name = program.to_string_lossy().into_owned();
    let failed = |error: std::io::Error| Failure::failed(format!("{name}: {error}"));
    let mut child = command.spawn().map_err(failed)?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if let Err(failure) = stop::check() {
            end(&mut child);
            return Err(failure);
        }
        std::thread::sleep(PATIENCE);
    };
    if status.success() {
        return Ok(());
    }
    Err(Failure::failed(format!("{name} failed ({status}), so its order was not taken")))
}

/// Ends a program that is not waited for any more; that it has ended already is as good.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The word with the address in the place of every `{}`.
fn with_url(word: &OsStr, url: &str) -> OsString {
    match word.to_str() {
        Some(text) => OsString::from(text.replace(URL_WORD, url)),
        None => word.to_os_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_one_answer_are_one_read() {
        let mut reads = Vec::new();
        for read in [0..10, 10..30, 50..60, 30..40, 40..41] {
            note(&mut reads, read);
        }
        assert_eq!(reads, [0..30, 50..60, 30..41]);
    }

    #[test]
    fn the_address_stands_wherever_it_is_asked_for() {
        let word = with_url(OsStr::new("{}!Pool/Chart"), "http://127.0.0.1:1/x");
        assert_eq!(word, "http://127.0.0.1:1/x!Pool/Chart");
        assert_eq!(with_url(OsStr::new("plain"), "u"), "plain");
    }
}
