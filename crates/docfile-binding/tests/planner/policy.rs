//! What is asked for, and what not: request by request on a link without surprises.
//!
//! Source of the rules: `peers-progressive.md` 5.

use core::ops::Range;
use core::time::Duration;

use docfile_binding::planner::{Filling, PlannerSettings, Policy};
use docfile_compound::{Error, Missing};
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, read_range, resource};

const MIB: u64 = 1 << 20;

fn driver(len: u64, behaviour: Behaviour, policy: Policy, filling: Filling) -> Driver {
    let settings = PlannerSettings { policy, filling, ..PlannerSettings::default() };
    let server = SimulatedServer::of(resource(len, 1), behaviour);
    Driver::new(settings, Network::new(VirtualLink::new(10, 50), server, 1))
}

fn asked(driver: &Driver) -> Vec<Option<Range<u64>>> {
    driver.network.server().requests.iter().map(|request| request.range.clone()).collect()
}

fn read(driver: &mut Driver, len: u64, range: Range<u64>) {
    let bytes = resource(len, 1);
    driver.read(|remote| read_range(remote, &range, &bytes)).unwrap();
}

/// Several ranges as one step.
fn read_many(driver: &mut Driver, ranges: &[Range<u64>]) {
    let missing = Missing { required: ranges.iter().cloned().collect(), ..Missing::default() };
    let step = |remote: &std::sync::Arc<crate::rig::Remote>| {
        remote.with_state(|state| state.try_read_many(missing.required.iter())).map_err(|error| {
            if error.is_pending() { Error::pending(missing.clone()) } else { error }
        })
    };
    driver.read(step).unwrap();
}

/// Rule 2.
#[test]
fn the_first_request_is_a_bounded_get_that_is_never_repeated() {
    for (policy, first_len) in [(Policy::Frugal, 4096), (Policy::Fast, 62_500)] {
        let mut driver = driver(MIB, Behaviour::default(), policy, Filling::Never);
        read(&mut driver, MIB, 0..512);
        assert_eq!(asked(&driver), [Some(0..first_len)]);
        assert_eq!(driver.planner.total_len(), Some(MIB));
    }
}

/// Rules 2 and 6: the one request that a server without ranges gets.
#[test]
fn without_ranges_there_is_exactly_one_request() {
    for tells_len in [true, false] {
        let behaviour = Behaviour { serves_ranges: false, tells_len, ..Behaviour::default() };
        for filling in [Filling::Never, Filling::WhenIdle] {
            let mut driver = driver(MIB, behaviour.clone(), Policy::Fast, filling);
            read(&mut driver, MIB, MIB - 512..MIB);
            read(&mut driver, MIB, 700_000..700_512);
            driver.finish();
            assert_eq!((driver.outcome.clone(), asked(&driver).len()), (Outcome::Complete, 1));
            assert_eq!(driver.planner.counters().received_byte_count(), MIB);
            assert_eq!(driver.planner.has_ranges(), Some(false));
        }
    }
}

/// Nobody waits and nothing is filled: not a byte more than the first request.
#[test]
fn without_demand_and_filling_nothing_more_is_asked() {
    let mut driver = driver(MIB, Behaviour::default(), Policy::Frugal, Filling::Never);
    driver.idle(Duration::from_secs(100));
    assert_eq!(asked(&driver), [Some(0..4096)]);
}

/// Rule 4: the break-even is bandwidth times round trip over the parallelism.
#[test]
fn ranges_join_where_the_gap_costs_less_than_a_request() {
    let (near, far) = (7_000, 100_000);
    for (gap, policy, request_count) in [
        (near, Policy::Fast, 2),
        (far, Policy::Fast, 5),
        (near, Policy::Frugal, 5),
        (900, Policy::Frugal, 2),
    ] {
        let mut driver = driver(64 * MIB, Behaviour::default(), policy, Filling::Never);
        let pieces: Vec<Range<u64>> =
            (0..4).map(|n| 10 * MIB + n * (4096 + gap)).map(|at| at..at + 4096).collect();
        read_many(&mut driver, &pieces);
        assert_eq!(asked(&driver).len(), request_count, "gap {gap}, {policy:?}");
        let counters = driver.planner.counters();
        assert_eq!(counters.demand_byte_count, 4 * 4096);
        if request_count == 2 {
            assert!(counters.joined_byte_count >= 3 * gap);
        }
    }
}

