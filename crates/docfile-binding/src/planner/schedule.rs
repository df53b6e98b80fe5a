//! What to ask for next.
//!
//! ```text
//! ranges unknown   the first request, bounded, and nothing beside it
//! ranges absent    one request for the whole; demands wait their turn
//! ranges served    demand, joined where a gap is cheaper than a request
//!                  then speculation, within its allowance
//!                  then fill: one bounded range after another, only while nobody waits
//! ```
//!
//! Invariant: a byte that is here is never asked for on purpose, and one that is on its way only
//! when waiting for it would take longer than asking anew. Source: `peers-progressive.md` 5,
//! rules 2 to 8.

use core::ops::Range;
use core::time::Duration;

use docfile_compound::ByteRanges;

use super::action::{Action, Purpose, Request, RequestId};
use super::entity::Ranges;
use super::failure::{FailureKind, FetchFailure};
use super::in_flight::Transfer;
use super::machine::Planner;
use super::settings::{Filling, Policy};

/// The first request of the frugal policy: a header and what usually stands beside it.
const FRUGAL_FIRST_LEN: u64 = 4 << 10;
/// A request and the head of its response cost about this much on the wire.
const FRUGAL_GAP: u64 = 1 << 10;
/// After so many demanded pieces the frugal policy takes along what would help.
const FRUGAL_PATIENCE: u64 = 8;
/// The fast policy joins pieces that are this close on any link.
const FAST_GAP_MIN: u64 = 64 * KIB;
/// As many helpful bytes come along with demanded ones on any link.
const HELP_LEN: u64 = 512 * KIB;
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const FIRST_FILL_LEN: u64 = 256 * KIB;
/// A whole resource that takes fewer round trips than this is asked for at once.
const WHOLE_ROUND_TRIPS: u64 = 4;
/// From so many demanded pieces on a resource may be a scattered one.
const SCATTERED_COUNT: u64 = 4;
/// What a request for a scattered piece is taken to cost, in round trips and at least.
const REQUEST_ROUND_TRIPS: u32 = 4;
const REQUEST_TIME: Duration = Duration::from_millis(20);
/// A cancel loses what is in the pipe, about one round trip, and a connection.
const CANCEL_ROUND_TRIPS: u64 = 2;
/// A demanded piece is widened to this part of what a round trip carries. While the reader makes up
/// its mind what it wants next the link would be idle for a whole one.
const WIDEN_PART: u64 = 4;
const WIDEN_MAX: u64 = 16 * KIB;
/// The first jump mostly goes to a directory, which mostly stands in one piece.
const FIRST_JUMP_PART: u64 = 2;
const FIRST_JUMP_MAX: u64 = 64 * KIB;
/// How many connections are opened beside the first: a lookup seldom asks for more at once.
const AHEAD_CONNECTION_COUNT: u32 = 2;

/// Where filling and speculation stand.
#[derive(Debug, Default)]
pub(super) struct Position {
    /// Where filling goes on: behind what was demanded last.
    fill_offset: u64,
    /// How long the next filling range is; zero before the first.
    fill_len: u64,
    /// How many bytes were asked for on speculation.
    speculated_len: u64,
    /// Those that came and were not read since.
    unused: ByteRanges,
    used_len: u64,
    /// How long somebody waited, all in all, and since when somebody does.
    waited: Duration,
    waiting_since: Option<Duration>,
    /// Since when nobody waits any more.
    idle_since: Option<Duration>,
    /// Whether everything is fetched, because that is cheaper than piece after piece: what was asked
    /// to that end is not abandoned between one piece and the next.
    pub(super) takes_whole: bool,
}

impl Position {
    /// Somebody waits, or nobody does: from now until this is said again.
    fn note_waiting(&mut self, is_waiting: bool, now: Duration) {
        if let Some(since) = self.waiting_since {
            self.waited = self.waited.saturating_add(now.saturating_sub(since));
        }
        if self.waiting_since.is_some() && !is_waiting {
            self.idle_since = Some(now);
        }
        self.waiting_since = is_waiting.then_some(now);
    }

    pub(super) fn note_speculated(&mut self, ranges: &ByteRanges) {
        self.unused.extend(ranges);
    }

