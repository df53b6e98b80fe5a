//! The clock, and everything that is on its way.
//!
//! Invariant: events come out in the order of their times, equal times in the order in which they
//! were caused; the head, the pieces and the end of one response keep their order whatever the
//! jitter. Responses under way share the link piece by piece, in turn. A request on a new
//! connection takes one round trip more; connections are used again.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use super::link::VirtualLink;
use super::server::{Reply, SimulatedHead, SimulatedRequest, SimulatedServer};
use crate::random::Random;

/// What a client notices.
#[derive(Debug, Clone)]
pub enum NetworkEvent {
    /// The head of a response.
    Head(u64, SimulatedHead),
    /// A piece of a body.
    Body(u64, Vec<u8>),
    /// The end of a body, in good order.
    End(u64),
    /// The connection is gone.
    Lost(u64),
}

/// What happens at a point in time.
#[derive(Debug)]
enum Happening {
    Request(u64, SimulatedRequest),
    LinkFree,
    Deliver(u64, NetworkEvent),
}

/// A response that the server is sending.
#[derive(Debug)]
struct Sending {
    id: u64,
    version: usize,
    offset: u64,
    rest_len: u64,
}

/// A server, a link and a clock that starts at zero.
#[derive(Debug)]
pub struct Network {
    link: VirtualLink,
    server: SimulatedServer,
    random: Random,
    now: Duration,
    happenings: BTreeMap<(Duration, u64), Happening>,
    next_cause: u64,
    sending: VecDeque<Sending>,
    link_is_busy: bool,
    /// For each request under way: no earlier than this may its next delivery be.
    ordered_until: BTreeMap<u64, Duration>,
    /// From when on each idle connection can be used.
    idle_connections: Vec<Duration>,
    connection_count: u32,
    carried_byte_count: u64,
}

