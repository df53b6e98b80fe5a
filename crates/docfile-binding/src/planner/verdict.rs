//! What the head of a response means.
//!
//! Invariant: a body is read only after its head was found to answer the request that was made,
//! for the version of the resource that is being read. A 200 in answer to the first range is the
//! one tolerated disagreement: it makes the request the single request. Source: RFC 9110, 14 and
//! 15; `peers-progressive.md` 5, rules 2, 9 and 10.

use core::time::Duration;

use super::action::{Action, Purpose, RequestId};
use super::entity::Ranges;
use super::failure::{FailureKind, FetchFailure, Lie};
use super::machine::{Phase, Planner};
use super::response::{ContentRange, Response};

/// What was found in a head.
enum Verdict {
    /// The body is good from the request's start to here, exclusive.
    Accept { end: u64 },
    /// There is no byte at all, or none past a length now known, or the resource is what it was;
    /// the body is of no interest.
    Nothing,
    /// Try again after a pause.
    Retry(Option<Duration>),
    /// The resource is another one than before.
    Changed,
    /// It will not become better.
    Refuse(FailureKind),
}

impl Planner {
    /// The head of a response came.
    pub fn handle_response(&mut self, id: RequestId, response: &Response, now: Duration) {
        if self.phase != Phase::Running {
            return;
        }
        let Some(transfer) = self.in_flight.get_mut(id).filter(|t| !t.is_flowing) else { return };
        transfer.heard_at = now;
        let round_trip = now.saturating_sub(transfer.sent_at);
        let (asked_start, asked_end) = (transfer.asked.start, transfer.asked.end);
        let (whole, is_check) = (transfer.purpose == Purpose::Whole, transfer.is_check);
        self.link.heard_head(round_trip);
        let failure = |kind| match kind {
            // These are about the resource, and no byte of it has to do with them.
            FailureKind::NotFound | FailureKind::AccessDenied | FailureKind::Refused => {
                FetchFailure::new(kind).with_status(response.status)
            }
            FailureKind::ByteBudget => FetchFailure::new(kind),
            _ => FetchFailure::at(kind, asked_start).with_status(response.status),
        };
        // Judging takes over what the response tells, after which it would prove itself.
        let is_doubtful = self.is_doubtful(response);
        let verdict = match response.status {
            304 if is_check => Verdict::Nothing,
            _ => self.judge(response, asked_start..asked_end, whole),
        };
        match verdict {
            Verdict::Accept { .. } | Verdict::Nothing if is_doubtful => {
                self.changed(failure(FailureKind::Changed));
            }
            Verdict::Accept { end } => {
                self.confirm();
                self.link.body_begins(now);
                self.accept(id, end);
            }
            Verdict::Nothing => {
                self.confirm();
                self.in_flight.remove(id);
                self.actions.push_back(Action::Cancel(id));
                self.check_complete();
            }
            Verdict::Retry(pause) => {
                self.actions.push_back(Action::Cancel(id));
                self.fail(id, FailureKind::Unavailable, pause, now);
            }
            Verdict::Changed => self.changed(failure(FailureKind::Changed)),
            Verdict::Refuse(kind) => self.give_up(failure(kind)),
        }
    }

    fn accept(&mut self, id: RequestId, end: u64) {
        if self.entity.ranges == Ranges::Absent {
            // The one body holds everything; what else was asked would bring it again.
            let others: Vec<RequestId> =
                self.in_flight.live().map(|t| t.id).filter(|other| *other != id).collect();
            others.into_iter().for_each(|other| self.cancel(other));
        }
        let Some(transfer) = self.in_flight.get_mut(id) else { return };
        if self.entity.ranges == Ranges::Absent {
            transfer.purpose = Purpose::Whole;
            transfer.next_offset = 0;
        }
        transfer.is_flowing = true;
        transfer.end = end;
        self.actions.push_back(Action::ReadOn(id));
    }