    /// How many speculated bytes `range` uses for the first time.
    pub(super) fn take_used(&mut self, range: Range<u64>) -> u64 {
        if !self.unused.intersects(&range) {
            return 0;
        }
        let before = self.unused.byte_count();
        self.unused.remove(range);
        let used = before - self.unused.byte_count();
        self.used_len += used;
        used
    }
}

impl Planner {
    /// Queues the next request, if one is due.
    pub(super) fn schedule(&mut self, now: Duration) {
        if self.backoff.blocked_until(now).is_some() {
            return;
        }
        let next = match self.entity.ranges {
            Ranges::Unknown => self.first_request(),
            Ranges::Absent => self.whole_request(),
            Ranges::Served => self.ranged_request(now),
        };
        let Some((range, purpose)) = next else { return };
        match self.afford(range, purpose) {
            Ok(range) => self.ask(range, purpose, now),
            // What is under way may still bring what is wanted.
            Err(_) if self.in_flight.live().next().is_some() => {}
            Err(_) if purpose > Purpose::Whole => {}
            Err(kind) => self.give_up(FetchFailure::new(kind)),
        }
    }

    /// How much of a request must be outstanding for a cancel to pay: it costs a connection.
    pub(super) fn cancel_len(&self) -> u64 {
        self.link.product().saturating_mul(CANCEL_ROUND_TRIPS)
    }

    fn first_request(&self) -> Option<(Range<u64>, Purpose)> {
        if self.in_flight.live().next().is_some() {
            return None;
        }
        let len = match self.settings.policy {
            Policy::Frugal => FRUGAL_FIRST_LEN,
            Policy::Fast => self.link.product().clamp(16 * KIB, 64 * KIB),
        };
        if let Some(kept) = self.arrived.iter().next() {
            return self.first_request_beside(kept, len);
        }
        let total_len = self.entity.total_len.unwrap_or(u64::MAX);
        Some((0..len.min(total_len.max(1)), Purpose::First))
    }

    /// The first request beside what an earlier run left, of which `kept` is a part: what somebody
    /// waits for, if that lacks, and else whether the resource is still the same.
    fn first_request_beside(&self, kept: Range<u64>, len: u64) -> Option<(Range<u64>, Purpose)> {
        let total_len = self.entity.total_len.unwrap_or(u64::MAX);
        let lacking = self.lacking(&self.demand.required);
        let gap = match lacking.iter().next() {
            Some(wanted) => wanted.start..wanted.end.max(wanted.start.saturating_add(len)),
            None if self.entity.is_kept => {
                return Some((kept.start..kept.start.saturating_add(1), Purpose::First));
            }
            None if self.settings.filling == Filling::Never => return None,
            None => self.arrived.gaps(0..total_len).iter().next()?,
        };
        let end = gap.end.min(gap.start.saturating_add(len.max(MIB))).min(total_len);
        let range = self.arrived.gaps(gap.start..end).iter().next()?;
        Some((range, Purpose::First))
    }

    fn whole_request(&self) -> Option<(Range<u64>, Purpose)> {
        let idle = self.in_flight.live().next().is_none();
        idle.then_some((0..u64::MAX, Purpose::Whole))
    }

    fn ranged_request(&mut self, now: Duration) -> Option<(Range<u64>, Purpose)> {
        let lacking = self.lacking(&self.demand.required);
        self.position.note_waiting(!lacking.is_empty(), now);
        if let Some(last) = lacking.iter().last() {
            self.position.fill_offset = last.end;
        }
        self.yield_to(&lacking);
        let wanted = self.unless_coming(&lacking);
        if !wanted.is_empty() {
            return self.has_slot().then(|| self.demand_request(&wanted)).flatten();
        }
        self.speculation_request().or_else(|| self.fill_request(&lacking, now))
    }

    /// Makes room on the link for demand: a request for bytes that nobody waits for is abandoned
    /// when it would run for long, and filling begins again with small ranges.
    fn yield_to(&mut self, lacking: &ByteRanges) {
        if lacking.is_empty() {
            return;
        }
        self.position.fill_len = 0;
        let worth = self.cancel_len();
        let is_long = |t: &&Transfer| {
            let is_optional = !matches!(t.purpose, Purpose::Demand | Purpose::Whole);
            is_optional && t.end - t.next_offset > worth && !lacking.intersects(&t.rest())
        };
        let long: Vec<RequestId> = self.in_flight.live().filter(is_long).map(|t| t.id).collect();
        long.into_iter().for_each(|id| self.cancel(id));
    }

