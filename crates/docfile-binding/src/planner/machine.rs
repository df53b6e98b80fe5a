//! The planner: events in, actions out.
//!
//! ```text
//! Running --every byte is here--> Complete
//! Running --refusal, lie, change, budget, too many failures--> GaveUp
//! ```
//!
//! Invariant: bytes of two versions of a resource are never both counted as arrived; every byte
//! that is reported is counted once; in the last two states no request is under way and none is
//! made. What to ask for is decided in `schedule`, what a head means in `verdict`. Source:
//! `design.md` 5, `peers-progressive.md` 5.

use core::ops::Range;
use core::time::Duration;
use std::collections::VecDeque;

use docfile_compound::{ByteRanges, Missing};

use super::action::{Action, Purpose, RequestId};
use super::counters::Counters;
use super::entity::{Entity, Ranges};
use super::failure::{FailureKind, FetchFailure, Lie};
use super::in_flight::{InFlight, Transfer};
use super::link::LinkEstimate;
use super::retry::Backoff;
use super::schedule::Position;
use super::settings::{OnChange, PlannerSettings};

/// A resource that changes more often than this while it is read is not worth another try.
const RESTART_MAX: u64 = 3;
/// A request that brought this much before it failed shows that the server is well.
const PROGRESS_LEN: u64 = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    Complete,
    GaveUp,
}

/// Decides what to ask a server for next.
///
/// # Order of calls
///
/// After every event, [`poll_action`](Self::poll_action) until it answers nothing; then wait for
/// the next event or for [`next_deadline`](Self::next_deadline), at which polling is enough. For
/// each request: [`handle_response`](Self::handle_response), then
/// [`handle_body`](Self::handle_body), then one [`handle_end`](Self::handle_end) or
/// [`handle_lost`](Self::handle_lost). `now` never goes backwards; its origin is the caller's, who
/// lets it stand still while the transfer is suspended: silence and budget do not count then.
///
/// # Example
///
/// ```
/// use core::time::Duration;
/// use docfile_binding::planner::{Action, Filling, Planner, PlannerSettings, Policy, Response};
/// use docfile_compound::Missing;
///
/// let settings = PlannerSettings {
///     policy: Policy::Frugal,
///     filling: Filling::Never,
///     ..PlannerSettings::default()
/// };
/// let mut now = Duration::ZERO;
/// let mut planner = Planner::new(settings, now);
/// let Some(Action::Request(first)) = planner.poll_action(now) else { panic!() };
/// assert_eq!(first.range, Some(0..4096));
///
/// now += Duration::from_millis(40);
/// let response = Response {
///     status: 206,
///     content_range: Some("bytes 0-4095/1000000".to_owned()),
///     content_len: Some(4096),
///     ..Response::default()
/// };
/// planner.handle_response(first.id, &response, now);
/// assert!(matches!(planner.poll_action(now), Some(Action::SetLen(1_000_000))));
/// assert!(matches!(planner.poll_action(now), Some(Action::ReadOn(_))));
/// assert_eq!(planner.handle_body(first.id, 4096, now), Some(0));
/// planner.handle_end(first.id, now);
///
/// // A reader meets bytes that are not here.
/// planner.handle_demand(&Missing::required(512_000..512_512), now);
/// let Some(Action::Request(jump)) = planner.poll_action(now) else { panic!() };
/// assert_eq!(jump.range, Some(512_000..512_512));
/// assert!(planner.poll_action(now).is_none());
/// ```
#[derive(Debug)]
pub struct Planner {
    pub(super) settings: PlannerSettings,
    pub(super) phase: Phase,
    pub(super) entity: Entity,
    pub(super) arrived: ByteRanges,
    pub(super) demand: Missing,
    pub(super) in_flight: InFlight,
    pub(super) link: LinkEstimate,
    pub(super) backoff: Backoff,
    pub(super) position: Position,
    pub(super) counters: Counters,
    pub(super) actions: VecDeque<Action>,
    pub(super) next_id: u64,
    started_at: Duration,
}

