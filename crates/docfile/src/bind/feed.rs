//! What a transfer tells the binds that share it.
//!
//! Invariant: facts are kept, so that a bind which joins later hears of them; nothing of a bind runs
//! on the transfer's task but the wakes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use docfile_binding::bind::{BindSequence, bind_error};
use docfile_compound::{Error, ErrorKind};

use crate::fill::{FillLockBytes, Termination};
use crate::transfer::{TransferEvent, TransferObserver};

/// The facts of one resource.
#[derive(Debug, Default)]
pub(super) struct Feed {
    host: Option<String>,
    /// Who else hears the events.
    observer: Option<Arc<dyn TransferObserver>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_requested: bool,
    is_answered: bool,
    is_redirected: bool,
    media_type: Option<String>,
    /// Told before the array is terminated, and nothing is told after it.
    end: Option<Termination>,
    listeners: Vec<Waker>,
}

impl Feed {
    pub(super) fn new(host: Option<String>, observer: Option<Arc<dyn TransferObserver>>) -> Self {
        Self { host, observer, state: Mutex::default() }
    }

    /// Wakes `waker` at the next fact.
    pub(super) fn listen(&self, waker: &Waker) {
        let mut state = self.state();
        if !state.listeners.iter().any(|other| other.will_wake(waker)) {
            state.listeners.push(waker.clone());
        }
    }

    pub(super) fn media_type(&self) -> Option<String> {
        self.state().media_type.clone()
    }

    /// Tells a bind what there is to know: of the requests too, unless another bind of the same
    /// transfer does. The bytes are looked at first, since a request is told before its bytes are
    /// there: whoever sees the bytes sees what came before them.
    pub(super) fn report(
        &self,
        fill: &FillLockBytes,
        sequence: &mut BindSequence,
        is_shared: bool,
    ) {
        // The end first of all: what has arrived when it is known is everything.
        let end = self.state().end.clone().or_else(|| fill.termination());
        let (current, maximum) = (fill.arrived().byte_count(), fill.len());
        if !is_shared {
            self.report_requests(sequence);
        }
        sequence.handle_arrived(current, maximum);
        match end {
            None => {}
            Some(Termination::Success) => sequence.handle_complete(),
            Some(Termination::Abnormal(why)) => sequence.handle_failure(bind_error(why)),
            Some(Termination::Cancelled) => {
                let error = Error::new(ErrorKind::Terminated, "the transfer was cancelled");
                sequence.handle_failure(bind_error(error));
            }
        }
    }

    fn report_requests(&self, sequence: &mut BindSequence) {
        let state = self.state();
        if state.is_requested {
            sequence.handle_request(self.host.as_deref());
        }
        if state.is_answered {
            sequence.handle_response(state.media_type.as_deref(), state.is_redirected);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TransferObserver for Feed {
    fn on_event(&self, at: Duration, event: &TransferEvent) {
        if let Some(observer) = &self.observer {
            observer.on_event(at, event);
        }
        let mut state = self.state();
        match event {
            TransferEvent::Requested { .. } => state.is_requested = true,
            // What a refusal looks like is nobody's media type.
            TransferEvent::Responded { status: 200..300, media_type, is_redirected, .. } => {
                state.is_answered = true;
                state.is_redirected |= is_redirected;
                if state.media_type.is_none() {
                    state.media_type.clone_from(media_type);
                }
            }
            TransferEvent::Finished(end) => state.end = Some(end.clone()),
            _ => {}
        }
        let listeners = core::mem::take(&mut state.listeners);
        drop(state);
        listeners.into_iter().for_each(Waker::wake);
    }
}