    fn judge(&mut self, response: &Response, asked: core::ops::Range<u64>, whole: bool) -> Verdict {
        match response.status {
            206 | 200 if response.is_encoded() => lie(Lie::UnaskedEncoding),
            206 if whole => lie(Lie::UnaskedRange),
            206 => self.judge_part(response, asked),
            200 => self.judge_whole(response),
            416 if whole => Verdict::Refuse(FailureKind::Refused),
            416 => self.judge_unsatisfied(response, asked.start),
            412 => Verdict::Changed,
            408 | 425 | 429 | 500 | 502 | 503 | 504 => Verdict::Retry(response.retry_after),
            404 | 410 => Verdict::Refuse(FailureKind::NotFound),
            401 | 403 | 407 => Verdict::Refuse(FailureKind::AccessDenied),
            _ => Verdict::Refuse(FailureKind::Refused),
        }
    }

    fn judge_part(&mut self, response: &Response, asked: core::ops::Range<u64>) -> Verdict {
        let field = response.content_range.as_deref().and_then(ContentRange::parse);
        let Some(ContentRange::Part { range, total_len }) = field else {
            return lie(Lie::NoContentRange);
        };
        if range.start != asked.start || range.end > asked.end {
            return lie(Lie::OtherRange);
        }
        if response.content_len.is_some_and(|len| len != range.end - range.start) {
            return lie(Lie::LengthMismatch);
        }
        if !self.is_same(response, total_len) {
            return Verdict::Changed;
        }
        // A server may send less than was asked, but it must say where the resource ends when
        // that is why: else asking for the rest would never end.
        if self.entity.total_len.is_some_and(|total_len| range.end > total_len) {
            return Verdict::Changed;
        }
        self.entity.ranges = Ranges::Served;
        if let Some(total_len) = total_len {
            self.note_total(total_len);
        }
        Verdict::Accept { end: range.end }
    }

    fn judge_whole(&mut self, response: &Response) -> Verdict {
        if self.entity.ranges == Ranges::Served {
            return lie(Lie::RangeIgnored);
        }
        if !self.is_same(response, response.content_len) {
            return Verdict::Changed;
        }
        let budget = self.settings.budget.byte_count;
        if let (Some(len), Some(most)) = (response.content_len, budget)
            && self.counters.received_byte_count().saturating_add(len) > most
        {
            return Verdict::Refuse(FailureKind::ByteBudget);
        }
        self.entity.ranges = Ranges::Absent;
        if let Some(len) = response.content_len {
            self.note_total(len);
        }
        match self.entity.total_len {
            Some(0) => Verdict::Nothing,
            end => Verdict::Accept { end: end.unwrap_or(u64::MAX) },
        }
    }

    fn judge_unsatisfied(&mut self, response: &Response, asked_start: u64) -> Verdict {
        let field = response.content_range.as_deref().and_then(ContentRange::parse);
        let total_len = match field {
            Some(ContentRange::Unsatisfied { total_len }) => total_len,
            // It may be empty, or dislike ranges: a request without one tells.
            _ if asked_start == 0 && self.entity.ranges == Ranges::Unknown => {
                self.entity.ranges = Ranges::Absent;
                return Verdict::Nothing;
            }
            _ => return lie(Lie::NoContentRange),
        };
        if !self.is_same(response, Some(total_len)) {
            return Verdict::Changed;
        }
        if total_len > asked_start || self.arrived.intersects(&(total_len..u64::MAX)) {
            return lie(Lie::OtherRange);
        }
        self.entity.ranges = Ranges::Served;
        self.note_total(total_len);
        Verdict::Nothing
    }

    /// Whether a response leaves open that what an earlier run left is of another version.
    fn is_doubtful(&self, response: &Response) -> bool {
        let is_same = response.status == 304 || self.entity.validator.is_shown_by(response);
        self.entity.is_kept && !is_same
    }

    /// Whether a response speaks of the resource that is being read; pins what it tells.
    fn is_same(&mut self, response: &Response, total_len: Option<u64>) -> bool {
        let same_len = match (self.entity.total_len, total_len) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        same_len && self.entity.validator.pin(response)
    }
}

const fn lie(lie: Lie) -> Verdict {
    Verdict::Refuse(FailureKind::Lied(lie))
}
