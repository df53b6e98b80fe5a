//! The order in which a bind calls back (`contract/binding.md` 7, 8, 10; `contract/observed.md` 3).
//!
//! What happened goes in as facts, as it happened; the next call comes out, and its answer goes
//! back. Invariants: the callback is asked for its wishes before it is told of the start, and of the
//! start before anything else; at most one call is under way at a time, even when the callback pumps
//! messages; the stop comes exactly once and last, but not where the wishes were refused, since then
//! nothing started. However many bytes arrive between two calls, one call tells of them, so that
//! nothing piles up behind a slow callback.
//!
//! Nothing here transfers, opens, loads or waits.

use std::collections::VecDeque;

use docfile_compound::Guid;

use super::failure::start_error;
use super::info::BindInfo;
use super::status::{BindProgress, BindStatus, DataFlags};
use crate::error::{Error, ErrorKind, Result};

/// What a bind is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindTarget {
    /// The bytes, as a storage or as they are. It ends when everything has arrived.
    Storage,
    /// The bytes, and the bind ends as soon as they can be used; the rest arrives behind it.
    UsableStorage,
    /// An object that was loaded from them.
    Object,
}

/// What to do next.
#[derive(Debug, Clone)]
pub enum Call {
    /// `GetBindInfo`; answer by [`BindSequence::answer_info`].
    Info,
    /// `OnStartBinding`.
    Start,
    /// `OnProgress`.
    Progress(BindProgress),
    /// `OnDataAvailable`.
    Data {
        /// Which notice it is.
        flags: DataFlags,
        /// How many bytes have arrived, all in all.
        current: u64,
        /// How many there are, once that is known.
        maximum: Option<u64>,
    },
    /// No callback: the object is to be made and loaded now.
    Load,
    /// `OnObjectAvailable`.
    Object,
    /// `OnStopBinding`, with what came of the bind.
    Stop(Result<()>),
}

/// What came of asking for an abort (`contract/binding.md` 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbortOutcome {
    /// The bind is stopped; only the stop will be told.
    Aborted,
    /// It was aborted before (`S_FALSE`).
    AlreadyAborted,
    /// It has ended already (`E_FAIL`).
    AlreadyEnded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asking,
    Starting,
    Running,
    Over,
}

/// The kind of call that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Info,
    Start,
    Data,
    Load,
    Other,
}

/// What is known, and what of it was told.
#[derive(Debug, Default)]
struct Download {
    name: Option<String>,
    /// Steps that happened once each and wait to be told.
    due: VecDeque<BindProgress>,
    is_requested: bool,
    is_answered: bool,
    is_redirected: bool,
    current: u64,
    maximum: Option<u64>,
    has_ended: bool,
    told_current: u64,
    is_begin_told: bool,
    is_end_told: bool,
}

#[derive(Debug, Default)]
struct Data {
    is_ready: bool,
    is_first_told: bool,
    is_last_told: bool,
    /// The progress was told, the notice with it is due.
    is_due: bool,
}

#[derive(Debug, Default)]
struct Loading {
    class_id: Option<Guid>,
    told_count: u8,
}

/// Which step of an object's bind is its loading.
const LOAD_STEP: u8 = 2;

/// The calls of one bind.
///
/// ```
/// use docfile_binding::bind::{BindInfo, BindSequence, BindTarget, Call};
///
/// let mut sequence = BindSequence::new(BindTarget::Storage, Some("http://host/a".into()));
/// assert!(matches!(sequence.next_call(), Some(Call::Info)));
/// assert!(sequence.next_call().is_none(), "one call at a time");
/// sequence.answer_info(Ok(BindInfo::default()));
/// assert!(matches!(sequence.next_call(), Some(Call::Start)));
/// sequence.abort();
/// sequence.answer(Ok(()));
/// assert!(matches!(sequence.next_call(), Some(Call::Stop(Err(_)))));
/// sequence.answer(Ok(()));
/// assert!(sequence.is_over() && sequence.next_call().is_none());
/// ```
#[derive(Debug)]
pub struct BindSequence {
    target: BindTarget,
    phase: Phase,
    awaited: Option<Awaited>,
    /// How it ends, once that is decided.
    end: Option<Result<()>>,
    /// How it ended, from the call that tells it on.
    result: Option<Result<()>>,
    is_aborted: bool,
    is_suspended: bool,
    download: Download,
    data: Data,
    loading: Loading,
}