    /// What of `ranges` exists and is not here.
    fn lacking(&self, ranges: &ByteRanges) -> ByteRanges {
        let end = self.entity.total_len.unwrap_or(u64::MAX);
        let mut lacking = ByteRanges::new();
        for range in ranges.iter() {
            lacking.extend(&self.arrived.gaps(range.start.min(end)..range.end.min(end)));
        }
        lacking
    }

    /// What of `lacking` is not on its way, or so far behind that asking anew is faster: to wait
    /// costs the bytes before it, to ask a round trip and its own length.
    fn unless_coming(&self, lacking: &ByteRanges) -> ByteRanges {
        let mut wanted = lacking.clone();
        for transfer in self.in_flight.live() {
            let rest = transfer.rest();
            for range in lacking.iter().filter(|range| overlap(range, &rest)) {
                let before = range.start.saturating_sub(rest.start);
                let len = range.end - range.start;
                let wait = self.link.time_of(before);
                let jump = self.link.round_trip().saturating_add(self.link.time_of(len));
                let patient = matches!(transfer.purpose, Purpose::Demand | Purpose::Whole);
                if patient || wait <= jump {
                    wanted.remove(rest.clone());
                }
            }
        }
        wanted
    }

    /// Whether one more request may run beside those that somebody waits for.
    fn has_slot(&self) -> bool {
        let busy = self.in_flight.live().filter(|t| t.purpose != Purpose::Fill).count();
        busy < usize::try_from(self.settings.parallel_count.max(1)).unwrap_or(usize::MAX)
    }

    /// The first wanted range, with what lies near it.
    fn demand_request(&mut self, wanted: &ByteRanges) -> Option<(Range<u64>, Purpose)> {
        let whole = self.whole_is_cheaper().then_some(self.entity.total_len).flatten();
        self.position.takes_whole |= whole.is_some();
        let mut all = wanted.clone();
        all.extend(&self.help_beside_demand());
        if let Some(total_len) = whole {
            all.extend(&self.not_under_way(&self.arrived.gaps(0..total_len)));
        }
        // Pieces that came before would cut the whole into as many requests again.
        let gap = if whole.is_some() { self.link.product().max(64 * KIB) } else { self.gap() };
        let joined = join(&all, gap);
        let first = joined.iter().find(|range| wanted.intersects(range))?;
        // A long piece is cut so that its parts come over several connections.
        let most = MIB.max(self.link.product().saturating_mul(8));
        let range = self.widen(first.start..first.end.min(first.start.saturating_add(most)));
        Some((range, Purpose::Demand))
    }

    /// What readers would be helped by and what may be fetched along with what they wait for.
    /// Frugally that is nothing, until so many requests were made that a reader plainly goes from
    /// one piece to the next; then no more than was demanded so far, so that it takes few further
    /// requests and at most twice the bytes.
    fn help_beside_demand(&self) -> ByteRanges {
        let allowed_len = match self.settings.policy {
            Policy::Fast => self.speculation_allowance().max(HELP_LEN),
            Policy::Frugal if self.counters.demand_request_count >= FRUGAL_PATIENCE => {
                self.counters.demand_byte_count
            }
            Policy::Frugal => 0,
        };
        let mut help = ByteRanges::new();
        if allowed_len == 0 {
            return help;
        }
        let mut left = allowed_len;
        for range in self.not_under_way(&self.lacking(&self.demand.helpful)).iter() {
            let len = (range.end - range.start).min(left);
            help.insert(range.start..range.start + len);
            left -= len;
        }
        help
    }

    /// Whether to fetch all that lacks: at once for a small resource; for another when readers have
    /// waited as long as the rest takes, so that a scattered one costs at most twice its transfer, or
    /// when the requests so far, each taken for several round trips, weigh as much: a server has
    /// work with them however short the way to it is.
    fn whole_is_cheaper(&self) -> bool {
        let Some(total_len) = self.entity.total_len else { return false };
        if self.settings.policy == Policy::Frugal {
            return false;
        }
        let rest = total_len.saturating_sub(self.arrived.byte_count());
        let is_small = rest <= self.link.product().saturating_mul(WHOLE_ROUND_TRIPS);
        let weight = self.link.round_trip().saturating_mul(REQUEST_ROUND_TRIPS).max(REQUEST_TIME);
        let count = match self.counters.demand_request_count {
            0..SCATTERED_COUNT => 0,
            count => u32::try_from(count).unwrap_or(u32::MAX),
        };
        let spent = self.position.waited.max(weight.saturating_mul(count));
        is_small || self.link.time_of(rest) <= spent
    }

