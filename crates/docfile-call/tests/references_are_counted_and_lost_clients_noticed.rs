//! The tables of references: an export table against a plain model, and client and server together
//! under a virtual clock, with calls that get lost and clients that die.
//!
//! [MS-DCOM] 3.1.1.5.6, 3.1.2.5.1 and 3.2.6.1.

use std::collections::BTreeMap;
use std::time::Duration;

use docfile_call::orpc::*;
use docfile_call::{Guid, Hresult};
use proptest::prelude::*;

const OXID: Oxid = Oxid(77);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn iid(index: u8) -> Guid {
    Guid::from_u128(index.into())
}

fn ipid(object: u64, interface: u8) -> Ipid {
    Ipid(Guid::from_u128((1 << 100) + (u128::from(object) << 16) + u128::from(interface)))
}

fn export(object: u64, interface: u8, ref_count: u32) -> Export {
    Export {
        oid: Oid(object),
        iid: iid(interface),
        fresh: ipid(object, interface),
        ref_count,
        is_unpinged: false,
    }
}

fn references(ipid: Ipid, public_count: u32) -> InterfaceReferences {
    InterfaceReferences { ipid, public_count, private_count: 0 }
}

#[derive(Clone, Debug)]
enum Step {
    Export(u64, u8, u32),
    Add(u64, u8, u32),
    Release(u64, u8, u32),
    Disconnect(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let of = (0_u64..4, 0_u8..3, 1_u32..4);
    prop_oneof![
        of.clone().prop_map(|(object, interface, count)| Step::Export(object, interface, count)),
        of.clone().prop_map(|(object, interface, count)| Step::Add(object, interface, count)),
        of.prop_map(|(object, interface, count)| Step::Release(object, interface, count)),
        (0_u64..4).prop_map(Step::Disconnect),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_export_table_counts_like_its_model(steps in proptest::collection::vec(step(), 0..60)) {
        let mut table = ExportTable::new(OXID, ExportLimits::default());
        let mut model: BTreeMap<(u64, u8), u32> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Export(object, interface, count) => {
                    let given =
                        table.export(seconds(0), export(object, interface, count), object).unwrap();
                    prop_assert_eq!(given.ipid, ipid(object, interface));
                    *model.entry((object, interface)).or_default() += count;
                }
                Step::Add(object, interface, count) => {
                    let added = references(ipid(object, interface), count);
                    let result = table.add_references(seconds(0), &[added]);
                    let known = model.get_mut(&(object, interface));
                    prop_assert_eq!(result[0].is_failure(), known.is_none());
                    if let Some(known) = known {
                        *known += count;
                    }
                }
                Step::Release(object, interface, count) => {
                    let (_, gone) = table.release(&[references(ipid(object, interface), count)]);
                    let mut is_gone = false;
                    if let Some(known) = model.get_mut(&(object, interface)) {
                        *known = known.saturating_sub(count);
                        if *known == 0 {
                            model.remove(&(object, interface));
                            is_gone = !model.keys().any(|(other, _)| *other == object);
                        }
                    }
                    prop_assert_eq!(gone, if is_gone { vec![(Oid(object), object)] } else { vec![] });
                }
                Step::Disconnect(object) => {
                    let known = model.keys().any(|(other, _)| *other == object);
                    prop_assert_eq!(table.disconnect(Oid(object)).is_some(), known);
                    model.retain(|(other, _), _| *other != object);
                }
            }
            for object in 0..4 {
                for interface in 0..3 {
                    let count = model.get(&(object, interface)).copied().unwrap_or_default();
                    let ipid = ipid(object, interface);
                    prop_assert_eq!(table.reference_count(ipid), u64::from(count));
                    prop_assert_eq!(table.resolve(ipid).is_some(), count > 0);
                }
            }
        }
        let all: Vec<_> =
            model.iter().map(|((object, one), count)| references(ipid(*object, *one), *count)).collect();
        table.release(&all);
        prop_assert!(table.is_empty());
        prop_assert_eq!(table.deadline(), None, "nothing waits for what is gone");
    }
}

#[test]
fn releasing_too_much_releases_all_there_is() {
    let mut table = ExportTable::new(OXID, ExportLimits::default());
    table.export(seconds(0), export(1, 0, 5), ()).unwrap();
    let (result, gone) = table.release(&[references(ipid(1, 0), 6), references(ipid(9, 9), 1)]);
    assert_eq!(result, Hresult::RPC_E_INVALID_OBJECT);
    assert_eq!(gone, [(Oid(1), ())]);
}