impl BindSequence {
    /// A bind of what has this name, which progress texts say.
    #[must_use]
    pub fn new(target: BindTarget, name: Option<String>) -> Self {
        Self {
            target,
            phase: Phase::Asking,
            awaited: None,
            end: None,
            result: None,
            is_aborted: false,
            is_suspended: false,
            download: Download { name, ..Download::default() },
            data: Data::default(),
            loading: Loading::default(),
        }
    }

    /// What the bind is for; a party's wishes may change it before the start.
    pub fn set_target(&mut self, target: BindTarget) {
        self.target = target;
    }

    /// The next call to make; none while one is under way, and none when nothing is due.
    pub fn next_call(&mut self) -> Option<Call> {
        if self.awaited.is_some() {
            return None;
        }
        let (call, awaited) = match self.phase {
            Phase::Asking => (Call::Info, Awaited::Info),
            Phase::Starting => (Call::Start, Awaited::Start),
            Phase::Running => self.next_running()?,
            Phase::Over => return None,
        };
        self.awaited = Some(awaited);
        Some(call)
    }

    /// What the callback answered to [`Call::Info`]. An error ends the bind before it started.
    pub fn answer_info(&mut self, answer: Result<BindInfo>) {
        if self.awaited != Some(Awaited::Info) {
            return;
        }
        self.awaited = None;
        let refused = answer.err().map(Err).or(self.end.take());
        match refused {
            None => self.phase = Phase::Starting,
            end => {
                self.result = end;
                self.phase = Phase::Over;
            }
        }
    }

    /// What came of any other call.
    pub fn answer(&mut self, answer: Result<()>) {
        let Some(awaited) = self.awaited.filter(|awaited| *awaited != Awaited::Info) else {
            return;
        };
        self.awaited = None;
        if self.result.is_some() {
            self.phase = Phase::Over;
            return;
        }
        if awaited == Awaited::Start {
            self.phase = Phase::Running;
        }
        let Err(error) = answer else { return };
        match awaited {
            Awaited::Start => self.decide(Err(start_error(error))),
            Awaited::Data => {
                // That no more is taken is told at the count of now.
                self.download.has_ended = true;
                self.decide(Err(error));
            }
            _ => self.decide(Err(error)),
        }
    }

    /// A server, `host`, is about to be asked.
    pub fn handle_request(&mut self, host: Option<&str>) {
        if self.download.is_requested {
            return;
        }
        self.download.is_requested = true;
        if let Some(host) = host {
            self.push(BindStatus::FindingResource, Some(host.to_owned()));
            self.push(BindStatus::Connecting, Some(host.to_owned()));
        }
        self.push(BindStatus::SendingRequest, None);
    }

    /// The head of a response came.
    pub fn handle_response(&mut self, media_type: Option<&str>, is_redirected: bool) {
        if is_redirected && !self.download.is_redirected {
            self.download.is_redirected = true;
            self.push(BindStatus::Redirecting, None);
            self.push(BindStatus::Connecting, None);
            self.push(BindStatus::SendingRequest, None);
        }
        if !self.download.is_answered {
            self.download.is_answered = true;
            if let Some(media_type) = media_type {
                self.push(BindStatus::MimeTypeAvailable, Some(media_type.to_owned()));
            }
        }
    }