    /// Some more behind a demanded range: what a reader wants next mostly stands behind it.
    fn widen(&self, range: Range<u64>) -> Range<u64> {
        let (Policy::Fast, Some(total_len)) = (self.settings.policy, self.entity.total_len) else {
            return range;
        };
        let (part, most) = match self.counters.demand_request_count {
            0 => (FIRST_JUMP_PART, FIRST_JUMP_MAX),
            _ => (WIDEN_PART, WIDEN_MAX),
        };
        let least = (self.link.product() / part).clamp(4 * KIB, most);
        let end = range.start.saturating_add(least).min(total_len).max(range.end);
        let free = self.not_under_way(&self.arrived.gaps(range.end..end));
        let more = free.iter().next().filter(|gap| gap.start == range.end);
        range.start..more.map_or(range.end, |gap| gap.end)
    }

    /// Joins ranges whose gap costs less than a request of its own.
    fn join(&self, ranges: &ByteRanges) -> ByteRanges {
        join(ranges, self.gap())
    }

    /// How many bytes cost as much as a request.
    fn gap(&self) -> u64 {
        match self.settings.policy {
            Policy::Frugal => FRUGAL_GAP,
            Policy::Fast => (self.link.product() / self.parallel()).clamp(FAST_GAP_MIN, MIB),
        }
    }

    fn speculation_request(&mut self) -> Option<(Range<u64>, Purpose)> {
        if self.settings.policy == Policy::Frugal || !self.has_slot() {
            return None;
        }
        let helpful = self.not_under_way(&self.lacking(&self.demand.helpful));
        let range = self.join(&helpful).iter().next()?;
        let whole_len = range.end - range.start;
        let len = whole_len.min(self.speculation_allowance());
        // A part of it that is worth less than a request waits until more may be asked for.
        let is_worthwhile = len == whole_len || len >= self.gap();
        (len > 0 && is_worthwhile).then_some((range.start..range.start + len, Purpose::Speculation))
    }

    /// How many bytes may still be speculated on: a little at first, more where it proved right.
    fn speculation_allowance(&self) -> u64 {
        let earned = self.position.used_len.saturating_mul(2);
        let start = self.link.product().saturating_mul(4);
        let most = start.saturating_add(earned).saturating_add(self.counters.demand_byte_count);
        most.saturating_sub(self.position.speculated_len)
    }

    /// The next filling range: nothing while somebody waits, and no sooner than one round trip
    /// before the current one ends.
    fn fill_request(
        &mut self,
        lacking: &ByteRanges,
        now: Duration,
    ) -> Option<(Range<u64>, Purpose)> {
        let is_urgent = |t: &Transfer| matches!(t.purpose, Purpose::Demand | Purpose::Speculation);
        let running: Vec<&Transfer> = self.in_flight.live().collect();
        let is_held = !lacking.is_empty() || running.iter().any(|t| is_urgent(t));
        let is_early = self.fill_at(now).is_some();
        if self.settings.filling == Filling::Never || is_held || is_early || running.len() > 1 {
            return None;
        }
        let ends_late = |t: &&Transfer| {
            !t.is_flowing || self.link.time_of(t.end - t.next_offset) > self.link.round_trip()
        };
        if running.iter().any(ends_late) {
            return None;
        }
        let gap = self.next_gap()?;
        let quarter_second = self.link.bytes_in(Duration::from_millis(250));
        let most = MIB.max(quarter_second);
        let len = self.position.fill_len.clamp(FIRST_FILL_LEN, most);
        self.position.fill_len = len.saturating_mul(2);
        let range = gap.start..gap.end.min(gap.start.saturating_add(len));
        self.position.fill_offset = range.end;
        Some((range, Purpose::Fill))
    }

    /// When filling may begin, if that lies ahead: a reader that has just got something mostly wants
    /// more at once, and a filling request would have to be abandoned for it.
    pub(super) fn fill_at(&self, now: Duration) -> Option<Duration> {
        let at = self.position.idle_since?.saturating_add(self.link.round_trip());
        (at > now && self.settings.filling != Filling::Never).then_some(at)
    }