impl Network {
    /// A network in which nothing has happened.
    #[must_use]
    pub const fn new(link: VirtualLink, server: SimulatedServer, seed: u64) -> Self {
        Self {
            link,
            server,
            random: Random::seeded(seed),
            now: Duration::ZERO,
            happenings: BTreeMap::new(),
            next_cause: 0,
            sending: VecDeque::new(),
            link_is_busy: false,
            ordered_until: BTreeMap::new(),
            idle_connections: Vec::new(),
            connection_count: 0,
            carried_byte_count: 0,
        }
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Duration {
        self.now
    }

    /// The server, with what it was asked.
    #[must_use]
    pub const fn server(&self) -> &SimulatedServer {
        &self.server
    }

    /// How many connections were made.
    #[must_use]
    pub const fn connection_count(&self) -> u32 {
        self.connection_count
    }

    /// How many body bytes crossed the link, wanted or not.
    #[must_use]
    pub const fn carried_byte_count(&self) -> u64 {
        self.carried_byte_count
    }

    /// Opens so many connections; each can be used one round trip from now.
    pub fn connect(&mut self, count: u32) {
        self.connection_count += count;
        let ready_at = self.now + self.link.round_trip;
        self.idle_connections.extend((0..count).map(|_| ready_at));
    }

    /// Sends a request; `id` names it in events and was not used before.
    pub fn request(&mut self, id: u64, request: SimulatedRequest) {
        if self.idle_connections.is_empty() {
            self.connect(1);
        }
        // The one that is ready first.
        self.idle_connections.sort_unstable();
        let ready_at = self.idle_connections.remove(0).max(self.now);
        let at = ready_at + self.link.round_trip / 2;
        let before = self.ordered_until.insert(id, at);
        assert!(before.is_none(), "request {id} was made twice");
        self.happen(at, Happening::Request(id, request));
    }

    /// Abandons a request by closing its connection; what is on its way is lost.
    pub fn cancel(&mut self, id: u64) {
        self.sending.retain(|sending| sending.id != id);
        self.ordered_until.remove(&id);
    }

    /// When something happens next.
    #[must_use]
    pub fn next_time(&self) -> Option<Duration> {
        self.happenings.keys().next().map(|(time, _)| *time)
    }

    /// Lets time pass up to `until`, or to the first event that a client notices.
    pub fn advance(&mut self, until: Duration) -> Option<NetworkEvent> {
        while let Some(entry) = self.happenings.first_entry() {
            let (time, _) = *entry.key();
            if time > until {
                break;
            }
            self.now = self.now.max(time);
            match entry.remove() {
                Happening::Request(id, request) => self.receive(id, request),
                Happening::LinkFree => self.send_piece(),
                Happening::Deliver(id, event) => {
                    if !self.ordered_until.contains_key(&id) {
                        continue;
                    }
                    match event {
                        NetworkEvent::End(_) => {
                            self.ordered_until.remove(&id);
                            self.idle_connections.push(self.now);
                        }
                        NetworkEvent::Lost(_) => {
                            self.ordered_until.remove(&id);
                        }
                        NetworkEvent::Head(..) | NetworkEvent::Body(..) => {}
                    }
                    return Some(event);
                }
            }
        }
        self.now = self.now.max(until);
        None
    }

    fn happen(&mut self, at: Duration, happening: Happening) {
        self.happenings.insert((at, self.next_cause), happening);
        self.next_cause += 1;
    }

    /// The server has a request.
    fn receive(&mut self, id: u64, request: SimulatedRequest) {
        if !self.ordered_until.contains_key(&id) {
            return;
        }
        match self.server.reply(request, &mut self.random) {
            Reply::Silence => {}
            Reply::Refusal => self.deliver(id, NetworkEvent::Lost(id)),
            Reply::Answer { head, version, offset, len } => {
                self.deliver(id, NetworkEvent::Head(id, head));
                self.sending.push_back(Sending { id, version, offset, rest_len: len });
                if !self.link_is_busy {
                    self.link_is_busy = true;
                    self.happen(self.now, Happening::LinkFree);
                }
            }
        }
    }

    /// The link can take another piece.
    fn send_piece(&mut self) {
        let Some(mut sending) = self.sending.pop_front() else {
            self.link_is_busy = false;
            return;
        };
        let id = sending.id;
        if sending.rest_len > 0 && self.random.chance(self.server.behaviour.cut_chance, 1000) {
            self.deliver(id, NetworkEvent::Lost(id));
            return self.happen(self.now, Happening::LinkFree);
        }
        let most = self.link.piece_len.max(1);
        let len = if self.link.short_reads { 1 + self.random.index(most) } else { most };
        let len = len.min(usize::try_from(sending.rest_len).unwrap_or(len));
        let busy_until = self.now + self.link.time_of(len as u64);
        self.carried_byte_count += len as u64;
        if len > 0 {
            let bytes = self.server.bytes(sending.version, sending.offset, len);
            self.deliver_at(busy_until, id, NetworkEvent::Body(id, bytes));
        }
        sending.offset += len as u64;
        sending.rest_len -= len as u64;
        if sending.rest_len == 0 {
            self.deliver_at(busy_until, id, NetworkEvent::End(id));
        } else {
            self.sending.push_back(sending);
        }
        self.happen(busy_until, Happening::LinkFree);
    }

    fn deliver(&mut self, id: u64, event: NetworkEvent) {
        self.deliver_at(self.now, id, event);
    }

    /// Lets an event that left the server at `sent` reach the client.
    fn deliver_at(&mut self, sent: Duration, id: u64, event: NetworkEvent) {
        let jitter = u64::try_from(self.link.jitter.as_micros()).unwrap_or(u64::MAX);
        let late = Duration::from_micros(self.random.below(jitter.saturating_add(1)));
        let at = sent + self.link.round_trip / 2 + late;
        let at = self.ordered_until.get(&id).map_or(at, |earliest| at.max(*earliest));
        self.ordered_until.insert(id, at);
        self.happen(at, Happening::Deliver(id, event));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Behaviour;

    fn network(link: VirtualLink, behaviour: Behaviour) -> Network {
        let bytes: Vec<u8> = (0..100_000u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        Network::new(link, SimulatedServer::of(bytes, behaviour), 7)
    }

    /// Runs until nothing happens any more; the body, and when the last event came.
    fn run(network: &mut Network) -> (Vec<u8>, Duration) {
        let (mut body, mut last) = (Vec::new(), Duration::ZERO);
        while let Some(event) = network.advance(Duration::from_secs(1000)) {
            last = network.now();
            if let NetworkEvent::Body(_, bytes) = event {
                body.extend(bytes);
            }
        }
        (body, last)
    }

    #[test]
    fn a_request_takes_the_connect_the_round_trip_and_its_bytes() {
        let mut network = network(VirtualLink::new(8, 50), Behaviour::default());
        let request = SimulatedRequest { range: Some(10..50_010), ..SimulatedRequest::default() };
        network.request(0, request);
        let (body, last) = run(&mut network);
        assert_eq!((body.len(), body[0]), (50_000, 10));
        // 50 ms to connect, 50 ms there and back, 50 ms for 50,000 bytes at a million a second.
        assert_eq!(last, Duration::from_millis(150));
        network.request(1, SimulatedRequest { range: Some(0..1), ..SimulatedRequest::default() });
        assert_eq!(network.connection_count(), 1);
    }

    #[test]
    fn the_same_seed_gives_the_same_run_and_pieces_keep_their_order() {
        let link = VirtualLink {
            jitter: Duration::from_millis(30),
            short_reads: true,
            ..VirtualLink::new(8, 50)
        };
        let runs: Vec<_> = (0..2)
            .map(|_| {
                let mut network = network(link.clone(), Behaviour::default());
                network.request(0, SimulatedRequest::default());
                run(&mut network)
            })
            .collect();
        assert_eq!(runs[0], runs[1]);
        assert!(runs[0].0.iter().enumerate().all(|(n, byte)| u8::try_from(n % 251) == Ok(*byte)));
    }

    #[test]
    fn nothing_of_a_cancelled_request_is_noticed() {
        let mut network = network(VirtualLink::new(8, 50), Behaviour::default());
        network.request(0, SimulatedRequest::default());
        assert!(matches!(network.advance(Duration::MAX), Some(NetworkEvent::Head(0, _))));
        network.cancel(0);
        assert!(network.advance(Duration::from_secs(9)).is_none());
    }
}