#[test]
fn an_interface_that_an_object_lacks_is_told_apart() {
    let mut table = ExportTable::new(OXID, ExportLimits::default());
    let known = table.export(seconds(0), export(1, 0, 5), ()).unwrap().ipid;
    let mut next = 10;
    let fresh = || {
        next += 1;
        ipid(1, next)
    };
    let has = |(): &(), wanted: Guid| wanted != iid(2);
    let reply = table.query(seconds(0), known, 3, &[iid(0), iid(1), iid(2)], has, fresh).unwrap();
    assert_eq!(reply.result, Hresult::S_FALSE);
    let results = reply.results.unwrap();
    assert_eq!(results[0].standard.ipid, known, "an interface keeps its id");
    assert_eq!(table.reference_count(known), 8);
    assert_eq!(table.reference_count(results[1].standard.ipid), 3);
    assert_eq!(results[2].result, Hresult::E_NOINTERFACE);
    let nobody = table.query(seconds(0), ipid(9, 9), 1, &[iid(0)], has, Ipid::default);
    assert_eq!(nobody.unwrap_err(), Hresult::RPC_E_INVALID_OBJECT);
}

#[test]
fn an_object_that_wants_no_pings_lives_without() {
    let mut table = ExportTable::new(OXID, ExportLimits::default());
    let export = Export { is_unpinged: true, ..export(1, 0, 1) };
    let given = table.export(seconds(0), export, ()).unwrap();
    assert_eq!(given.flags, StandardReference::NO_PING);
    assert_eq!(table.deadline(), None);
    assert_eq!(table.expire(seconds(1_000_000)), []);
    let mut imports = ImportTable::new();
    imports.import(seconds(0), &given, iid(0)).unwrap();
    assert!(imports.pinger().is_idle());
}

#[test]
fn limits_hold() {
    let mut table = ExportTable::new(OXID, ExportLimits { object_count: 1, interface_count: 2 });
    table.export(seconds(0), export(1, 0, 1), ()).unwrap();
    let full = Err(Hresult::RPC_E_OUT_OF_RESOURCES);
    assert_eq!(table.export(seconds(0), export(2, 0, 1), ()), full);
    table.export(seconds(0), export(1, 1, 1), ()).unwrap();
    assert_eq!(table.export(seconds(0), export(1, 2, 1), ()), full);
    assert_eq!(table.export(seconds(0), export(1, 0, u32::MAX), ()), full);
    assert_eq!(table.reference_count(ipid(1, 0)), 1);

    let mut sets = PingSets::new(PingLimits { set_count: 1, object_count: 2 });
    let add = vec![Oid(1), Oid(2), Oid(3)];
    let call = ComplexPing { add, ..ComplexPing::default() };
    let (reply, kept) = sets.complex_ping(seconds(0), &call, SetId(1), |_| true);
    assert_eq!((reply.status, kept.len()), (Status::OK, 2));
    let (reply, _) = sets.complex_ping(seconds(0), &call, SetId(2), |_| true);
    assert_eq!(reply.status, Status::OUT_OF_RESOURCES);
}

#[test]
fn a_set_that_is_not_pinged_is_gone() {
    let mut sets = PingSets::new(PingLimits::default());
    let call = ComplexPing { add: vec![Oid(1)], ..ComplexPing::default() };
    sets.complex_ping(seconds(0), &call, SetId(5), |_| true);
    let ping = SimplePing { set_id: SetId(5) };
    assert_eq!(sets.simple_ping(seconds(359), ping), (Status::OK, vec![Oid(1)]));
    assert_eq!(sets.deadline(), Some(seconds(719)));
    assert_eq!(sets.simple_ping(seconds(719), ping).0, Status::INVALID_SET);
    assert!(sets.is_empty());
}

/// impacket sends the set's id as the sequence number.
#[test]
fn sequence_numbers_are_not_looked_at() {
    let mut sets = PingSets::new(PingLimits::default());
    let call = ComplexPing { add: vec![Oid(1)], sequence: 9, ..ComplexPing::default() };
    sets.complex_ping(seconds(0), &call, SetId(5), |_| true);
    let remove = vec![Oid(1)];
    let call = ComplexPing { set_id: SetId(5), sequence: 5, remove, add: Vec::new() };
    let (reply, kept) = sets.complex_ping(seconds(1), &call, SetId(6), |_| true);
    assert_eq!((reply.set_id, reply.status, kept), (SetId(5), Status::OK, vec![]));
}

