//! A driver as the real one is, with a simulated network for a socket and a vector for a file.
//!
//! Invariant: when nobody can be woken any more (nothing is on its way, nothing is planned) and
//! somebody still waits, the rig panics: a waiter was forgotten. Every byte that a reader gets is
//! compared with the resource by the tests that use this.

use core::ops::Range;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use docfile_binding::fill::{FillState, Registration, Termination, WaiterId};
use docfile_binding::planner::{
    Action, FetchFailure, Planner, PlannerSettings, RequestId, Response,
};
use docfile_compound::{Error, ErrorKind, LockBytes, Missing, ReadRequest, Result};
use docfile_testkit::network::{Network, NetworkEvent, SimulatedHead, SimulatedRequest};

/// The array that the readers read.
#[derive(Debug, Default)]
pub(crate) struct Remote(Mutex<Filled>);

#[derive(Debug, Default)]
struct Filled {
    state: FillState,
    bytes: Vec<u8>,
}

impl Filled {
    /// What the real driver does with a piece: place, compare, store, report.
    fn fill_at(&mut self, offset: u64, data: &[u8]) -> Result<Vec<WaiterId>> {
        let placement = self.state.place_at(offset, data.len() as u64)?;
        let bytes = &self.bytes;
        placement.compare(data, |range| Ok(bytes[indices(&range)].to_vec()))?;
        let end = indices(&placement.range()).end;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        for range in placement.new_ranges().iter() {
            self.bytes[indices(&range)].copy_from_slice(placement.part(data, &range));
        }
        self.state.arrive(&placement)
    }
}

impl Remote {
    pub(crate) fn with_state<T>(&self, look: impl FnOnce(&FillState) -> T) -> T {
        look(&self.0.lock().unwrap().state)
    }
}

impl LockBytes for Remote {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let filled = self.0.lock().unwrap();
        filled.state.try_read_many(requests.iter().map(ReadRequest::range))?;
        let end = filled.state.len().unwrap_or(u64::MAX);
        for request in requests {
            let range = request.range();
            let range = indices(&(range.start.min(end)..range.end.min(end)));
            let found = filled.bytes.get(range).unwrap_or_default();
            request.buffer[..found.len()].copy_from_slice(found);
            request.filled = found.len();
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        self.0.lock().unwrap().state.len()
    }

    fn write_at(&self, _: u64, _: &[u8]) -> Result<()> {
        Err(Error::new(ErrorKind::AccessDenied, "a remote resource is not written"))
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn set_size(&self, _: u64) -> Result<()> {
        self.write_at(0, &[])
    }
}

/// How a transfer came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Running,
    Complete,
    GaveUp(FetchFailure),
}

/// A step that a reader repeats until it is ready.
pub(crate) type Step<'s> = Box<dyn FnMut(&Arc<Remote>) -> Result<()> + 's>;

/// The driver.
pub(crate) struct Driver {
    pub(crate) planner: Planner,
    pub(crate) network: Network,
    pub(crate) remote: Arc<Remote>,
    pub(crate) outcome: Outcome,
    pub(crate) restart_count: u32,
    seen_change_count: u64,
    ids: BTreeMap<u64, RequestId>,
    /// Requests whose head was accepted: the body of no other may be handed on.
    reading: BTreeSet<u64>,
    woken: BTreeSet<WaiterId>,
    /// A bound on events, so that a machine that goes round in circles fails a test.
    event_count: u64,
}

impl Driver {
    pub(crate) fn new(settings: PlannerSettings, network: Network) -> Self {
        let planner = Planner::new(settings, network.now());
        Self {
            planner,
            network,
            remote: Arc::default(),
            outcome: Outcome::Running,
            restart_count: 0,
            seen_change_count: 0,
            ids: BTreeMap::new(),
            reading: BTreeSet::new(),
            woken: BTreeSet::new(),
            event_count: 0,
        }
    }

