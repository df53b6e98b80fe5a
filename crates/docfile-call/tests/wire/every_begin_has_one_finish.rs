//! Whatever the link does, and whatever is cancelled, a call that was begun is finished once, a
//! call that was cancelled is confirmed once, and neither end keeps anything of it.

use std::collections::BTreeMap;
use std::time::Duration;

use docfile_call::wire::pdu::FaultStatus;
use docfile_call::wire::session::{
    BindingId, CallHandle, CallId, CallOutcome, ClientCall, ClientEvent, Patience, ServerEvent,
};

use crate::link::{Link, Numbers, call};

const SCHEDULE_COUNT: u64 = 2_000;

#[derive(Default)]
struct Told {
    stub: Vec<u8>,
    is_cancelled: bool,
    finish_count: u32,
    confirm_count: u32,
}

struct Run {
    numbers: Numbers,
    link: Link,
    binding: BindingId,
    told: BTreeMap<CallId, Told>,
    /// What the server works on, with what it answers.
    work: Vec<(CallHandle, Vec<u8>)>,
    is_ended: bool,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut link = Link::plain();
        let binding = link.bind(None);
        let numbers = Numbers::new(seed);
        Self { numbers, link, binding, told: BTreeMap::new(), work: Vec::new(), is_ended: false }
    }

    fn step(&mut self) {
        let portion = match self.numbers.below(4) {
            0 => 1 + self.numbers.below(20),
            1 => 1 + self.numbers.below(3_000),
            _ => 1 + self.numbers.below(100_000),
        };
        match self.numbers.below(12) {
            0 | 1 => self.begin(),
            2 => self.cancel(),
            3 | 4 => self.link.send_from_client(portion),
            5 | 6 => self.link.arrive_at_server(portion),
            7 | 8 => self.link.send_from_server(portion),
            9 | 10 => self.link.arrive_at_client(portion),
            _ => {
                self.link.now += Duration::from_millis(self.numbers.next() % 30);
                self.link.client.handle_timeout(self.link.now);
                self.link.server.handle_timeout(self.link.now);
            }
        }
        self.serve();
        self.listen();
    }

    fn begin(&mut self) {
        let len = match self.numbers.below(5) {
            0 => self.numbers.below(20_000),
            _ => self.numbers.below(100),
        };
        let stub: Vec<u8> = (0..len).map(|_| self.numbers.next() as u8).collect();
        let after = Duration::from_millis(20 + self.numbers.next() % 200);
        let deadline = (self.numbers.below(4) == 0).then_some(self.link.now + after);
        let timed = ClientCall { deadline, ..call(self.binding, stub.clone()) };
        if let Ok(id) = self.link.client.begin(timed) {
            let old = self.told.insert(id, Told { stub, ..Told::default() });
            assert!(old.is_none());
        }
    }

    fn cancel(&mut self) {
        let index = self.numbers.below(self.told.len());
        let Some(id) = self.told.keys().nth(index).copied() else { return };
        let patience = match self.numbers.below(3) {
            0 => Patience::None,
            1 => Patience::Until(self.link.now + Duration::from_millis(self.numbers.next() % 50)),
            _ => Patience::Forever,
        };
        if self.link.client.cancel(id, patience).is_ok() {
            self.told.get_mut(&id).unwrap().is_cancelled = true;
        }
    }

    fn serve(&mut self) {
        for event in self.link.server_events() {
            match event {
                ServerEvent::Call(call) => self.work.push((call.handle, call.stub)),
                ServerEvent::Cancelled(handle) => {
                    assert!(self.work.iter().any(|(other, _)| *other == handle));
                    if self.numbers.below(2) == 0 {
                        self.work.retain(|(other, _)| *other != handle);
                        assert!(self.link.server.fault(handle, FaultStatus::CANCEL));
                    }
                }
                ServerEvent::Orphaned(handle) => {
                    let count = self.work.len();
                    self.work.retain(|(other, _)| *other != handle);
                    assert_eq!(self.work.len() + 1, count, "an orphan was a call");
                }
                ServerEvent::Ended(_) | ServerEvent::Bound { .. } => {}
            }
        }
        if !self.work.is_empty() && self.numbers.below(3) == 0 {
            let index = self.numbers.below(self.work.len());
            let (handle, stub) = self.work.swap_remove(index);
            assert!(self.link.server.respond(handle, stub));
        }
    }

    fn listen(&mut self) {
        for event in self.link.client_events() {
            match event {
                ClientEvent::Finished(id, outcome) => {
                    let told = self.told.get_mut(&id).unwrap();
                    told.finish_count += 1;
                    match outcome {
                        CallOutcome::Response { stub, .. } => assert_eq!(stub, told.stub),
                        CallOutcome::TimedOut => told.is_cancelled = true,
                        CallOutcome::Cancelled => assert!(told.is_cancelled),
                        CallOutcome::Fault { status, .. } => panic!("{status}"),
                        CallOutcome::Ended => assert!(self.is_ended),
                    }
                }
                ClientEvent::Confirmed(id, _) => {
                    let told = self.told.get_mut(&id).unwrap();
                    told.confirm_count += 1;
                    assert!(told.finish_count == 1, "a confirmation comes after the finish");
                }
                ClientEvent::Ended(_) => assert!(self.is_ended),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Lets everything come to its end, or cuts the link and lets nothing more through.
    fn end(&mut self) {
        if self.numbers.below(3) == 0 {
            self.is_ended = true;
            self.link.client.handle_closed();
            self.link.server.handle_closed();
            self.serve();
            self.listen();
        } else {
            for _ in 0..10_000 {
                self.link.settle();
                self.serve();
                self.listen();
                if self.link.client.call_count() == 0 && self.work.is_empty() {
                    break;
                }
            }
        }
        assert_eq!(self.link.client.call_count(), 0);
        assert_eq!(self.link.server.call_count(), 0);
        assert!(self.work.is_empty());
        for (id, told) in &self.told {
            assert_eq!(told.finish_count, 1, "{id:?}");
            assert_eq!(told.confirm_count, u32::from(told.is_cancelled), "{id:?}");
        }
    }
}

#[test]
fn every_begin_has_one_finish() {
    let mut begun_count = 0;
    let mut cancelled_count = 0;
    for seed in 0..SCHEDULE_COUNT {
        let mut run = Run::new(seed);
        for _ in 0..run.numbers.below(120) {
            run.step();
        }
        run.end();
        begun_count += run.told.len();
        cancelled_count += run.told.values().filter(|told| told.is_cancelled).count();
    }
    assert!(begun_count > 8_000, "{begun_count}");
    assert!(cancelled_count > 1_600, "{cancelled_count}");
}