    /// So many bytes have arrived, of so many.
    pub fn handle_arrived(&mut self, current: u64, maximum: Option<u64>) {
        self.download.current = self.download.current.max(current);
        self.download.maximum = maximum.or(self.download.maximum);
    }

    /// Everything has arrived.
    pub fn handle_complete(&mut self) {
        self.download.has_ended = true;
    }

    /// What was asked for can be handed out.
    pub fn handle_ready(&mut self) {
        self.data.is_ready = true;
    }

    /// The class is chosen.
    pub fn handle_class(&mut self, class_id: Guid) {
        self.loading.class_id.get_or_insert(class_id);
    }

    /// The bind cannot go on. What was decided before stays; and where an object is being loaded, or
    /// a usable storage was handed out, what they make of a transfer that failed is theirs to say.
    pub fn handle_failure(&mut self, error: Error) {
        let is_handed_out = match self.target {
            BindTarget::Storage => false,
            BindTarget::UsableStorage => self.data.is_first_told,
            BindTarget::Object => self.loading.told_count > LOAD_STEP,
        };
        if !is_handed_out {
            self.decide(Err(error));
        }
    }

    /// Stops the bind, at any moment.
    pub fn abort(&mut self) -> AbortOutcome {
        self.break_off(ErrorKind::Aborted, "the bind was stopped")
    }

    /// The deadline has passed: stops the bind, unless it has ended.
    pub fn expire(&mut self) -> AbortOutcome {
        let text = "the bind was not done within its deadline";
        self.break_off(ErrorKind::ExceededDeadline, text)
    }

    fn break_off(&mut self, kind: ErrorKind, text: &'static str) -> AbortOutcome {
        if self.result.is_some() {
            return AbortOutcome::AlreadyEnded;
        }
        if self.is_aborted {
            return AbortOutcome::AlreadyAborted;
        }
        self.is_aborted = true;
        self.end = Some(Err(Error::new(kind, text)));
        AbortOutcome::Aborted
    }

    /// No more calls until [`resume`](Self::resume), but for the stop of an abort.
    pub fn suspend(&mut self) {
        self.is_suspended = true;
    }

    /// Goes on after [`suspend`](Self::suspend).
    pub fn resume(&mut self) {
        self.is_suspended = false;
    }

    /// What came of the bind, from the stop on.
    #[must_use]
    pub const fn result(&self) -> Option<&Result<()>> {
        self.result.as_ref()
    }

