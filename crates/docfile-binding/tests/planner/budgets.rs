//! What may be spent is never exceeded, and running out of it is an error of its own kind.

use core::time::Duration;

use docfile_binding::planner::{Budget, FailureKind, Filling, PlannerSettings, Policy};
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, read_range, resource};

const LEN: u64 = 4 << 20;

fn driver(budget: Budget, policy: Policy, filling: Filling, serves_ranges: bool) -> Driver {
    let settings = PlannerSettings { budget, policy, filling, ..PlannerSettings::default() };
    let behaviour = Behaviour { serves_ranges, ..Behaviour::default() };
    let server = SimulatedServer::of(resource(LEN, 1), behaviour);
    Driver::new(settings, Network::new(VirtualLink::new(10, 50), server, 1))
}

/// Reads scattered pieces until one cannot be had; how many could.
fn read_until_refused(driver: &mut Driver) -> (u64, FailureKind) {
    let bytes = resource(LEN, 1);
    for n in 0..64 {
        let at = (n * 37 % 64) * (LEN / 64);
        let range = at..at + 3000;
        if driver.read(|remote| read_range(remote, &range, &bytes)).is_err() {
            let Outcome::GaveUp(failure) = driver.outcome else { panic!() };
            return (n, failure.kind);
        }
    }
    panic!("the budget was not kept");
}

#[test]
fn bytes() {
    for policy in [Policy::Frugal, Policy::Fast] {
        for filling in [Filling::Never, Filling::WhenIdle] {
            let budget = Budget { byte_count: Some(100_000), ..Budget::default() };
            let mut driver = driver(budget, policy, filling, true);
            let (read_count, kind) = read_until_refused(&mut driver);
            assert_eq!(kind, FailureKind::ByteBudget);
            assert!(read_count > 0);
            assert!(driver.planner.counters().received_byte_count() <= 100_000);
            assert!(driver.network.carried_byte_count() <= 100_000);
        }
    }
}

#[test]
fn a_frugal_reader_gets_what_its_bytes_allow() {
    let budget = Budget { byte_count: Some(4096 + 10 * 3000), ..Budget::default() };
    let mut driver = driver(budget, Policy::Frugal, Filling::Never, true);
    // The first piece lies in the first request; ten more are paid for exactly.
    assert_eq!(read_until_refused(&mut driver), (11, FailureKind::ByteBudget));
}

#[test]
fn a_whole_that_does_not_fit_is_refused_before_it_is_read() {
    let budget = Budget { byte_count: Some(LEN - 1), ..Budget::default() };
    let mut driver = driver(budget, Policy::Fast, Filling::WhenIdle, false);
    driver.finish();
    assert!(matches!(driver.outcome, Outcome::GaveUp(f) if f.kind == FailureKind::ByteBudget));
    assert_eq!(driver.planner.counters().received_byte_count(), 0);
}

#[test]
fn requests() {
    let budget = Budget { request_count: Some(5), ..Budget::default() };
    let mut driver = driver(budget, Policy::Frugal, Filling::Never, true);
    assert_eq!(read_until_refused(&mut driver), (5, FailureKind::RequestBudget));
    assert_eq!(driver.network.server().requests.len(), 5);
}

#[test]
fn time() {
    let budget = Budget { time: Some(Duration::from_secs(1)), ..Budget::default() };
    let mut driver = driver(budget, Policy::Frugal, Filling::Never, true);
    assert_eq!(read_until_refused(&mut driver).1, FailureKind::TimeBudget);
    assert_eq!(driver.network.now(), Duration::from_secs(1));
}
