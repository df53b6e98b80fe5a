//! How transfers over one link share it by their priority.
//!
//! Invariant: while a transfer of the highest priority is at work on a link, all others of lower
//! priority together take at most one byte for every nine that it takes, and one piece more. A
//! transfer is at work from its start to its end, but for when it is suspended or has nothing under
//! way for a while: then nobody waits for it. Transfers of one priority are left to the link. It
//! counts bytes and decides who waits; it knows no request. Source: `contract/binding.md` 11,
//! `SetPriority`; the share is that of the project's own description of binding.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// Bytes of the highest priority for each of the others.
const SHARE: u64 = 9;
/// A transfer between two requests is still at work.
const GRACE: Duration = Duration::from_millis(250);

/// The links that transfers are using.
static LINKS: Mutex<BTreeMap<String, Weak<Link>>> = Mutex::new(BTreeMap::new());

/// A link, by which several resources come.
#[derive(Debug, Default)]
struct Link {
    state: Mutex<LinkState>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct LinkState {
    seats: BTreeMap<u64, SeatState>,
    next_id: u64,
    /// The priority that others give way to, and what was taken since they do.
    top: Option<i32>,
    top_byte_count: u64,
    lower_byte_count: u64,
}

#[derive(Debug)]
struct SeatState {
    priority: i32,
    work: Work,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Requests are under way.
    Busy,
    /// Until then it counts as busy.
    Until(Instant),
    /// Suspended.
    Resting,
}

impl LinkState {
    /// The highest priority at work, if somebody of a lower one is there to give way.
    fn settle(&mut self, now: Instant) {
        let at_work = |seat: &&SeatState| match seat.work {
            Work::Busy => true,
            Work::Until(end) => now < end,
            Work::Resting => false,
        };
        let top = self.seats.values().filter(at_work).map(|seat| seat.priority).max();
        let top = top.filter(|top| self.seats.values().any(|seat| seat.priority < *top));
        if top != self.top {
            (self.top, self.top_byte_count, self.lower_byte_count) = (top, 0, 0);
        }
    }

    fn must_wait(&self, id: u64) -> bool {
        let (Some(top), Some(seat)) = (self.top, self.seats.get(&id)) else { return false };
        seat.priority < top && self.lower_byte_count.saturating_mul(SHARE) > self.top_byte_count
    }
}

impl Link {
    fn state(&self) -> MutexGuard<'_, LinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, step: impl FnOnce(&mut LinkState) -> T) -> T {
        let mut state = self.state();
        let before = (state.top, state.top_byte_count);
        let answer = step(&mut state);
        state.settle(Instant::now());
        let is_other = before != (state.top, state.top_byte_count);
        drop(state);
        if is_other {
            self.changed.notify_waiters();
        }
        answer
    }
}

/// The place of one transfer on its link. Dropping it gives the place up.
#[derive(Debug)]
pub(super) struct Seat {
    link: Arc<Link>,
    id: u64,
}

impl Seat {
    /// A place on the link of this name, with priority 0.
    pub(super) fn on(name: &str) -> Self {
        let mut links = LINKS.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, link| link.strong_count() > 0);
        let link = links.get(name).and_then(Weak::upgrade).unwrap_or_default();
        links.insert(name.to_owned(), Arc::downgrade(&link));
        drop(links);
        let id = link.change(|state| {
            let id = state.next_id;
            state.next_id += 1;
            let work = Work::Until(Instant::now() + GRACE);
            state.seats.insert(id, SeatState { priority: 0, work });
            id
        });
        Self { link, id }
    }

    pub(super) fn set_priority(&self, priority: i32) {
        self.set(|seat| seat.priority = priority);
    }

    pub(super) fn priority(&self) -> i32 {
        self.link.state().seats.get(&self.id).map_or(0, |seat| seat.priority)
    }

    /// Whether requests are under way.
    pub(super) fn note_requests(&self, are_under_way: bool) {
        self.set(|seat| {
            seat.work = match (are_under_way, seat.work) {
                (true, _) => Work::Busy,
                (false, Work::Until(end)) => Work::Until(end),
                (false, _) => Work::Until(Instant::now() + GRACE),
            };
        });
    }

    /// The transfer is suspended: nobody need give way to it.
    pub(super) fn rest(&self) {
        self.set(|seat| seat.work = Work::Resting);
    }

    /// The transfer took so many bytes.
    pub(super) fn note_taken(&self, byte_count: u64) {
        self.link.change(|state| {
            let priority = state.seats.get(&self.id).map(|seat| seat.priority);
            let counter = match (state.top, priority) {
                (Some(top), Some(priority)) if priority < top => &mut state.lower_byte_count,
                _ => &mut state.top_byte_count,
            };
            *counter = counter.saturating_add(byte_count);
        });
    }

    /// Whether the transfer must let others go first.
    pub(super) fn must_wait(&self) -> bool {
        self.link.change(|state| state.must_wait(self.id))
    }

    /// Waits until it need not.
    pub(super) async fn turn(&self) {
        loop {
            let changed = self.link.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            if !self.must_wait() {
                return;
            }
            // That somebody has been idle for long is told by no one.
            let _ = tokio::time::timeout(GRACE, changed).await;
        }
    }

    fn set(&self, step: impl FnOnce(&mut SeatState)) {
        self.link.change(|state| state.seats.get_mut(&self.id).map(step));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.link.change(|state| state.seats.remove(&self.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_takes_one_byte_for_nine_and_all_when_the_higher_is_done() {
        let (high, low, other) = (Seat::on("a"), Seat::on("a"), Seat::on("b"));
        low.note_taken(1_000_000);
        assert!(!low.must_wait() && !high.must_wait());
        high.set_priority(1);
        assert!(!low.must_wait(), "what came before does not count");
        low.note_taken(1000);
        assert!(low.must_wait() && !high.must_wait() && !other.must_wait());
        high.note_taken(8999);
        assert!(low.must_wait());
        high.note_taken(1);
        assert!(!low.must_wait());
        low.note_taken(1);
        assert!(low.must_wait());
        high.rest();
        assert!(!low.must_wait());
        high.note_requests(true);
        low.note_taken(1);
        assert!(low.must_wait());
        drop(high);
        assert!(!low.must_wait());
    }

    #[test]
    fn all_lower_ones_share_the_tenth() {
        let seats = [Seat::on("c"), Seat::on("c"), Seat::on("c")];
        let [high, low, lowest] = &seats;
        high.set_priority(5);
        lowest.set_priority(-5);
        low.note_taken(50);
        lowest.note_taken(51);
        high.note_taken(900);
        assert!(low.must_wait() && lowest.must_wait());
        high.note_taken(9);
        assert!(!low.must_wait() && !lowest.must_wait());
    }
}