/// A resolver with one exporter.
struct Server {
    table: ExportTable<()>,
    sets: PingSets,
    next_set: u64,
}

impl Server {
    fn answer(&mut self, now: Duration, ping: &Ping) -> Result<SetId, Option<Status>> {
        let (set_id, status, kept) = match ping {
            Ping::Simple(call) => {
                let (status, kept) = self.sets.simple_ping(now, *call);
                (call.set_id, status, kept)
            }
            Ping::Complex(call) => {
                self.next_set += 1;
                let table = &self.table;
                let (reply, kept) =
                    self.sets.complex_ping(now, call, SetId(self.next_set), |oid| {
                        table.is_exported(oid)
                    });
                (reply.set_id, reply.status, kept)
            }
        };
        self.table.keep(now, &kept);
        if status == Status::OK { Ok(set_id) } else { Err(Some(status)) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However many pings are lost, as long as no more than two are lost in a row, what a client
    /// holds lives; and when the client dies, it is gone within three periods of the last ping.
    #[test]
    fn what_is_held_lives_and_what_is_not_goes(
        lost in proptest::collection::vec(0_u8..4, 120),
        changes in proptest::collection::vec((0_u64..6, any::<bool>()), 120),
    ) {
        let mut server = Server {
            table: ExportTable::new(OXID, ExportLimits::default()),
            sets: PingSets::new(PingLimits::default()),
            next_set: 0,
        };
        let mut client = ImportTable::new();
        let mut held: BTreeMap<u64, u32> = BTreeMap::new();
        let mut lost_in_a_row = 0;
        let mut now = seconds(0);
        for (lost, (object, takes)) in lost.into_iter().zip(changes) {
            now += seconds(20);
            if takes {
                let given = server.table.export(now, export(object, 0, 5), ()).unwrap();
                client.import(now, &given, iid(0)).unwrap();
                *held.entry(object).or_default() += 1;
            } else if let Some(count) = held.get_mut(&object) {
                *count -= 1;
                let given_back = client.release(ipid(object, 0));
                prop_assert_eq!(given_back.is_some(), *count == 0);
                if let Some(given_back) = given_back {
                    held.remove(&object);
                    let (result, gone) = server.table.release(&[given_back.references]);
                    prop_assert_eq!((result, gone), (Hresult::S_OK, vec![(Oid(object), ())]));
                    prop_assert_eq!(given_back.is_last, held.is_empty());
                    server.sets.forget(Oid(object));
                }
            }
            if let Some(ping) = client.pinger().poll(now) {
                // Every other loss is that of the answer.
                let answer = match lost {
                    0 if lost_in_a_row < 2 => Err(None),
                    1 if lost_in_a_row < 2 => {
                        let _ = server.answer(now, &ping);
                        Err(None)
                    }
                    _ => server.answer(now, &ping),
                };
                lost_in_a_row = if answer.is_err() { lost_in_a_row + 1 } else { 0 };
                client.pinger().answered(now, answer);
            }
            prop_assert_eq!(server.table.expire(now), vec![], "at {:?}", now);
            server.sets.expire(now);
            prop_assert_eq!(server.table.len(), held.len());
        }
        // The client dies.
        server.table.expire(now + PING_EXPIRY);
        server.sets.expire(now + PING_EXPIRY);
        prop_assert!(server.table.is_empty() && server.sets.is_empty());
        prop_assert_eq!((server.table.deadline(), server.sets.deadline()), (None, None));
    }
}

#[test]
fn a_client_with_nothing_says_so_once() {
    let mut pinger = Pinger::new();
    pinger.keep(seconds(0), Oid(1));
    assert_eq!(pinger.poll(seconds(119)), None);
    let Some(Ping::Complex(first)) = pinger.poll(seconds(120)) else { unreachable!() };
    assert_eq!((first.set_id, first.sequence, &first.add), (SetId(0), 1, &vec![Oid(1)]));
    assert_eq!(pinger.poll(seconds(500)), None, "one call at a time");
    pinger.answered(seconds(120), Ok(SetId(9)));
    assert_eq!(pinger.poll(seconds(240)), Some(Ping::Simple(SimplePing { set_id: SetId(9) })));
    pinger.answered(seconds(240), Err(Some(Status::INVALID_SET)));
    let Some(Ping::Complex(again)) = pinger.poll(seconds(240)) else { unreachable!() };
    assert_eq!((again.set_id, &again.add), (SetId(0), &vec![Oid(1)]));
    pinger.answered(seconds(240), Ok(SetId(10)));
    pinger.forget(Oid(1));
    let Some(Ping::Complex(last)) = pinger.poll(seconds(360)) else { unreachable!() };
    assert_eq!((last.set_id, &last.remove, last.sequence), (SetId(10), &vec![Oid(1)], 3));
    pinger.answered(seconds(360), Ok(SetId(10)));
    assert_eq!(pinger.poll(seconds(480)), None);
    assert!(pinger.is_idle());
    assert_eq!(pinger.deadline(), None);
}

/// The resolver drops an object from the set when its last reference is released; if it comes back
/// before the next ping, the set does not have it.
#[test]
fn an_object_that_comes_back_is_named_again() {
    let mut pinger = Pinger::new();
    pinger.keep(seconds(0), Oid(1));
    pinger.poll(seconds(120)).unwrap();
    // While the call that adds it is on its way, and after.
    for (now, set_id) in [(120, 1), (240, 1)] {
        pinger.forget(Oid(1));
        pinger.keep(seconds(now), Oid(1));
        pinger.answered(seconds(now), Ok(SetId(set_id)));
        let Some(Ping::Complex(call)) = pinger.poll(seconds(now + 120)) else { unreachable!() };
        assert_eq!((call.add, call.remove), (vec![Oid(1)], vec![]));
    }
}

#[test]
fn references_are_given_back_with_the_last_hold() {
    let mut table = ImportTable::new();
    let reference = StandardReference {
        flags: 0,
        public_ref_count: 5,
        oxid: OXID,
        oid: Oid(1),
        ipid: ipid(1, 0),
    };
    let imported = table.import(seconds(0), &reference, iid(0)).unwrap();
    assert_eq!(imported, Imported { must_resolve: true, must_add: false });
    table.learn(OXID, Exporter::default());
    let none = StandardReference { public_ref_count: 0, ipid: ipid(1, 1), ..reference };
    let imported = table.import(seconds(0), &none, iid(1)).unwrap();
    assert_eq!(imported, Imported { must_resolve: false, must_add: true });
    assert_eq!(table.added(OXID, ipid(1, 1), REFERENCES_AT_ONCE), None);
    assert!(table.hold(ipid(1, 0)));
    assert_eq!(table.release(ipid(1, 0)), None);
    let back = |index, is_last| {
        Some(GivenBack { oxid: OXID, references: references(ipid(1, index), 5), is_last })
    };
    assert_eq!(table.release(ipid(1, 0)), back(0, false));
    assert_eq!(table.release(ipid(1, 1)), back(1, true));
    assert!(table.is_empty());
    // What was asked for arrives too late.
    assert_eq!(table.added(OXID, ipid(1, 1), 5), back(1, true));
    assert!(table.is_empty());
}

#[test]
fn a_reference_that_contradicts_what_is_held_is_refused() {
    let mut table = ImportTable::new();
    let reference = StandardReference {
        flags: 0,
        public_ref_count: 1,
        oxid: OXID,
        oid: Oid(1),
        ipid: ipid(1, 0),
    };
    table.import(seconds(0), &reference, iid(0)).unwrap();
    let refused = Err(Hresult::RPC_E_INVALID_DATA);
    let elsewhere = StandardReference { oxid: Oxid(1), ..reference };
    assert_eq!(table.import(seconds(0), &elsewhere, iid(0)), refused);
    let another = StandardReference { oid: Oid(2), ..reference };
    assert_eq!(table.import(seconds(0), &another, iid(0)), refused);
    assert_eq!(table.import(seconds(0), &reference, iid(1)), refused);
    let flood = StandardReference { public_ref_count: u32::MAX, ..reference };
    assert_eq!(table.import(seconds(0), &flood, iid(0)), refused);
    assert_eq!(table.disconnect(OXID), [ipid(1, 0)]);
    assert!(table.is_empty());
}