impl Planner {
    /// A planner that has asked for nothing yet.
    #[must_use]
    pub fn new(settings: PlannerSettings, now: Duration) -> Self {
        let mut planner = Self {
            phase: Phase::Running,
            entity: Entity::default(),
            arrived: ByteRanges::new(),
            demand: Missing::default(),
            in_flight: InFlight::default(),
            link: LinkEstimate::new(settings.round_trip_guess, settings.bandwidth_guess),
            backoff: Backoff::new(settings.retry),
            position: Position::default(),
            counters: Counters::default(),
            actions: VecDeque::new(),
            next_id: 0,
            started_at: now,
            settings,
        };
        if let Some(resume) = planner.settings.resume.take() {
            planner.entity.validator = resume.validator;
            planner.entity.total_len = Some(resume.total_len);
            planner.entity.is_kept = true;
            planner.arrived = resume.arrived;
            planner.arrived.remove(resume.total_len..u64::MAX);
        }
        planner
    }

    /// What was asked and received so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The length of the resource, once it is known.
    #[must_use]
    pub const fn total_len(&self) -> Option<u64> {
        self.entity.total_len
    }

    /// Which version of the resource is read, as far as the server told: what a cache keeps.
    #[must_use]
    pub const fn validator(&self) -> &super::entity::Validator {
        &self.entity.validator
    }

    /// Whether the server serves ranges, once that is known.
    #[must_use]
    pub fn has_ranges(&self) -> Option<bool> {
        match self.entity.ranges {
            Ranges::Unknown => None,
            Ranges::Served => Some(true),
            Ranges::Absent => Some(false),
        }
    }

    /// The readers' demand is now this.
    pub fn handle_demand(&mut self, demand: &Missing, now: Duration) {
        self.demand.clone_from(demand);
        self.cancel_forsaken(now);
    }

    /// Bytes were read. Reporting this is optional: it shows whether speculation was worth it.
    pub fn handle_read(&mut self, range: Range<u64>) {
        let used = self.position.take_used(range);
        self.counters.used_speculation_byte_count += used;
    }

    /// `len` body bytes came. Answers the offset where they belong, or nothing when they are to be
    /// dropped.
    pub fn handle_body(&mut self, id: RequestId, len: u64, now: Duration) -> Option<u64> {
        let running = self.phase == Phase::Running;
        let Some(transfer) = self.in_flight.get_mut(id).filter(|t| running && t.is_flowing) else {
            self.counters.wasted_byte_count += len;
            return None;
        };
        transfer.heard_at = now;
        let (start, purpose, asked_start) =
            (transfer.next_offset, transfer.purpose, transfer.asked.start);
        let Some(end) = start.checked_add(len).filter(|end| *end <= transfer.end) else {
            self.counters.wasted_byte_count += len;
            let lie = FailureKind::Lied(Lie::MoreThanPromised);
            self.give_up(FetchFailure::at(lie, asked_start));
            return None;
        };
        transfer.next_offset = end;
        transfer.fresh_len += self.arrived.gaps(start..end).byte_count();
        let (ended, fresh_len) = (!transfer.is_live(), transfer.fresh_len);
        self.link.heard_body(len, now);
        self.count(start..end, purpose);
        self.arrived.insert(start..end);
        if ended {
            if fresh_len > 0 {
                self.backoff.succeeded();
            }
            self.note_idle();
        }
        self.check_spent_bytes();
        self.check_complete();
        Some(start)
    }

