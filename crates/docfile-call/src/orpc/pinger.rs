//! Pings on the client's side ([MS-DCOM] 3.2.6.1): telling one resolver which of its objects are
//! still in use.
//!
//! ```text
//!  nothing in use --keep--> due in a period --poll--> asked --answered--> due in a period ...
//!                                                       |
//!                                                       +--no such set--> due now, with set 0
//!                                                       +--failed-------> due soon
//! ```
//!
//! A set is made by the first ping and named in all that follow. Only what has changed since the
//! last answer travels; when nothing has, the simple form suffices.

use core::time::Duration;
use std::collections::BTreeSet;

use super::{ComplexPing, Oid, PING_PERIOD, SetId, SimplePing, Status};

/// How soon a ping that failed is tried again.
pub const PING_RETRY: Duration = Duration::from_secs(20);
/// How many objects one ping can name in each direction.
const MAX_NAMED: usize = u16::MAX as usize;

/// A call to be made on `IObjectExporter`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ping {
    /// Nothing has changed.
    Simple(SimplePing),
    /// Something has, or there is no set yet.
    Complex(ComplexPing),
}

/// The ping set of one resolver, as its client sees it.
#[derive(Debug, Default)]
pub struct Pinger {
    wanted: BTreeSet<Oid>,
    /// What the resolver knows to be wanted.
    known: BTreeSet<Oid>,
    /// What came into use while a call was on its way, which the call says nothing about.
    renewed: BTreeSet<Oid>,
    set_id: SetId,
    sequence: u16,
    due: Option<Duration>,
    asked: Option<Ping>,
}

impl Pinger {
    /// Nothing is in use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An object is in use from now on.
    pub fn keep(&mut self, now: Duration, oid: Oid) {
        if !self.wanted.insert(oid) {
            return;
        }
        // One that was given up and is used anew must be named anew: the resolver may have dropped
        // it from the set when its last reference was released.
        self.known.remove(&oid);
        if self.asked.is_some() {
            self.renewed.insert(oid);
        }
        if self.due.is_none() {
            self.due = Some(now.saturating_add(PING_PERIOD));
        }
    }

    /// An object no longer is.
    pub fn forget(&mut self, oid: Oid) {
        self.wanted.remove(&oid);
    }

    /// The call that is due, if any. Until it is [answered](Self::answered) there is no other.
    pub fn poll(&mut self, now: Duration) -> Option<Ping> {
        if self.asked.is_some() || self.due.is_none_or(|due| due > now) {
            return None;
        }
        let ping = self.next_ping();
        if ping.is_none() {
            // Nothing is in use, and the resolver knows.
            self.due = None;
            self.set_id = SetId(0);
        }
        self.asked.clone_from(&ping);
        ping
    }

    /// The answer to the last call: the set that it names, or what went wrong. No answer at all is
    /// `None` for the status.
    pub fn answered(&mut self, now: Duration, answer: Result<SetId, Option<Status>>) {
        let Some(asked) = self.asked.take() else { return };
        let renewed = core::mem::take(&mut self.renewed);
        match answer {
            Ok(set_id) => {
                let is_complete = self.learn(&asked, set_id, &renewed);
                let pause = if is_complete { PING_PERIOD } else { Duration::ZERO };
                self.due = Some(now.saturating_add(pause));
            }
            Err(Some(Status::INVALID_SET)) if self.set_id != SetId(0) => {
                self.set_id = SetId(0);
                self.known.clear();
                self.due = Some(now);
            }
            // What the resolver did with it is not known, and asking again changes nothing.
            Err(_) => self.due = Some(now.saturating_add(PING_RETRY)),
        }
    }

    /// When [`poll`](Self::poll) has something to do next.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.due.filter(|_| self.asked.is_none())
    }

    /// Whether nothing is in use and nothing is left to be told.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.due.is_none() && self.asked.is_none()
    }

    fn next_ping(&self) -> Option<Ping> {
        let add: Vec<_> = self.wanted.difference(&self.known).copied().take(MAX_NAMED).collect();
        let remove: Vec<_> = self.known.difference(&self.wanted).copied().take(MAX_NAMED).collect();
        match (add.is_empty() && remove.is_empty(), self.wanted.is_empty()) {
            (true, true) => None,
            (true, false) if self.set_id != SetId(0) => {
                Some(Ping::Simple(SimplePing { set_id: self.set_id }))
            }
            _ => Some(Ping::Complex(ComplexPing {
                set_id: self.set_id,
                sequence: self.sequence.max(1),
                add,
                remove,
            })),
        }
    }

    /// Takes note of what the resolver now knows, and tells whether that is all.
    fn learn(&mut self, asked: &Ping, set_id: SetId, renewed: &BTreeSet<Oid>) -> bool {
        let Ping::Complex(complex) = asked else { return true };
        self.set_id = set_id;
        self.sequence = complex.sequence.wrapping_add(1);
        self.known.extend(complex.add.iter().filter(|oid| !renewed.contains(oid)));
        for oid in &complex.remove {
            self.known.remove(oid);
        }
        complex.add.len() < MAX_NAMED && complex.remove.len() < MAX_NAMED
    }
}