    /// Puts into the array what an earlier run left there.
    pub(crate) fn preload(&mut self, bytes: &[u8], ranges: &[Range<u64>]) {
        let mut filled = self.remote.0.lock().unwrap();
        for range in ranges {
            filled.fill_at(range.start, &bytes[indices(range)]).unwrap();
        }
        filled.state = FillState::holding(ranges.iter().cloned().collect());
    }

    /// Repeats `step` until it is ready, letting time pass.
    pub(crate) fn read<T>(&mut self, mut step: impl FnMut(&Arc<Remote>) -> Result<T>) -> Result<T> {
        let mut value = None;
        let step: Step<'_> = Box::new(|remote| step(remote).map(|found| value = Some(found)));
        let mut results = self.read_all(vec![step]);
        results.remove(0).map(|()| value.unwrap())
    }

    /// Runs several readers side by side, each until it is ready.
    pub(crate) fn read_all(&mut self, steps: Vec<Step<'_>>) -> Vec<Result<()>> {
        let mut results: Vec<Option<Result<()>>> = steps.iter().map(|_| None).collect();
        let mut steps = steps;
        let mut waiting: Vec<Option<WaiterId>> = vec![None; steps.len()];
        loop {
            for (index, step) in steps.iter_mut().enumerate() {
                while results[index].is_none() && waiting[index].is_none() {
                    match step(&self.remote) {
                        Err(error) if error.is_pending() => {
                            waiting[index] = self.register(error.missing().unwrap());
                        }
                        other => results[index] = Some(other),
                    }
                }
            }
            if results.iter().all(Option::is_some) {
                return results.into_iter().map(Option::unwrap).collect();
            }
            self.pass_time();
            for id in &mut waiting {
                if id.is_some_and(|id| self.woken.remove(&id)) {
                    *id = None;
                }
            }
        }
    }

    /// Lets time pass until the transfer came to its end.
    pub(crate) fn finish(&mut self) {
        self.act();
        while self.outcome == Outcome::Running {
            self.pass_time();
        }
    }

    /// Lets `time` pass.
    pub(crate) fn idle(&mut self, time: Duration) {
        let until = self.network.now() + time;
        self.act();
        while let Some(next) = self.next_time().filter(|next| *next <= until) {
            self.one_event(next);
        }
        self.network.advance(until);
        self.act();
    }

    pub(crate) fn register(&mut self, missing: &Missing) -> Option<WaiterId> {
        let registration = self.remote.0.lock().unwrap().state.register(missing);
        match registration {
            Registration::Ready => None,
            Registration::Waiting(id) => Some(id),
        }
    }

    pub(crate) fn deregister(&mut self, id: WaiterId) {
        self.remote.0.lock().unwrap().state.deregister(id);
    }

    /// Carries out what is due, then waits for the next event.
    pub(crate) fn pass_time(&mut self) {
        self.act();
        if let Some(next) = self.next_time().filter(|_| self.outcome == Outcome::Running) {
            self.one_event(next);
        } else if self.woken.is_empty() {
            panic!("nothing will happen any more, {} wait", self.waiter_count());
        }
    }

    fn next_time(&self) -> Option<Duration> {
        let deadline = self.planner.next_deadline(self.network.now());
        self.network.next_time().into_iter().chain(deadline).min()
    }

    fn one_event(&mut self, until: Duration) {
        self.event_count += 1;
        assert!(self.event_count < 2_000_000, "this goes on for ever");
        if let Some(event) = self.network.advance(until) {
            self.handle(event);
        }
        self.act();
    }

    fn waiter_count(&self) -> usize {
        self.remote.with_state(FillState::waiter_count)
    }

    fn handle(&mut self, event: NetworkEvent) {
        let now = self.network.now();
        match event {
            NetworkEvent::Head(id, head) => {
                self.planner.handle_response(self.ids[&id], &response(head), now);
                // The verdict decides whether the body behind this head is read at all.
                self.act();
            }
            NetworkEvent::Body(id, bytes) => self.handle_body(id, &bytes, now),
            NetworkEvent::End(id) => self.planner.handle_end(self.ids[&id], now),
            NetworkEvent::Lost(id) => self.planner.handle_lost(self.ids[&id], now),
        }
    }