    /// The body of a request ended, or its connection closed in good order.
    pub fn handle_end(&mut self, id: RequestId, now: Duration) {
        let Some(transfer) = self.in_flight.get_mut(id) else { return };
        if !transfer.is_live() {
            self.in_flight.remove(id);
        } else if transfer.is_flowing && transfer.end == u64::MAX {
            // Only the end of the body tells the length of a whole that came without one.
            let total_len = transfer.next_offset;
            self.in_flight.remove(id);
            self.note_total(total_len);
            self.check_complete();
        } else {
            let kind = if transfer.is_flowing {
                FailureKind::Lied(Lie::FewerThanPromised)
            } else {
                FailureKind::Unavailable
            };
            self.fail(id, kind, None, now);
        }
    }

    /// The connection of a request was lost, or could not be made.
    pub fn handle_lost(&mut self, id: RequestId, now: Duration) {
        match self.in_flight.get_mut(id) {
            Some(transfer) if transfer.is_live() => {
                self.fail(id, FailureKind::Unavailable, None, now);
            }
            _ => {
                self.in_flight.remove(id);
            }
        }
    }

    /// Bytes came for a place where others had been before: what holds the bytes found it out.
    pub fn handle_contradiction(&mut self, offset: u64) {
        self.give_up(FetchFailure::at(FailureKind::Lied(Lie::Contradiction), offset));
    }

    /// The next thing to do, if there is one now.
    pub fn poll_action(&mut self, now: Duration) -> Option<Action> {
        if self.phase == Phase::Running {
            self.expire(now);
            self.check_complete();
        }
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        if self.phase == Phase::Running {
            self.schedule(now);
        }
        self.actions.pop_front()
    }

    /// When to poll again though nothing happened.
    #[must_use]
    pub fn next_deadline(&self, now: Duration) -> Option<Duration> {
        if self.phase != Phase::Running {
            return None;
        }
        let time_is_up = self.settings.budget.time.map(|time| self.started_at.saturating_add(time));
        let silent_at = self.in_flight.silent_at(self.settings.retry.silence);
        let retry_at = self.backoff.blocked_until(now);
        let fill_at = self.fill_at(now);
        [time_is_up, silent_at, retry_at, fill_at].into_iter().flatten().min()
    }

    /// Begins anew with another version of the resource, or gives up: as the settings say.
    pub(super) fn changed(&mut self, failure: FetchFailure) {
        // What an earlier run left was shown to nobody before the server confirmed it.
        let restarts = self.entity.is_kept || self.settings.on_change == OnChange::Restart;
        if !restarts || self.counters.restart_count >= RESTART_MAX {
            return self.give_up(failure);
        }
        self.counters.restart_count += 1;
        self.cancel_all();
        self.entity = Entity::default();
        self.arrived = ByteRanges::new();
        self.position = Position::default();
        self.actions.push_back(Action::Restart);
    }

    pub(super) fn give_up(&mut self, failure: FetchFailure) {
        if self.phase != Phase::Running {
            return;
        }
        self.cancel_all();
        self.phase = Phase::GaveUp;
        self.actions.push_back(Action::GiveUp(failure));
    }

    /// A request failed: another will be made after a pause, or it was one failure too many.
    pub(super) fn fail(
        &mut self,
        id: RequestId,
        kind: FailureKind,
        pause: Option<Duration>,
        now: Duration,
    ) {
        let Some(transfer) = self.in_flight.remove(id) else { return };
        self.note_idle();
        if transfer.fresh_len >= PROGRESS_LEN {
            self.backoff.succeeded();
        }
        if self.backoff.failed(pause, now) {
            self.counters.retry_count += 1;
        } else if self.arrived.is_empty() && kind == FailureKind::Unavailable {
            self.give_up(FetchFailure::new(kind));
        } else {
            self.give_up(FetchFailure::at(kind, transfer.next_offset));
        }
    }

    pub(super) fn cancel(&mut self, id: RequestId) {
        if self.in_flight.remove(id).is_some() {
            self.counters.cancel_count += 1;
            self.note_idle();
            self.actions.push_back(Action::Cancel(id));
        }
    }