    /// Whether no call will come any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    fn decide(&mut self, end: Result<()>) {
        self.end.get_or_insert(end);
    }

    fn push(&mut self, status: BindStatus, text: Option<String>) {
        self.download.due.push_back(BindProgress { status, current: 0, maximum: None, text });
    }

    fn next_running(&mut self) -> Option<(Call, Awaited)> {
        if self.is_aborted || matches!(self.end, Some(Err(_))) {
            return self.next_after_failure();
        }
        if self.is_suspended {
            return None;
        }
        if let Some(progress) = self.download.due.pop_front() {
            return Some((Call::Progress(progress), Awaited::Other));
        }
        if let Some(progress) = self.next_outer_progress() {
            return Some((Call::Progress(progress), Awaited::Other));
        }
        let next = match self.target {
            BindTarget::Object => self.next_of_object(),
            BindTarget::Storage | BindTarget::UsableStorage => self.next_of_data(),
        };
        match (next, self.end.take()) {
            (None, Some(end)) => Some(self.stop(end)),
            (next, end) => {
                self.end = end;
                next
            }
        }
    }

    /// An abort is told at once; a failure after the end of the download was, where it began.
    fn next_after_failure(&mut self) -> Option<(Call, Awaited)> {
        if self.is_suspended && !self.is_aborted {
            return None;
        }
        let download = &self.download;
        let is_end_due = download.has_ended && download.is_begin_told && !download.is_end_told;
        if is_end_due && !self.is_aborted {
            let end = self.tell_end();
            return Some((Call::Progress(end), Awaited::Other));
        }
        let end = self.end.take()?;
        Some(self.stop(end))
    }

    fn stop(&mut self, end: Result<()>) -> (Call, Awaited) {
        self.result = Some(end.clone());
        (Call::Stop(end), Awaited::Other)
    }

    /// The first bytes, and the end of them.
    fn next_outer_progress(&mut self) -> Option<BindProgress> {
        let has_begun = self.download.current > 0 || self.download.has_ended;
        if has_begun && !self.download.is_begin_told {
            self.download.is_begin_told = true;
            self.download.told_current = self.download.current;
            return Some(self.progress(BindStatus::BeginDownloadData));
        }
        let has_ended = self.download.has_ended && !self.download.is_end_told;
        (has_ended && !self.data.is_due).then(|| self.tell_end())
    }

    fn tell_end(&mut self) -> BindProgress {
        self.download.is_end_told = true;
        self.download.told_current = self.download.current;
        self.progress(BindStatus::EndDownloadData)
    }

    /// More bytes, if there are any that were not told.
    fn next_downloading(&mut self) -> Option<BindProgress> {
        let download = &mut self.download;
        let is_more = download.is_begin_told && !download.is_end_told;
        if !is_more || download.current <= download.told_current {
            return None;
        }
        download.told_current = download.current;
        Some(self.progress(BindStatus::DownloadingData))
    }

    fn progress(&self, status: BindStatus) -> BindProgress {
        let text = self.download.name.clone();
        let (current, maximum) = (self.download.told_current, self.download.maximum);
        BindProgress { status, current, maximum, text }
    }

    fn next_of_data(&mut self) -> Option<(Call, Awaited)> {
        if self.data.is_last_told {
            self.decide(Ok(()));
            return None;
        }
        let is_usable_enough = self.target == BindTarget::UsableStorage;
        let is_first = self.data.is_ready && !self.data.is_first_told;
        let is_last = self.data.is_ready && self.download.is_end_told;
        if is_first && self.download.is_begin_told || is_last || self.data.is_due {
            self.data.is_due = false;
            return Some(self.tell_data(is_first, is_last));
        }
        if self.data.is_first_told && is_usable_enough {
            self.decide(Ok(()));
            return None;
        }
        let progress = self.next_downloading()?;
        self.data.is_due = self.data.is_first_told;
        Some((Call::Progress(progress), Awaited::Other))
    }

    fn tell_data(&mut self, first: bool, last: bool) -> (Call, Awaited) {
        self.data.is_first_told = true;
        self.data.is_last_told = last;
        if first {
            self.download.told_current = self.download.current;
        }
        let (current, maximum) = (self.download.told_current, self.download.maximum);
        let flags = DataFlags { first, last, len_unknown: maximum.is_none() };
        (Call::Data { flags, current, maximum }, Awaited::Data)
    }

    fn next_of_object(&mut self) -> Option<(Call, Awaited)> {
        let is_begun = self.download.is_begin_told;
        let Some(class_id) = self.loading.class_id.filter(|_| is_begun) else {
            let progress = self.next_downloading()?;
            return Some((Call::Progress(progress), Awaited::Other));
        };
        let step = self.loading.told_count;
        self.loading.told_count = step.saturating_add(1);
        let told = |status, text| {
            let progress = BindProgress { status, current: 0, maximum: None, text };
            Some((Call::Progress(progress), Awaited::Other))
        };
        match step {
            0 => told(BindStatus::ClassIdAvailable, Some(class_id.to_string())),
            1 => told(BindStatus::BeginSyncOperation, None),
            LOAD_STEP => Some((Call::Load, Awaited::Load)),
            3 => Some((Call::Object, Awaited::Other)),
            4 => told(BindStatus::EndSyncOperation, None),
            _ => {
                self.decide(Ok(()));
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "sequence_tests.rs"]
mod tests;