    fn handle_body(&mut self, id: u64, bytes: &[u8], now: Duration) {
        assert!(self.reading.contains(&id), "a body is read whose head was not accepted");
        let Some(offset) = self.planner.handle_body(self.ids[&id], bytes.len() as u64, now) else {
            return;
        };
        let filled = self.remote.0.lock().unwrap().fill_at(offset, bytes);
        match filled {
            Ok(woken) => self.woken.extend(woken),
            Err(error) => self.planner.handle_contradiction(error.offset().unwrap_or(offset)),
        }
    }

    fn act(&mut self) {
        let demand = {
            let filled = self.remote.0.lock().unwrap();
            let change_count = filled.state.demand_change_count();
            let changed = change_count != self.seen_change_count;
            self.seen_change_count = change_count;
            changed.then(|| filled.state.demand())
        };
        let now = self.network.now();
        if let Some(demand) = demand {
            self.planner.handle_demand(&demand, now);
        }
        while let Some(action) = self.planner.poll_action(now) {
            self.carry_out(action);
        }
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Request(request) => {
                let id = request.id.get();
                self.ids.insert(id, request.id);
                let if_match = request.if_match.map(|etag| etag.to_string());
                let if_none_match = request.if_none_match.map(|etag| etag.to_string());
                let range = request.range;
                self.network.request(id, SimulatedRequest { range, if_match, if_none_match });
            }
            Action::Connect { count } => self.network.connect(count),
            Action::ReadOn(id) => {
                self.reading.insert(id.get());
            }
            Action::Cancel(id) => self.network.cancel(id.get()),
            Action::SetLen(len) => {
                let woken = self.remote.0.lock().unwrap().state.set_fill_size(len).unwrap();
                self.woken.extend(woken);
            }
            Action::Confirm => {
                let woken = self.remote.0.lock().unwrap().state.confirm().unwrap();
                self.woken.extend(woken);
            }
            Action::Restart => {
                // What was open fails; readers open anew on the new array.
                self.restart_count += 1;
                let why = Error::new(ErrorKind::NotCurrent, "the resource changed");
                self.end(Termination::Abnormal(why));
                self.remote = Arc::default();
                self.seen_change_count = 0;
            }
            Action::Complete => {
                self.outcome = Outcome::Complete;
                self.end(Termination::Success);
            }
            Action::GiveUp(failure) => {
                self.outcome = Outcome::GaveUp(failure);
                self.end(Termination::Abnormal(failure.into()));
            }
        }
    }

    fn end(&mut self, how: Termination) {
        let woken = self.remote.0.lock().unwrap().state.terminate(how);
        self.woken.extend(woken);
    }
}

fn response(head: SimulatedHead) -> Response {
    Response {
        status: head.status,
        content_range: head.content_range,
        content_len: head.content_len,
        content_encoding: head.content_encoding,
        etag: head.etag,
        ..Response::default()
    }
}

/// A range of offsets as a range of indices.
pub(crate) fn indices(range: &Range<u64>) -> Range<usize> {
    usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()
}

/// Reads one range, and compares it with the resource.
pub(crate) fn read_range(remote: &Remote, range: &Range<u64>, resource: &[u8]) -> Result<()> {
    let mut buffer = vec![0; indices(&(0..range.end - range.start)).end];
    let count = remote.try_read_at(range.start, &mut buffer)?;
    let end = resource.len() as u64;
    let expected = &resource[indices(&(range.start.min(end)..range.end.min(end)))];
    assert!(buffer[..count] == *expected, "wrong bytes at {range:?}");
    Ok(())
}

/// Bytes of which no two stretches are alike.
pub(crate) fn resource(len: u64, seed: u64) -> Arc<[u8]> {
    docfile_testkit::random::Random::seeded(seed).bytes(indices(&(0..len)).end).into()
}