    /// The first thing that lacks at or behind the filling position, else from the start.
    fn next_gap(&self) -> Option<Range<u64>> {
        let end = self.entity.total_len.unwrap_or(u64::MAX);
        let offset = self.position.fill_offset.min(end);
        let behind = |range| self.join(&self.not_under_way(&self.arrived.gaps(range)));
        let next = behind(offset..end).iter().next();
        next.or_else(|| behind(0..offset).iter().next())
    }

    /// What of `ranges` no request under way will bring.
    fn not_under_way(&self, ranges: &ByteRanges) -> ByteRanges {
        let mut rest = ranges.clone();
        self.in_flight.live().for_each(|transfer| rest.remove(transfer.rest()));
        rest
    }

    fn parallel(&self) -> u64 {
        u64::from(self.settings.parallel_count.max(1))
    }

    /// What of `range` the budget allows.
    fn afford(&self, range: Range<u64>, purpose: Purpose) -> Result<Range<u64>, FailureKind> {
        let budget = &self.settings.budget;
        if budget.request_count.is_some_and(|most| self.counters.request_count >= most) {
            return Err(FailureKind::RequestBudget);
        }
        let Some(most) = budget.byte_count else { return Ok(range) };
        let promised: u64 = self.in_flight.live().map(|t| t.rest().end - t.rest().start).sum();
        let left =
            most.saturating_sub(self.counters.received_byte_count()).saturating_sub(promised);
        let end = range.start.saturating_add(left).min(range.end);
        let wanted_end = match purpose {
            // Half of what somebody waits for is of no use.
            Purpose::Demand => self.demanded_end(&range),
            Purpose::Whole => range.end.min(end),
            _ => range.start.saturating_add(1),
        };
        if end < wanted_end || end == range.start {
            return Err(FailureKind::ByteBudget);
        }
        // The whole cannot be asked for in part; its body is counted as it comes.
        Ok(if purpose == Purpose::Whole { range } else { range.start..end })
    }

    /// Where the first demanded piece of `range` ends.
    fn demanded_end(&self, range: &Range<u64>) -> u64 {
        let demanded = self.lacking(&self.demand.required);
        let piece = demanded.iter().find(|piece| overlap(piece, range));
        piece.map_or(range.end, |piece| piece.end.min(range.end))
    }

    fn ask(&mut self, range: Range<u64>, purpose: Purpose, now: Duration) {
        self.counters.request_count += 1;
        match purpose {
            Purpose::Demand => self.counters.demand_request_count += 1,
            Purpose::Speculation => {
                self.counters.speculation_request_count += 1;
                self.position.speculated_len += range.end - range.start;
            }
            Purpose::Fill => self.counters.fill_request_count += 1,
            Purpose::First | Purpose::Whole => {}
        }
        let id = RequestId(self.next_id);
        self.next_id += 1;
        let is_check = self.entity.is_kept && self.arrived.contains(&range);
        let tag = self.entity.validator.strong_etag().cloned();
        let date = self.entity.validator.last_modified.clone().filter(|_| tag.is_none());
        self.in_flight.push(Transfer {
            id,
            purpose,
            asked: range.clone(),
            sent_at: now,
            heard_at: now,
            is_flowing: false,
            next_offset: range.start,
            end: range.end,
            fresh_len: 0,
            is_check,
        });
        self.actions.push_back(Action::Request(Request {
            id,
            range: (purpose != Purpose::Whole).then_some(range),
            purpose,
            if_match: tag.clone().filter(|_| !is_check),
            if_none_match: tag.filter(|_| is_check),
            if_modified_since: date.filter(|_| is_check),
        }));
        let count = AHEAD_CONNECTION_COUNT.min(self.settings.parallel_count.saturating_sub(1));
        if id.0 == 0 && count > 0 && self.settings.policy == Policy::Fast {
            self.actions.push_back(Action::Connect { count });
        }
    }
}

fn join(ranges: &ByteRanges, gap: u64) -> ByteRanges {
    let mut joined = ranges.clone();
    for (a, b) in ranges.iter().zip(ranges.iter().skip(1)) {
        if b.start - a.end <= gap {
            joined.insert(a.end..b.start);
        }
    }
    joined
}

fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end && b.start < a.end
}
