//! The trace: what was asked and what arrived when, as JSON lines or as a picture.
//!
//! Invariant: a line holds what a transfer told, in the order in which it did, and no address but
//! the source's own, without its query, where signatures stand. Every line has `source` and `at`
//! (seconds since the transfer began). The form is told in `docs/trace.md`.

mod waterfall;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use docfile::fill::Termination;
use docfile::host::HostStep;
use docfile::monikers::shown_address;
use docfile::transfer::{TransferEvent, TransferObserver};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::seconds;

/// Who hears the steps of hosting, and how long after its begin each was made.
pub(crate) type StepListener = Box<dyn Fn(Duration, &HostStep) + Send + Sync>;

/// What all transfers of one run told.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Trace {
    /// Who hears a transfer of `source`.
    pub(crate) fn observer(&self, source: &str) -> Arc<dyn TransferObserver> {
        let source = without_credentials(source);
        Arc::new(Recorder { source, lines: Arc::clone(&self.lines) })
    }

    /// Who hears the steps of hosting `source`.
    pub(crate) fn steps(&self, source: &str) -> StepListener {
        let recorder =
            Recorder { source: without_credentials(source), lines: Arc::clone(&self.lines) };
        Box::new(move |at, step| recorder.push(at, step_line(step)))
    }

    /// Writes what was heard to `path`; as a picture if that is its name.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let is_picture = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("svg"));
        let text = if is_picture {
            waterfall::draw(&lines)
        } else {
            lines.iter().map(|line| format!("{line}\n")).collect()
        };
        std::fs::write(path, text).map_err(|error| Failure::io(&error, path))
    }
}

#[derive(Debug)]
struct Recorder {
    source: String,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl TransferObserver for Recorder {
    fn on_event(&self, at: Duration, event: &TransferEvent) {
        self.push(at, line_of(event));
    }
}

impl Recorder {
    fn push(&self, at: Duration, mut line: Value) {
        if let Some(members) = line.as_object_mut() {
            members.insert(String::from("source"), json!(self.source));
            members.insert(String::from("at"), json!(seconds(at)));
        }
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

fn step_line(step: &HostStep) -> Value {
    let mut line = json!({ "event": "step", "step": step.name() });
    if let Some(members) = line.as_object_mut() {
        let member = match step {
            HostStep::NameRead { is_async } => Some(("async", json!(is_async))),
            HostStep::ClassChosen(class_id) => Some(("clsid", json!(class_id.to_string()))),
            HostStep::Refreshed { page_index } => Some(("page", json!(page_index))),
            _ => None,
        };
        members.extend(member.map(|(name, value)| (name.to_owned(), value)));
    }
    line
}

fn line_of(event: &TransferEvent) -> Value {
    match event {
        TransferEvent::Requested { id, range, purpose } => json!({
            "event": "requested",
            "request": id.get(),
            "range": range.as_ref().map(|range| [range.start, range.end]),
            "purpose": format!("{purpose:?}").to_ascii_lowercase(),
        }),
        TransferEvent::Responded { id, status, media_type, is_redirected } => json!({
            "event": "responded",
            "request": id.get(),
            "status": status,
            "media_type": media_type,
            "redirected": is_redirected,
        }),
        TransferEvent::Len(len) => json!({ "event": "len", "len": len }),
        TransferEvent::Arrived { id, offset, len } => json!({
            "event": "arrived",
            "request": id.get(),
            "range": [offset, &(offset + len)],
        }),
        TransferEvent::Ended { id } => json!({ "event": "ended", "request": id.get() }),
        TransferEvent::Lost { id, text } => {
            json!({ "event": "lost", "request": id.get(), "text": text })
        }
        TransferEvent::Cancelled { id } => json!({ "event": "cancelled", "request": id.get() }),
        TransferEvent::Restarted => json!({ "event": "restarted" }),
        TransferEvent::Finished(how) => {
            let (outcome, text) = match how {
                Termination::Success => ("complete", None),
                Termination::Cancelled => ("closed", None),
                Termination::Abnormal(why) => ("failed", Some(why.to_string())),
            };
            json!({ "event": "finished", "outcome": outcome, "text": text })
        }
    }
}

/// An address without what stands before an @ in its host, and without its query.
fn without_credentials(source: &str) -> String {
    let shown = shown_address(source);
    if !shown.contains("://") {
        return shown.into_owned();
    }
    shown.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_carries_no_credentials() {
        for (source, shown) in [
            ("https://user:secret@host/a/b?sig=x#y", "https://host/a/b"),
            ("http://host", "http://host"),
            ("plan.rvt", "plan.rvt"),
        ] {
            assert_eq!(without_credentials(source), shown);
        }
    }

    #[test]
    fn every_line_says_when_and_of_what() {
        let trace = Trace::default();
        let observer = trace.observer("http://h/x");
        observer.on_event(Duration::from_millis(1500), &TransferEvent::Len(7));
        let lines = trace.lines.lock().unwrap();
        assert_eq!(
            lines[0],
            json!({ "event": "len", "len": 7, "source": "http://h/x", "at": 1.5 })
        );
    }
}