    pub(super) fn note_total(&mut self, total_len: u64) {
        if self.entity.total_len.is_none() {
            self.entity.total_len = Some(total_len);
            self.actions.push_back(Action::SetLen(total_len));
        }
    }

    /// The server has spoken of the same version that an earlier run left bytes of.
    pub(super) fn confirm(&mut self) {
        if core::mem::take(&mut self.entity.is_kept) {
            self.actions.extend(self.entity.total_len.map(Action::SetLen));
            self.actions.push_back(Action::Confirm);
        }
    }

    pub(super) fn check_complete(&mut self) {
        let complete = |total_len| self.arrived.contains(&(0..total_len));
        if self.phase == Phase::Running && self.entity.total_len.is_some_and(complete) {
            // What was kept of a version that may be gone proves nothing until the server spoke.
            if self.entity.is_kept {
                return;
            }
            let unfinished: Vec<RequestId> = self.in_flight.live().map(|t| t.id).collect();
            unfinished.into_iter().for_each(|id| self.cancel(id));
            self.phase = Phase::Complete;
            self.actions.push_back(Action::Complete);
        }
    }

    fn cancel_all(&mut self) {
        for id in self.in_flight.ids() {
            self.cancel(id);
        }
    }

    fn note_idle(&mut self) {
        if !self.in_flight.live().any(|transfer| transfer.is_flowing) {
            self.link.went_idle();
        }
    }

    fn check_spent_bytes(&mut self) {
        let spent = self.counters.received_byte_count();
        let over = self.settings.budget.byte_count.is_some_and(|most| spent > most);
        if over {
            self.give_up(FetchFailure::new(FailureKind::ByteBudget));
        }
    }

    fn expire(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.started_at);
        if self.settings.budget.time.is_some_and(|time| elapsed >= time) {
            return self.give_up(FetchFailure::new(FailureKind::TimeBudget));
        }
        for id in self.in_flight.silent(self.settings.retry.silence, now) {
            let is_live = self.in_flight.get_mut(id).is_some_and(|transfer| transfer.is_live());
            if is_live {
                self.actions.push_back(Action::Cancel(id));
                self.fail(id, FailureKind::Unavailable, None, now);
            } else {
                self.in_flight.remove(id);
            }
        }
    }

    /// Puts every byte of `range` into one counter.
    fn count(&mut self, range: Range<u64>, purpose: Purpose) {
        let len = range.end - range.start;
        let fresh = self.arrived.gaps(range);
        self.counters.wasted_byte_count += len - fresh.byte_count();
        let mut unasked = ByteRanges::new();
        for part in fresh.iter() {
            unasked.extend(&self.demand.required.gaps(part));
        }
        self.counters.demand_byte_count += fresh.byte_count() - unasked.byte_count();
        let counter = match purpose {
            Purpose::Demand => &mut self.counters.joined_byte_count,
            Purpose::First | Purpose::Whole => &mut self.counters.first_byte_count,
            Purpose::Speculation => &mut self.counters.speculation_byte_count,
            Purpose::Fill => &mut self.counters.fill_byte_count,
        };
        *counter += unasked.byte_count();
        if purpose == Purpose::Speculation {
            self.position.note_speculated(&unasked);
        }
    }

    /// Cancels what was asked for readers that are gone, where enough of it is still to come.
    fn cancel_forsaken(&mut self, now: Duration) {
        if self.position.takes_whole {
            return;
        }
        let worth = self.cancel_len();
        let is_forsaken = |transfer: &&Transfer| {
            let rest = transfer.rest();
            transfer.purpose == Purpose::Demand
                && now > transfer.sent_at
                && rest.end - rest.start > worth
                && !self.demand.required.intersects(&rest)
        };
        let forsaken: Vec<RequestId> =
            self.in_flight.live().filter(is_forsaken).map(|transfer| transfer.id).collect();
        forsaken.into_iter().for_each(|id| self.cancel(id));
    }
}