/// A frugal jump brings what was wanted and nothing else.
#[test]
fn a_frugal_jump_is_exact() {
    let mut driver = driver(64 * MIB, Behaviour::default(), Policy::Frugal, Filling::Never);
    read(&mut driver, 64 * MIB, 30 * MIB..30 * MIB + 512);
    assert_eq!(asked(&driver), [Some(0..4096), Some(30 * MIB..30 * MIB + 512)]);
    assert_eq!(driver.planner.counters().received_byte_count(), 4096 + 512);
}

/// Rule 3: speculation is parallel, counted, and never waited for.
#[test]
fn speculation_is_counted_and_bounded_and_frugal_has_none() {
    let helpful = [40 * MIB..40 * MIB + 4096, 50 * MIB..60 * MIB];
    for (policy, request_count) in [(Policy::Frugal, 2), (Policy::Fast, 3)] {
        let mut driver = driver(64 * MIB, Behaviour::default(), policy, Filling::Never);
        let missing = Missing {
            required: [30 * MIB..30 * MIB + 512].into_iter().collect(),
            helpful: helpful.iter().cloned().collect(),
        };
        let required = 30 * MIB..30 * MIB + 512;
        driver
            .read(|remote| {
                let found = remote.with_state(|state| state.try_read_many([required.clone()]));
                found.map_err(|_| Error::pending(missing.clone()))
            })
            .unwrap();
        driver.idle(Duration::from_secs(1));
        // The bytes are bounded whatever was offered.
        let counters = driver.planner.counters();
        assert!(asked(&driver).len() >= request_count);
        assert_eq!(counters.speculation_request_count > 0, policy == Policy::Fast);
        let brought = counters.speculation_byte_count;
        // What is read of it is counted once.
        for _ in 0..2 {
            driver.planner.handle_read(helpful[0].clone());
        }
        let used = driver.planner.counters().used_speculation_byte_count;
        assert_eq!(used, if brought > 0 { 4096 } else { 0 });
        let spoken_for: u64 = driver
            .network
            .server()
            .requests
            .iter()
            .filter_map(|r| r.range.clone())
            .map(|r| r.end - r.start)
            .sum();
        assert!(spoken_for < MIB, "{spoken_for}");
    }
}

/// A walk from one small piece to the next, each of which tells where the next is, while all are
/// offered: a frugal reader that goes on and on is served by what is offered, and pays at most
/// twice; one that stops soon pays for nothing but its pieces.
#[test]
fn frugally_help_is_taken_only_for_a_reader_that_goes_on() {
    let piece = |index: u64| MIB + index * 8192..MIB + index * 8192 + 512;
    for (piece_count, offered_count) in [(5, 100), (100, 100), (60, 300)] {
        let mut driver = driver(4 * MIB, Behaviour::default(), Policy::Frugal, Filling::Never);
        let offered = (0..offered_count).map(piece);
        driver
            .read(|remote| {
                (0..piece_count).try_for_each(|index| {
                    let missing = Missing {
                        required: [piece(index)].into_iter().collect(),
                        helpful: offered.clone().skip(1).collect(),
                    };
                    let found = remote.with_state(|state| state.try_read_many([piece(index)]));
                    found.map(drop).map_err(|_| Error::pending(missing))
                })
            })
            .unwrap();
        let counters = driver.planner.counters();
        assert_eq!(counters.speculation_request_count, 0);
        let first_len = 4096;
        let asked_len: u64 = asked(&driver).into_iter().flatten().map(|r| r.end - r.start).sum();
        if piece_count == 5 {
            assert_eq!(asked_len, first_len + 5 * 512);
        } else {
            assert!(asked_len <= first_len + 3 * piece_count * 512, "{asked_len}");
        }
    }
}

/// Rule 6: one bounded range after another, the next a round trip before the current one ends.
#[test]
fn filling_goes_in_bounded_ranges_that_overlap_by_a_round_trip() {
    let len = 8 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::WhenIdle);
    driver.finish();
    let ranges: Vec<Range<u64>> = asked(&driver).into_iter().flatten().collect();
    let mut end = 0;
    for range in &ranges {
        assert_eq!(range.start, end);
        assert!(range.end - range.start <= MIB);
        end = range.end;
    }
    assert_eq!(end, len);
    let counters = *driver.planner.counters();
    assert_eq!((counters.received_byte_count(), counters.wasted_byte_count), (len, 0));
    // The link is never idle for long: connect, some round trips, and the bytes.
    let link = VirtualLink::new(10, 50);
    let bound = link.time_of(len) + link.round_trip * 4;
    println!("filled in {:?}, the bytes alone take {:?}", driver.network.now(), link.time_of(len));
    assert!(driver.network.now() <= bound, "{:?} of {bound:?}", driver.network.now());
}

