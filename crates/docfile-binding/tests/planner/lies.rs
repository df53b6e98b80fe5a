//! Servers that break a promise are refused with an error that names it; honest trouble is met by
//! trying again. No reader gets a wrong byte or waits for ever.

use core::time::Duration;

use docfile_binding::planner::{Budget, FetchFailure};
use docfile_binding::planner::{FailureKind, Filling, Lie, OnChange, PlannerSettings, Policy};
use docfile_compound::ErrorKind;
use docfile_testkit::network::{Behaviour, Network, ServerLie, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, read_range, resource};

const LEN: u64 = 1 << 20;

fn driver(behaviour: Behaviour, settings: PlannerSettings) -> Driver {
    let mut server = SimulatedServer::of(resource(LEN, 1), behaviour);
    server.versions.push(resource(LEN, 2));
    Driver::new(settings, Network::new(VirtualLink::new(10, 50), server, 3))
}

fn failure(driver: &Driver) -> FetchFailure {
    match driver.outcome {
        Outcome::GaveUp(failure) => failure,
        ref other => panic!("{other:?}"),
    }
}

/// From the second request on the server lies, while a reader waits far behind.
fn refused(lie: ServerLie) -> FetchFailure {
    let behaviour = Behaviour { lie: Some((1, lie)), ..Behaviour::default() };
    let mut driver = driver(behaviour, PlannerSettings::default());
    let bytes = resource(LEN, 1);
    let range = LEN - 1000..LEN;
    let error = driver.read(|remote| read_range(remote, &range, &bytes)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    let failure = failure(&driver);
    assert!(error.to_string().contains(&failure.to_string()), "{error} says why");
    failure
}

#[test]
fn each_lie_is_refused_by_its_name() {
    for (lie, name) in [
        (ServerLie::OtherStart, Lie::OtherRange),
        (ServerLie::NoContentRange, Lie::NoContentRange),
        (ServerLie::LongBody, Lie::MoreThanPromised),
        (ServerLie::ShortBody, Lie::FewerThanPromised),
        (ServerLie::Encoding, Lie::UnaskedEncoding),
        (ServerLie::IgnoredRange, Lie::RangeIgnored),
        (ServerLie::EndlessBody, Lie::RangeIgnored),
    ] {
        assert_eq!(refused(lie).kind, FailureKind::Lied(name), "{lie:?}");
    }
    assert_eq!(refused(ServerLie::OtherTotal).kind, FailureKind::Changed);
}

/// What not to copy (`contract/observed.md` 3.6): a page that says 404 is not the document.
#[test]
fn a_status_of_refusal_is_an_error_of_its_own_kind() {
    for (status, kind) in [
        (404, FailureKind::NotFound),
        (410, FailureKind::NotFound),
        (401, FailureKind::AccessDenied),
        (403, FailureKind::AccessDenied),
        (304, FailureKind::Refused),
        (302, FailureKind::Refused),
        (500, FailureKind::Unavailable),
        (503, FailureKind::Unavailable),
    ] {
        let behaviour =
            Behaviour { lie: Some((0, ServerLie::Status(status))), ..Behaviour::default() };
        let mut driver = driver(behaviour, PlannerSettings::default());
        driver.finish();
        assert_eq!(failure(&driver).kind, kind, "{status}");
        let tries = if kind == FailureKind::Unavailable { 5 } else { 1 };
        assert_eq!(driver.network.server().requests.len(), tries, "{status}");
    }
}

#[test]
fn a_body_without_end_is_stopped_by_the_budget() {
    let behaviour = Behaviour { lie: Some((0, ServerLie::EndlessBody)), ..Behaviour::default() };
    let budget = Budget { byte_count: Some(2 * LEN), ..Budget::default() };
    let mut driver = driver(behaviour, PlannerSettings { budget, ..PlannerSettings::default() });
    driver.finish();
    assert_eq!(failure(&driver).kind, FailureKind::ByteBudget);
    assert!(driver.planner.counters().received_byte_count() <= 2 * LEN + 4096);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let behaviour = Behaviour { silent_chance: 1000, ..Behaviour::default() };
    let mut driver = driver(behaviour, PlannerSettings::default());
    driver.finish();
    assert_eq!(failure(&driver).kind, FailureKind::Unavailable);
    assert!(driver.network.now() < Duration::from_secs(200));
}

/// `design.md` 7.3: versions never mix. By the tag, and without one by the bytes themselves.
#[test]
fn a_resource_that_changes_fails_or_begins_anew() {
    for sends_etag in [true, false] {
        for on_change in [OnChange::Fail, OnChange::Restart] {
            let behaviour =
                Behaviour { changes_at_request: Some(3), sends_etag, ..Behaviour::default() };
            let settings = PlannerSettings {
                on_change,
                filling: Filling::Never,
                policy: Policy::Frugal,
                ..PlannerSettings::default()
            };
            let mut driver = driver(behaviour, settings);
            let versions = [resource(LEN, 1), resource(LEN, 2)];
            let read = |driver: &mut Driver, at: u64, version: usize| {
                let range = at..at + 100;
                driver.read(|remote| read_range(remote, &range, &versions[version]))
            };
            read(&mut driver, 500_000, 0).unwrap();
            read(&mut driver, 600_000, 0).unwrap();
            match (sends_etag, on_change) {
                (true, OnChange::Fail) => {
                    read(&mut driver, 700_000, 0).unwrap_err();
                    assert_eq!(failure(&driver).kind, FailureKind::Changed);
                    assert_eq!(failure(&driver).status, Some(412));
                }
                (true, OnChange::Restart) => {
                    // What was open has failed; who opens anew reads the new version, all of it.
                    read(&mut driver, 700_000, 1).unwrap();
                    assert_eq!(
                        (driver.restart_count, driver.outcome.clone()),
                        (1, Outcome::Running)
                    );
                    read(&mut driver, 500_000, 1).unwrap();
                    read(&mut driver, 0, 1).unwrap();
                }
                (false, _) => {
                    // The server gave nothing to tell versions apart by; bytes that come twice do.
                    read(&mut driver, 700_000, 1).unwrap();
                    let range = 599_000..600_500;
                    driver.read(|remote| read_range(remote, &range, &versions[1])).unwrap_err();
                    assert_eq!(failure(&driver).kind, FailureKind::Lied(Lie::Contradiction));
                }
            }
        }
    }
}

#[test]
fn a_cut_connection_is_resumed_from_the_byte_received() {
    let behaviour = Behaviour { cut_chance: 30, ..Behaviour::default() };
    let mut driver = driver(behaviour, PlannerSettings::default());
    driver.finish();
    let counters = *driver.planner.counters();
    println!("{counters:?}");
    assert_eq!(driver.outcome, Outcome::Complete);
    assert!(counters.retry_count > 0);
    assert_eq!(counters.received_byte_count() - counters.wasted_byte_count, LEN);
    let bytes = resource(LEN, 1);
    read_range(&driver.remote, &(0..LEN), &bytes).unwrap();
}

/// Without ranges there is nothing to resume: each try begins at the front, and the tries end.
#[test]
fn without_ranges_a_cut_connection_begins_anew_but_not_for_ever() {
    let behaviour = Behaviour { cut_chance: 30, serves_ranges: false, ..Behaviour::default() };
    let mut driver = driver(behaviour, PlannerSettings::default());
    driver.finish();
    let counters = *driver.planner.counters();
    println!("{:?} {counters:?}", driver.outcome);
    assert!(driver.network.server().requests.len() < 40);
    assert!(counters.wasted_byte_count > 0);
}
