//! Ping sets on the server's side ([MS-DCOM] 3.1.2): which objects a client still uses.
//!
//! A set that is not pinged for three periods is gone. What that means for its objects the export
//! table decides: a ping keeps the objects of its set for as long as the set itself. The sequence
//! numbers of clients are not looked at, for there are clients that send something else.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use crate::limits::PingLimits;

use super::{ComplexPing, ComplexPingReply, Oid, SetId, SimplePing, Status};

/// How often a client pings ([MS-DCOM] 3.1.2.2).
pub const PING_PERIOD: Duration = Duration::from_secs(120);
/// How long something lives that is not pinged: three periods.
pub const PING_EXPIRY: Duration = Duration::from_secs(360);

/// The ping sets of one resolver. Times count from whatever origin the caller likes.
#[derive(Debug, Default)]
pub struct PingSets {
    sets: BTreeMap<SetId, PingSet>,
    deadlines: BTreeSet<(Duration, SetId)>,
    limits: PingLimits,
}

#[derive(Debug)]
struct PingSet {
    oids: BTreeSet<Oid>,
    expires: Duration,
}

impl PingSets {
    /// No sets yet.
    #[must_use]
    pub fn new(limits: PingLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Answers `SimplePing`, and tells which objects it keeps.
    pub fn simple_ping(&mut self, now: Duration, call: SimplePing) -> (Status, Vec<Oid>) {
        if !self.renew(now, call.set_id) {
            return (Status::INVALID_SET, Vec::new());
        }
        (Status::OK, self.members(call.set_id))
    }

    /// Answers `ComplexPing`, and tells which objects it keeps. `fresh` is an id for a new set, not
    /// zero and drawn at random: who can guess it can keep another's objects.
    ///
    /// An object that `is_exported` does not know has gone, and is left out in silence: the client
    /// finds out when it calls it.
    pub fn complex_ping(
        &mut self,
        now: Duration,
        call: &ComplexPing,
        fresh: SetId,
        is_exported: impl Fn(Oid) -> bool,
    ) -> (ComplexPingReply, Vec<Oid>) {
        let refuse = |status| {
            let reply = ComplexPingReply { set_id: call.set_id, backoff_factor: 0, status };
            (reply, Vec::new())
        };
        let set_id = if call.set_id == SetId(0) {
            if self.sets.len() >= self.limits.set_count || self.sets.contains_key(&fresh) {
                return refuse(Status::OUT_OF_RESOURCES);
            }
            let expires = now.saturating_add(PING_EXPIRY);
            self.sets.insert(fresh, PingSet { oids: BTreeSet::new(), expires });
            self.deadlines.insert((expires, fresh));
            fresh
        } else {
            call.set_id
        };
        if !self.renew(now, set_id) {
            return refuse(Status::INVALID_SET);
        }
        let max_count = self.limits.object_count;
        if let Some(set) = self.sets.get_mut(&set_id) {
            for oid in &call.remove {
                set.oids.remove(oid);
            }
            for oid in call.add.iter().filter(|oid| is_exported(**oid)) {
                if set.oids.len() < max_count {
                    set.oids.insert(*oid);
                }
            }
        }
        let reply = ComplexPingReply { set_id, backoff_factor: 0, status: Status::OK };
        (reply, self.members(set_id))
    }

    /// Forgets an object that is no longer exported.
    pub fn forget(&mut self, oid: Oid) {
        for set in self.sets.values_mut() {
            set.oids.remove(&oid);
        }
    }

    /// Drops the sets that were not pinged in time, and tells how many.
    pub fn expire(&mut self, now: Duration) -> usize {
        let mut count = 0;
        while let Some((expires, set_id)) = self.deadlines.first().copied() {
            if expires > now {
                break;
            }
            self.deadlines.pop_first();
            self.sets.remove(&set_id);
            count += 1;
        }
        count
    }

    /// When [`expire`](Self::expire) has something to do next.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.deadlines.first().map(|(expires, _)| *expires)
    }

    /// How many sets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    fn members(&self, set_id: SetId) -> Vec<Oid> {
        self.sets.get(&set_id).map(|set| set.oids.iter().copied().collect()).unwrap_or_default()
    }

    /// Lets a set live for another three periods. A set whose time is over is not there, even if
    /// nobody has looked yet.
    fn renew(&mut self, now: Duration, set_id: SetId) -> bool {
        self.expire(now);
        let Some(set) = self.sets.get_mut(&set_id) else { return false };
        self.deadlines.remove(&(set.expires, set_id));
        set.expires = now.saturating_add(PING_EXPIRY);
        self.deadlines.insert((set.expires, set_id));
        true
    }
}