/// Rule 6: demand goes before filling, and no filling begins while somebody waits.
#[test]
fn a_demand_is_served_before_filling_goes_on() {
    let len = 64 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::WhenIdle);
    driver.idle(Duration::from_secs(5));
    let before = (driver.network.now(), asked(&driver).len());
    read(&mut driver, len, 60 * MIB..60 * MIB + 4096);
    let waited = driver.network.now() - before.0;
    let after = asked(&driver);
    println!("waited {waited:?}");
    assert_eq!(after.len() - before.1, 1, "{:?}", &after[before.1..]);
    assert_eq!(after.last().unwrap().clone().unwrap().start, 60 * MIB);
    assert!(waited < Duration::from_millis(400), "{waited:?}");
    // Filling goes on behind what was wanted last.
    driver.idle(Duration::from_secs(1));
    let next = asked(&driver)[after.len()].clone().unwrap();
    assert!((60 * MIB..61 * MIB).contains(&next.start), "{next:?}");
}

/// Rule 5: what filling brings soon is waited for, not asked for again.
#[test]
fn what_is_about_to_come_is_waited_for() {
    let len = 8 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::WhenIdle);
    driver.idle(Duration::from_millis(180));
    let arrived = driver.remote.with_state(|state| state.filled_len());
    assert!(arrived > 30_000);
    let before = asked(&driver).len();
    read(&mut driver, len, arrived + 10_000..arrived + 10_512);
    let demands = driver.planner.counters().demand_request_count;
    assert_eq!((demands, driver.planner.counters().wasted_byte_count), (0, 0), "{before}");
}

/// Rule 8: a small resource comes whole, in two requests.
#[test]
fn a_small_resource_comes_whole() {
    let len = 200_000;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::Never);
    read(&mut driver, len, 150_000..150_512);
    read(&mut driver, len, 190_000..190_512);
    read(&mut driver, len, 100_000..100_512);
    driver.finish();
    assert_eq!(asked(&driver), [Some(0..62_500), Some(62_500..len)]);
}

/// Rule 8: scattered reading of what is not so large ends in reading it whole.
#[test]
fn hopelessly_scattered_reading_ends_in_reading_the_whole() {
    let len = 2 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::Never);
    for n in 0..64 {
        let at = (n * 37 % 64) * (len / 64);
        read(&mut driver, len, at..at + 16);
    }
    let counters = *driver.planner.counters();
    println!("{} requests, {} bytes", counters.request_count, counters.received_byte_count());
    assert!(counters.request_count < 48, "{}", counters.request_count);
    assert!(counters.received_byte_count() <= len + len / 4);
}

/// Rule 11: a reader that goes takes its demand along; what was asked for it alone is cancelled
/// when enough is still to come.
#[test]
fn what_nobody_waits_for_any_more_is_cancelled() {
    let len = 64 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::Never);
    read(&mut driver, len, 0..512);
    let id = driver.register(&Missing::required(10 * MIB..20 * MIB)).unwrap();
    driver.idle(Duration::from_millis(300));
    driver.deregister(id);
    driver.idle(Duration::from_secs(60));
    let counters = driver.planner.counters();
    assert!(counters.cancel_count >= 1);
    assert!(driver.network.carried_byte_count() < 2 * MIB);
}

/// The bill adds up.
#[test]
fn every_byte_is_in_exactly_one_counter() {
    let len = 3 * MIB;
    let mut driver = driver(len, Behaviour::default(), Policy::Fast, Filling::WhenIdle);
    for n in 0..20 {
        let at = n * 1_234_567 % (len - 5000);
        read(&mut driver, len, at..at + 5000);
    }
    driver.finish();
    let counters = *driver.planner.counters();
    println!("{counters:?}");
    assert_eq!(counters.received_byte_count() - counters.wasted_byte_count, len);
    assert_eq!(counters.request_count, asked(&driver).len() as u64);
}
